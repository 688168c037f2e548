// RowGenerator: rows of a synthetic dataset, made from their numbers alone.
//
// Owns: the contract of all generators, and the reader that streams one. Does not own: what the
// rows say (scan_table.h, wide_table.h, deep_nest.h, mixed_types.h). Why numbers alone: row r is
// the same whatever the batch size, the range asked for and the thread, so that tests may cut
// batches as they like and a failure is repeated by its seed.
#ifndef ASHLAR_BENCH_GENERATORS_ROW_GENERATOR_H_
#define ASHLAR_BENCH_GENERATORS_ROW_GENERATOR_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

#include "ashlar/builder.h"
#include "ashlar/column.h"
#include "ashlar/types.h"

namespace ashlar::bench {

// Immutable, so safe on any thread.
class RowGenerator {
 public:
  RowGenerator(const RowGenerator&) = delete;
  RowGenerator& operator=(const RowGenerator&) = delete;
  virtual ~RowGenerator() = default;

  [[nodiscard]] const Schema& schema() const { return schema_; }
  // Rows [first, first + count). Stops the process when a buffer would pass 2 GiB: ask for less.
  [[nodiscard]] RecordBatch Rows(uint64_t first, uint64_t count) const;

 protected:
  explicit RowGenerator(Schema schema) : schema_(std::move(schema)) {}

 private:
  // Appends the values that column `column` has in these rows.
  virtual void AppendRows(size_t column, uint64_t first, uint64_t count,
                          ColumnBuilder& builder) const = 0;

  const Schema schema_;
};

// Rows [0, rows) in batches of `batch_rows` (at least one; the last may be shorter). Holds no
// batch.
[[nodiscard]] std::unique_ptr<BatchReader> MakeGeneratedReader(
    std::unique_ptr<const RowGenerator> generator, uint64_t rows, uint64_t batch_rows);

}  // namespace ashlar::bench

#endif  // ASHLAR_BENCH_GENERATORS_ROW_GENERATOR_H_
