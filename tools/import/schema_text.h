// Schemas that users write, as text or as JSON.
//
// Owns: telling the three spellings apart, and the two JSON ones. Does not own: the notation of
// types (DataType::Parse), the rules of schemas (Schema::Make).
#ifndef ASHLAR_TOOLS_IMPORT_SCHEMA_TEXT_H_
#define ASHLAR_TOOLS_IMPORT_SCHEMA_TEXT_H_

#include <string_view>

#include "absl/status/statusor.h"
#include "ashlar/types.h"

namespace ashlar::tools {

// (a) id: int64 not null, birth: struct<year: int64>       as Schema::ToString() writes it
// (b) {"id": "int64 not null", "city": "utf8"}              in the order of the members
// (c) {"fields": [{"name": "id", "type": "int64", "nullable": false}]}, or the array alone
// InvalidArgument says what is wrong.
[[nodiscard]] absl::StatusOr<Schema> ParseSchemaText(std::string_view text);

}  // namespace ashlar::tools

#endif  // ASHLAR_TOOLS_IMPORT_SCHEMA_TEXT_H_
