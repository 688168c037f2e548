// One function for each kind of source; integers go through the bounds of their target.
#include "src/query/casts.h"

#include <charconv>
#include <cmath>
#include <limits>

#include "ashlar/status_macros.h"
#include "src/base/number_text.h"
#include "src/base/strings.h"
#include "src/base/time_text.h"
#include "src/base/utf8.h"
#include "src/query/calendar.h"
#include "src/query/function_table.h"
#include "src/query/scalar_math.h"

namespace ashlar::query {
namespace {

bool IsInteger(const DataType& type) {
  return type.is_signed_integer() || type.is_unsigned_integer();
}
bool IsNumber(const DataType& type) { return IsInteger(type) || type.is_floating(); }
bool IsTime(const DataType& type) {
  return type.id() == TypeId::kDate32 || type.id() == TypeId::kTimestamp;
}
bool IsBytes(const DataType& type) { return PhysicalOf(type) == Physical::kBytes; }

absl::Status OutOfRange(const DataType& from, const DataType& to, const Datum& value) {
  return absl::OutOfRangeError(
      base::StrCat(DatumText(from, value), " is out of range for ", to.ToString()));
}
absl::Status NoValue(const DataType& from, const DataType& to, const Datum& value) {
  return absl::InvalidArgumentError(base::StrCat(DatumText(from, value), " is no ", to.ToString()));
}

std::optional<Datum> SignedInto(int64_t value, const DataType& to) {
  if (PhysicalOf(to) == Physical::kUInt64) {
    if (value < 0 || static_cast<uint64_t>(value) > UnsignedMaxOf(to)) return std::nullopt;
    return Datum::OfUInt64(static_cast<uint64_t>(value));
  }
  const SignedBounds bounds = SignedBoundsOf(to);
  if (value < bounds.min || value > bounds.max) return std::nullopt;
  return Datum::OfInt64(value);
}

std::optional<Datum> UnsignedInto(uint64_t value, const DataType& to) {
  if (PhysicalOf(to) == Physical::kUInt64) {
    if (value > UnsignedMaxOf(to)) return std::nullopt;
    return Datum::OfUInt64(value);
  }
  if (value > static_cast<uint64_t>(SignedBoundsOf(to).max)) return std::nullopt;
  return Datum::OfInt64(static_cast<int64_t>(value));
}

std::optional<Datum> DoubleInto(double value, const DataType& to) {
  if (to.id() == TypeId::kFloat64) return Datum::OfDouble(value);
  if (to.id() == TypeId::kFloat32) {
    const auto narrow = static_cast<float>(value);
    if (std::isinf(narrow) && !std::isinf(value)) return std::nullopt;
    return Datum::OfDouble(narrow);
  }
  if (PhysicalOf(to) == Physical::kUInt64) {
    const std::optional<uint64_t> whole = DoubleToUInt64(value);
    return whole.has_value() ? UnsignedInto(*whole, to) : std::nullopt;
  }
  const std::optional<int64_t> whole = DoubleToInt64(value);
  return whole.has_value() ? SignedInto(*whole, to) : std::nullopt;
}

template <typename Integer>
Datum IntegerToFloating(Integer value, const DataType& to) {
  // Rounded once: through double, a float could be rounded twice.
  return Datum::OfDouble(to.id() == TypeId::kFloat32
                             ? static_cast<double>(static_cast<float>(value))
                             : static_cast<double>(value));
}

std::optional<Datum> SignedToTime(const DataType& from, const DataType& to, int64_t value) {
  if (from.id() == TypeId::kDate32 && to.id() == TypeId::kTimestamp) {
    const std::optional<int64_t> micros = CheckedTimes(value, kMicrosPerDay);
    return micros.has_value() ? std::optional<Datum>(Datum::OfInt64(*micros)) : std::nullopt;
  }
  if (from.id() == TypeId::kTimestamp && to.id() == TypeId::kDate32) {
    return Datum::OfInt64(DayOfMicros(value));
  }
  return SignedInto(value, to);
}

std::string NumberText(const DataType& from, const Datum& value) {
  std::string text;
  switch (value.physical) {
    case Physical::kBool:
      return value.boolean ? "true" : "false";
    case Physical::kUInt64:
      return base::StrCat(value.uint64);
    case Physical::kDouble:
      if (from.id() == TypeId::kFloat32) {
        base::AppendFloat(static_cast<float>(value.real), &text);
      } else {
        base::AppendDouble(value.real, &text);
      }
      return text;
    default:
      break;
  }
  if (from.id() == TypeId::kDate32) return base::FormatDate32(static_cast<int32_t>(value.int64));
  if (from.id() == TypeId::kTimestamp) return base::FormatTimestamp(value.int64);
  return base::StrCat(value.int64);
}

// All of the text, with an optional sign. `*fits` tells a number that is too large from no number.
template <typename Integer>
std::optional<Integer> TextToInteger(std::string_view text, bool* fits) {
  if (text.size() > 1 && text[0] == '+' && text[1] != '-') text.remove_prefix(1);
  Integer value = 0;
  const char* end = text.data() + text.size();
  const auto result = std::from_chars(text.data(), end, value);
  if (result.ptr != end) return std::nullopt;
  *fits = result.ec != std::errc::result_out_of_range;
  return result.ec == std::errc() ? std::optional(value) : std::nullopt;
}

std::optional<double> TextToDouble(std::string_view text, const DataType& to) {
  if (text == "NaN") return std::numeric_limits<double>::quiet_NaN();
  if (text == "Infinity") return std::numeric_limits<double>::infinity();
  if (text == "-Infinity") return -std::numeric_limits<double>::infinity();
  if (to.id() == TypeId::kFloat32) {
    const std::optional<float> value = base::ParseFloat(text);
    return value.has_value() ? std::optional<double>(*value) : std::nullopt;
  }
  return base::ParseDouble(text);
}

absl::StatusOr<Datum> TextToNumber(const DataType& from, const DataType& to, const Datum& value) {
  bool fits = true;
  std::optional<Datum> datum;
  if (to.is_floating()) {
    const std::optional<double> real = TextToDouble(value.bytes, to);
    if (real.has_value()) datum = Datum::OfDouble(*real);
  } else if (to.is_unsigned_integer()) {
    const auto whole = TextToInteger<uint64_t>(value.bytes, &fits);
    if (whole.has_value()) {
      datum = UnsignedInto(*whole, to);
      fits = datum.has_value();
    }
  } else {
    const auto whole = TextToInteger<int64_t>(value.bytes, &fits);
    if (whole.has_value()) {
      datum = SignedInto(*whole, to);
      fits = datum.has_value();
    }
  }
  if (datum.has_value()) return *datum;
  return fits ? NoValue(from, to, value) : OutOfRange(from, to, value);
}

absl::StatusOr<Datum> BytesToOther(const DataType& from, const DataType& to, const Datum& value) {
  if (IsNumber(to)) return TextToNumber(from, to, value);
  if (to.id() == TypeId::kBool) {
    const std::string lower = LowerAscii(value.bytes.substr(0, 8));
    if (lower != "true" && lower != "false") return NoValue(from, to, value);
    return Datum::OfBool(lower == "true");
  }
  if (to.id() == TypeId::kDate32) {
    const std::optional<int32_t> days = base::ParseDate32(value.bytes);
    if (!days.has_value()) return NoValue(from, to, value);
    return Datum::OfInt64(*days);
  }
  if (to.id() == TypeId::kTimestamp) {
    const std::optional<int64_t> micros = TextToTimestamp(value.bytes);
    if (!micros.has_value()) return NoValue(from, to, value);
    return Datum::OfInt64(*micros);
  }
  const bool misfit =
      to.id() == TypeId::kFixedSizeBinary && value.bytes.size() != static_cast<size_t>(to.width());
  if (misfit ||
      (to.id() == TypeId::kUtf8 && from.id() != TypeId::kUtf8 && !base::IsValidUtf8(value.bytes))) {
    return NoValue(from, to, value);
  }
  return value;
}

}  // namespace

bool CastExists(const DataType& from, const DataType& to) {
  if (from == to || from.id() == TypeId{}) return true;
  if (PhysicalOf(from) == Physical::kNested || PhysicalOf(to) == Physical::kNested) return false;
  if (from.id() == TypeId::kUtf8) return true;
  if (IsBytes(from)) return IsBytes(to);
  if (to.id() == TypeId::kUtf8) return true;
  if (IsBytes(to)) return false;
  if (from.id() == TypeId::kBool) return IsNumber(to);
  if (to.id() == TypeId::kBool) return IsInteger(from);
  if (IsTime(from)) return IsTime(to) || IsInteger(to);
  if (IsTime(to)) return IsInteger(from);
  return true;
}

bool CastMayFail(const DataType& from, const DataType& to) {
  if (from == to || from.id() == TypeId{}) return false;
  if (IsBytes(from)) return to.id() != TypeId::kBinary;
  if (to.id() == TypeId::kUtf8 || to.id() == TypeId::kBool || from.id() == TypeId::kBool) {
    return false;
  }
  if (to.is_floating()) return from.id() == TypeId::kFloat64 && to.id() == TypeId::kFloat32;
  if (from.is_floating()) return true;
  if (from.id() == TypeId::kTimestamp && to.id() == TypeId::kDate32) return false;
  if (from.id() == TypeId::kDate32 && to.id() == TypeId::kTimestamp) return true;
  // Integers and times as integers: whether the bounds of the source lie within the target's.
  const bool from_unsigned = from.is_unsigned_integer();
  if (to.is_unsigned_integer()) {
    return !from_unsigned || UnsignedMaxOf(from) > UnsignedMaxOf(to);
  }
  const SignedBounds bounds = SignedBoundsOf(to);
  if (from_unsigned) return UnsignedMaxOf(from) > static_cast<uint64_t>(bounds.max);
  const SignedBounds given = SignedBoundsOf(from);
  return given.min < bounds.min || given.max > bounds.max;
}

absl::StatusOr<Datum> CastDatum(const DataType& from, const DataType& to, const Datum& value,
                                std::string* storage) {
  if (from == to) return value;
  if (value.physical == Physical::kBytes) return BytesToOther(from, to, value);
  if (to.id() == TypeId::kUtf8) {
    *storage = NumberText(from, value);
    return Datum::OfBytes(*storage);
  }
  std::optional<Datum> result;
  switch (value.physical) {
    case Physical::kBool:
      result = to.is_floating() ? Datum::OfDouble(value.boolean ? 1 : 0)
                                : SignedInto(value.boolean ? 1 : 0, to);
      break;
    case Physical::kInt64:
      if (to.id() == TypeId::kBool) return Datum::OfBool(value.int64 != 0);
      result = to.is_floating() ? IntegerToFloating(value.int64, to)
                                : SignedToTime(from, to, value.int64);
      break;
    case Physical::kUInt64:
      if (to.id() == TypeId::kBool) return Datum::OfBool(value.uint64 != 0);
      result =
          to.is_floating() ? IntegerToFloating(value.uint64, to) : UnsignedInto(value.uint64, to);
      break;
    default:
      result = DoubleInto(value.real, to);
  }
  if (!result.has_value()) return OutOfRange(from, to, value);
  return *result;
}

SignedBounds SignedBoundsOf(const DataType& type) {
  switch (type.id()) {
    case TypeId::kInt8:
      return {INT8_MIN, INT8_MAX};
    case TypeId::kInt16:
      return {INT16_MIN, INT16_MAX};
    case TypeId::kInt32:
    case TypeId::kDate32:
      return {INT32_MIN, INT32_MAX};
    default:
      return {INT64_MIN, INT64_MAX};
  }
}

uint64_t UnsignedMaxOf(const DataType& type) {
  switch (type.id()) {
    case TypeId::kUInt8:
      return UINT8_MAX;
    case TypeId::kUInt16:
      return UINT16_MAX;
    case TypeId::kUInt32:
      return UINT32_MAX;
    default:
      return UINT64_MAX;
  }
}

std::optional<int64_t> TextToTimestamp(std::string_view text) {
  if (const std::optional<int32_t> days = base::ParseDate32(text)) return *days * kMicrosPerDay;
  return base::ParseTimestamp(text);
}

}  // namespace ashlar::query
