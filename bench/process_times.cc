// Reads the clocks and the counts of the process.
#include "bench/process_times.h"

#include <chrono>
#include <ctime>
#include <fstream>
#include <string>

#include "src/base/clock.h"

namespace ashlar::bench {

double CpuSeconds() {
  return static_cast<double>(std::clock()) / static_cast<double>(CLOCKS_PER_SEC);
}

double WallSeconds() {
  return std::chrono::duration<double>(base::SystemClock()->Monotonic()).count();
}

double WrittenBytes() {
  std::ifstream counts("/proc/self/io");
  std::string name;
  for (double value = 0; counts >> name >> value;) {
    if (name == "write_bytes:") return value;
  }
  return 0;
}

}  // namespace ashlar::bench
