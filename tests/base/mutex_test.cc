// Waiting for a change under a mutex.
#include "src/base/mutex.h"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace ashlar::base {
namespace {

TEST(ConditionVariable, WakesOneOrAll) {
  Mutex mutex;
  ConditionVariable changed;
  int tickets = 0;
  bool done = false;
  int taken = 0;
  std::vector<std::jthread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      MutexLock lock(mutex);
      while (true) {
        while (tickets == 0 && !done) changed.Wait(mutex);
        if (tickets == 0) return;
        --tickets;
        ++taken;
      }
    });
  }
  for (int i = 0; i < 100; ++i) {
    {
      MutexLock lock(mutex);
      ++tickets;
    }
    changed.NotifyOne();
  }
  {
    MutexLock lock(mutex);
    done = true;
  }
  changed.NotifyAll();
  threads.clear();
  EXPECT_EQ(taken, 100);
}

TEST(ConditionVariable, WaitForEndsAndHoldsTheMutex) {
  Mutex mutex;
  ConditionVariable never;
  int guarded = 0;
  std::vector<std::jthread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int round = 0; round < 50; ++round) {
        MutexLock lock(mutex);
        never.WaitFor(mutex, std::chrono::microseconds(20));
        const int before = guarded;
        std::this_thread::yield();
        guarded = before + 1;
      }
    });
  }
  threads.clear();
  EXPECT_EQ(guarded, 200);
}

}  // namespace
}  // namespace ashlar::base
