// The table. Of several codes that share an errno value, the first is what it is read back as.
#include "src/columnar/arrow_errno.h"

#include <array>
#include <cerrno>

#include "src/base/check.h"

namespace ashlar::columnar {
namespace {

struct Pair {
  absl::StatusCode code;
  int value;
};

constexpr std::array<Pair, 15> kPairs = {{{absl::StatusCode::kDataLoss, EIO},
                                          {absl::StatusCode::kInvalidArgument, EINVAL},
                                          {absl::StatusCode::kFailedPrecondition, EINVAL},
                                          {absl::StatusCode::kOutOfRange, ERANGE},
                                          {absl::StatusCode::kResourceExhausted, ENOMEM},
                                          {absl::StatusCode::kCancelled, ECANCELED},
                                          {absl::StatusCode::kDeadlineExceeded, ETIMEDOUT},
                                          {absl::StatusCode::kUnimplemented, ENOSYS},
                                          {absl::StatusCode::kNotFound, ENOENT},
                                          {absl::StatusCode::kAlreadyExists, EEXIST},
                                          {absl::StatusCode::kPermissionDenied, EACCES},
                                          {absl::StatusCode::kUnauthenticated, EPERM},
                                          {absl::StatusCode::kUnavailable, EAGAIN},
                                          {absl::StatusCode::kAborted, EBUSY},
                                          {absl::StatusCode::kInternal, EPROTO}}};

}  // namespace

int ErrnoOfStatus(absl::StatusCode code) {
  ASHLAR_CHECK(code != absl::StatusCode::kOk);
  for (const Pair& pair : kPairs) {
    if (pair.code == code) return pair.value;
  }
  return EIO;
}

absl::StatusCode StatusOfErrno(int value) {
  for (const Pair& pair : kPairs) {
    if (pair.value == value) return pair.code;
  }
  return absl::StatusCode::kUnknown;
}

}  // namespace ashlar::columnar
