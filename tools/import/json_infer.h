// The schema of a JSON Lines input, from one pass over all of it.
//
// Owns: the type that holds every value of a member, and conflicts. Does not own: reading values
// into columns (json_appender.h). Every field and element comes out nullable, in the order in which
// members were first seen.
//
// Objects become structs (utf8 when none has a member: the values are "{}"), arrays lists, strings
// utf8 (never dates). Integers are int64, or uint64 when one is beyond int64 and none
// negative; among decimals they make float64 when a double holds each of them exactly. Among
// numbers the strings NaN, Infinity and -Infinity are decimals, for exports write them so. A member
// without any value is utf8. Anything else is a conflict: an error, or with `mixed_text` utf8.
#ifndef ASHLAR_TOOLS_IMPORT_JSON_INFER_H_
#define ASHLAR_TOOLS_IMPORT_JSON_INFER_H_

#include <cstdint>
#include <memory>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "ashlar/types.h"
#include "tools/import/json_lines.h"

namespace ashlar::tools {

struct InferredJsonSchema {
  Schema schema;
  uint64_t rows = 0;
};

// Reads all lines that are left. InvalidArgument names line and member of what is wrong.
[[nodiscard]] absl::StatusOr<InferredJsonSchema> InferJsonSchema(JsonLines& lines, bool mixed_text);

}  // namespace ashlar::tools

#endif  // ASHLAR_TOOLS_IMPORT_JSON_INFER_H_
