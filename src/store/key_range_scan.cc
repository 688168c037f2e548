// Pieces of runs to batches; see the header.
#include "src/store/key_range_scan.h"

#include <algorithm>
#include <utility>

#include "ashlar/status_macros.h"
#include "src/base/check.h"
#include "src/store/key_bounds.h"
#include "src/store/projection.h"
#include "src/store/row_gather.h"
#include "src/store/run_merge.h"

namespace ashlar::store {
namespace {

constexpr uint64_t kBatchRows = 4096;
// Pieces of so many rows make a batch of their own, without a copy. A batch costs about as much as
// copying so many rows.
constexpr uint64_t kSliceRows = 256;

class KeyRangeScan final : public BatchReader {
 public:
  KeyRangeScan(RunMerge merge, Schema schema, bool backward, uint64_t limit)
      : merge_(std::move(merge)), gather_(std::move(schema), backward), left_(limit) {}

  const Schema& schema() const override { return gather_.schema(); }

  absl::StatusOr<bool> Next(RecordBatch* batch) override {
    // What failed once stays so: going on behind it would leave out rows.
    RETURN_IF_ERROR(failure_);
    absl::StatusOr<bool> more = ReadNext(batch);
    failure_ = more.status();
    return more;
  }

 private:
  absl::StatusOr<bool> ReadNext(RecordBatch* batch) {
    // Rows that were too wide for the last batch come first.
    if (gather_.rows() == 0) RETURN_IF_ERROR(Fill());
    if (gather_.rows() == 0) return false;
    ASSIGN_OR_RETURN(*batch, gather_.Finish());
    return true;
  }

  absl::Status Fill() {
    while (left_ > 0 && gather_.rows() < kBatchRows) {
      ASSIGN_OR_RETURN(const RunPiece piece,
                       merge_.Peek(std::min(left_, kBatchRows - gather_.rows())));
      if (piece.rows == 0) break;
      const bool alone = !gather_.backward() && piece.rows >= kSliceRows;
      if (alone && gather_.rows() > 0) break;
      piece.run->AddRows(piece.first, piece.rows, &gather_);
      merge_.Advance(piece);
      left_ -= piece.rows;
      if (alone) break;
    }
    return absl::OkStatus();
  }

  RunMerge merge_;
  RowGather gather_;
  uint64_t left_;
  absl::Status failure_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<BatchReader>> ScanKeyRange(
    std::shared_ptr<const Dataset::Impl> dataset, const KeyRangeOptions& options,
    RangeMemory memory) {
  ASHLAR_CHECK(dataset != nullptr && dataset->state != nullptr);
  RETURN_IF_ERROR(CheckKeyed(*dataset));
  ASSIGN_OR_RETURN(KeyBounds bounds, MakeKeyBounds(dataset->keys->codec(), options));
  ASSIGN_OR_RETURN(Projection projected, Project(dataset->state->schema, options.columns));
  const auto projection = std::make_shared<const Projection>(std::move(projected));
  std::vector<std::unique_ptr<SortedRun>> runs;
  for (auto& rows : memory.memtables) runs.push_back(MakeMemoryRun(std::move(rows), projection));
  SegmentRuns segments(std::move(dataset), projection, bounds, options.backward,
                       std::move(memory.dead));
  RunMerge merge(std::move(runs), std::move(segments), std::move(bounds), options.backward);
  return std::make_unique<KeyRangeScan>(std::move(merge), projection->schema, options.backward,
                                        options.limit);
}

}  // namespace ashlar::store
