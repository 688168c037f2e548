// Names that users give, and untrusted text in messages and tables.
//
// Owns: which names are allowed, and how text is shown without letting it drive a terminal. Not:
// uniqueness, which the schema and the manifest judge.
#ifndef ASHLAR_SRC_BASE_NAMES_H_
#define ASHLAR_SRC_BASE_NAMES_H_

#include <string>
#include <string_view>

#include "absl/status/status.h"

namespace ashlar::base {

// 1 to kMaxNameBytes bytes of UTF-8 without control characters (U+0000..1F, U+7F..9F). `kind` says
// in the message what was named, for example "dataset".
[[nodiscard]] absl::Status ValidateName(std::string_view kind, std::string_view name);

// A name that is no path either: names never become paths, but people paste paths by mistake.
[[nodiscard]] absl::Status ValidateDatasetName(std::string_view name);

// [A-Za-z_][A-Za-z0-9._-]*, at most kMaxNameBytes: never mistaken for a version or a time.
[[nodiscard]] absl::Status ValidateTagName(std::string_view name);

// Control characters, backslashes and bytes that are no UTF-8 become \n, \r, \t, \\ or \xNN; all
// else is kept.
[[nodiscard]] std::string EscapeForTerminal(std::string_view text);

// Escaped, in double quotes, cut to 64 characters with "..." when longer: for messages.
[[nodiscard]] std::string QuoteForMessage(std::string_view text);

}  // namespace ashlar::base

#endif  // ASHLAR_SRC_BASE_NAMES_H_
