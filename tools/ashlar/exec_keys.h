// Keys in `exec`: JSON values as keys of a dataset.
//
// Owns: the form of a key in a command: the value of its one field, or an array of the values of
// all. Does not own: single values, which are written as in rows (tools/import/json_appender.h).
#ifndef ASHLAR_TOOLS_ASHLAR_EXEC_KEYS_H_
#define ASHLAR_TOOLS_ASHLAR_EXEC_KEYS_H_

#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "ashlar/key.h"
#include "ashlar/snapshot.h"

namespace ashlar::tools {

// `array` is a checked JSON array of keys with kBlockPadding bytes behind it. InvalidArgument names
// the key (from 0); FailedPrecondition when the dataset has none.
[[nodiscard]] absl::StatusOr<std::vector<Key>> ParseKeys(std::string_view array,
                                                         const Dataset& dataset);

}  // namespace ashlar::tools

#endif  // ASHLAR_TOOLS_ASHLAR_EXEC_KEYS_H_
