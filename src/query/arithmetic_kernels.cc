// Arithmetic by SIMD where there are instructions for it, else in loops; see the header. There is
// no vector multiplication of 64 bits that tells its overflow, and no division of integers.
#include "src/query/arithmetic_kernels.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <type_traits>

#include "src/base/check.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "src/query/arithmetic_kernels.cc"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
// After foreach_target.h, which includes this file again.
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace ashlar::query::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

constexpr size_t kWordRows = 64;

// Calls word(a, b, out) for each 64 rows of which some are selected; it returns the bad rows.
template <typename T, typename Word>
HWY_INLINE Bits ForWords(const T* a, const T* b, int64_t rows, const Bits& selection, T* out,
                         const Word& word) {
  Bits bad;
  const auto count = static_cast<size_t>(rows);
  for (size_t i = 0; i * kWordRows < count; ++i) {
    if (selection.words[i] == 0) continue;
    const size_t first = i * kWordRows;
    if (count - first >= kWordRows) {
      bad.words[i] = word(a + first, b + first, out + first);
      continue;
    }
    alignas(64) T padded[2][kWordRows] = {};
    std::memcpy(padded[0], a + first, (count - first) * sizeof(T));
    std::memcpy(padded[1], b + first, (count - first) * sizeof(T));
    // What stands in for the rows behind the last is of no interest.
    bad.words[i] = word(padded[0], padded[1], out + first) & ((uint64_t{1} << (count - first)) - 1);
  }
  return bad;
}

// Vector by vector: step(x, y, &result) returns the mask of bad lanes.
template <typename T, typename Step>
HWY_INLINE Bits ByVectors(const T* a, const T* b, int64_t rows, const Bits& selection, T* out,
                          const Step& step) {
  const hn::ScalableTag<T> d;
  const size_t lanes = hn::Lanes(d);
  return ForWords(a, b, rows, selection, out, [&](const T* x, const T* y, T* z) HWY_ATTR {
    uint64_t bad = 0;
    for (size_t row = 0; row < kWordRows; row += lanes) {
      auto result = hn::Zero(d);
      const auto mask = step(hn::LoadU(d, x + row), hn::LoadU(d, y + row), &result);
      hn::StoreU(result, d, z + row);
      uint8_t bytes[8 + kWordRows / 8] = {};
      hn::StoreMaskBits(d, mask, bytes);
      uint64_t bits = 0;
      std::memcpy(&bits, bytes, sizeof(bits));
      bad |= bits << row;
    }
    return bad;
  });
}

// A sum overflowed when its sign differs from those of both terms.
Bits AddInt64(const int64_t* a, const int64_t* b, int64_t rows, const Bits& selection,
              int64_t* out) {
  return ByVectors(a, b, rows, selection, out, [](auto x, auto y, auto* sum) HWY_ATTR {
    *sum = hn::Add(x, y);
    const auto wrong = hn::And(hn::Xor(x, *sum), hn::Xor(y, *sum));
    return hn::Lt(wrong, hn::Zero(hn::DFromV<decltype(x)>()));
  });
}

Bits SubtractInt64(const int64_t* a, const int64_t* b, int64_t rows, const Bits& selection,
                   int64_t* out) {
  return ByVectors(a, b, rows, selection, out, [](auto x, auto y, auto* difference) HWY_ATTR {
    *difference = hn::Sub(x, y);
    const auto wrong = hn::And(hn::Xor(x, y), hn::Xor(x, *difference));
    return hn::Lt(wrong, hn::Zero(hn::DFromV<decltype(x)>()));
  });
}

Bits AddUInt64(const uint64_t* a, const uint64_t* b, int64_t rows, const Bits& selection,
               uint64_t* out) {
  return ByVectors(a, b, rows, selection, out, [](auto x, auto y, auto* sum) HWY_ATTR {
    *sum = hn::Add(x, y);
    return hn::Lt(*sum, x);
  });
}

Bits SubtractUInt64(const uint64_t* a, const uint64_t* b, int64_t rows, const Bits& selection,
                    uint64_t* out) {
  return ByVectors(a, b, rows, selection, out, [](auto x, auto y, auto* difference) HWY_ATTR {
    *difference = hn::Sub(x, y);
    return hn::Lt(x, y);
  });
}

template <typename Step>
HWY_INLINE Bits DoublesOf(const double* a, const double* b, int64_t rows, const Bits& selection,
                          double* out, const Step& step) {
  return ByVectors(a, b, rows, selection, out, [&](auto x, auto y, auto* result) HWY_ATTR {
    *result = step(x, y);
    return hn::MaskFromVec(hn::Zero(hn::DFromV<decltype(x)>()));
  });
}

