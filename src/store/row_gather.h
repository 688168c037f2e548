// RowGather: rows of several blocks of columns, in a given order, as one batch.
//
// Owns: collecting rows, reading the columns of their blocks when a batch is made, slicing where
// its rows are one run of one block, copying where they are not, and cutting batches of wide rows.
// Does not own: which rows, and in which order (run_merge.h). query/gather_reader.h has all its
// batches from the start and a far longer order; blocks come and go here.
#ifndef ASHLAR_SRC_STORE_ROW_GATHER_H_
#define ASHLAR_SRC_STORE_ROW_GATHER_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "ashlar/column.h"
#include "src/query/interleave.h"

namespace ashlar::store {

// Some columns of equal length, read at first use. One reader's.
class ColumnBlock {
 public:
  ColumnBlock() = default;
  ColumnBlock(const ColumnBlock&) = delete;
  ColumnBlock& operator=(const ColumnBlock&) = delete;
  virtual ~ColumnBlock() = default;

  // Column `output` of the schema that is gathered.
  [[nodiscard]] virtual absl::StatusOr<Column> Read(size_t output) = 0;

 private:
  friend class RowGather;
  size_t slot_ = 0;  // its place in the gather that has rows of it
};

class RowGather {
 public:
  // `backward`: rows that are added together come in descending order.
  RowGather(Schema schema, bool backward) : schema_(std::move(schema)), backward_(backward) {}

  [[nodiscard]] const Schema& schema() const { return schema_; }
  [[nodiscard]] bool backward() const { return backward_; }
  // Adds rows [first, first + rows) of a block, behind those that were added before.
  void Add(const std::shared_ptr<ColumnBlock>& block, uint64_t first, uint64_t rows);
  [[nodiscard]] uint64_t rows() const { return rows_; }

  // All rows, or the first of them where they are too wide for one batch: those are added no more.
  // There is at least one (checked). After an error the rows are as they were.
  [[nodiscard]] absl::StatusOr<RecordBatch> Finish();

 private:
  struct Piece {
    uint32_t block = 0;
    uint32_t first = 0;
    uint32_t rows = 0;
  };
  [[nodiscard]] absl::StatusOr<RecordBatch> Slice() const;
  // The number of the first rows that one batch takes, by the mean width of their blocks' rows.
  [[nodiscard]] absl::StatusOr<uint64_t> FittingRows() const;
  [[nodiscard]] uint32_t SlotOf(const std::shared_ptr<ColumnBlock>& block);
  [[nodiscard]] std::vector<query::RowPlace> Places(uint64_t count) const;
  [[nodiscard]] absl::StatusOr<RecordBatch> Copy(uint64_t count) const;
  void Drop(uint64_t count);

  const Schema schema_;
  const bool backward_;
  std::vector<std::shared_ptr<ColumnBlock>> blocks_;  // those that pieces are of
  std::vector<Piece> pieces_;
  uint64_t rows_ = 0;
};

}  // namespace ashlar::store

#endif  // ASHLAR_SRC_STORE_ROW_GATHER_H_
