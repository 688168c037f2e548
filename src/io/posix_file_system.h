// The FileSystem of the operating system, rooted at one directory.
//
// Owns: the only place where the engine meets a path of the outside world. Does not own: reading,
// writing and locking (posix_readable_file.h, posix_writable_file.h, posix_lock.h).
#ifndef ASHLAR_SRC_IO_POSIX_FILE_SYSTEM_H_
#define ASHLAR_SRC_IO_POSIX_FILE_SYSTEM_H_

#include <memory>
#include <string_view>

#include "absl/status/statusor.h"
#include "src/io/file_system.h"

namespace ashlar::io {

struct PosixOptions {
  // Makes the directory (mode 0700, that one level only) when it is missing, durably.
  bool create = false;
  // False is the `io=pread` mode: Map() copies, so that no fault of the disk becomes a SIGBUS.
  bool map = true;
};

// FailedPrecondition when `path` is something else than a directory. The path itself may go through
// symbolic links: it is the user's own word.
[[nodiscard]] absl::StatusOr<std::unique_ptr<FileSystem>> OpenPosixFileSystem(
    std::string_view path, const PosixOptions& options = {});

}  // namespace ashlar::io

#endif  // ASHLAR_SRC_IO_POSIX_FILE_SYSTEM_H_
