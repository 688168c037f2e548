// Parts, merging and the result; see the header.
#include "src/query/aggregate_sink.h"

#include <algorithm>
#include <utility>

#include "ashlar/builder.h"
#include "ashlar/status_macros.h"
#include "src/query/aggregate_table.h"

namespace ashlar::query {
namespace {

constexpr size_t kBatchRows = size_t{64} << 10;
// A batch of long strings is cut earlier, so that streaming it takes little memory.
constexpr uint64_t kBatchBytes = uint64_t{16} << 20;

using PlanPtr = std::shared_ptr<const AggregatePlan>;

class AggregatePart final : public SinkPart {
 public:
  AggregatePart(const AggregatePlan& plan, MemoryBudget* budget)
      : table_(std::make_unique<AggregateTable>(plan, budget)) {}

  absl::Status BeginMorsel(Morsel& morsel, size_t) override { return table_->BeginMorsel(morsel); }
  absl::Status Consume(const ZoneRange& zone, const Bits& selection, int64_t count) override {
    return table_->Consume(zone, selection, count);
  }
  absl::Status EndMorsel() override {
    table_->EndMorsel();
    return absl::OkStatus();
  }
  std::unique_ptr<AggregateTable> TakeTable() { return std::move(table_); }

 private:
  std::unique_ptr<AggregateTable> table_;
};

class AggregateReader final : public BatchReader {
 public:
  AggregateReader(PlanPtr plan, std::unique_ptr<AggregateTable> table)
      : plan_(std::move(plan)), table_(std::move(table)), builder_(plan_->schema) {
    for (size_t i = 0; i < plan_->schema.size(); ++i) builders_.push_back(&builder_.column(i));
  }

  const Schema& schema() const override { return plan_->schema; }

  absl::StatusOr<bool> Next(RecordBatch* batch) override {
    if (next_ == table_->groups()) return false;
    const size_t end = next_ + std::min(kBatchRows, table_->groups() - next_);
    while (next_ < end && builder_.byte_size() < kBatchBytes) {
      const size_t some = next_ + std::min<size_t>(kZoneRows, end - next_);
      for (; next_ < some; ++next_) RETURN_IF_ERROR(table_->Append(next_, builders_.data()));
    }
    ASSIGN_OR_RETURN(*batch, builder_.Finish());
    return true;
  }

 private:
  const PlanPtr plan_;
  const std::unique_ptr<AggregateTable> table_;
  RecordBatchBuilder builder_;
  std::vector<ColumnBuilder*> builders_;
  size_t next_ = 0;
};

class AggregateSink final : public Sink {
 public:
  AggregateSink(PlanPtr plan, MemoryBudget* budget) : plan_(std::move(plan)), budget_(budget) {}

  absl::StatusOr<std::unique_ptr<SinkPart>> NewPart() override {
    return std::make_unique<AggregatePart>(*plan_, budget_);
  }

  absl::Status Merge(std::unique_ptr<SinkPart> part) override {
    auto table = static_cast<AggregatePart&>(*part).TakeTable();
    if (table_ == nullptr) {  // the first part becomes the result, nothing is copied
      table_ = std::move(table);
      return absl::OkStatus();
    }
    return table_->Merge(*table);
  }

  absl::StatusOr<std::unique_ptr<BatchReader>> Finish() override {
    if (table_ == nullptr) table_ = std::make_unique<AggregateTable>(*plan_, budget_);
    RETURN_IF_ERROR(table_->Seal());
    return std::make_unique<AggregateReader>(plan_, std::move(table_));
  }

  const Schema& schema() const override { return plan_->schema; }

 private:
  const PlanPtr plan_;
  MemoryBudget* const budget_;
  std::unique_ptr<AggregateTable> table_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Sink>> MakeAggregateSink(std::vector<BoundPtr> keys,
                                                        std::vector<std::string> key_names,
                                                        std::vector<BoundAggregate> aggregates,
                                                        BackEnd back_end, MemoryBudget* budget) {
  ASSIGN_OR_RETURN(AggregatePlan plan,
                   PlanAggregate(std::move(keys), key_names, std::move(aggregates), back_end));
  return std::make_unique<AggregateSink>(std::make_shared<const AggregatePlan>(std::move(plan)),
                                         budget);
}

}  // namespace ashlar::query
