// How a failed check ends the process. Kept out of line so that a check costs its caller one
// branch.
#include "src/base/check.h"

#include <cstdio>
#include <cstdlib>
#include <string>

namespace ashlar::base {

void CheckFailed(const char* file, int line, const char* expression) {
  std::fprintf(stderr, "%s:%d: check failed: %s\n", file, line, expression);
  std::abort();
}

void CheckOkFailed(const char* file, int line, const char* expression, const absl::Status& status) {
  std::fprintf(stderr, "%s:%d: check failed: %s is %s\n", file, line, expression,
               status.ToString().c_str());
  std::abort();
}

}  // namespace ashlar::base
