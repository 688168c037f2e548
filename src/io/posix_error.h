// Turns errno into absl::Status, and hides EINTR.
//
// Owns: the one mapping from errno to status codes that file_system.h promises. Does not own:
// retry policy beyond EINTR.
#ifndef ASHLAR_SRC_IO_POSIX_ERROR_H_
#define ASHLAR_SRC_IO_POSIX_ERROR_H_

#include <cerrno>
#include <string_view>

#include "absl/status/status.h"

namespace ashlar::io {

// "<operation> <file>: <what errno says>" with the code of the contract. `error` must not be 0.
[[nodiscard]] absl::Status ErrnoStatus(int error, std::string_view operation,
                                       std::string_view file);

// Repeats a call that returns -1 with EINTR. Not for close(): there the descriptor is gone.
template <typename Call>
[[nodiscard]] auto RetryInterrupted(Call call) -> decltype(call()) {
  decltype(call()) result;
  do {
    result = call();
  } while (result == -1 && errno == EINTR);
  return result;
}

}  // namespace ashlar::io

#endif  // ASHLAR_SRC_IO_POSIX_ERROR_H_
