// The smallest and the largest value of fixed-width types.
//
// Owns: mapping values of every kind to int64 keys of the same order, so that one loop serves all;
// for the largest, to complemented keys, so that the loop is that of the smallest. NaN is greater
// than every other number. Does not own: strings (bytes_extreme_accumulator.cc).
#include <bit>
#include <limits>
#include <memory>

#include "src/base/check.h"
#include "src/query/accumulator.h"
#include "src/query/aggregate_kernels.h"
#include "src/query/laned_cells.h"
#include "src/query/value_numbers.h"

namespace ashlar::query {
namespace {

constexpr uint64_t kSign = uint64_t{1} << 63;

int64_t KeyOf(int64_t value) { return value; }
int64_t KeyOf(uint64_t value) { return static_cast<int64_t>(value ^ kSign); }
int64_t KeyOf(double value) {
  const auto bits = static_cast<int64_t>(NormalisedBits(value));
  // Of negative numbers the one with more bits is less.
  return bits < 0 ? bits ^ std::numeric_limits<int64_t>::max() : bits;
}
uint64_t UInt64Of(int64_t key) { return static_cast<uint64_t>(key) ^ kSign; }
double DoubleOf(int64_t key) {
  return std::bit_cast<double>(key < 0 ? key ^ std::numeric_limits<int64_t>::max() : key);
}

class ExtremeAccumulator final : public Accumulator {
 public:
  ExtremeAccumulator(const DataType& type, bool max, MemoryMeter* meter)
      : physical_(PhysicalOf(type)),
        flip_(max ? -1 : 0),
        keys_(meter, std::numeric_limits<int64_t>::max()) {}

  absl::Status Resize(size_t groups) override { return keys_.Resize(groups); }

  absl::Status Update(SelectedRows& rows, const RowNumbers& groups,
                      const Vector* argument) override {
    if (groups.constant && physical_ != Physical::kBool) {
      UpdateGroup(rows, groups.first, *argument);
      return absl::OkStatus();
    }
    const Bits* const valid = argument->has_nulls ? &argument->valid : nullptr;
    const int64_t flip = flip_;
    const auto fold = [&](auto value_at) {
      keys_.FoldRows(rows, groups, valid, [=](int64_t row) { return KeyOf(value_at(row)) ^ flip; });
    };
    switch (physical_) {
      case Physical::kBool:
        fold([argument](int64_t row) { return uint64_t{argument->bits.Get(row)}; });
        break;
      case Physical::kInt64:
        fold([values = argument->int64](int64_t row) { return values[row]; });
        break;
      case Physical::kUInt64:
        fold([values = argument->uint64](int64_t row) { return values[row]; });
        break;
      default:
        fold([values = argument->real](int64_t row) { return values[row]; });
    }
    return absl::OkStatus();
  }

  absl::Status Merge(const Accumulator& part, const std::vector<uint32_t>& map) override {
    keys_.Merge(static_cast<const ExtremeAccumulator&>(part).keys_, map);
    return absl::OkStatus();
  }

  absl::Status Append(const BoundAggregate&, size_t group, int64_t,
                      ColumnBuilder* builder) const override {
    const int64_t key = keys_.Get(group) ^ flip_;
    switch (physical_) {
      case Physical::kBool:
        return builder->AppendBool(UInt64Of(key) != 0);
      case Physical::kInt64:
        return builder->AppendInt64(key);
      case Physical::kUInt64:
        return builder->AppendUInt64(UInt64Of(key));
      default:
        return builder->AppendDouble(DoubleOf(key));
    }
  }

 private:
  void UpdateGroup(SelectedRows& rows, size_t group, const Vector& argument) {
    Bits mask = rows.selection();
    if (argument.has_nulls) {
      for (size_t i = 0; i < kZoneWords; ++i) mask.words[i] &= argument.valid.words[i];
    }
    if (mask.None()) return;
    const auto fold = [&](auto extremes) {
      keys_.FoldInto(group, KeyOf(flip_ == 0 ? extremes.min : extremes.max) ^ flip_);
    };
    const int64_t count = rows.zone().rows;
    switch (physical_) {
      case Physical::kInt64:
        return fold(ExtremesInt64(reinterpret_cast<const std::byte*>(argument.int64), count, mask));
      case Physical::kUInt64:
        return fold(
            ExtremesUInt64(reinterpret_cast<const std::byte*>(argument.uint64), count, mask));
      default:
        return fold(ExtremesDouble(reinterpret_cast<const std::byte*>(argument.real), count, mask));
    }
  }

  const Physical physical_;
  const int64_t flip_;  // all bits for the largest
  LanedCells<int64_t, MinFold> keys_;
};

}  // namespace

std::unique_ptr<Accumulator> MakeExtreme(const DataType& type, bool max, MemoryMeter* meter) {
  return std::make_unique<ExtremeAccumulator>(type, max, meter);
}

}  // namespace ashlar::query
