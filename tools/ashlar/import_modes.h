// What the modes of `ashlar import` ask of a store, and which options go together.
//
// Owns: the way from options to a merge. Does not own: parsing (command_line.cc), nor the files.
#ifndef ASHLAR_TOOLS_ASHLAR_IMPORT_MODES_H_
#define ASHLAR_TOOLS_ASHLAR_IMPORT_MODES_H_

#include "absl/status/status.h"
#include "ashlar/merge.h"
#include "tools/ashlar/options.h"

namespace ashlar::tools {

// Whether rows find their place by a key.
[[nodiscard]] bool IsKeyedMode(ImportMode mode);
[[nodiscard]] MergeOptions MergeOptionsOf(const ImportCommand& command);
// InvalidArgument names options that exclude each other: a usage error.
[[nodiscard]] absl::Status CheckModes(const ImportCommand& command);

}  // namespace ashlar::tools

#endif  // ASHLAR_TOOLS_ASHLAR_IMPORT_MODES_H_
