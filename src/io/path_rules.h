// Which names a FileSystem takes.
//
// Owns: the one check that every implementation makes before it touches anything, so that a name
// from a damaged or forged file can never lead out of the root. Does not own: the names that the
// store uses (file_names.h).
#ifndef ASHLAR_SRC_IO_PATH_RULES_H_
#define ASHLAR_SRC_IO_PATH_RULES_H_

#include <string>
#include <string_view>

#include "absl/status/status.h"

namespace ashlar::io {

// A name cut at its only '/'; `directory` is empty for an entry of the root. The leaf owns its
// bytes because system calls need the terminating zero.
struct SplitName {
  std::string directory;
  std::string leaf;
};

// InvalidArgument unless `name` is relative, has one or two components, none of them empty, "." or
// ".." or longer than 255 bytes, and no NUL.
[[nodiscard]] absl::Status CheckName(std::string_view name);

// The same, but "" (the root itself) is good.
[[nodiscard]] absl::Status CheckDirectoryName(std::string_view name);

// The name must have passed CheckName.
[[nodiscard]] SplitName SplitCheckedName(std::string_view name);

}  // namespace ashlar::io

#endif  // ASHLAR_SRC_IO_PATH_RULES_H_
