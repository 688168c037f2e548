// Batches of generated rows, one column after the other, which is kind to caches of wide tables.
#include "bench/generators/row_generator.h"

#include <algorithm>

#include "src/base/check.h"

namespace ashlar::bench {
namespace {

class GeneratedReader final : public BatchReader {
 public:
  GeneratedReader(std::unique_ptr<const RowGenerator> generator, uint64_t rows, uint64_t batch_rows)
      : generator_(std::move(generator)), rows_(rows), batch_rows_(batch_rows) {
    ASHLAR_CHECK(batch_rows > 0);
  }

  const Schema& schema() const override { return generator_->schema(); }

  absl::StatusOr<bool> Next(RecordBatch* batch) override {
    if (next_ == rows_) return false;
    const uint64_t count = std::min(batch_rows_, rows_ - next_);
    *batch = generator_->Rows(next_, count);
    next_ += count;
    return true;
  }

 private:
  const std::unique_ptr<const RowGenerator> generator_;
  const uint64_t rows_;
  const uint64_t batch_rows_;
  uint64_t next_ = 0;
};

}  // namespace

RecordBatch RowGenerator::Rows(uint64_t first, uint64_t count) const {
  RecordBatchBuilder builder(schema_);
  for (size_t column = 0; column < schema_.size(); ++column) {
    AppendRows(column, first, count, builder.column(column));
  }
  absl::StatusOr<RecordBatch> batch = builder.Finish();
  ASHLAR_CHECK_OK(batch.status());
  return *std::move(batch);
}

std::unique_ptr<BatchReader> MakeGeneratedReader(std::unique_ptr<const RowGenerator> generator,
                                                 uint64_t rows, uint64_t batch_rows) {
  return std::make_unique<GeneratedReader>(std::move(generator), rows, batch_rows);
}

}  // namespace ashlar::bench
