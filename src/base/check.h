// ASHLAR_CHECK: assertions about our own code, on in every build.
//
// Owns: stopping the process at a broken invariant, before wrong data can be written. Not for bytes
// from disk (DataLoss) nor for a caller's input (InvalidArgument): those are never a reason to
// stop.
#ifndef ASHLAR_SRC_BASE_CHECK_H_
#define ASHLAR_SRC_BASE_CHECK_H_

#include "absl/status/status.h"

namespace ashlar::base {

// Prints "file:line: check failed: expression" to standard error and aborts.
[[noreturn]] void CheckFailed(const char* file, int line, const char* expression);
[[noreturn]] void CheckOkFailed(const char* file, int line, const char* expression,
                                const absl::Status& status);

}  // namespace ashlar::base

#define ASHLAR_CHECK(condition)                                    \
  do {                                                             \
    if (!(condition)) [[unlikely]] {                               \
      ::ashlar::base::CheckFailed(__FILE__, __LINE__, #condition); \
    }                                                              \
  } while (false)

#define ASHLAR_CHECK_OK(expression)                                                              \
  do {                                                                                           \
    if (const ::absl::Status ashlar_checked = (expression); !ashlar_checked.ok()) [[unlikely]] { \
      ::ashlar::base::CheckOkFailed(__FILE__, __LINE__, #expression, ashlar_checked);            \
    }                                                                                            \
  } while (false)

#endif  // ASHLAR_SRC_BASE_CHECK_H_
