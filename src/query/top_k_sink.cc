// Parts share the sharpest bound any of them has; see the header.
#include "src/query/top_k_sink.h"

#include <atomic>
#include <numeric>
#include <utility>

#include "ashlar/status_macros.h"
#include "src/base/bytes.h"
#include "src/base/check.h"
#include "src/query/gather_reader.h"
#include "src/query/order_word.h"
#include "src/query/top_k_candidates.h"

namespace ashlar::query {
namespace {

constexpr std::string_view kOperation = "order by with a limit";

// The order word of a first key: that many rows as are wanted have no greater one. Which part saw
// them first does not matter, for a row with an equal word stays a candidate.
class SharedBound {
 public:
  void Sharpen(const KeyBound& bound) {
    if (!bound.known) return;
    uint64_t word = word_.load(std::memory_order_relaxed);
    while (bound.word < word &&
           !word_.compare_exchange_weak(word, bound.word, std::memory_order_relaxed)) {
    }
    known_.store(true, std::memory_order_release);
  }
  [[nodiscard]] KeyBound Get() const {
    const bool known = known_.load(std::memory_order_acquire);
    return {.known = known, .inclusive = true, .word = word_.load(std::memory_order_relaxed)};
  }

 private:
  std::atomic<bool> known_{false};
  std::atomic<uint64_t> word_{UINT64_MAX};
};

class TopKPart final : public SinkPart {
 public:
  TopKPart(const std::vector<BoundSortKey>& keys, uint64_t wanted, BackEnd back_end,
           MemoryBudget* budget, SharedBound* shared, const QueryControl* control)
      : sort_keys_(keys),
        shared_(shared),
        control_(control),
        candidates_(keys, wanted),
        share_(budget, kOperation) {
    for (const BoundSortKey& key : keys) {
      evaluators_.push_back(MakeEvaluator(key.expression, back_end));
      vectors_.push_back(std::make_unique<Vector>());
    }
  }

  absl::Status BeginMorsel(Morsel& morsel, size_t index) override {
    ASHLAR_CHECK(index <= UINT32_MAX);
    morsel_ = static_cast<uint32_t>(index);
    for (const auto& evaluator : evaluators_) RETURN_IF_ERROR(evaluator->BeginMorsel(morsel));
    return absl::OkStatus();
  }

  absl::Status Consume(const ZoneRange& zone, const Bits& selection, int64_t) override {
    RETURN_IF_ERROR(evaluators_[0]->Evaluate(zone, selection, vectors_[0].get()));
    Bits candidates = selection;
    const bool descending = sort_keys_[0].descending;
    KeepBetter(*vectors_[0], zone.rows, descending, bound_, &candidates);
    KeepBetter(*vectors_[0], zone.rows, descending, shared_->Get(), &candidates);
    const bool none = candidates.None();
    for (size_t i = 1; i < evaluators_.size(); ++i) {
      const bool may_fail = sort_keys_[i].expression->may_fail;
      if (none && !may_fail) continue;
      const Bits& wanted = may_fail ? selection : candidates;
      RETURN_IF_ERROR(evaluators_[i]->Evaluate(zone, wanted, vectors_[i].get()));
    }
    return none ? absl::OkStatus() : AddCandidates(zone, candidates);
  }

  bool satisfied() const override { return candidates_.wanted() == 0; }

  TopKCandidates& candidates() { return candidates_; }

 private:
  absl::Status AddCandidates(const ZoneRange& zone, const Bits& candidates) {
    if (candidates_.rows().size() > SortKeys::kMaxRows - kZoneRows) {
      return absl::ResourceExhaustedError("order by takes at most 4294967295 rows");
    }
    for (size_t i = 0; i < vectors_.size(); ++i) {
      candidates_.keys().Append(i, *vectors_[i], candidates);
    }
    ForEachRow(candidates, [&](int64_t row) {
      candidates_.rows().push_back({morsel_, static_cast<uint32_t>(zone.first_row + row)});
    });
    RETURN_IF_ERROR(share_.GrowTo(candidates_.bytes()));
    if (candidates_.full()) {
      RETURN_IF_ERROR(candidates_.Prune(&bound_, control_));
      shared_->Sharpen(bound_);
    }
    return absl::OkStatus();
  }

  const std::vector<BoundSortKey>& sort_keys_;
  SharedBound* const shared_;
  const QueryControl* const control_;
  TopKCandidates candidates_;
  MemoryShare share_;
  KeyBound bound_;
  std::vector<std::unique_ptr<Evaluator>> evaluators_;
  std::vector<std::unique_ptr<Vector>> vectors_;  // one a key
  uint32_t morsel_ = 0;
};

class TopKSinkImpl final : public TopKSink {
 public:
  TopKSinkImpl(LateOutput output, std::vector<BoundSortKey> keys, uint64_t limit, uint64_t skip,
               MemoryBudget* budget)
      : output_(std::move(output)),
        sort_keys_(std::move(keys)),
        skip_(skip),
        wanted_(limit == 0 ? 0 : base::CheckedAdd(limit, skip).value_or(UINT64_MAX)),
        budget_(budget),
        candidates_(sort_keys_, wanted_),
        share_(std::make_shared<MemoryShare>(budget, kOperation)) {}

