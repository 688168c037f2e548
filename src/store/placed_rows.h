// PlacedRows: rows of several batches, in an order of their own.
//
// Owns: where each row lies, how large it is, and putting a run of them together when it is
// written. Does not own: which order (keyed_write.h, flush.h), nor cutting (columnar/chunker.h).
//
// Rows are copied run by run, just before they are written: a copy of all of them, to be cut
// afterwards, would touch as much fresh memory as they fill, and be out of the cache when it is
// read.
#ifndef ASHLAR_SRC_STORE_PLACED_ROWS_H_
#define ASHLAR_SRC_STORE_PLACED_ROWS_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "ashlar/column.h"
#include "src/query/interleave.h"
#include "src/store/row_bytes.h"
#include "src/store/segment_cutter.h"

namespace ashlar::store {

// A value; safe to share when const.
class PlacedRows {
 public:
  using Batches = std::vector<std::shared_ptr<const RecordBatch>>;

  PlacedRows() = default;
  // Batch behind batch, as they come.
  explicit PlacedRows(Batches batches);
  // Row i is row order[i] of the batches, counted through all of them.
  PlacedRows(Batches batches, std::span<const uint32_t> order);

  [[nodiscard]] size_t size() const { return rows_; }
  // By row.
  [[nodiscard]] RowBytes Measure() const;
  // Rows [first, first + rows) as a run: pieces of the batches where they lie in this order there,
  // else one new batch. `schema` is the batches'.
  [[nodiscard]] absl::StatusOr<RowRun> MakeRun(const Schema& schema, size_t first,
                                               size_t rows) const;
  // One column of all rows.
  [[nodiscard]] absl::StatusOr<Column> ReadColumn(const Schema& schema, size_t field) const;
  // The same rows, each with its place: what rows are selected from again and again.
  [[nodiscard]] PlacedRows Placed() const;
  // These rows, by number, in this order.
  [[nodiscard]] PlacedRows Select(std::span<const uint32_t> rows) const;

 private:
  [[nodiscard]] bool in_place() const { return places_.empty(); }
  [[nodiscard]] absl::StatusOr<Column> Gather(const DataType& type, size_t field,
                                              std::span<const query::RowPlace> places) const;
  [[nodiscard]] RowRun PiecesOf(size_t first, size_t rows) const;

  std::shared_ptr<const Batches> batches_ = std::make_shared<const Batches>();
  std::vector<query::RowPlace> places_;  // of each row; empty: as the batches have them
  size_t rows_ = 0;
};

}  // namespace ashlar::store

#endif  // ASHLAR_SRC_STORE_PLACED_ROWS_H_
