// A source that breaks off: some batches, then an error instead of the rest.
#ifndef ASHLAR_TESTS_TESTING_FAILING_READER_H_
#define ASHLAR_TESTS_TESTING_FAILING_READER_H_

#include <memory>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "ashlar/column.h"
#include "ashlar/types.h"

namespace ashlar::testkit {

class FailingReader final : public BatchReader {
 public:
  // Of the schema of the first batch.
  explicit FailingReader(const std::vector<RecordBatch>& batches,
                         absl::Status failure = absl::DataLossError("the source is broken"))
      : reader_(MakeBatchReader(batches.front().schema(), batches)), failure_(std::move(failure)) {}
  FailingReader(const Schema& schema, std::vector<RecordBatch> batches, absl::Status failure)
      : reader_(MakeBatchReader(schema, std::move(batches))), failure_(std::move(failure)) {}
  const Schema& schema() const override { return reader_->schema(); }
  absl::StatusOr<bool> Next(RecordBatch* batch) override {
    absl::StatusOr<bool> more = reader_->Next(batch);
    if (more.ok() && !*more) return failure_;
    return more;
  }

 private:
  const std::unique_ptr<BatchReader> reader_;
  const absl::Status failure_;
};

}  // namespace ashlar::testkit

#endif  // ASHLAR_TESTS_TESTING_FAILING_READER_H_
