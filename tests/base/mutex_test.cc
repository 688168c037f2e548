// Waiting for a change, under a mutex or of a number.
#include "src/base/mutex.h"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

#include "src/base/futex.h"

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

TEST(FutexWord, AllWhoSleepWakeWithTheChange) {
  for (uint32_t round = 0; round < 50; ++round) {
    FutexWord word(round);
    int written = 0;
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([&] {
        while (word.Load() == round) word.WaitWhile(round);
        EXPECT_EQ(written, 1);
      });
    }
    written = 1;
    word.Store(round + 1);
    word.WakeAll();
  }
}

TEST(FutexWord, OneTakesEachTurn) {
  constexpr int kTurns = 200;
  FutexWord word(0);  // 0: free, 1: a turn, 2: the end
  std::atomic<int> taken{0};
  std::vector<std::jthread> threads;
  for (int i = 0; i < 3; ++i) {
    threads.emplace_back([&] {
      while (word.Load() != 2) {
        if (word.Change(1, 0)) ++taken;
        word.WaitWhile(0);
      }
    });
  }
  for (int turn = 0; turn < kTurns; ++turn) {
    while (!word.Change(0, 1)) std::this_thread::yield();
    word.WakeOne();
  }
  while (!word.Change(0, 2)) std::this_thread::yield();
  word.WakeAll();
  threads.clear();
  EXPECT_EQ(taken, kTurns);
}

}  // namespace
}  // namespace ashlar::base
