// From rows to groups to running values; see the header.
#include "src/query/aggregate_table.h"

#include <algorithm>

#include "ashlar/status_macros.h"
#include "src/base/check.h"

namespace ashlar::query {
namespace {

// Values that nobody counts, but which loops over all rows read.
void PointAtZeros(Vector* vector, int64_t rows) {
  std::fill_n(vector->words.begin(), rows, 0);
  std::fill_n(vector->views.begin(), rows, std::string_view());
  vector->int64 = vector->words.data();
  vector->uint64 = reinterpret_cast<const uint64_t*>(vector->words.data());
  vector->real = reinterpret_cast<const double*>(vector->words.data());
  vector->bytes = vector->views.data();
}

// Writes out a vector that says all rows are alike, so that loops over rows need not know.
void ExpandConstant(Vector* vector, int64_t rows) {
  if (!vector->constant) return;
  vector->constant = false;
  if (vector->IsNull(0)) {
    vector->valid = Bits();
    PointAtZeros(vector, rows);
    return;
  }
  vector->has_nulls = false;
  switch (vector->physical) {
    case Physical::kBool:
      vector->bits = vector->bits.Get(0) ? Bits::FirstRows(rows) : Bits();
      break;
    case Physical::kInt64:
      std::fill_n(vector->words.begin(), rows, vector->int64[0]);
      vector->int64 = vector->words.data();
      break;
    case Physical::kUInt64:
      std::fill_n(vector->words.begin(), rows, static_cast<int64_t>(vector->uint64[0]));
      vector->uint64 = reinterpret_cast<const uint64_t*>(vector->words.data());
      break;
    case Physical::kDouble: {
      auto* const reals = reinterpret_cast<double*>(vector->words.data());
      std::fill_n(reals, rows, double{vector->real[0]});
      vector->real = reals;
      break;
    }
    case Physical::kBytes:
      std::fill_n(vector->views.begin(), rows, std::string_view(vector->bytes[0]));
      vector->bytes = vector->views.data();
      break;
    default:
      break;  // only counted
  }
}

}  // namespace

AggregateTable::AggregateTable(const AggregatePlan& plan, MemoryBudget* budget)
    : plan_(plan),
      meter_(budget, plan.operation),
      keys_(plan.keys, plan.back_end, &meter_),
      row_counts_(&meter_, 0) {
  for (const BoundPtr& argument : plan.arguments) {
    arguments_.emplace_back(argument, plan.back_end, &meter_);
  }
  for (const AggregatePlan::State& state : plan.states) {
    accumulators_.push_back(MakeAccumulator(state, !plan.keys.empty(), plan.back_end, &meter_));
  }
}

absl::Status AggregateTable::BeginMorsel(Morsel& morsel) {
  RETURN_IF_ERROR(keys_.BeginMorsel(morsel));
  for (Argument& argument : arguments_) RETURN_IF_ERROR(argument.evaluator->BeginMorsel(morsel));
  for (const auto& accumulator : accumulators_) RETURN_IF_ERROR(accumulator->BeginMorsel(morsel));
  return absl::OkStatus();
}

void AggregateTable::EndMorsel() {
  keys_.EndMorsel();
  for (const auto& accumulator : accumulators_) accumulator->EndMorsel();
}

absl::Status AggregateTable::Consume(const ZoneRange& zone, const Bits& selection, int64_t count) {
  rows_.Assign(zone, selection, count);
  RETURN_IF_ERROR(keys_.Number(rows_, &row_groups_));
  RETURN_IF_ERROR(Resize());
  if (row_groups_.constant) {
    row_counts_.FoldInto(row_groups_.first, static_cast<int64_t>(rows_.count()));
  } else {
    row_counts_.FoldRows(rows_, row_groups_, nullptr, [](int64_t) { return 1; });
  }
  for (Argument& argument : arguments_) RETURN_IF_ERROR(Evaluate(&argument));
  for (size_t i = 0; i < accumulators_.size(); ++i) {
    const size_t argument = plan_.states[i].argument;
    RETURN_IF_ERROR(accumulators_[i]->Update(
        rows_, row_groups_, argument == kNoIndex ? nullptr : &arguments_[argument].vector));
  }
  return absl::OkStatus();
}

absl::Status AggregateTable::Resize() {
  const size_t groups = keys_.size();
  if (groups == row_counts_.size()) return absl::OkStatus();
  RETURN_IF_ERROR(row_counts_.Resize(groups));
  for (Argument& argument : arguments_) {
    if (argument.nulls.size() != 0) RETURN_IF_ERROR(argument.nulls.Resize(groups));
  }
  for (const auto& accumulator : accumulators_) RETURN_IF_ERROR(accumulator->Resize(groups));
  return absl::OkStatus();
}

absl::Status AggregateTable::Evaluate(Argument* argument) {
  Vector& vector = argument->vector;
  RETURN_IF_ERROR(argument->evaluator->Evaluate(rows_.zone(), rows_.selection(), &vector));
  ExpandConstant(&vector, rows_.zone().rows);
  if (!vector.has_nulls) return absl::OkStatus();
  RETURN_IF_ERROR(argument->nulls.Resize(keys_.size()));
  argument->nulls.FoldRows(rows_, row_groups_, nullptr,
                           [&vector](int64_t row) { return vector.valid.Get(row) ? 0 : 1; });
  return absl::OkStatus();
}

absl::Status AggregateTable::Merge(AggregateTable& part) {
  MeteredArray<uint32_t> map(&meter_);
  RETURN_IF_ERROR(keys_.Absorb(part.keys_, &map));
  RETURN_IF_ERROR(part.Resize());
  RETURN_IF_ERROR(Resize());
  row_counts_.Merge(part.row_counts_, map.values);
  for (size_t i = 0; i < arguments_.size(); ++i) {
    Counts& nulls = arguments_[i].nulls;
    if (part.arguments_[i].nulls.size() == 0) continue;
    RETURN_IF_ERROR(nulls.Resize(keys_.size()));
    nulls.Merge(part.arguments_[i].nulls, map.values);
  }
  for (size_t i = 0; i < accumulators_.size(); ++i) {
    RETURN_IF_ERROR(accumulators_[i]->Merge(*part.accumulators_[i], map.values));
    part.accumulators_[i].reset();
  }
  map.Release();
  return absl::OkStatus();
}

absl::Status AggregateTable::Append(size_t group, ColumnBuilder* const* builders) const {
  RETURN_IF_ERROR(keys_.Append(group, builders));
  for (size_t i = 0; i < plan_.results.size(); ++i) {
    RETURN_IF_ERROR(AppendResult(plan_.results[i], group, builders[plan_.keys.size() + i]));
  }
  return absl::OkStatus();
}

absl::Status AggregateTable::AppendResult(const AggregatePlan::Result& result, size_t group,
                                          ColumnBuilder* builder) const {
  int64_t values = row_counts_.Get(group);
  if (result.argument != kNoIndex && arguments_[result.argument].nulls.size() != 0) {
    values -= arguments_[result.argument].nulls.Get(group);
  }
  const Aggregate::Kind kind = result.aggregate.kind;
  if (kind == Aggregate::Kind::kCountRows || kind == Aggregate::Kind::kCount) {
    return builder->AppendInt64(values);
  }
  if (values == 0 && kind != Aggregate::Kind::kCountDistinct) {
    builder->AppendNull();
    return absl::OkStatus();
  }
  return accumulators_[result.state]->Append(result.aggregate, group, values, builder);
}

}  // namespace ashlar::query
