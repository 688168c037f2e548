// JSON of `put`: one object as the row of a key.
//
// Owns: its framing, and that it agrees with KEY. Does not own: its values
// (tools/import/json_appender.h), nor the form of KEY (key_text.h).
#ifndef ASHLAR_TOOLS_ASHLAR_ROW_TEXT_H_
#define ASHLAR_TOOLS_ASHLAR_ROW_TEXT_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "ashlar/column.h"
#include "ashlar/snapshot.h"

namespace ashlar::tools {

// `text` itself when it is one JSON object, whatever its members; InvalidArgument says why not.
[[nodiscard]] absl::StatusOr<std::string> CheckRowText(const std::string& text);

// The row that `text` is, with the key fields of `key` (one row, key_text.h). It may leave them
// out; InvalidArgument names the field that differs, or that does not fit.
[[nodiscard]] absl::StatusOr<RecordBatch> ParseRowText(std::string_view text,
                                                       const RecordBatch& key,
                                                       const Dataset& dataset);

}  // namespace ashlar::tools

#endif  // ASHLAR_TOOLS_ASHLAR_ROW_TEXT_H_
