// Opening files and directories below a root descriptor without being led astray.
//
// Owns: the flags and checks of every open: no symbolic link in any component, no blocking on a
// FIFO, nothing but regular files. Does not own: what is done with the descriptor.
#ifndef ASHLAR_SRC_IO_POSIX_OPEN_H_
#define ASHLAR_SRC_IO_POSIX_OPEN_H_

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "src/io/unique_fd.h"

namespace ashlar::io {

// The root directory that names are relative to.
struct PosixRoot {
  UniqueFd fd;
  std::string path;  // For messages only.

  [[nodiscard]] std::string PathOf(std::string_view name) const;
};

// The directory that holds a name, and the name's last component.
class PosixParent {
 public:
  // Checks `name`. NotFound or FailedPrecondition when its directory is missing or is not one.
  [[nodiscard]] static absl::StatusOr<PosixParent> Resolve(const PosixRoot& root,
                                                           std::string_view name);

  [[nodiscard]] int fd() const { return opened_.valid() ? opened_.get() : root_fd_; }
  [[nodiscard]] const char* leaf() const { return leaf_.c_str(); }

 private:
  int root_fd_ = -1;
  UniqueFd opened_;
  std::string leaf_;
};

struct OpenedFile {
  UniqueFd fd;
  uint64_t size = 0;
};

// Opens a regular file with `flags` on top of the safe ones; `mode` counts only with O_CREAT.
[[nodiscard]] absl::StatusOr<OpenedFile> OpenRegularFile(const PosixRoot& root,
                                                         std::string_view name, int flags,
                                                         mode_t mode = 0);

// Opens a directory for listing and syncing; "" is the root.
[[nodiscard]] absl::StatusOr<UniqueFd> OpenDirectory(const PosixRoot& root, std::string_view name);

}  // namespace ashlar::io

#endif  // ASHLAR_SRC_IO_POSIX_OPEN_H_
