// Counter: an event count that many threads bump and anyone may read.
//
// Owns: the relaxed atomic and its placement. Not: names, groups or reporting; statistics structs
// in the layers above hold counters and copy their values out.
#ifndef ASHLAR_SRC_BASE_COUNTERS_H_
#define ASHLAR_SRC_BASE_COUNTERS_H_

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace ashlar::base {

// Relaxed: a reader sees some recent value, and counters are not ordered among each other.
class Counter {
 public:
  Counter() = default;
  Counter(const Counter&) = delete;
  Counter& operator=(const Counter&) = delete;

  void Add(uint64_t amount) { value_.fetch_add(amount, std::memory_order_relaxed); }
  void Increment() { Add(1); }
  [[nodiscard]] uint64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<uint64_t> value_{0};
};

// Alone on its cache line, for counters that several threads bump all the time.
class alignas(64) HotCounter : public Counter {};

}  // namespace ashlar::base

#endif  // ASHLAR_SRC_BASE_COUNTERS_H_
