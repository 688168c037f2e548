// Comparisons by SIMD; see the header. All kernels work on 64 rows at a time, which are one word of
// bits; the last rows of a short run are copied aside first, so that whole vectors can be loaded.
#include "src/query/compare_kernels.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include "src/base/check.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "src/query/compare_kernels.cc"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
// After foreach_target.h, which includes this file again.
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace ashlar::query::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

constexpr size_t kWordRows = 64;

template <typename T>
HWY_INLINE auto LoadAt(const std::byte* values, size_t row) {
  return hn::LoadU(hn::ScalableTag<T>(), reinterpret_cast<const T*>(values + row * sizeof(T)));
}

// One bit a row for 64 rows; mask_at(row) is the mask of the vector that begins there.
template <typename T, typename MaskAt>
HWY_INLINE uint64_t WordOf(const MaskAt& mask_at) {
  const hn::ScalableTag<T> d;
  const size_t lanes = hn::Lanes(d);
  uint64_t word = 0;
  for (size_t row = 0; row < kWordRows; row += lanes) {
    // Put together in a register: a load would wait for stores of its single bytes.
    uint64_t bits = 0;
    hn::StoreMaskBits(d, mask_at(row), reinterpret_cast<uint8_t*>(&bits));
    word |= bits << row;
  }
  return word;
}

// mask_of(vector) says which rows count, or, where `negated`, which do not: turning a whole word
// around costs less than turning each of its masks.
template <typename T, typename MaskOf>
HWY_INLINE void ForWords(const std::byte* values, int64_t rows, const Bits& selection, bool negated,
                         Bits* out, const MaskOf& mask_of) {
  constexpr size_t kStride = kWordRows * sizeof(T);
  const uint64_t flip = negated ? ~uint64_t{0} : 0;
  const size_t whole = static_cast<size_t>(rows) / kWordRows;
  const auto word = [&](const std::byte* at) HWY_ATTR {
    return WordOf<T>([&](size_t row) HWY_ATTR { return mask_of(LoadAt<T>(at, row)); }) ^ flip;
  };
  size_t i = 0;
  for (; i < whole; ++i) {
    const uint64_t selected = selection.words[i];
    out->words[i] = selected == 0 ? 0 : word(values + i * kStride) & selected;
  }
  const size_t rest = static_cast<size_t>(rows) % kWordRows;
  if (rest != 0) {
    const uint64_t selected = selection.words[i] & ((uint64_t{1} << rest) - 1);
    alignas(64) std::byte padded[kStride] = {};
    if (selected != 0) std::memcpy(padded, values + i * kStride, rest * sizeof(T));
    out->words[i] = selected == 0 ? 0 : word(padded) & selected;
    ++i;
  }
  for (; i < kZoneWords; ++i) out->words[i] = 0;
}

// value - low <= span without a sign, as one addition and one signed comparison, which every target
// has: both sides are moved down by half of the numbers.
template <typename T>
void SelectSigned(const std::byte* values, int64_t rows, uint64_t low, uint64_t span,
                  const Bits& selection, Bits* out) {
  using Unsigned = std::make_unsigned_t<T>;
  constexpr Unsigned kHalf = Unsigned{1} << (sizeof(T) * 8 - 1);
  const hn::ScalableTag<T> d;
  const auto move = hn::Set(d, static_cast<T>(static_cast<Unsigned>(kHalf - Unsigned(low))));
  const auto limit = hn::Set(d, static_cast<T>(static_cast<Unsigned>(Unsigned(span) - kHalf)));
  ForWords<T>(values, rows, selection, true, out,
              [&](auto v) HWY_ATTR { return hn::Gt(hn::Add(v, move), limit); });
}

void Select8(const std::byte* values, int64_t rows, uint64_t low, uint64_t span,
             const Bits& selection, Bits* out) {
  SelectSigned<int8_t>(values, rows, low, span, selection, out);
}
void Select16(const std::byte* values, int64_t rows, uint64_t low, uint64_t span,
              const Bits& selection, Bits* out) {
  SelectSigned<int16_t>(values, rows, low, span, selection, out);
}
void Select32(const std::byte* values, int64_t rows, uint64_t low, uint64_t span,
              const Bits& selection, Bits* out) {
  SelectSigned<int32_t>(values, rows, low, span, selection, out);
}
void Select64(const std::byte* values, int64_t rows, uint64_t low, uint64_t span,
              const Bits& selection, Bits* out) {
  SelectSigned<int64_t>(values, rows, low, span, selection, out);
}

