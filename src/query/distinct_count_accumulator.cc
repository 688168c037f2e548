// Exact counts of distinct values.
//
// Owns: the values seen, each once for all groups, and which group has seen which value. Without
// keys the number of values is the answer. Reads its argument itself, as a key is read, so that a
// dictionary's codes are counted without looking at values. Does not own: when values are equal.
#include <array>
#include <memory>

#include "src/query/accumulator.h"
#include "src/query/key_column.h"
#include "src/query/pair_ids.h"

namespace ashlar::query {
namespace {

class DistinctCountAccumulator final : public Accumulator {
 public:
  DistinctCountAccumulator(const BoundPtr& argument, bool grouped, BackEnd back_end,
                           MemoryMeter* meter)
      : grouped_(grouped),
        meter_(meter),
        column_(argument, back_end, meter),
        seen_(meter),
        counts_(meter) {}

  absl::Status Resize(size_t groups) override {
    return grouped_ ? counts_.Resize(groups, 0) : absl::OkStatus();
  }
  absl::Status BeginMorsel(Morsel& morsel) override { return column_.BeginMorsel(morsel); }
  void EndMorsel() override { column_.EndMorsel(); }

  absl::Status Update(SelectedRows& rows, const RowNumbers& groups, const Vector*) override {
    RETURN_IF_ERROR(column_.Number(rows, &numbers_));
    if (!grouped_) return absl::OkStatus();
    const uint32_t null = column_.values().null_number();
    size_t count = 0;
    for (size_t i = 0; i < rows.count(); ++i) {
      const uint32_t value = numbers_.constant ? numbers_.first : numbers_.ids[i];
      values_[count] = value;
      groups_[count] = groups.constant ? groups.first : groups.ids[i];
      count += value != null ? 1 : 0;
    }
    return CountPairs(count);
  }

  absl::Status Merge(const Accumulator& part, const std::vector<uint32_t>& map) override {
    const auto& other = static_cast<const DistinctCountAccumulator&>(part);
    MeteredArray<uint32_t> values(meter_);
    RETURN_IF_ERROR(column_.values().Absorb(other.column_.values(), &values));
    const size_t pairs = other.seen_.size();
    for (size_t first = 0; first < pairs; first += kZoneRows) {
      const size_t count = std::min<size_t>(kZoneRows, pairs - first);
      for (size_t i = 0; i < count; ++i) {
        const auto pair = other.seen_.pair(static_cast<uint32_t>(first + i));
        groups_[i] = map[pair.first];
        values_[i] = values.values[pair.second];
      }
      RETURN_IF_ERROR(CountPairs(count));
    }
    values.Release();
    return absl::OkStatus();
  }

  absl::Status Append(const BoundAggregate&, size_t group, int64_t,
                      ColumnBuilder* builder) const override {
    if (grouped_) return builder->AppendInt64(counts_.values[group]);
    const ValueNumbers& values = column_.values();
    const bool has_null = values.null_number() != kUnknownId;
    return builder->AppendInt64(static_cast<int64_t>(values.size()) - (has_null ? 1 : 0));
  }

 private:
  // Of the first `count` of groups_ and values_.
  absl::Status CountPairs(size_t count) {
    RETURN_IF_ERROR(seen_.Reserve(count, counts_.values.size(), column_.values().size()));
    auto next = static_cast<uint32_t>(seen_.size());
    seen_.FindOrAddAll(groups_.data(), values_.data(), count, ids_.data());
    for (size_t i = 0; i < count; ++i) {
      if (ids_[i] != next) continue;  // not the first row of a new pair
      ++counts_.values[groups_[i]];
      ++next;
    }
    return absl::OkStatus();
  }

  const bool grouped_;
  MemoryMeter* const meter_;
  KeyColumn column_;
  PairIds seen_;  // of group and value
  MeteredArray<int64_t> counts_;
  RowNumbers numbers_;
  std::array<uint32_t, kZoneRows> groups_;
  std::array<uint32_t, kZoneRows> values_;
  std::array<uint32_t, kZoneRows> ids_;
};

}  // namespace

std::unique_ptr<Accumulator> MakeDistinctCount(const BoundPtr& argument, bool grouped,
                                               BackEnd back_end, MemoryMeter* meter) {
  return std::make_unique<DistinctCountAccumulator>(argument, grouped, back_end, meter);
}

}  // namespace ashlar::query
