// Values as JSON text: what exports, queries and the command protocol print.
//
// Owns: the text of one value or row (DESIGN section 7). Does not own: framing of lines and arrays,
// nor reading JSON. int64 is exact; binary is base64; NaN and the infinities are strings
// unless asked for otherwise;
// timestamps are RFC 3339 and dates YYYY-MM-DD strings. A whole floating-point number keeps its
// ".0", so that an import finds the type again.
#ifndef ASHLAR_SRC_COLUMNAR_JSON_VALUE_H_
#define ASHLAR_SRC_COLUMNAR_JSON_VALUE_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "ashlar/column.h"

namespace ashlar::columnar {

struct JsonOptions {
  bool include_nulls = false;  // members of structs and rows that are null; else left out
  // NaN, Infinity and -Infinity as bare words, as Python writes and reads them, instead of strings;
  // not JSON by RFC 8259, but what such data looked like before it was imported.
  bool bare_non_finite = false;
};

void AppendJsonValue(const Column& column, int64_t row, std::string* out,
                     const JsonOptions& options = {});
// An object with one member a column.
void AppendJsonRow(const RecordBatch& batch, int64_t row, std::string* out,
                   const JsonOptions& options = {});
// `text` (UTF-8) in quotes, escaped by RFC 8259.
void AppendJsonString(std::string_view text, std::string* out);

// The text of a leaf value that is not null, without quotes or escapes.
void AppendLeafText(const Column& column, int64_t row, std::string* out);

}  // namespace ashlar::columnar

#endif  // ASHLAR_SRC_COLUMNAR_JSON_VALUE_H_
