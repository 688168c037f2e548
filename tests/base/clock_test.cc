// The manual clock stands still, goes on and jumps; the machine's clock runs.
#include "src/base/clock.h"

#include <gtest/gtest.h>

#include <chrono>

namespace ashlar::base {
namespace {

using std::chrono::microseconds;
using std::chrono::nanoseconds;
using std::chrono::seconds;

TEST(Clock, ManualStandsStillUntilAdvanced) {
  ManualClock clock(microseconds(1'000'000));
  EXPECT_EQ(NowMicros(clock), 1'000'000);
  EXPECT_EQ(NowMicros(clock), 1'000'000);
  const nanoseconds before = clock.Monotonic();
  clock.Advance(seconds(2));
  EXPECT_EQ(NowMicros(clock), 3'000'000);
  EXPECT_EQ(clock.Monotonic() - before, seconds(2));
}

TEST(Clock, WallTimeJumpsWithoutTheMonotonicClock) {
  ManualClock clock(seconds(100));
  const nanoseconds before = clock.Monotonic();
  clock.SetNow(microseconds(-1));
  EXPECT_EQ(NowMicros(clock), -1);
  EXPECT_EQ(clock.Monotonic(), before);
}

TEST(Clock, MicrosRoundDownBefore1970) {
  ManualClock clock;
  clock.SetNow(microseconds(-2));
  clock.Advance(nanoseconds(1));
  EXPECT_EQ(NowMicros(clock), -2);
}

TEST(Clock, MachineClockRuns) {
  Clock* clock = SystemClock();
  const nanoseconds first = clock->Monotonic();
  EXPECT_GE(clock->Monotonic(), first);
  EXPECT_GT(NowMicros(*clock), 1'600'000'000'000'000) << "later than 2020";
}

}  // namespace
}  // namespace ashlar::base