// Not Ne(): some targets have it false for NaN.
template <class V>
HWY_INLINE auto IsNan(V v) {
  return hn::Not(hn::Eq(v, v));
}

// A NaN is above every bound that is a number: not below `low`, and not at most `high`.
template <typename T>
HWY_INLINE void SelectReal(const std::byte* values, int64_t rows, T low, T high,
                           const Bits& selection, Bits* out) {
  constexpr T kLowest = -std::numeric_limits<T>::infinity();
  const hn::ScalableTag<T> d;
  const auto from = hn::Set(d, low);
  const auto to = hn::Set(d, high);
  const auto select = [&](bool negated, const auto& mask_of)
                          HWY_ATTR { ForWords<T>(values, rows, selection, negated, out, mask_of); };
  if (std::isnan(low)) {
    select(true, [&](auto v) HWY_ATTR { return hn::Eq(v, v); });
  } else if (std::isnan(high)) {
    select(true, [&](auto v) HWY_ATTR { return hn::Lt(v, from); });
  } else if (low == kLowest) {
    select(false, [&](auto v) HWY_ATTR { return hn::Le(v, to); });
  } else {
    select(false, [&](auto v) HWY_ATTR { return hn::And(hn::Ge(v, from), hn::Le(v, to)); });
  }
}

void SelectFloat32(const std::byte* values, int64_t rows, float low, float high,
                   const Bits& selection, Bits* out) {
  SelectReal<float>(values, rows, low, high, selection, out);
}
void SelectFloat64(const std::byte* values, int64_t rows, double low, double high,
                   const Bits& selection, Bits* out) {
  SelectReal<double>(values, rows, low, high, selection, out);
}

// Two runs: ForWords() walks the first, the second is found by the distance.
template <typename T, typename Compare>
HWY_INLINE void ComparePairs(const T* a, const T* b, int64_t rows, const Bits& selection, Bits* out,
                             const Compare& compare) {
  constexpr size_t kWords = kZoneWords;
  const size_t whole = static_cast<size_t>(rows) / kWordRows;
  const size_t rest = static_cast<size_t>(rows) % kWordRows;
  for (size_t i = 0; i < kWords; ++i) {
    const auto* left = reinterpret_cast<const std::byte*>(a + i * kWordRows);
    const auto* right = reinterpret_cast<const std::byte*>(b + i * kWordRows);
    alignas(64) T padded[2][kWordRows];
    if (selection.words[i] == 0 || i * kWordRows >= static_cast<size_t>(rows)) {
      out->words[i] = 0;
      continue;
    }
    if (i == whole) {
      std::memcpy(padded[0], left, rest * sizeof(T));
      std::memcpy(padded[1], right, rest * sizeof(T));
      std::fill(padded[0] + rest, padded[0] + kWordRows, T{0});
      std::fill(padded[1] + rest, padded[1] + kWordRows, T{0});
      left = reinterpret_cast<const std::byte*>(padded[0]);
      right = reinterpret_cast<const std::byte*>(padded[1]);
    }
    out->words[i] = selection.words[i] & WordOf<T>([&](size_t row) HWY_ATTR {
                      return compare(LoadAt<T>(left, row), LoadAt<T>(right, row));
                    });
  }
  if (rest != 0) out->words[whole] &= (uint64_t{1} << rest) - 1;
}

void Equal64(const int64_t* a, const int64_t* b, int64_t rows, const Bits& selection, Bits* out) {
  ComparePairs(a, b, rows, selection, out, [](auto x, auto y) HWY_ATTR { return hn::Eq(x, y); });
}
void LessEqualInt64(const int64_t* a, const int64_t* b, int64_t rows, const Bits& selection,
                    Bits* out) {
  ComparePairs(a, b, rows, selection, out,
               [](auto x, auto y) HWY_ATTR { return hn::Not(hn::Gt(x, y)); });
}
void LessEqualUInt64(const uint64_t* a, const uint64_t* b, int64_t rows, const Bits& selection,
                     Bits* out) {
  const auto half = hn::Set(hn::ScalableTag<int64_t>(), INT64_MIN);
  ComparePairs(reinterpret_cast<const int64_t*>(a), reinterpret_cast<const int64_t*>(b), rows,
               selection, out, [&](auto x, auto y) HWY_ATTR {
                 return hn::Not(hn::Gt(hn::Xor(x, half), hn::Xor(y, half)));
               });
}
void EqualDouble(const double* a, const double* b, int64_t rows, const Bits& selection, Bits* out) {
  ComparePairs(a, b, rows, selection, out, [](auto x, auto y) HWY_ATTR {
    return hn::Or(hn::Eq(x, y), hn::And(IsNan(x), IsNan(y)));
  });
}
void LessEqualDouble(const double* a, const double* b, int64_t rows, const Bits& selection,
                     Bits* out) {
  ComparePairs(a, b, rows, selection, out,
               [](auto x, auto y) HWY_ATTR { return hn::Or(hn::Le(x, y), IsNan(y)); });
}

}  // namespace ashlar::query::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace ashlar::query {

