// Messages about bad input: where it is, and what it was, safely shown.
//
// Owns: the one form of import errors, "people.csv: line 17, field 'birthYear': 'abc' is not an
// int64". Does not own: escaping itself (src/base/names.h).
#ifndef ASHLAR_TOOLS_IMPORT_IMPORT_ERROR_H_
#define ASHLAR_TOOLS_IMPORT_IMPORT_ERROR_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/status.h"

namespace ashlar::tools {

// InvalidArgument. Without `field` (a name, a path or a number) the message names the line alone.
[[nodiscard]] absl::Status ErrorAt(std::string_view input, uint64_t line, std::string_view field,
                                   std::string_view message);

// The same place in front of the message of another error, which keeps its code.
[[nodiscard]] absl::Status AddPlace(std::string_view input, uint64_t line, std::string_view field,
                                    const absl::Status& status);

// Escaped, in single quotes, cut after 64 bytes.
[[nodiscard]] std::string QuoteValue(std::string_view value);

// "'abc' is not an int64".
[[nodiscard]] std::string NotA(std::string_view value, std::string_view type_name);

}  // namespace ashlar::tools

#endif  // ASHLAR_TOOLS_IMPORT_IMPORT_ERROR_H_
