// Clock: the only source of time.
//
// Owns: reading the system's clocks, and a clock that tests turn by hand. Not: sleeping or timers.
// Order never depends on Now(), which may jump; versions and sequence numbers give order.
#ifndef ASHLAR_SRC_BASE_CLOCK_H_
#define ASHLAR_SRC_BASE_CLOCK_H_

#include <atomic>
#include <chrono>
#include <cstdint>

namespace ashlar::base {

// Thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;
  // Wall time, for people: it may jump either way.
  [[nodiscard]] virtual std::chrono::system_clock::time_point Now() = 0;
  // Time since an arbitrary moment, for durations: it never goes back.
  [[nodiscard]] virtual std::chrono::nanoseconds Monotonic() = 0;
};

// The machine's clock; never destroyed.
[[nodiscard]] Clock* SystemClock();

// Microseconds since 1970-01-01T00:00:00Z, as timestamps are stored.
[[nodiscard]] int64_t NowMicros(Clock& clock);

// Stands still until told.
class ManualClock final : public Clock {
 public:
  explicit ManualClock(std::chrono::microseconds since_epoch = {})
      : now_nanos_(std::chrono::nanoseconds(since_epoch).count()) {}

  [[nodiscard]] std::chrono::system_clock::time_point Now() override;
  [[nodiscard]] std::chrono::nanoseconds Monotonic() override;

  // Both clocks go on; `step` is not negative.
  void Advance(std::chrono::nanoseconds step);
  // Wall time alone jumps, as when an administrator sets it.
  void SetNow(std::chrono::microseconds since_epoch);

 private:
  std::atomic<int64_t> now_nanos_;
  std::atomic<int64_t> monotonic_nanos_{0};
};

// The nearest time that the system clock's type can say, which ends in 2262.
[[nodiscard]] std::chrono::system_clock::time_point TimeFromMicros(int64_t micros);

}  // namespace ashlar::base

#endif  // ASHLAR_SRC_BASE_CLOCK_H_
