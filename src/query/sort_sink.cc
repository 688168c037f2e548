// Parts keep rows as batches and keys as columns; sorting is the last step. See the header.
#include "src/query/sort_sink.h"

#include <iterator>
#include <utility>

#include "ashlar/status_macros.h"
#include "src/base/check.h"
#include "src/query/gather_reader.h"
#include "src/query/output_columns.h"
#include "src/query/sort_rows.h"
#include "src/query/take.h"

namespace ashlar::query {
namespace {

constexpr std::string_view kOperation = "order by";
// Fewer rows than these of a morsel wait for those of the next: slices are kept where they are
// long, copies are made where batches would be tiny.
constexpr int64_t kFewRows = 4096;

class SortPart final : public SinkPart {
 public:
  SortPart(const std::vector<BoundPtr>& outputs, const Schema& schema,
           const std::vector<BoundSortKey>& keys, BackEnd back_end, MemoryBudget* budget)
      : output_(outputs, schema, back_end),
        keys_(keys),
        share_(budget, kOperation),
        vector_(std::make_unique<Vector>()) {
    for (const BoundSortKey& key : keys)
      evaluators_.push_back(MakeEvaluator(key.expression, back_end));
  }

  absl::Status BeginMorsel(Morsel& morsel, size_t index) override {
    (void)index;
    for (const auto& evaluator : evaluators_) RETURN_IF_ERROR(evaluator->BeginMorsel(morsel));
    return output_.BeginMorsel(morsel);
  }

  absl::Status Consume(const ZoneRange& zone, const Bits& selection, int64_t) override {
    for (size_t i = 0; i < evaluators_.size(); ++i) {
      RETURN_IF_ERROR(evaluators_[i]->Evaluate(zone, selection, vector_.get()));
      keys_.Append(i, *vector_, selection);
    }
    RETURN_IF_ERROR(output_.Append(zone, selection));
    if (output_.rows() >= kBatchRows) RETURN_IF_ERROR(FinishBatch());
    return share_.GrowTo(keys_.bytes() + batch_bytes_ + output_.bytes());
  }

  absl::Status EndMorsel() override {
    if (output_.rows() >= kFewRows) RETURN_IF_ERROR(FinishBatch());
    return output_.EndMorsel();
  }

  // No more rows: what is left becomes a batch.
  absl::Status Close() {
    if (output_.rows() != 0) RETURN_IF_ERROR(FinishBatch());
    return absl::OkStatus();
  }

  SortKeys& keys() { return keys_; }
  std::vector<RecordBatch>& batches() { return batches_; }
  [[nodiscard]] uint64_t bytes_copied() const { return output_.bytes_copied(); }

 private:
  absl::Status FinishBatch() {
    ASSIGN_OR_RETURN(RecordBatch batch, output_.Finish());
    for (const Column& column : batch.columns()) batch_bytes_ += ViewBytes(column);
    batches_.push_back(std::move(batch));
    return absl::OkStatus();
  }

  OutputColumns output_;
  SortKeys keys_;
  MemoryShare share_;
  std::unique_ptr<Vector> vector_;
  std::vector<std::unique_ptr<Evaluator>> evaluators_;
  std::vector<RecordBatch> batches_;
  uint64_t batch_bytes_ = 0;
};

// What parts and the sort hold of the budget, for as long as their rows are read.
struct Holdings {
  explicit Holdings(MemoryBudget* budget) : sort(budget, kOperation) {}
  MemoryShare sort;
  std::vector<std::unique_ptr<SinkPart>> parts;
};

class SortSink final : public Sink {
 public:
  SortSink(std::vector<BoundPtr> outputs, Schema schema, std::vector<BoundSortKey> keys,
           BackEnd back_end, MemoryBudget* budget, SourceCounters* counters,
           const QueryControl* control)
      : outputs_(std::move(outputs)),
        schema_(std::move(schema)),
        sort_keys_(std::move(keys)),
        back_end_(back_end),
        budget_(budget),
        counters_(counters),
        control_(control),
        keys_(sort_keys_),
        holdings_(std::make_shared<Holdings>(budget)) {}

  const Schema& schema() const override { return schema_; }

  absl::StatusOr<std::unique_ptr<SinkPart>> NewPart() override {
    return std::make_unique<SortPart>(outputs_, schema_, sort_keys_, back_end_, budget_);
  }

  absl::Status Merge(std::unique_ptr<SinkPart> part) override {
    auto& rows = static_cast<SortPart&>(*part);
    RETURN_IF_ERROR(rows.Close());
    if (keys_.rows() + rows.keys().rows() > SortKeys::kMaxRows) {
      return absl::ResourceExhaustedError("order by takes at most 4294967295 rows");
    }
    if (counters_ != nullptr) counters_->bytes_copied += rows.bytes_copied();
    keys_.Absorb(std::move(rows.keys()));
    std::ranges::move(rows.batches(), std::back_inserter(batches_));
    rows.batches().clear();
    holdings_->parts.push_back(std::move(part));
    return absl::OkStatus();
  }

  absl::StatusOr<std::unique_ptr<BatchReader>> Finish() override {
    RETURN_IF_ERROR(holdings_->sort.GrowTo(keys_.rows() * kSortBytesPerRow));
    ASSIGN_OR_RETURN(std::vector<uint32_t> order, SortRows(keys_, control_));
    keys_ = SortKeys(sort_keys_);
    return MakeGatherReader(schema_, std::move(batches_), std::move(order), std::move(holdings_),
                            control_);
  }

 private:
  const std::vector<BoundPtr> outputs_;
  const Schema schema_;
  const std::vector<BoundSortKey> sort_keys_;
  const BackEnd back_end_;
  MemoryBudget* const budget_;
  SourceCounters* const counters_;
  const QueryControl* const control_;
  SortKeys keys_;
  std::vector<RecordBatch> batches_;
  std::shared_ptr<Holdings> holdings_;
};

}  // namespace

std::unique_ptr<Sink> MakeSortSink(std::vector<BoundPtr> outputs, Schema schema,
                                   std::vector<BoundSortKey> keys, BackEnd back_end,
                                   MemoryBudget* budget, SourceCounters* counters,
                                   const QueryControl* control) {
  return std::make_unique<SortSink>(std::move(outputs), std::move(schema), std::move(keys),
                                    back_end, budget, counters, control);
}

}  // namespace ashlar::query
