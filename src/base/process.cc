// Counting forks: each child does when it begins. See process.h.
#include "src/base/process.h"

#include <pthread.h>

#include "src/base/check.h"

namespace ashlar::base {

ProcessMark::ProcessMark() {
  static const int registered =
      pthread_atfork(nullptr, nullptr, [] { Forks().fetch_add(1, std::memory_order_relaxed); });
  ASHLAR_CHECK(registered == 0);
  forks_ = Forks().load(std::memory_order_relaxed);
}

}  // namespace ashlar::base