  const Schema& schema() const override { return output_.schema; }

  absl::StatusOr<std::unique_ptr<SinkPart>> NewPart() override {
    return std::make_unique<TopKPart>(sort_keys_, wanted_, output_.back_end, budget_, &bound_,
                                      output_.control);
  }

  absl::Status Merge(std::unique_ptr<SinkPart> part) override {
    TopKCandidates& rows = static_cast<TopKPart&>(*part).candidates();
    if (candidates_.rows().size() + rows.rows().size() > SortKeys::kMaxRows) {
      return absl::ResourceExhaustedError("order by takes at most 4294967295 rows");
    }
    RETURN_IF_ERROR(share_->GrowTo(candidates_.bytes() + rows.bytes()));
    candidates_.Absorb(std::move(rows));
    if (candidates_.full()) {
      KeyBound bound;
      RETURN_IF_ERROR(candidates_.Prune(&bound, output_.control));
      bound_.Sharpen(bound);
    }
    return absl::OkStatus();
  }

  absl::StatusOr<std::unique_ptr<BatchReader>> Finish() override {
    const uint64_t bytes = candidates_.bytes();
    RETURN_IF_ERROR(share_->GrowTo(bytes + candidates_.rows().size() * kSortBytesPerRow));
    ASSIGN_OR_RETURN(std::vector<uint32_t> order, SortRows(candidates_.keys(), output_.control));
    order.resize(std::min<uint64_t>(order.size(), wanted_));
    const auto skipped = std::min<uint64_t>(order.size(), skip_);
    order.erase(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(skipped));
    const std::vector<RowId> rows = NumberWinners(&order);
    ASSIGN_OR_RETURN(std::vector<RecordBatch> batches, ReadRows(output_, rows, bytes, *share_));
    return MakeGatherReader(output_.schema, std::move(batches), std::move(order), share_,
                            output_.control);
  }

  std::optional<LiteralValue> threshold() const override {
    const KeyBound bound = bound_.Get();
    if (!bound.known) return std::nullopt;
    const BoundSortKey& key = sort_keys_[0];
    const uint64_t word = key.descending ? ~bound.word : bound.word;
    LiteralValue value;
    value.is_null = false;
    switch (key.expression->physical) {
      case Physical::kInt64:
        value.int64 = Int64OfWord(word);
        return value;
      case Physical::kUInt64:
        value.uint64 = word;
        return value;
      case Physical::kDouble:
        value.real = DoubleOfWord(word);
        return value;
      default:
        return std::nullopt;
    }
  }

 private:
  // The winners in the order of the source; candidates in `order` become numbers of those.
  std::vector<RowId> NumberWinners(std::vector<uint32_t>* order) {
    constexpr uint32_t kLoser = UINT32_MAX;
    std::vector<uint32_t> numbers(candidates_.rows().size(), kLoser);
    for (const uint32_t candidate : *order) numbers[candidate] = 0;
    std::vector<RowId> rows;
    rows.reserve(order->size());
    for (size_t candidate = 0; candidate < numbers.size(); ++candidate) {
      if (numbers[candidate] == kLoser) continue;
      numbers[candidate] = static_cast<uint32_t>(rows.size());
      rows.push_back(candidates_.rows()[candidate]);
    }
    for (uint32_t& candidate : *order) candidate = numbers[candidate];
    return rows;
  }

  const LateOutput output_;
  const std::vector<BoundSortKey> sort_keys_;
  const uint64_t skip_;
  const uint64_t wanted_;
  MemoryBudget* const budget_;
  TopKCandidates candidates_;
  SharedBound bound_;
  std::shared_ptr<MemoryShare> share_;
};

}  // namespace

std::unique_ptr<TopKSink> MakeTopKSink(std::vector<BoundPtr> outputs, Schema schema,
                                       std::vector<BoundSortKey> keys, uint64_t limit,
                                       uint64_t skip, BackEnd back_end, MemoryBudget* budget,
                                       std::shared_ptr<const Source> source,
                                       const std::vector<Input>* inputs, SourceCounters* counters,
                                       const QueryControl* control,
                                       std::vector<size_t> read_before) {
  LateOutput output = {.outputs = std::move(outputs),
                       .schema = std::move(schema),
                       .source = std::move(source),
                       .inputs = inputs,
                       .counters = counters,
                       .control = control,
                       .read_before = std::move(read_before),
                       .back_end = back_end};
  return std::make_unique<TopKSinkImpl>(std::move(output), std::move(keys), limit, skip, budget);
}

}  // namespace ashlar::query
