// Cutting a stream of batches into runs.

#include "src/store/segment_cutter.h"

#include <numeric>
#include <utility>

#include "src/base/check.h"
#include "src/columnar/row_hash.h"
#include "src/store/row_bytes.h"

namespace ashlar::store {

SegmentCutter::SegmentCutter(const columnar::ChunkerParams& params,
                             std::optional<uint64_t> rows_hint)
    : params_(params) {
  if (params_.target_rows == 0 && rows_hint.has_value()) {
    params_.target_rows = columnar::ChooseTargetRows(*rows_hint);
  }
  if (params_.target_rows != 0) chunker_.emplace(params_);
}

void SegmentCutter::Add(const RecordBatch& batch, std::vector<RowRun>* ready) {
  if (batch.rows() == 0) return;
  auto shared = std::make_shared<const RecordBatch>(batch);
  if (chunker_.has_value()) return Cut(std::move(shared), ready);
  const RowBytes bytes = MeasureRows(batch);
  undecided_rows_ += static_cast<uint64_t>(batch.rows());
  undecided_bytes_ += bytes.uniform * static_cast<uint64_t>(batch.rows()) +
                      std::accumulate(bytes.variable.begin(), bytes.variable.end(), uint64_t{0});
  undecided_.push_back(std::move(shared));
  if (undecided_rows_ >= kUndecidedRows || undecided_bytes_ >= kUndecidedBytes) Decide(ready);
}

void SegmentCutter::Finish(std::vector<RowRun>* ready) {
  if (!chunker_.has_value()) Decide(ready);
  if (run_.rows != 0) ready->push_back(std::exchange(run_, RowRun{}));
}

void SegmentCutter::Decide(std::vector<RowRun>* ready) {
  params_.target_rows = columnar::ChooseTargetRows(undecided_rows_);
  chunker_.emplace(params_);
  for (auto& batch : std::exchange(undecided_, {})) Cut(std::move(batch), ready);
}

void SegmentCutter::Cut(std::shared_ptr<const RecordBatch> batch, std::vector<RowRun>* ready) {
  ASHLAR_CHECK(chunker_.has_value());
  const RowBytes bytes = MeasureRows(*batch);
  std::vector<uint64_t> hashes;
  if (params_.mode == columnar::ChunkingMode::kContentDefined) {
    hashes = columnar::HashRows(*batch);
  } else {
    hashes.resize(static_cast<size_t>(batch->rows()));
  }
  std::vector<int64_t> cuts;
  chunker_->Feed(hashes, bytes.variable, bytes.uniform, &cuts);
  int64_t begin = 0;
  for (const int64_t cut : cuts) {
    Extend(batch, begin, cut);
    if (run_.rows != 0) ready->push_back(std::exchange(run_, RowRun{}));
    begin = cut;
  }
  Extend(batch, begin, batch->rows());
}

void SegmentCutter::Extend(const std::shared_ptr<const RecordBatch>& batch, int64_t begin,
                           int64_t end) {
  ASHLAR_CHECK(begin <= end);
  if (begin == end) return;
  run_.pieces.push_back({batch, begin, end - begin});
  run_.rows += static_cast<uint64_t>(end - begin);
}

}  // namespace ashlar::store
