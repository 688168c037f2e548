// The machine's clock and the manual one.
#include "src/base/clock.h"

#include <algorithm>

#include "src/base/check.h"

namespace ashlar::base {
namespace {

class MachineClock final : public Clock {
 public:
  std::chrono::system_clock::time_point Now() override { return std::chrono::system_clock::now(); }
  std::chrono::nanoseconds Monotonic() override {
    return std::chrono::steady_clock::now().time_since_epoch();
  }
};

}  // namespace

Clock* SystemClock() {
  static MachineClock* const clock = new MachineClock;
  return clock;
}

int64_t NowMicros(Clock& clock) {
  return std::chrono::floor<std::chrono::microseconds>(clock.Now().time_since_epoch()).count();
}

std::chrono::system_clock::time_point TimeFromMicros(int64_t micros) {
  using Time = std::chrono::system_clock::time_point;
  using std::chrono::microseconds;
  const int64_t low = std::chrono::ceil<microseconds>(Time::duration::min()).count();
  const int64_t high = std::chrono::floor<microseconds>(Time::duration::max()).count();
  return Time(microseconds(std::clamp(micros, low, high)));
}

std::chrono::system_clock::time_point ManualClock::Now() {
  const std::chrono::nanoseconds since_epoch(now_nanos_.load());
  return std::chrono::system_clock::time_point(
      std::chrono::floor<std::chrono::system_clock::duration>(since_epoch));
}

std::chrono::nanoseconds ManualClock::Monotonic() {
  return std::chrono::nanoseconds(monotonic_nanos_.load());
}

void ManualClock::Advance(std::chrono::nanoseconds step) {
  ASHLAR_CHECK(step.count() >= 0);
  now_nanos_ += step.count();
  monotonic_nanos_ += step.count();
}

void ManualClock::SetNow(std::chrono::microseconds since_epoch) {
  now_nanos_ = std::chrono::nanoseconds(since_epoch).count();
}

}  // namespace ashlar::base
