// Tasks run: inline at once, in a pool all of them before it is gone, several at a time.
#include "src/base/executor.h"

#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <memory>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"

namespace ashlar::base {
namespace {

std::unique_ptr<ThreadPool> StartPool(size_t threads) {
  absl::StatusOr<std::unique_ptr<ThreadPool>> pool = ThreadPool::Start(threads);
  EXPECT_TRUE(pool.ok()) << pool.status();
  return std::move(pool).value();
}

TEST(Executor, InlineRunsBeforeItReturns) {
  InlineExecutor executor;
  bool done = false;
  executor.Schedule([&done] { done = true; });
  EXPECT_TRUE(done);
  EXPECT_EQ(executor.parallelism(), 1u);
}

TEST(Executor, PoolRunsAllQueuedTasksBeforeItIsGone) {
  std::atomic<int> done = 0;
  {
    const std::unique_ptr<ThreadPool> pool = StartPool(3);
    EXPECT_EQ(pool->parallelism(), 3u);
    for (int i = 0; i < 1000; ++i) pool->Schedule([&done] { ++done; });
  }
  EXPECT_EQ(done, 1000);
}

TEST(Executor, TasksOfTasksRunToo) {
  std::atomic<int> done = 0;
  {
    const std::unique_ptr<ThreadPool> pool = StartPool(2);
    for (int i = 0; i < 50; ++i) {
      pool->Schedule([&done, raw = pool.get()] { raw->Schedule([&done] { ++done; }); });
    }
  }
  EXPECT_EQ(done, 50);
}

TEST(Executor, PoolRunsTasksAtTheSameTime) {
  const std::unique_ptr<ThreadPool> pool = StartPool(2);
  std::latch both(2);
  std::latch finished(2);
  for (int i = 0; i < 2; ++i) {
    // Each task waits for the other: with one thread this would hang.
    pool->Schedule([&both, &finished] {
      both.arrive_and_wait();
      finished.count_down();
    });
  }
  finished.wait();
}

TEST(Executor, LazyPoolHasAsManyThreadsAsItIsAskedFor) {
  LazyPool pool(2);
  EXPECT_EQ(pool.parallelism(), 2u);
  std::latch both(2);
  std::latch finished(2);
  for (int i = 0; i < 2; ++i) {
    pool.Schedule([&both, &finished] {
      both.arrive_and_wait();
      finished.count_down();
    });
  }
  finished.wait();
}

TEST(Executor, OneThreadKeepsTheOrder) {
  std::vector<int> order;
  {
    const std::unique_ptr<ThreadPool> pool = StartPool(1);
    for (int i = 0; i < 5; ++i) pool->Schedule([&order, i] { order.push_back(i); });
  }
  EXPECT_EQ(order, (std::vector<int>{0, 1, 2, 3, 4}));
}

TEST(Executor, RunOnThreadsSharesOneSupply) {
  const std::unique_ptr<ThreadPool> pool = StartPool(3);
  std::atomic<int> supply = 1000;
  std::atomic<int> taken = 0;
  RunOnThreads(*pool, 4, [&] {
    while (supply.fetch_sub(1) > 0) ++taken;
  });
  EXPECT_EQ(taken, 1000);
}

TEST(Executor, RunOnThreadsDoesNotWaitForABusyExecutor) {
  std::latch release(1);  // outlives the pool, whose thread still looks at it
  const std::unique_ptr<ThreadPool> pool = StartPool(1);
  pool->Schedule([&release] { release.wait(); });
  std::atomic<int> runs = 0;
  RunOnThreads(*pool, 2, [&runs] { ++runs; });  // would hang if it waited for the pool
  EXPECT_EQ(runs, 1);
  release.count_down();
}

TEST(Executor, RunOnThreadsWaitsForThoseThatBegan) {
  const std::unique_ptr<ThreadPool> pool = StartPool(1);
  std::atomic<bool> ended = false;
  std::latch both(2);
  std::atomic<int> entered = 0;
  RunOnThreads(*pool, 2, [&] {
    const bool first = entered.fetch_add(1) == 0;
    both.arrive_and_wait();
    if (!first) return;
    for (int i = 0; i < 100000; ++i) ended = i == 99999;
  });
  EXPECT_TRUE(ended);
}

}  // namespace
}  // namespace ashlar::base
