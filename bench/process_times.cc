// Reads the clocks of the process.
#include "bench/process_times.h"

#include <chrono>
#include <ctime>

#include "src/base/clock.h"

namespace ashlar::bench {

double CpuSeconds() {
  return static_cast<double>(std::clock()) / static_cast<double>(CLOCKS_PER_SEC);
}

double WallSeconds() {
  return std::chrono::duration<double>(base::SystemClock()->Monotonic()).count();
}

}  // namespace ashlar::bench
