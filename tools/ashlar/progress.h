// Progress: a bar on standard error while something takes long.
//
// Owns: drawing it, only on a terminal, a few times a second, and wiping it away. Does not own: the
// counting of work.
#ifndef ASHLAR_TOOLS_ASHLAR_PROGRESS_H_
#define ASHLAR_TOOLS_ASHLAR_PROGRESS_H_

#include <chrono>
#include <cstdint>
#include <string>

#include "tools/ashlar/console.h"

namespace ashlar::tools {

enum class ProgressUnit : uint8_t { kCount, kBytes };

// Used by one thread.
class Progress {
 public:
  // With a `total` of 0 only a count is shown. `console` must outlive the progress.
  Progress(Console& console, std::string label, ProgressUnit unit, uint64_t total);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void Add(uint64_t amount);

 private:
  void Draw();

  Console& console_;
  std::string label_;
  ProgressUnit unit_;
  uint64_t total_;
  uint64_t done_ = 0;
  std::chrono::nanoseconds next_draw_{0};
  bool drawn_ = false;
};

}  // namespace ashlar::tools

#endif  // ASHLAR_TOOLS_ASHLAR_PROGRESS_H_
