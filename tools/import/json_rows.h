// Rows from single JSON objects, for commands that carry their rows with them.
//
// Owns: the one-call form of JsonAppender. Whoever appends many rows keeps a JsonAppender instead,
// which prepares for a schema once.
#ifndef ASHLAR_TOOLS_IMPORT_JSON_ROWS_H_
#define ASHLAR_TOOLS_IMPORT_JSON_ROWS_H_

#include <string_view>

#include "absl/status/status.h"
#include "ashlar/builder.h"

namespace ashlar::tools {

// Appends the one object that `json_object` is. InvalidArgument "field 'birth.year': …" leaves the
// builder as it was.
[[nodiscard]] absl::Status AppendJsonRow(std::string_view json_object, RecordBatchBuilder& builder);

}  // namespace ashlar::tools

#endif  // ASHLAR_TOOLS_IMPORT_JSON_ROWS_H_
