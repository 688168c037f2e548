// Opening regular files without following links or hanging on a FIFO. See posix_open.h.
#include "src/io/posix_open.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <utility>

#include "ashlar/status_macros.h"
#include "src/base/check.h"
#include "src/base/strings.h"
#include "src/io/path_rules.h"
#include "src/io/posix_error.h"

namespace ashlar::io {
namespace {

constexpr int kSafeFlags = O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;

absl::StatusOr<UniqueFd> OpenAt(int directory, const char* leaf, int flags, mode_t mode,
                                std::string_view path) {
  const int fd = RetryInterrupted([&] { return openat(directory, leaf, flags, mode); });
  if (fd < 0) return ErrnoStatus(errno, "open", path);
  return UniqueFd(fd);
}

}  // namespace

std::string PosixRoot::PathOf(std::string_view name) const {
  return name.empty() ? path : base::StrCat(path, "/", name);
}

absl::StatusOr<PosixParent> PosixParent::Resolve(const PosixRoot& root, std::string_view name) {
  ASHLAR_CHECK(root.fd.valid());
  RETURN_IF_ERROR(CheckName(name));
  SplitName split = SplitCheckedName(name);
  PosixParent parent;
  parent.root_fd_ = root.fd.get();
  if (!split.directory.empty()) {
    // O_NOFOLLOW guards only the last component, so the directory is opened by itself.
    ASSIGN_OR_RETURN(parent.opened_, OpenAt(root.fd.get(), split.directory.c_str(),
                                            O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC, 0,
                                            root.PathOf(split.directory)));
  }
  parent.leaf_ = std::move(split.leaf);
  return parent;
}

absl::StatusOr<OpenedFile> OpenRegularFile(const PosixRoot& root, std::string_view name, int flags,
                                           mode_t mode) {
  ASSIGN_OR_RETURN(const PosixParent parent, PosixParent::Resolve(root, name));
  const std::string path = root.PathOf(name);
  OpenedFile file;
  ASSIGN_OR_RETURN(file.fd, OpenAt(parent.fd(), parent.leaf(), flags | kSafeFlags, mode, path));
  struct stat info;
  if (fstat(file.fd.get(), &info) != 0) return ErrnoStatus(errno, "stat", path);
  if (!S_ISREG(info.st_mode)) {
    return absl::FailedPreconditionError(base::StrCat("open ", path, ": not a regular file"));
  }
  ASHLAR_CHECK(info.st_size >= 0);
  file.size = static_cast<uint64_t>(info.st_size);
  return file;
}

absl::StatusOr<UniqueFd> OpenDirectory(const PosixRoot& root, std::string_view name) {
  constexpr int kFlags = O_RDONLY | O_DIRECTORY | kSafeFlags;
  // "." and not a duplicate: a duplicate would share the reading position of the root.
  if (name.empty()) return OpenAt(root.fd.get(), ".", kFlags, 0, root.path);
  ASSIGN_OR_RETURN(const PosixParent parent, PosixParent::Resolve(root, name));
  return OpenAt(parent.fd(), parent.leaf(), kFlags, 0, root.PathOf(name));
}

}  // namespace ashlar::io