HWY_EXPORT(Select8);
HWY_EXPORT(Select16);
HWY_EXPORT(Select32);
HWY_EXPORT(Select64);
HWY_EXPORT(SelectFloat32);
HWY_EXPORT(SelectFloat64);
HWY_EXPORT(Equal64);
HWY_EXPORT(LessEqualInt64);
HWY_EXPORT(LessEqualUInt64);
HWY_EXPORT(EqualDouble);
HWY_EXPORT(LessEqualDouble);

void SelectIntegers(const std::byte* values, int width, int64_t rows, uint64_t low, uint64_t span,
                    const Bits& selection, Bits* out) {
  ASHLAR_CHECK(rows >= 0 && rows <= kZoneRows);
  switch (width) {
    case 1:
      return HWY_DYNAMIC_DISPATCH(Select8)(values, rows, low, span, selection, out);
    case 2:
      return HWY_DYNAMIC_DISPATCH(Select16)(values, rows, low, span, selection, out);
    case 4:
      return HWY_DYNAMIC_DISPATCH(Select32)(values, rows, low, span, selection, out);
    default:
      ASHLAR_CHECK(width == 8);
      return HWY_DYNAMIC_DISPATCH(Select64)(values, rows, low, span, selection, out);
  }
}

void SelectFloats(const std::byte* values, int64_t rows, float low, float high,
                  const Bits& selection, Bits* out) {
  ASHLAR_CHECK(rows >= 0 && rows <= kZoneRows);
  HWY_DYNAMIC_DISPATCH(SelectFloat32)(values, rows, low, high, selection, out);
}

void SelectDoubles(const std::byte* values, int64_t rows, double low, double high,
                   const Bits& selection, Bits* out) {
  ASHLAR_CHECK(rows >= 0 && rows <= kZoneRows);
  HWY_DYNAMIC_DISPATCH(SelectFloat64)(values, rows, low, high, selection, out);
}

void RelateInt64(Relation relation, const int64_t* a, const int64_t* b, int64_t rows,
                 const Bits& selection, Bits* out) {
  ASHLAR_CHECK(rows >= 0 && rows <= kZoneRows);
  if (relation == Relation::kEqual) {
    HWY_DYNAMIC_DISPATCH(Equal64)(a, b, rows, selection, out);
  } else {
    HWY_DYNAMIC_DISPATCH(LessEqualInt64)(a, b, rows, selection, out);
  }
}

void RelateUInt64(Relation relation, const uint64_t* a, const uint64_t* b, int64_t rows,
                  const Bits& selection, Bits* out) {
  ASHLAR_CHECK(rows >= 0 && rows <= kZoneRows);
  if (relation == Relation::kEqual) {
    HWY_DYNAMIC_DISPATCH(Equal64)
    (reinterpret_cast<const int64_t*>(a), reinterpret_cast<const int64_t*>(b), rows, selection,
     out);
  } else {
    HWY_DYNAMIC_DISPATCH(LessEqualUInt64)(a, b, rows, selection, out);
  }
}

void RelateDouble(Relation relation, const double* a, const double* b, int64_t rows,
                  const Bits& selection, Bits* out) {
  ASHLAR_CHECK(rows >= 0 && rows <= kZoneRows);
  if (relation == Relation::kEqual) {
    HWY_DYNAMIC_DISPATCH(EqualDouble)(a, b, rows, selection, out);
  } else {
    HWY_DYNAMIC_DISPATCH(LessEqualDouble)(a, b, rows, selection, out);
  }
}

}  // namespace ashlar::query
#endif  // HWY_ONCE
