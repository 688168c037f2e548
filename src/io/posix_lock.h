// Locks of the open file description (OFD): held by an open file, released by the kernel.
//
// Owns: taking and probing them. Does not own: which file or byte means what (the store's LOCK and
// READERS). Why OFD and not classic record locks: those belong to the process, so a second open in
// the same process would succeed, and closing any descriptor of the file would drop them all.
#ifndef ASHLAR_SRC_IO_POSIX_LOCK_H_
#define ASHLAR_SRC_IO_POSIX_LOCK_H_

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "src/io/file_system.h"
#include "src/io/unique_fd.h"

namespace ashlar::io {

// The exclusive lock of the whole file; `fd` must be open for writing. Unavailable when any part of
// the file is locked.
[[nodiscard]] absl::StatusOr<std::unique_ptr<FileLock>> LockWholeFile(UniqueFd fd,
                                                                      std::string_view path);

// A shared lock on one byte; `fd` must be open for reading.
[[nodiscard]] absl::StatusOr<std::unique_ptr<FileLock>> LockOneByteShared(UniqueFd fd,
                                                                          std::string_view path,
                                                                          uint64_t position);

// The locked positions within [first, last], ascending, as seen through `fd`, which must hold no
// lock itself. Unavailable when somebody holds more than single bytes.
[[nodiscard]] absl::StatusOr<std::vector<uint64_t>> FindLockedBytes(int fd, std::string_view path,
                                                                    uint64_t first, uint64_t last);

}  // namespace ashlar::io

#endif  // ASHLAR_SRC_IO_POSIX_LOCK_H_