Bits AddDouble(const double* a, const double* b, int64_t rows, const Bits& selection, double* out) {
  return DoublesOf(a, b, rows, selection, out,
                   [](auto x, auto y) HWY_ATTR { return hn::Add(x, y); });
}
Bits SubtractDouble(const double* a, const double* b, int64_t rows, const Bits& selection,
                    double* out) {
  return DoublesOf(a, b, rows, selection, out,
                   [](auto x, auto y) HWY_ATTR { return hn::Sub(x, y); });
}
Bits MultiplyDouble(const double* a, const double* b, int64_t rows, const Bits& selection,
                    double* out) {
  return DoublesOf(a, b, rows, selection, out,
                   [](auto x, auto y) HWY_ATTR { return hn::Mul(x, y); });
}
Bits DivideDouble(const double* a, const double* b, int64_t rows, const Bits& selection,
                  double* out) {
  return ByVectors(a, b, rows, selection, out, [](auto x, auto y, auto* quotient) HWY_ATTR {
    *quotient = hn::Div(x, y);
    return hn::Eq(y, hn::Zero(hn::DFromV<decltype(x)>()));
  });
}

}  // namespace ashlar::query::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace ashlar::query {

HWY_EXPORT(AddInt64);
HWY_EXPORT(SubtractInt64);
HWY_EXPORT(AddUInt64);
HWY_EXPORT(SubtractUInt64);
HWY_EXPORT(AddDouble);
HWY_EXPORT(SubtractDouble);
HWY_EXPORT(MultiplyDouble);
HWY_EXPORT(DivideDouble);

namespace {

// Row by row: step(x, y, &result) says whether the row is bad.
template <typename T, typename Step>
Bits ByRows(const T* a, const T* b, int64_t rows, const Bits& selection, T* out, const Step& step) {
  Bits bad;
  for (int64_t row = 0; row < rows; ++row) {
    const auto word = static_cast<size_t>(row / 64);
    if (row % 64 == 0 && selection.words[word] == 0) {
      row += 63;
      continue;
    }
    bad.words[word] |= uint64_t{step(a[row], b[row], &out[row])} << (row % 64);
  }
  return bad;
}

template <typename T>
bool Multiply(T x, T y, T* product) {
  return __builtin_mul_overflow(x, y, product);
}

// By zero, or the smallest number by minus one: it has no counterpart.
template <typename T>
bool DividesBadly(T x, T y) {
  if (y == 0) return true;
  return std::is_signed_v<T> && y == static_cast<T>(-1) && x == std::numeric_limits<T>::min();
}
template <typename T>
bool Divide(T x, T y, T* quotient) {
  const bool bad = DividesBadly(x, y);
  *quotient = x / (bad ? T{1} : y);
  return bad;
}
template <typename T>
bool Modulo(T x, T y, T* remainder) {
  const bool bad = DividesBadly(x, y);
  *remainder = x % (bad ? T{1} : y);
  return bad;
}

}  // namespace

Bits CalculateInt64(Op op, const int64_t* a, const int64_t* b, int64_t rows, const Bits& selection,
                    int64_t* out) {
  switch (op) {
    case Op::kAdd:
      return HWY_DYNAMIC_DISPATCH(AddInt64)(a, b, rows, selection, out);
    case Op::kSubtract:
      return HWY_DYNAMIC_DISPATCH(SubtractInt64)(a, b, rows, selection, out);
    case Op::kMultiply:
      return ByRows(a, b, rows, selection, out, Multiply<int64_t>);
    case Op::kDivide:
      return ByRows(a, b, rows, selection, out, Divide<int64_t>);
    default:
      ASHLAR_CHECK(op == Op::kModulo);
      return ByRows(a, b, rows, selection, out, Modulo<int64_t>);
  }
}

Bits CalculateUInt64(Op op, const uint64_t* a, const uint64_t* b, int64_t rows,
                     const Bits& selection, uint64_t* out) {
  switch (op) {
    case Op::kAdd:
      return HWY_DYNAMIC_DISPATCH(AddUInt64)(a, b, rows, selection, out);
    case Op::kSubtract:
      return HWY_DYNAMIC_DISPATCH(SubtractUInt64)(a, b, rows, selection, out);
    case Op::kMultiply:
      return ByRows(a, b, rows, selection, out, Multiply<uint64_t>);
    case Op::kDivide:
      return ByRows(a, b, rows, selection, out, Divide<uint64_t>);
    default:
      ASHLAR_CHECK(op == Op::kModulo);
      return ByRows(a, b, rows, selection, out, Modulo<uint64_t>);
  }
}

Bits CalculateDouble(Op op, const double* a, const double* b, int64_t rows, const Bits& selection,
                     double* out) {
  switch (op) {
    case Op::kAdd:
      return HWY_DYNAMIC_DISPATCH(AddDouble)(a, b, rows, selection, out);
    case Op::kSubtract:
      return HWY_DYNAMIC_DISPATCH(SubtractDouble)(a, b, rows, selection, out);
    case Op::kMultiply:
      return HWY_DYNAMIC_DISPATCH(MultiplyDouble)(a, b, rows, selection, out);
    default:
      ASHLAR_CHECK(op == Op::kDivide);
      return HWY_DYNAMIC_DISPATCH(DivideDouble)(a, b, rows, selection, out);
  }
}

}  // namespace ashlar::query
#endif  // HWY_ONCE
