// ProcessMark: the process that made something, told from the children that fork() makes of it.
//
// Owns: counting the forks that led to this process. Does not own: what a child may do with what it
// has inherited. Why not a process id: asking for it is a system call, and ids are used again.
#ifndef ASHLAR_SRC_BASE_PROCESS_H_
#define ASHLAR_SRC_BASE_PROCESS_H_

#include <atomic>
#include <cstdint>

namespace ashlar::base {

class ProcessMark {
 public:
  // Of this process.
  ProcessMark();
  // Whether this is not the process of the mark, but a child of it that goes on with its memory and
  // none of its threads.
  [[nodiscard]] bool InChild() const { return forks_ != Forks().load(std::memory_order_relaxed); }

 private:
  [[nodiscard]] static std::atomic<uint32_t>& Forks() {
    static std::atomic<uint32_t> forks{0};
    return forks;
  }

  uint32_t forks_;
};

}  // namespace ashlar::base

#endif  // ASHLAR_SRC_BASE_PROCESS_H_
