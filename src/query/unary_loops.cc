// The loops of unary functions and number casts; see unary_node.h.
#include <bit>
#include <cmath>
#include <cstdint>
#include <optional>

#include "src/query/bits_ops.h"
#include "src/query/calendar.h"
#include "src/query/casts.h"
#include "src/query/scalar_math.h"
#include "src/query/unary_node.h"

namespace ashlar::query {
namespace {

int64_t AsWord(double value) { return std::bit_cast<int64_t>(value); }
int64_t AsWord(int64_t value) { return value; }
int64_t AsWord(uint64_t value) { return static_cast<int64_t>(value); }

template <typename T>
const T* Values(const Vector& in) {
  if constexpr (std::is_same_v<T, double>) return in.real;
  if constexpr (std::is_same_v<T, int64_t>) return in.int64;
  if constexpr (std::is_same_v<T, uint64_t>) return in.uint64;
}

// function(value) is the result of every row.
template <typename T, typename Function>
bool Total(const Vector& in, const Bits& present, Vector* out, const Function& function) {
  const T* const values = Values<T>(in);
  ForSelected(present, [&](int64_t row) { out->words[row] = AsWord(function(values[row])); });
  return true;
}

// function(value) is an optional result.
template <typename T, typename Function>
bool Partial(const Vector& in, const Bits& present, Vector* out, const Function& function) {
  const T* const values = Values<T>(in);
  bool complete = true;
  ForSelected(present, [&](int64_t row) {
    const auto result = function(values[row]);
    complete &= result.has_value();
    if (result.has_value()) out->words[row] = AsWord(*result);
  });
  return complete;
}

bool NegateInt64(const BoundExpression&, const Vector& in, const Bits& present, Vector* out) {
  return Partial<int64_t>(in, present, out, [](int64_t v) { return CheckedMinus<int64_t>(0, v); });
}
bool NegateDouble(const BoundExpression&, const Vector& in, const Bits& present, Vector* out) {
  return Total<double>(in, present, out, [](double v) { return -v; });
}
bool AbsInt64(const BoundExpression&, const Vector& in, const Bits& present, Vector* out) {
  return Partial<int64_t>(in, present, out, [](int64_t v) {
    return v < 0 ? CheckedMinus<int64_t>(0, v) : std::optional<int64_t>(v);
  });
}
bool AbsDouble(const BoundExpression&, const Vector& in, const Bits& present, Vector* out) {
  return Total<double>(in, present, out, [](double v) { return std::fabs(v); });
}
bool Round(const BoundExpression&, const Vector& in, const Bits& present, Vector* out) {
  return Total<double>(in, present, out, [](double v) { return std::round(v); });
}
bool Floor(const BoundExpression&, const Vector& in, const Bits& present, Vector* out) {
  return Total<double>(in, present, out, [](double v) { return std::floor(v); });
}
bool Ceil(const BoundExpression&, const Vector& in, const Bits& present, Vector* out) {
  return Total<double>(in, present, out, [](double v) { return std::ceil(v); });
}
bool Sqrt(const BoundExpression&, const Vector& in, const Bits& present, Vector* out) {
  return Partial<double>(in, present, out, [](double v) {
    return v < 0 ? std::nullopt : std::optional<double>(std::sqrt(v));
  });
}
bool IsNan(const BoundExpression&, const Vector& in, const Bits& present, Vector* out) {
  out->bits = Bits();
  ForSelected(present, [&](int64_t row) {
    if (std::isnan(in.real[row])) out->bits.Set(row);
  });
  return true;
}

bool PartOfDate(const BoundExpression& e, const Vector& in, const Bits& present, Vector* out) {
  const bool timestamp = e.args[0]->type.id() == TypeId::kTimestamp;
  return Total<int64_t>(in, present, out,
                        [&](int64_t v) { return DatePart(e.function, timestamp, v); });
}
bool DayOf(const BoundExpression&, const Vector& in, const Bits& present, Vector* out) {
  return Total<int64_t>(in, present, out, DayOfMicros);
}

bool DayToMicros(const BoundExpression&, const Vector& in, const Bits& present, Vector* out) {
  return Partial<int64_t>(in, present, out,
                          [](int64_t v) { return CheckedTimes(v, kMicrosPerDay); });
}

// What fits into the target's bounds; `whole` makes an optional integer of a value.
template <typename T, typename Whole>
bool IntoSigned(const BoundExpression& e, const Vector& in, const Bits& present, Vector* out,
                const Whole& whole) {
  const SignedBounds bounds = SignedBoundsOf(e.type);
  return Partial<T>(in, present, out, [&](T v) -> std::optional<int64_t> {
    const std::optional<int64_t> value = whole(v);
    if (!value.has_value() || *value < bounds.min || *value > bounds.max) return std::nullopt;
    return value;
  });
}
template <typename T, typename Whole>
bool IntoUnsigned(const BoundExpression& e, const Vector& in, const Bits& present, Vector* out,
                  const Whole& whole) {
  const uint64_t max = UnsignedMaxOf(e.type);
  return Partial<T>(in, present, out, [&](T v) -> std::optional<uint64_t> {
    const std::optional<uint64_t> value = whole(v);
    if (!value.has_value() || *value > max) return std::nullopt;
    return value;
  });
}

bool SignedToSigned(const BoundExpression& e, const Vector& in, const Bits& present, Vector* out) {
  return IntoSigned<int64_t>(e, in, present, out, [](int64_t v) { return std::optional(v); });
}
bool UnsignedToSigned(const BoundExpression& e, const Vector& in, const Bits& present,
                      Vector* out) {
  return IntoSigned<uint64_t>(e, in, present, out, [](uint64_t v) {
    return v > INT64_MAX ? std::nullopt : std::optional(static_cast<int64_t>(v));
  });
}
bool RealToSigned(const BoundExpression& e, const Vector& in, const Bits& present, Vector* out) {
  return IntoSigned<double>(e, in, present, out, DoubleToInt64);
}
bool SignedToUnsigned(const BoundExpression& e, const Vector& in, const Bits& present,
                      Vector* out) {
  return IntoUnsigned<int64_t>(e, in, present, out, [](int64_t v) {
    return v < 0 ? std::nullopt : std::optional(static_cast<uint64_t>(v));
  });
}
bool UnsignedToUnsigned(const BoundExpression& e, const Vector& in, const Bits& present,
                        Vector* out) {
  return IntoUnsigned<uint64_t>(e, in, present, out, [](uint64_t v) { return std::optional(v); });
}
bool RealToUnsigned(const BoundExpression& e, const Vector& in, const Bits& present, Vector* out) {
  return IntoUnsigned<double>(e, in, present, out, DoubleToUInt64);
}

// Into float32 a number is rounded once; an infinity that was none is no result.
template <typename T>
bool IntegerToReal(const BoundExpression& e, const Vector& in, const Bits& present, Vector* out) {
  if (e.type.id() == TypeId::kFloat32) {
    return Total<T>(in, present, out,
                    [](T v) { return static_cast<double>(static_cast<float>(v)); });
  }
  return Total<T>(in, present, out, [](T v) { return static_cast<double>(v); });
}
bool RealToReal(const BoundExpression& e, const Vector& in, const Bits& present, Vector* out) {
  if (e.type.id() == TypeId::kFloat64) {
    return Total<double>(in, present, out, [](double v) { return v; });
  }
  return Partial<double>(in, present, out, [](double v) -> std::optional<double> {
    const auto narrow = static_cast<float>(v);
    if (std::isinf(narrow) && !std::isinf(v)) return std::nullopt;
    return narrow;
  });
}

UnaryLoop CastLoop(const BoundExpression& e) {
  const DataType& from = e.args[0]->type;
  const Physical source = e.args[0]->physical;
  const TypeId to = e.type.id();
  if (from.id() == TypeId::kDate32 && to == TypeId::kTimestamp) return DayToMicros;
  if (from.id() == TypeId::kTimestamp && to == TypeId::kDate32) return DayOf;
  switch (e.physical) {
    case Physical::kInt64:
      if (source == Physical::kInt64) return SignedToSigned;
      if (source == Physical::kUInt64) return UnsignedToSigned;
      return source == Physical::kDouble ? RealToSigned : nullptr;
    case Physical::kUInt64:
      if (source == Physical::kInt64) return SignedToUnsigned;
      if (source == Physical::kUInt64) return UnsignedToUnsigned;
      return source == Physical::kDouble ? RealToUnsigned : nullptr;
    case Physical::kDouble:
      if (source == Physical::kInt64) return IntegerToReal<int64_t>;
      if (source == Physical::kUInt64) return IntegerToReal<uint64_t>;
      return source == Physical::kDouble ? RealToReal : nullptr;
    default:
      return nullptr;
  }
}

UnaryLoop FunctionLoop(const BoundExpression& e) {
  const Physical source = e.args[0]->physical;
  const bool real = source == Physical::kDouble;
  switch (e.function) {
    case Function::kAbs:
      return real ? AbsDouble : source == Physical::kInt64 ? AbsInt64 : nullptr;
    case Function::kRound:
      return real ? Round : nullptr;
    case Function::kFloor:
      return real ? Floor : nullptr;
    case Function::kCeil:
      return real ? Ceil : nullptr;
    case Function::kSqrt:
      return real ? Sqrt : nullptr;
    case Function::kIsNan:
      return real ? IsNan : nullptr;
    case Function::kDate:
      return source == Physical::kInt64 ? DayOf : nullptr;
    default:
      break;
  }
  const bool part = e.function >= Function::kYear && e.function <= Function::kQuarter;
  return part && source == Physical::kInt64 ? PartOfDate : nullptr;
}

}  // namespace

UnaryLoop UnaryLoopFor(const BoundExpression& expression) {
  if (expression.args.size() != 1) return nullptr;
  const Physical source = expression.args[0]->physical;
  switch (expression.op) {
    case Op::kNegate:
      return source == Physical::kInt64    ? NegateInt64
             : source == Physical::kDouble ? NegateDouble
                                           : nullptr;
    case Op::kCast:
      return CastLoop(expression);
    case Op::kFunction:
      return FunctionLoop(expression);
    default:
      return nullptr;
  }
}

}  // namespace ashlar::query
