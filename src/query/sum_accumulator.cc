// Sums, and the averages that come from them.
//
// Owns: exact sums of integers in 128 bits, so that only the final sum can overflow; sums of
// doubles in an order that depends on the rows alone. Does not own: the counts.
#include <cmath>
#include <limits>
#include <memory>
#include <type_traits>

#include "src/base/check.h"
#include "src/base/strings.h"
#include "src/query/accumulator.h"
#include "src/query/aggregate_kernels.h"
#include "src/query/laned_cells.h"

namespace ashlar::query {
namespace {

absl::Status Overflow(const BoundAggregate& as, std::string_view type) {
  return absl::OutOfRangeError(base::StrCat("the sum \"", as.name, "\" does not fit into ", type,
                                            "; cast its argument to float64"));
}

// The values of a vector that has them as T.
template <typename T>
const T* ValuesOf(const Vector& vector) {
  if constexpr (std::is_same_v<T, double>) return vector.real;
  if constexpr (std::is_same_v<T, int64_t>) return vector.int64;
  if constexpr (std::is_same_v<T, uint64_t>) return vector.uint64;
}

double ZoneSum(const double* values, int64_t rows, const Bits& mask) {
  return SumDouble(reinterpret_cast<const std::byte*>(values), rows, mask);
}
Int128 ZoneSum(const int64_t* values, int64_t rows, const Bits& mask) {
  return SumInt64(reinterpret_cast<const std::byte*>(values), rows, mask);
}
Int128 ZoneSum(const uint64_t* values, int64_t rows, const Bits& mask) {
  return SumUInt64(reinterpret_cast<const std::byte*>(values), rows, mask);
}

template <typename T>
class SumAccumulator final : public Accumulator {
  using Sum = std::conditional_t<std::is_same_v<T, double>, double, Int128>;

 public:
  explicit SumAccumulator(MemoryMeter* meter) : sums_(meter, Sum{0}) {}

  absl::Status Resize(size_t groups) override { return sums_.Resize(groups); }

  absl::Status Update(SelectedRows& rows, const RowNumbers& groups,
                      const Vector* argument) override {
    const T* const values = ValuesOf<T>(*argument);
    if (groups.constant) {
      Bits mask = rows.selection();
      if (argument->has_nulls) {
        for (size_t i = 0; i < kZoneWords; ++i) mask.words[i] &= argument->valid.words[i];
      }
      sums_.FoldInto(groups.first, ZoneSum(values, rows.zone().rows, mask));
      return absl::OkStatus();
    }
    const Bits* const valid = argument->has_nulls ? &argument->valid : nullptr;
    sums_.FoldRows(rows, groups, valid, [values](int64_t row) { return values[row]; });
    return absl::OkStatus();
  }

  absl::Status Merge(const Accumulator& part, const std::vector<uint32_t>& map) override {
    sums_.Merge(static_cast<const SumAccumulator&>(part).sums_, map);
    return absl::OkStatus();
  }

  absl::Status Append(const BoundAggregate& as, size_t group, int64_t values,
                      ColumnBuilder* builder) const override {
    const Sum sum = sums_.Get(group);
    if (as.kind == Aggregate::Kind::kAvg) return builder->AppendDouble(Average(sum, values));
    ASHLAR_CHECK(as.kind == Aggregate::Kind::kSum);
    if constexpr (std::is_same_v<T, double>) {
      return builder->AppendDouble(sum);
    } else {
      if (sum < std::numeric_limits<T>::min() || sum > std::numeric_limits<T>::max()) {
        return Overflow(as, builder->type().ToString());
      }
      if constexpr (std::is_same_v<T, int64_t>) {
        return builder->AppendInt64(static_cast<int64_t>(sum));
      } else {
        return builder->AppendUInt64(static_cast<uint64_t>(sum));
      }
    }
  }

 private:
  static double Average(double sum, int64_t count) { return sum / static_cast<double>(count); }
  // The whole part exactly, so that only one rounding is left where the average is below 2^53.
  static double Average(Int128 sum, int64_t count) {
    const Int128 whole = sum / count;
    const auto rest = static_cast<double>(static_cast<int64_t>(sum % count));
    return static_cast<double>(whole) + rest / static_cast<double>(count);
  }

  LanedCells<Sum, AddFold> sums_;
};

}  // namespace

std::unique_ptr<Accumulator> MakeSum(const DataType& type, MemoryMeter* meter) {
  switch (PhysicalOf(type)) {
    case Physical::kInt64:
      return std::make_unique<SumAccumulator<int64_t>>(meter);
    case Physical::kUInt64:
      return std::make_unique<SumAccumulator<uint64_t>>(meter);
    default:
      ASHLAR_CHECK(PhysicalOf(type) == Physical::kDouble);
      return std::make_unique<SumAccumulator<double>>(meter);
  }
}

}  // namespace ashlar::query
