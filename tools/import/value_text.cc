// Text to value, one small function a family of types. std::from_chars knows no locale.
#include "tools/import/value_text.h"

#include <charconv>
#include <cmath>
#include <limits>
#include <optional>
#include <string>

#include "ashlar/types.h"
#include "src/base/base64.h"
#include "src/base/check.h"
#include "src/base/time_text.h"
#include "tools/import/import_error.h"

namespace ashlar::tools {
namespace {

absl::Status Reject(std::string_view text, const DataType& type) {
  return absl::InvalidArgumentError(NotA(text, type.ToString()));
}

template <typename Number>
bool ParseWhole(std::string_view text, Number* value) {
  const char* end = text.data() + text.size();
  const auto result = std::from_chars(text.data(), end, *value);
  return result.ec == std::errc() && result.ptr == end;
}

absl::Status AppendInteger(std::string_view text, ColumnBuilder& out) {
  bool good = false;
  absl::Status status;
  if (out.type().is_signed_integer()) {
    int64_t value = 0;
    good = ParseWhole(text, &value);
    if (good) status = out.AppendInt64(value);
  } else {
    uint64_t value = 0;
    good = ParseWhole(text, &value);
    if (good) status = out.AppendUInt64(value);
  }
  // The builder refuses what is too wide for its type; the text says more than the number.
  if (!good || absl::IsInvalidArgument(status)) return Reject(text, out.type());
  return status;
}

bool ParseFloating(std::string_view text, double* value) {
  if (ParseNonFinite(text, value)) return true;
  if (text.size() > 1 && text.front() == '+' && text[1] != '-') text.remove_prefix(1);
  // from_chars would take "inf" and "nan" in any case.
  const char last = text.empty() ? 'x' : text.back();
  return ((last >= '0' && last <= '9') || last == '.') && ParseWhole(text, value);
}

absl::Status AppendFloating(std::string_view text, ColumnBuilder& out) {
  double value = 0;
  if (!ParseFloating(text, &value)) return Reject(text, out.type());
  const bool narrow = out.type().id() == TypeId::kFloat32;
  if (narrow && std::isfinite(value) && !std::isfinite(static_cast<float>(value))) {
    return Reject(text, out.type());
  }
  return out.AppendDouble(value);
}

absl::Status AppendBase64(std::string_view text, ColumnBuilder& out) {
  const std::optional<std::string> bytes = base::Base64Decode(text);
  const bool fixed = out.type().id() == TypeId::kFixedSizeBinary;
  if (!bytes || (fixed && bytes->size() != static_cast<size_t>(out.type().width()))) {
    return absl::InvalidArgumentError(NotA(text, out.type().ToString()) + " in base64");
  }
  return out.AppendBytes(*bytes);
}

}  // namespace

bool ParseNonFinite(std::string_view text, double* value) {
  const bool negative = !text.empty() && text.front() == '-';
  if (negative) text.remove_prefix(1);
  if (text == "NaN" || text == "nan") {
    *value = std::numeric_limits<double>::quiet_NaN();
  } else if (text == "Infinity" || text == "inf") {
    *value = std::numeric_limits<double>::infinity();
  } else {
    return false;
  }
  if (negative) *value = -*value;
  return true;
}

absl::Status AppendTextValue(std::string_view text, ColumnBuilder& out) {
  const DataType& type = out.type();
  switch (type.id()) {
    case TypeId::kUtf8:
      return out.AppendValidatedUtf8(text);
    case TypeId::kBool:
      if (text != "true" && text != "false") return Reject(text, type);
      return out.AppendBool(text == "true");
    case TypeId::kFloat32:
    case TypeId::kFloat64:
      return AppendFloating(text, out);
    case TypeId::kBinary:
    case TypeId::kFixedSizeBinary:
      return AppendBase64(text, out);
    case TypeId::kDate32: {
      const std::optional<int32_t> days = base::ParseDate32(text);
      return days ? out.AppendInt64(*days) : Reject(text, type);
    }
    case TypeId::kTimestamp: {
      const std::optional<int64_t> micros = base::ParseTimestamp(text);
      return micros ? out.AppendInt64(*micros) : Reject(text, type);
    }
    default:
      ASHLAR_CHECK(type.is_signed_integer() || type.is_unsigned_integer());
      return AppendInteger(text, out);
  }
}

}  // namespace ashlar::tools
