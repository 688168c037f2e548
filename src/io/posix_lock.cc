// Locks on open file descriptions, whole files and single bytes. See posix_lock.h.
#include "src/io/posix_lock.h"

#include <fcntl.h>

#include <algorithm>
#include <limits>
#include <optional>
#include <utility>

#include "ashlar/status_macros.h"
#include "src/base/check.h"
#include "src/base/strings.h"
#include "src/io/posix_error.h"

namespace ashlar::io {
namespace {

constexpr uint64_t kMaxPosition = std::numeric_limits<off_t>::max() - 1;

// The open description carries the lock, so holding the descriptor is holding the lock.
class PosixFileLock : public FileLock {
 public:
  explicit PosixFileLock(UniqueFd fd) : fd_(std::move(fd)) {}

 private:
  const UniqueFd fd_;
};

struct flock MakeRequest(short type, uint64_t start, uint64_t length) {
  struct flock request = {};  // OFD locks demand l_pid == 0.
  request.l_type = type;
  request.l_whence = SEEK_SET;
  request.l_start = static_cast<off_t>(start);
  request.l_len = static_cast<off_t>(length);
  return request;
}

absl::StatusOr<std::unique_ptr<FileLock>> Take(UniqueFd fd, std::string_view path,
                                               struct flock request) {
  const int result = RetryInterrupted([&] { return fcntl(fd.get(), F_OFD_SETLK, &request); });
  if (result == 0) return std::make_unique<PosixFileLock>(std::move(fd));
  if (errno == EAGAIN || errno == EACCES) {
    return absl::UnavailableError(base::StrCat("lock ", path, ": held elsewhere"));
  }
  return ErrnoStatus(errno, "lock", path);
}

// One lock of somebody else within [first, last]; the kernel names any of them, not the lowest.
absl::StatusOr<std::optional<uint64_t>> FindAnyLockedByte(int fd, std::string_view path,
                                                          uint64_t first, uint64_t last) {
  struct flock request = MakeRequest(F_WRLCK, first, last - first + 1);
  if (RetryInterrupted([&] { return fcntl(fd, F_OFD_GETLK, &request); }) != 0) {
    return ErrnoStatus(errno, "probe the locks of", path);
  }
  if (request.l_type == F_UNLCK) return std::nullopt;
  if (request.l_len != 1) {
    return absl::UnavailableError(base::StrCat("probe the locks of ", path, ": locked as a whole"));
  }
  const uint64_t position = static_cast<uint64_t>(request.l_start);
  ASHLAR_CHECK(position >= first && position <= last);
  return position;
}

absl::Status CheckPosition(uint64_t position, std::string_view path) {
  if (position <= kMaxPosition) return absl::OkStatus();
  return absl::InvalidArgumentError(base::StrCat("lock ", path, ": position out of range"));
}

}  // namespace

absl::StatusOr<std::unique_ptr<FileLock>> LockWholeFile(UniqueFd fd, std::string_view path) {
  constexpr uint64_t kToTheEnd = 0;
  return Take(std::move(fd), path, MakeRequest(F_WRLCK, 0, kToTheEnd));
}

absl::StatusOr<std::unique_ptr<FileLock>> LockOneByteShared(UniqueFd fd, std::string_view path,
                                                            uint64_t position) {
  RETURN_IF_ERROR(CheckPosition(position, path));
  return Take(std::move(fd), path, MakeRequest(F_RDLCK, position, 1));
}

absl::StatusOr<std::vector<uint64_t>> FindLockedBytes(int fd, std::string_view path, uint64_t first,
                                                      uint64_t last) {
  RETURN_IF_ERROR(CheckPosition(last, path));
  if (first > last) {
    return absl::InvalidArgumentError(base::StrCat("probe the locks of ", path, ": empty range"));
  }
  std::vector<uint64_t> found;
  std::vector<std::pair<uint64_t, uint64_t>> unexplored = {{first, last}};
  while (!unexplored.empty()) {
    const auto [low, high] = unexplored.back();
    unexplored.pop_back();
    ASSIGN_OR_RETURN(const std::optional<uint64_t> hit, FindAnyLockedByte(fd, path, low, high));
    if (!hit.has_value()) continue;
    found.push_back(*hit);
    if (*hit > low) unexplored.emplace_back(low, *hit - 1);
    if (*hit < high) unexplored.emplace_back(*hit + 1, high);
  }
  std::sort(found.begin(), found.end());
  return found;
}

}  // namespace ashlar::io
