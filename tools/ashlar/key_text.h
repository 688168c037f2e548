// KEY of the key commands: one word of the command line as the key of a row.
//
// Owns: its form. The key of one field is its plain text: integers exactly, utf8 as it is, binary
// and fixed_size_binary as base64. A key of several fields is a JSON array of their values, written
// as in rows. Does not own: single values (tools/import), which errors come from.
#ifndef ASHLAR_TOOLS_ASHLAR_KEY_TEXT_H_
#define ASHLAR_TOOLS_ASHLAR_KEY_TEXT_H_

#include <string_view>

#include "absl/status/statusor.h"
#include "ashlar/column.h"
#include "ashlar/snapshot.h"

namespace ashlar::tools {

// One row of the key fields (key_rows.h). InvalidArgument names the field that `text` does not fit;
// FailedPrecondition when the dataset has no key.
[[nodiscard]] absl::StatusOr<RecordBatch> ParseKeyText(std::string_view text,
                                                       const Dataset& dataset);

}  // namespace ashlar::tools

#endif  // ASHLAR_TOOLS_ASHLAR_KEY_TEXT_H_
