// Standard deviations of samples.
//
// Owns: count, mean and sum of squared distances from the mean, kept by Welford's recurrence and
// combined by Chan's formula: both stay accurate where sums of squares cancel out. Integers beyond
// 2^53 are rounded to doubles first. Does not own: counts for other aggregates.
#include <cmath>
#include <memory>

#include "src/query/accumulator.h"

namespace ashlar::query {
namespace {

struct Moments {
  double count = 0;
  double mean = 0;
  double squares = 0;  // of distances from the mean

  void Add(double value) {
    count += 1;
    const double distance = value - mean;
    mean += distance / count;
    squares += distance * (value - mean);
  }
  void Add(const Moments& other) {
    if (other.count == 0) return;
    if (count == 0) {
      *this = other;
      return;
    }
    const double all = count + other.count;
    const double distance = other.mean - mean;
    squares += other.squares + distance * distance * (count * other.count / all);
    mean += distance * (other.count / all);
    count = all;
  }
};

class DeviationAccumulator final : public Accumulator {
 public:
  DeviationAccumulator(const DataType& type, MemoryMeter* meter)
      : physical_(PhysicalOf(type)), moments_(meter) {}

  absl::Status Resize(size_t groups) override { return moments_.Resize(groups, Moments{}); }

  absl::Status Update(SelectedRows& rows, const RowNumbers& groups,
                      const Vector* argument) override {
    switch (physical_) {
      case Physical::kInt64:
        UpdateValues(rows, groups, *argument, argument->int64);
        break;
      case Physical::kUInt64:
        UpdateValues(rows, groups, *argument, argument->uint64);
        break;
      default:
        UpdateValues(rows, groups, *argument, argument->real);
    }
    return absl::OkStatus();
  }

  absl::Status Merge(const Accumulator& part, const std::vector<uint32_t>& map) override {
    const auto& other = static_cast<const DeviationAccumulator&>(part).moments_.values;
    for (size_t group = 0; group < other.size(); ++group) {
      moments_.values[map[group]].Add(other[group]);
    }
    return absl::OkStatus();
  }

  absl::Status Append(const BoundAggregate&, size_t group, int64_t values,
                      ColumnBuilder* builder) const override {
    if (values < 2) {
      builder->AppendNull();
      return absl::OkStatus();
    }
    const double variance = moments_.values[group].squares / static_cast<double>(values - 1);
    return builder->AppendDouble(std::sqrt(variance));
  }

 private:
  template <typename T>
  void UpdateValues(SelectedRows& rows, const RowNumbers& groups, const Vector& argument,
                    const T* values) {
    if (groups.constant) {
      moments_.values[groups.first].Add(ZoneMoments(rows, argument, values));
      return;
    }
    Moments* const moments = moments_.values.data();
    rows.ForEach([&](size_t i, int64_t row) {
      if (!argument.IsNull(row)) moments[groups.ids[i]].Add(static_cast<double>(values[row]));
    });
  }

  // Two passes over the zone: no division a row.
  template <typename T>
  static Moments ZoneMoments(SelectedRows& rows, const Vector& argument, const T* values) {
    Moments zone;
    double sum = 0;
    rows.ForEach([&](size_t, int64_t row) {
      if (argument.IsNull(row)) return;
      zone.count += 1;
      sum += static_cast<double>(values[row]);
    });
    if (zone.count == 0) return zone;
    zone.mean = sum / zone.count;
    rows.ForEach([&](size_t, int64_t row) {
      if (argument.IsNull(row)) return;
      const double distance = static_cast<double>(values[row]) - zone.mean;
      zone.squares += distance * distance;
    });
    return zone;
  }

  const Physical physical_;
  MeteredArray<Moments> moments_;
};

}  // namespace

std::unique_ptr<Accumulator> MakeDeviation(const DataType& type, MemoryMeter* meter) {
  return std::make_unique<DeviationAccumulator>(type, meter);
}

}  // namespace ashlar::query
