// Each operation by the physical kind of its arguments.
#include "src/query/row_operations.h"

#include <cmath>
#include <optional>

#include "src/base/check.h"
#include "src/query/calendar.h"
#include "src/query/casts.h"
#include "src/query/comparison.h"
#include "src/query/scalar_math.h"
#include "src/query/text_functions.h"

namespace ashlar::query {
namespace {

absl::Status Overflow() { return absl::OutOfRangeError("integer overflow"); }

template <typename Integer>
absl::StatusOr<Integer> IntegerArithmetic(Op op, Integer a, Integer b) {
  std::optional<Integer> result;
  switch (op) {
    case Op::kAdd:
      result = CheckedPlus(a, b);
      break;
    case Op::kSubtract:
      result = CheckedMinus(a, b);
      break;
    case Op::kMultiply:
      result = CheckedTimes(a, b);
      break;
    default:
      if (b == 0) return absl::OutOfRangeError("division by zero");
      result = op == Op::kDivide ? CheckedQuotient(a, b) : Remainder(a, b);
  }
  if (!result.has_value()) return Overflow();
  return *result;
}

absl::StatusOr<Datum> DoubleArithmetic(Op op, double a, double b) {
  switch (op) {
    case Op::kAdd:
      return Datum::OfDouble(a + b);
    case Op::kSubtract:
      return Datum::OfDouble(a - b);
    case Op::kMultiply:
      return Datum::OfDouble(a * b);
    default:
      if (b == 0) return absl::OutOfRangeError("division by zero");
      return Datum::OfDouble(op == Op::kDivide ? a / b : Remainder(a, b));
  }
}

absl::StatusOr<Datum> Arithmetic(const BoundExpression& e, const Datum& a, const Datum& b) {
  if (e.physical == Physical::kDouble) return DoubleArithmetic(e.op, a.real, b.real);
  if (e.physical == Physical::kUInt64) {
    const absl::StatusOr<uint64_t> result = IntegerArithmetic(e.op, a.uint64, b.uint64);
    if (!result.ok()) return result.status();
    return Datum::OfUInt64(*result);
  }
  const absl::StatusOr<int64_t> result = IntegerArithmetic(e.op, a.int64, b.int64);
  if (!result.ok()) return result.status();
  return Datum::OfInt64(*result);
}

absl::StatusOr<Datum> Negate(const Datum& a) {
  if (a.physical == Physical::kDouble) return Datum::OfDouble(-a.real);
  const std::optional<int64_t> result = CheckedMinus<int64_t>(0, a.int64);
  if (!result.has_value()) return Overflow();
  return Datum::OfInt64(*result);
}

Datum TextFunction(const BoundExpression& e, const std::vector<Datum>& args, std::string* storage) {
  const std::string_view text = args[0].bytes;
  switch (e.function) {
    case Function::kLower:
      *storage = Lower(text);
      return Datum::OfBytes(*storage);
    case Function::kUpper:
      *storage = Upper(text);
      return Datum::OfBytes(*storage);
    case Function::kLength:
      return Datum::OfInt64(e.args[0]->type.id() == TypeId::kUtf8
                                ? CharacterCount(text)
                                : static_cast<int64_t>(text.size()));
    case Function::kSubstr:
      return Datum::OfBytes(
          Substr(text, args[1].int64, args.size() == 3 ? args[2].int64 : INT64_MAX));
    case Function::kStartsWith:
      return Datum::OfBool(text.starts_with(args[1].bytes));
    case Function::kEndsWith:
      return Datum::OfBool(text.ends_with(args[1].bytes));
    case Function::kContains:
      return Datum::OfBool(text.find(args[1].bytes) != text.npos);
    case Function::kTrim:
      return Datum::OfBytes(Trim(text));
    default:
      ASHLAR_CHECK(e.function == Function::kConcat);
      for (const Datum& arg : args) *storage += arg.bytes;
      return Datum::OfBytes(*storage);
  }
}

absl::StatusOr<Datum> NumberFunction(const BoundExpression& e, const Datum& a) {
  switch (e.function) {
    case Function::kAbs:
      if (a.physical == Physical::kDouble) return Datum::OfDouble(std::fabs(a.real));
      if (a.int64 == INT64_MIN) return Overflow();
      return Datum::OfInt64(a.int64 < 0 ? -a.int64 : a.int64);
    case Function::kRound:  // half away from zero
      return Datum::OfDouble(std::round(a.real));
    case Function::kFloor:
      return Datum::OfDouble(std::floor(a.real));
    case Function::kCeil:
      return Datum::OfDouble(std::ceil(a.real));
    case Function::kSqrt:
      if (a.real < 0) return absl::OutOfRangeError("square root of a negative number");
      return Datum::OfDouble(std::sqrt(a.real));
    default:
      ASHLAR_CHECK(e.function == Function::kIsNan);
      return Datum::OfBool(std::isnan(a.real));
  }
}

absl::StatusOr<Datum> ScalarFunction(const BoundExpression& e, const std::vector<Datum>& args,
                                     std::string* storage) {
  switch (e.function) {
    case Function::kAbs:
    case Function::kRound:
    case Function::kFloor:
    case Function::kCeil:
    case Function::kSqrt:
    case Function::kIsNan:
      return NumberFunction(e, args[0]);
    case Function::kYear:
    case Function::kMonth:
    case Function::kDay:
    case Function::kHour:
    case Function::kMinute:
    case Function::kSecond:
    case Function::kDayOfWeek:
    case Function::kDayOfYear:
    case Function::kQuarter:
      return Datum::OfInt64(
          DatePart(e.function, e.args[0]->type.id() == TypeId::kTimestamp, args[0].int64));
    case Function::kDate:
      return Datum::OfInt64(DayOfMicros(args[0].int64));
    default:
      return TextFunction(e, args, storage);
  }
}

}  // namespace

absl::StatusOr<Datum> ApplyOperation(const BoundExpression& e, const std::vector<Datum>& args,
                                     std::string* storage) {
  switch (e.op) {
    case Op::kNot:
      return Datum::OfBool(!args[0].boolean);
    case Op::kEqual:
    case Op::kNotEqual:
    case Op::kLess:
    case Op::kLessEqual:
    case Op::kGreater:
    case Op::kGreaterEqual:
      return Datum::OfBool(Holds(e.op, CompareDatums(args[0], args[1])));
    case Op::kAdd:
    case Op::kSubtract:
    case Op::kMultiply:
    case Op::kDivide:
    case Op::kModulo:
      return Arithmetic(e, args[0], args[1]);
    case Op::kNegate:
      return Negate(args[0]);
    case Op::kCast:
      return CastDatum(e.args[0]->type, e.type, args[0], storage);
    default:
      ASHLAR_CHECK(e.op == Op::kFunction);
      return ScalarFunction(e, args, storage);
  }
}

}  // namespace ashlar::query
