// Values of leaf types from their text, as CSV cells and JSON strings hold them.
//
// Owns: the text form of every leaf type when the schema is known. Does not own: guessing types
// (text_class.h), nested types (json_appender.h), nulls (an empty cell never comes here).
#ifndef ASHLAR_TOOLS_IMPORT_VALUE_TEXT_H_
#define ASHLAR_TOOLS_IMPORT_VALUE_TEXT_H_

#include <string_view>

#include "absl/status/status.h"
#include "ashlar/builder.h"

namespace ashlar::tools {

// Appends one value of out's type, which is neither list nor struct nor vector. utf8 is taken as it
// is and must have been validated. binary and fixed_size_binary are base64; floats may be NaN,
// Infinity, inf and their like; dates are YYYY-MM-DD and timestamps RFC 3339. InvalidArgument
// "'abc' is not an int64" otherwise, and nothing is appended.
[[nodiscard]] absl::Status AppendTextValue(std::string_view text, ColumnBuilder& out);

// NaN, nan, Infinity, inf, with or without '-'; false for anything else.
[[nodiscard]] bool ParseNonFinite(std::string_view text, double* value);

}  // namespace ashlar::tools

#endif  // ASHLAR_TOOLS_IMPORT_VALUE_TEXT_H_
