// The errno table. See posix_error.h.
#include "src/io/posix_error.h"

#include <string>
#include <system_error>

#include "src/base/check.h"
#include "src/base/strings.h"

namespace ashlar::io {
namespace {

absl::StatusCode CodeOf(int error) {
  switch (error) {
    case ENOENT:
      return absl::StatusCode::kNotFound;
    case EEXIST:
      return absl::StatusCode::kAlreadyExists;
    case EACCES:
    case EPERM:
    case EROFS:
      return absl::StatusCode::kPermissionDenied;
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
    case EMFILE:
    case ENFILE:
    case ENOMEM:
      return absl::StatusCode::kResourceExhausted;
    case EIO:
      return absl::StatusCode::kDataLoss;
    case ELOOP:
    case ENOTDIR:
    case EISDIR:
    case ENOTEMPTY:
    case ENXIO:  // Opening a FIFO without a reader, or a socket.
      return absl::StatusCode::kFailedPrecondition;
    default:
      return absl::StatusCode::kInternal;
  }
}

std::string_view Explain(int error) {
  switch (error) {
    case ENOTDIR:
      return "not a directory";
    case EISDIR:
      return "is a directory";
    case ELOOP:
      return "not a regular file: a symbolic link";
    case ENXIO:
      return "not a regular file";
    default:
      return {};
  }
}

}  // namespace

absl::Status ErrnoStatus(int error, std::string_view operation, std::string_view file) {
  ASHLAR_CHECK(error != 0);
  std::string reason(Explain(error));
  // Not strerror: its buffer is shared between threads.
  if (reason.empty()) reason = std::generic_category().message(error);
  return absl::Status(CodeOf(error), base::StrCat(operation, " ", file, ": ", reason));
}

}  // namespace ashlar::io
