// Masked sums and extremes by SIMD; see the header. Rows go by in words of 64, as their mask does.
// Eight lanes are kept in one vector or in several shorter ones, which is what keeps the order of
// double sums the same on every target.
#include "src/query/aggregate_kernels.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include "src/base/bytes.h"
#include "src/base/check.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "src/query/aggregate_kernels.cc"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
// After foreach_target.h, which includes this file again.
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace ashlar::query::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

constexpr size_t kWordRows = 64;
// Lanes of the fixed order: one vector of eight, two of four or four of two.
constexpr size_t kLanes = 8;

template <typename T>
using Tag = hn::CappedTag<T, kLanes>;

constexpr size_t kStride = kWordRows * sizeof(uint64_t);

// Where the values of word `i` are: in place, or padded for the last rows of a short run.
HWY_INLINE const std::byte* WordAt(const std::byte* values, int64_t rows, size_t i,
                                   std::byte* padded) {
  const size_t left = static_cast<size_t>(rows) - i * kWordRows;
  if (left >= kWordRows) return values + i * kStride;
  std::memset(padded, 0, kStride);
  std::memcpy(padded, values + i * kStride, left * sizeof(uint64_t));
  return padded;
}

// All ones in the lanes, from bit `row` on, that are selected. A vector and not a mask, so that the
// values are loaded plainly: the compiler makes masked loads of a select by mask, and sums with
// those read memory at 8 GB/s where comparisons with plain ones read 20.
template <class D>
HWY_INLINE hn::Vec<D> LanesAt(D d, uint64_t mask, size_t row) {
  alignas(8) uint8_t bytes[8];
  const uint64_t shifted = mask >> row;
  std::memcpy(bytes, &shifted, sizeof(bytes));
  return hn::VecFromMask(d, hn::LoadMaskBits(d, bytes));
}

template <typename T>
HWY_INLINE hn::Vec<Tag<T>> LoadAt(const std::byte* values, size_t row) {
  return hn::LoadU(Tag<T>(), reinterpret_cast<const T*>(values + row * sizeof(T)));
}

// As many running vectors as make eight lanes on any target; those that a target does not need are
// never touched.
template <typename T>
struct Running {
  hn::Vec<Tag<T>> v0, v1, v2, v3, v4, v5, v6, v7;
};

// acc[row / lanes % vectors] = step(acc, values, selected lanes) over all selected words. The
// vectors are kept in locals, and the step has one place where it is called, so that they stay in
// registers.
template <typename T, typename Step>
HWY_INLINE void Accumulate(const std::byte* values, int64_t rows, const Bits& selection,
                           Running<T>* acc, const Step& step) {
  const Tag<T> d;
  const size_t lanes = hn::Lanes(d);
  alignas(64) std::byte padded[kStride];
  Running<T> v = *acc;
  for (size_t i = 0; i * kWordRows < static_cast<size_t>(rows); ++i) {
    const uint64_t mask = selection.words[i];
    if (mask == 0) continue;
    const std::byte* const at = WordAt(values, rows, i, padded);
    const auto next = [&](hn::Vec<Tag<T>> running, size_t row) HWY_ATTR {
      return step(running, LoadAt<T>(at, row), LanesAt(d, mask, row));
    };
    for (size_t row = 0; row < kWordRows; row += kLanes) {
      v.v0 = next(v.v0, row);
      if (lanes <= kLanes / 2) v.v1 = next(v.v1, row + lanes);
      if (lanes <= kLanes / 4) v.v2 = next(v.v2, row + 2 * lanes);
      if (lanes <= kLanes / 4) v.v3 = next(v.v3, row + 3 * lanes);
      if (lanes <= kLanes / 8) v.v4 = next(v.v4, row + 4 * lanes);
      if (lanes <= kLanes / 8) v.v5 = next(v.v5, row + 5 * lanes);
      if (lanes <= kLanes / 8) v.v6 = next(v.v6, row + 6 * lanes);
      if (lanes <= kLanes / 8) v.v7 = next(v.v7, row + 7 * lanes);
    }
  }
  *acc = v;
}

template <typename T>
HWY_INLINE Running<T> RunningOf(T value) {
  const auto v = hn::Set(Tag<T>(), value);
  return {v, v, v, v, v, v, v, v};
}

template <typename T>
HWY_INLINE void StoreLanes(const Running<T>& acc, T* lanes_out) {
  const Tag<T> d;
  const size_t lanes = hn::Lanes(d);
  hn::StoreU(acc.v0, d, lanes_out);
  if (lanes <= kLanes / 2) hn::StoreU(acc.v1, d, lanes_out + lanes);
  if (lanes <= kLanes / 4) hn::StoreU(acc.v2, d, lanes_out + 2 * lanes);
  if (lanes <= kLanes / 4) hn::StoreU(acc.v3, d, lanes_out + 3 * lanes);
  if (lanes <= kLanes / 8) hn::StoreU(acc.v4, d, lanes_out + 4 * lanes);
  if (lanes <= kLanes / 8) hn::StoreU(acc.v5, d, lanes_out + 5 * lanes);
  if (lanes <= kLanes / 8) hn::StoreU(acc.v6, d, lanes_out + 6 * lanes);
  if (lanes <= kLanes / 8) hn::StoreU(acc.v7, d, lanes_out + 7 * lanes);
}

