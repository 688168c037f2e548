// Taking and dropping a snapshot, from 1 to 8 threads at once.
//
// Figures to hold: 50 ns, flat. What counts is CPU time: the threads may be more than the cores.
// Beside it, in the same run, what one would use instead: an atomic shared_ptr, and a shared_ptr
// under a mutex.
#include <benchmark/benchmark.h>

#include <atomic>
#include <memory>
#include <mutex>
#include <utility>

#include "bench/bench_rows.h"
#include "bench/bench_store.h"
#include "src/base/check.h"

namespace ashlar::bench {
namespace {

Store& SharedStore() {
  static const std::unique_ptr<Store> store = [] {
    auto opened = Store::OpenInMemory();
    ASHLAR_CHECK_OK(opened.status());
    ASHLAR_CHECK_OK((*opened)->CreateDataset("rows", WideRowSchema()));
    return *std::move(opened);
  }();
  return *store;
}

void BM_Snapshot(benchmark::State& state) {
  const Store& store = SharedStore();
  for (auto _ : state) {
    const Snapshot snapshot = store.GetSnapshot();
    benchmark::DoNotOptimize(&snapshot);
  }
}
BENCHMARK(BM_Snapshot)->ThreadRange(1, 8);

void BM_AtomicSharedPointer(benchmark::State& state) {
  static std::atomic<std::shared_ptr<const int>> current{std::make_shared<const int>(1)};
  for (auto _ : state) {
    const std::shared_ptr<const int> taken = current.load();
    benchmark::DoNotOptimize(taken.get());
  }
}
BENCHMARK(BM_AtomicSharedPointer)->ThreadRange(1, 8);

void BM_MutexSharedPointer(benchmark::State& state) {
  static std::mutex mutex;
  static const auto current = std::make_shared<const int>(1);
  for (auto _ : state) {
    std::shared_ptr<const int> taken;
    {
      const std::lock_guard lock(mutex);
      taken = current;
    }
    benchmark::DoNotOptimize(taken.get());
  }
}
BENCHMARK(BM_MutexSharedPointer)->ThreadRange(1, 8);

}  // namespace
}  // namespace ashlar::bench
