// Status codes and errno values, for the stream interface, which knows only the latter.
//
// Owns: the one table, read in both directions, so that an error keeps its kind from an Ashlar
// stream to an Ashlar reader. Does not own: texts, which travel by get_last_error.
#ifndef ASHLAR_SRC_COLUMNAR_ARROW_ERRNO_H_
#define ASHLAR_SRC_COLUMNAR_ARROW_ERRNO_H_

#include "absl/status/status.h"

namespace ashlar::columnar {

// Never 0: `code` must not be OK (checked).
[[nodiscard]] int ErrnoOfStatus(absl::StatusCode code);
// kUnknown for values that have no counterpart; never OK.
[[nodiscard]] absl::StatusCode StatusOfErrno(int value);

}  // namespace ashlar::columnar

#endif  // ASHLAR_SRC_COLUMNAR_ARROW_ERRNO_H_