// The lower halves of all values, and the rest: neither overflows 64 bits in one zone.
template <typename T>
HWY_INLINE void SumHalves(const std::byte* values, int64_t rows, const Bits& mask, uint64_t* low,
                          T* high) {
  const Tag<T> d;
  const size_t lanes = hn::Lanes(d);
  const auto low_bits = hn::Set(d, T{0xffffffff});
  alignas(64) std::byte padded[kStride];
  auto low_a = hn::Zero(d);
  auto low_b = hn::Zero(d);
  auto high_a = hn::Zero(d);
  auto high_b = hn::Zero(d);
  for (size_t i = 0; i * kWordRows < static_cast<size_t>(rows); ++i) {
    const uint64_t bits = mask.words[i];
    if (bits == 0) continue;
    const std::byte* const at = WordAt(values, rows, i, padded);
    for (size_t row = 0; row < kWordRows; row += 2 * lanes) {
      const auto a = hn::And(LanesAt(d, bits, row), LoadAt<T>(at, row));
      const auto b = hn::And(LanesAt(d, bits, row + lanes), LoadAt<T>(at, row + lanes));
      low_a = hn::Add(low_a, hn::And(a, low_bits));
      low_b = hn::Add(low_b, hn::And(b, low_bits));
      high_a = hn::Add(high_a, hn::ShiftRight<32>(a));
      high_b = hn::Add(high_b, hn::ShiftRight<32>(b));
    }
  }
  *low = static_cast<uint64_t>(hn::GetLane(hn::SumOfLanes(d, hn::Add(low_a, low_b))));
  *high = hn::GetLane(hn::SumOfLanes(d, hn::Add(high_a, high_b)));
}

void SumHalvesInt64(const std::byte* values, int64_t rows, const Bits& mask, uint64_t* low,
                    int64_t* high) {
  SumHalves<int64_t>(values, rows, mask, low, high);
}
void SumHalvesUInt64(const std::byte* values, int64_t rows, const Bits& mask, uint64_t* low,
                     uint64_t* high) {
  SumHalves<uint64_t>(values, rows, mask, low, high);
}

double SumLanes(const std::byte* values, int64_t rows, const Bits& mask) {
  Running<double> acc = RunningOf<double>(0.0);
  Accumulate<double>(values, rows, mask, &acc, [](auto sum, auto v, auto lanes) HWY_ATTR {
    return hn::Add(sum, hn::And(lanes, v));
  });
  double l[kLanes] = {};
  StoreLanes(acc, l);
  return ((l[0] + l[4]) + (l[2] + l[6])) + ((l[1] + l[5]) + (l[3] + l[7]));
}

template <typename T>
HWY_INLINE Extremes<T> IntegerExtremes(const std::byte* values, int64_t rows, const Bits& mask) {
  Running<T> min = RunningOf<T>(std::numeric_limits<T>::max());
  Running<T> max = RunningOf<T>(std::numeric_limits<T>::min());
  Accumulate<T>(values, rows, mask, &min, [](auto best, auto v, auto lanes) HWY_ATTR {
    return hn::Min(best, hn::Or(hn::And(lanes, v), hn::AndNot(lanes, best)));
  });
  Accumulate<T>(values, rows, mask, &max, [](auto best, auto v, auto lanes) HWY_ATTR {
    return hn::Max(best, hn::Or(hn::And(lanes, v), hn::AndNot(lanes, best)));
  });
  T mins[kLanes] = {};
  T maxs[kLanes] = {};
  StoreLanes(min, mins);
  StoreLanes(max, maxs);
  return {*std::min_element(mins, mins + kLanes), *std::max_element(maxs, maxs + kLanes)};
}

Extremes<int64_t> IntegersInt64(const std::byte* values, int64_t rows, const Bits& mask) {
  return IntegerExtremes<int64_t>(values, rows, mask);
}
Extremes<uint64_t> IntegersUInt64(const std::byte* values, int64_t rows, const Bits& mask) {
  return IntegerExtremes<uint64_t>(values, rows, mask);
}

