// CSV text of values; see the header.
#include "src/columnar/csv_value.h"

#include "src/columnar/json_value.h"

namespace ashlar::columnar {
namespace {

bool NeedsQuotes(std::string_view text) {
  if (text.empty()) return true;
  // Readers may trim blanks at the edges.
  if (text.front() == ' ' || text.back() == ' ') return true;
  return text.find_first_of(",\"\r\n") != std::string_view::npos;
}

}  // namespace

void AppendCsvText(std::string_view text, std::string* out) {
  if (!NeedsQuotes(text)) {
    *out += text;
    return;
  }
  *out += '"';
  for (const char c : text) {
    if (c == '"') *out += '"';
    *out += c;
  }
  *out += '"';
}

void AppendCsvValue(const Column& column, int64_t row, std::string* out) {
  if (column.IsNull(row)) return;
  const DataType& type = column.type();
  if (type.id() == TypeId::kUtf8) {
    AppendCsvText(column.GetBytes(row), out);
    return;
  }
  const bool is_leaf = type.fields().empty();
  if (is_leaf && type.byte_width() != 0) {  // numbers, dates, base64: nothing to quote
    AppendLeafText(column, row, out);
    return;
  }
  std::string text;
  if (is_leaf) {
    AppendLeafText(column, row, &text);
  } else {
    AppendJsonValue(column, row, &text, {.include_nulls = true});
  }
  AppendCsvText(text, out);
}

}  // namespace ashlar::columnar
