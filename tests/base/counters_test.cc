// Counters lose no event when several threads count.
#include "src/base/counters.h"

#include <gtest/gtest.h>

#include "src/base/executor.h"

namespace ashlar::base {
namespace {

TEST(Counters, CountFromSeveralThreads) {
  Counter events;
  HotCounter bytes;
  {
    const auto pool = ThreadPool::Start(2);
    ASSERT_TRUE(pool.ok());
    for (int i = 0; i < 1000; ++i) {
      (*pool)->Schedule([&events, &bytes] {
        events.Increment();
        bytes.Add(3);
      });
    }
  }
  EXPECT_EQ(events.value(), 1000u);
  EXPECT_EQ(bytes.value(), 3000u);
}

TEST(Counters, HotCountersDoNotShareACacheLine) { EXPECT_GE(alignof(HotCounter), 64u); }

}  // namespace
}  // namespace ashlar::base