// Extremes of what is no NaN (infinities the wrong way round when there is none).
Extremes<double> NumberExtremes(const std::byte* values, int64_t rows, const Bits& mask) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  Running<double> min = RunningOf<double>(kInfinity);
  Running<double> max = RunningOf<double>(-kInfinity);
  // A comparison with NaN is false, so that NaN never becomes the best.
  Accumulate<double>(values, rows, mask, &min, [](auto best, auto v, auto lanes) HWY_ATTR {
    return hn::IfThenElse(hn::And(hn::MaskFromVec(lanes), hn::Lt(v, best)), v, best);
  });
  Accumulate<double>(values, rows, mask, &max, [](auto best, auto v, auto lanes) HWY_ATTR {
    return hn::IfThenElse(hn::And(hn::MaskFromVec(lanes), hn::Gt(v, best)), v, best);
  });
  double mins[kLanes] = {};
  double maxs[kLanes] = {};
  StoreLanes(min, mins);
  StoreLanes(max, maxs);
  return {*std::min_element(mins, mins + kLanes), *std::max_element(maxs, maxs + kLanes)};
}

}  // namespace ashlar::query::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include "src/query/compare_kernels.h"

namespace ashlar::query {

HWY_EXPORT(SumHalvesInt64);
HWY_EXPORT(SumHalvesUInt64);
HWY_EXPORT(SumLanes);
HWY_EXPORT(IntegersInt64);
HWY_EXPORT(IntegersUInt64);
HWY_EXPORT(NumberExtremes);

namespace {

// Up to so many rows of a zone are fetched one by one: then the lines in between are never read.
constexpr int64_t kFewRows = kZoneRows / 16;

template <typename T>
T ValueAt(const std::byte* values, int64_t row) {
  return base::LoadLittle<T>(values + row * static_cast<int64_t>(sizeof(T)));
}

template <typename T>
Int128 SumFew(const std::byte* values, const Bits& mask) {
  Int128 sum = 0;
  ForEachRow(mask, [&](int64_t row) { sum += ValueAt<T>(values, row); });
  return sum;
}

// In the order that the header promises; what other rows would add is 0.0.
double SumFewDoubles(const std::byte* values, const Bits& mask) {
  double lanes[8] = {};
  ForEachRow(mask, [&](int64_t row) { lanes[row % 8] += ValueAt<double>(values, row); });
  return ((lanes[0] + lanes[4]) + (lanes[2] + lanes[6])) +
         ((lanes[1] + lanes[5]) + (lanes[3] + lanes[7]));
}

}  // namespace

Int128 SumInt64(const std::byte* values, int64_t rows, const Bits& mask) {
  ASHLAR_CHECK(rows >= 0 && rows <= kZoneRows);
  if (mask.Count() <= kFewRows) return SumFew<int64_t>(values, mask);
  uint64_t low = 0;
  int64_t high = 0;
  HWY_DYNAMIC_DISPATCH(SumHalvesInt64)(values, rows, mask, &low, &high);
  return Int128{high} * (int64_t{1} << 32) + low;
}

Int128 SumUInt64(const std::byte* values, int64_t rows, const Bits& mask) {
  ASHLAR_CHECK(rows >= 0 && rows <= kZoneRows);
  if (mask.Count() <= kFewRows) return SumFew<uint64_t>(values, mask);
  uint64_t low = 0;
  uint64_t high = 0;
  HWY_DYNAMIC_DISPATCH(SumHalvesUInt64)(values, rows, mask, &low, &high);
  return Int128{high} * (int64_t{1} << 32) + low;
}

double SumDouble(const std::byte* values, int64_t rows, const Bits& mask) {
  ASHLAR_CHECK(rows >= 0 && rows <= kZoneRows);
  if (mask.Count() <= kFewRows) return SumFewDoubles(values, mask);
  return HWY_DYNAMIC_DISPATCH(SumLanes)(values, rows, mask);
}

Extremes<int64_t> ExtremesInt64(const std::byte* values, int64_t rows, const Bits& mask) {
  ASHLAR_CHECK(rows >= 0 && rows <= kZoneRows);
  return HWY_DYNAMIC_DISPATCH(IntegersInt64)(values, rows, mask);
}

Extremes<uint64_t> ExtremesUInt64(const std::byte* values, int64_t rows, const Bits& mask) {
  ASHLAR_CHECK(rows >= 0 && rows <= kZoneRows);
  return HWY_DYNAMIC_DISPATCH(IntegersUInt64)(values, rows, mask);
}

Extremes<double> ExtremesDouble(const std::byte* values, int64_t rows, const Bits& mask) {
  ASHLAR_CHECK(rows >= 0 && rows <= kZoneRows);
  constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
  Extremes<double> extremes = HWY_DYNAMIC_DISPATCH(NumberExtremes)(values, rows, mask);
  // Both infinities the wrong way round: nothing but NaN was selected.
  if (extremes.min > extremes.max) return {kNan, kNan};
  Bits nans;
  SelectDoubles(values, rows, kNan, kNan, mask, &nans);
  for (size_t word = 0; word < kZoneWords; ++word) {
    if ((nans.words[word] & mask.words[word]) != 0) extremes.max = kNan;
  }
  // Adding 0.0 turns -0.0 into 0.0 and changes nothing else.
  return {extremes.min + 0.0, extremes.max + 0.0};
}

}  // namespace ashlar::query
#endif  // HWY_ONCE
