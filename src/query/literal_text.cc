// The spelling of literals: every value, also those that have no word of their own.
#include <cmath>
#include <cstddef>

#include "src/base/bytes.h"
#include "src/base/number_text.h"
#include "src/base/strings.h"
#include "src/base/time_text.h"
#include "src/query/expression_text.h"

namespace ashlar::query {
namespace {

void AppendSigned(const DataType& type, int64_t value, std::string* out) {
  const bool date = type.id() == TypeId::kDate32;
  if (!date && type.id() != TypeId::kTimestamp) {
    *out += base::StrCat(value);
    return;
  }
  const bool has_text =
      date ? value >= base::kMinDate32 && value <= base::kMaxDate32
           : value >= base::kMinTimestampMicros && value <= base::kMaxTimestampMicros;
  if (!has_text) {
    *out += base::StrCat("cast(", value, " as ", type.ToString(), ")");
  } else if (date) {
    *out += base::StrCat("date '", base::FormatDate32(static_cast<int32_t>(value)), "'");
  } else {
    *out += base::StrCat("timestamp '", base::FormatTimestamp(value), "'");
  }
}

void AppendVector(const std::vector<float>& values, std::string* out) {
  *out += '[';
  for (size_t i = 0; i < values.size(); ++i) {
    if (i != 0) *out += ", ";
    base::AppendFloat(values[i], out);
  }
  *out += ']';
}

}  // namespace

void AppendQuoted(std::string_view text, char quote, std::string* out) {
  *out += quote;
  for (const char c : text) {
    if (c == quote) *out += quote;
    *out += c;
  }
  *out += quote;
}

void AppendLiteralText(const DataType& type, const LiteralValue& literal, std::string* out) {
  if (literal.is_null) {
    *out += "null";
    return;
  }
  switch (PhysicalOf(type)) {
    case Physical::kBool:
      *out += literal.boolean ? "true" : "false";
      break;
    case Physical::kInt64:
      AppendSigned(type, literal.int64, out);
      break;
    case Physical::kUInt64:
      *out += base::StrCat(literal.uint64);
      break;
    case Physical::kDouble: {
      const bool finite = std::isfinite(literal.real);
      if (!finite) *out += "float64 '";
      base::AppendDouble(literal.real, out);
      if (!finite) *out += '\'';
      break;
    }
    case Physical::kBytes:
      if (type.id() == TypeId::kUtf8) {
        AppendQuoted(literal.bytes, '\'', out);
      } else {
        *out += base::StrCat("x'", base::HexEncode(base::AsBytes(literal.bytes)), "'");
      }
      break;
    default:
      AppendVector(literal.vector, out);
  }
}

}  // namespace ashlar::query
