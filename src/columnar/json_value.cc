// JSON text of values; see the header for the mapping.
#include "src/columnar/json_value.h"

#include <array>
#include <charconv>
#include <cmath>
#include <utility>

#include "src/base/base64.h"
#include "src/base/bytes.h"
#include "src/base/check.h"
#include "src/base/number_text.h"
#include "src/base/time_text.h"

namespace ashlar::columnar {
namespace {

template <typename Number>
void AppendNumber(Number value, std::string* out) {
  std::array<char, 32> digits;
  const char* end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  out->append(digits.data(), static_cast<size_t>(end - digits.data()));
}

bool IsQuoted(const Column& column, int64_t row, const JsonOptions& options) {
  switch (column.type().id()) {
    case TypeId::kFloat32:
    case TypeId::kFloat64:
      return !options.bare_non_finite && !std::isfinite(column.GetDouble(row));
    case TypeId::kBinary:
    case TypeId::kFixedSizeBinary:
    case TypeId::kDate32:
    case TypeId::kTimestamp:
      return true;
    default:
      return false;
  }
}

// A control character, '"' or '\'.
void AppendEscaped(char c, std::string* out) {
  constexpr std::string_view kEscaped = "\"\\\b\f\n\r\t";
  constexpr std::string_view kLetters = "\"\\bfnrt";
  *out += '\\';
  if (const size_t found = kEscaped.find(c); found != std::string_view::npos) {
    *out += kLetters[found];
    return;
  }
  constexpr std::string_view kDigits = "0123456789abcdef";
  const auto code = static_cast<uint8_t>(c);
  *out += "u00";
  *out += kDigits[code >> 4];
  *out += kDigits[code & 15];
}

void AppendMember(std::string_view name, const Column& column, int64_t row, bool* first,
                  std::string* out, const JsonOptions& options) {
  if (!options.include_nulls && column.IsNull(row)) return;
  if (!std::exchange(*first, false)) *out += ',';
  AppendJsonString(name, out);
  *out += ':';
  AppendJsonValue(column, row, out, options);
}

void AppendStruct(const Column& column, int64_t row, std::string* out, const JsonOptions& options) {
  *out += '{';
  bool first = true;
  const std::vector<Field>& fields = column.type().fields();
  for (size_t i = 0; i < fields.size(); ++i) {
    AppendMember(fields[i].name, column.child(i), row, &first, out, options);
  }
  *out += '}';
}

void AppendList(const Column& column, int64_t row, std::string* out, const JsonOptions& options) {
  *out += '[';
  const Column elements = column.child(0);
  const auto [begin, end] = column.GetListRange(row);
  for (int64_t i = begin; i < end; ++i) {
    if (i != begin) *out += ',';
    AppendJsonValue(elements, i, out, options);
  }
  *out += ']';
}

}  // namespace

void AppendJsonString(std::string_view text, std::string* out) {
  *out += '"';
  size_t clean = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (static_cast<uint8_t>(c) >= 0x20 && c != '"' && c != '\\') continue;
    *out += text.substr(clean, i - clean);
    AppendEscaped(c, out);
    clean = i + 1;
  }
  *out += text.substr(clean);
  *out += '"';
}

void AppendLeafText(const Column& column, int64_t row, std::string* out) {
  const DataType& type = column.type();
  ASHLAR_CHECK(type.fields().empty());
  switch (type.id()) {
    case TypeId::kBool:
      *out += column.GetBool(row) ? "true" : "false";
      break;
    case TypeId::kFloat32:
      base::AppendFloat(static_cast<float>(column.GetDouble(row)), out);
      break;
    case TypeId::kFloat64:
      base::AppendDouble(column.GetDouble(row), out);
      break;
    case TypeId::kUtf8:
      *out += column.GetBytes(row);
      break;
    case TypeId::kBinary:
    case TypeId::kFixedSizeBinary:
      *out += base::Base64Encode(base::AsBytes(column.GetBytes(row)));
      break;
    case TypeId::kDate32:
      *out += base::FormatDate32(static_cast<int32_t>(column.GetInt64(row)));
      break;
    case TypeId::kTimestamp:
      *out += base::FormatTimestamp(column.GetInt64(row));
      break;
    default:
      if (type.is_unsigned_integer()) {
        AppendNumber(column.GetUInt64(row), out);
      } else {
        AppendNumber(column.GetInt64(row), out);
      }
  }
}

void AppendJsonValue(const Column& column, int64_t row, std::string* out,
                     const JsonOptions& options) {
  if (column.IsNull(row)) {
    *out += "null";
  } else if (column.type().id() == TypeId::kStruct) {
    AppendStruct(column, row, out, options);
  } else if (!column.type().fields().empty()) {
    AppendList(column, row, out, options);
  } else if (column.type().id() == TypeId::kUtf8) {
    AppendJsonString(column.GetBytes(row), out);
  } else {
    const bool quoted = IsQuoted(column, row, options);
    if (quoted) *out += '"';
    AppendLeafText(column, row, out);
    if (quoted) *out += '"';
  }
}

void AppendJsonRow(const RecordBatch& batch, int64_t row, std::string* out,
                   const JsonOptions& options) {
  *out += '{';
  bool first = true;
  for (size_t i = 0; i < batch.columns().size(); ++i) {
    AppendMember(batch.schema().field(i).name, batch.column(i), row, &first, out, options);
  }
  *out += '}';
}

}  // namespace ashlar::columnar
