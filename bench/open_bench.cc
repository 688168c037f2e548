// Opening a store that was closed cleanly, by its number of segments, with a warm cache.
//
// Figures to hold: 1,000 segments and a dataset handed out in 2 ms (median; p95 5 ms), 10,000 in
// 10 ms, and the first value within 5 ms. p50 and p95 are wall time; cpu_p50 is what can be
// compared on a noisy machine.
#include <benchmark/benchmark.h>

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "bench/bench_rows.h"
#include "bench/bench_store.h"
#include "src/base/check.h"
#include "src/base/strings.h"

namespace ashlar::bench {
namespace {

constexpr int64_t kRowsPerSegment = 16;
constexpr int kOpens = 100;

// Clean-closed stores, made when first asked for and removed with the process.
class Stores {
 public:
  const std::string& OfSegments(int64_t segments) {
    const auto [place, is_new] = paths_.try_emplace(segments);
    if (!is_new) return place->second;
    place->second = directory_.Path(base::StrCat("store", segments));
    auto counts = std::make_shared<SyncCounts>();
    counts->skip = true;
    auto store = OpenMetered(place->second, counts);
    ASHLAR_CHECK_OK(store->CreateDataset("rows", WideRowSchema(),
                                         {.boundaries = {.fixed_rows = kRowsPerSegment}}));
    auto rows = MakeBatchReader(WideRowSchema(), MakeWideBatches(segments * kRowsPerSegment));
    const WriteStats stats = ReplaceAll(*store, "rows", *rows);
    ASHLAR_CHECK(stats.segments_written == static_cast<uint64_t>(segments));
    ASHLAR_CHECK_OK(store->Close());
    return place->second;
  }

 private:
  ScratchDirectory directory_;
  std::map<int64_t, std::string> paths_;
};

Stores& AllStores() {
  static Stores stores;
  return stores;
}

// One value of the key column.
void ReadFirstValue(const Dataset& dataset) {
  auto rows = dataset.Scan({.columns = {"key"}, .limit = 1});
  ASHLAR_CHECK_OK(rows.status());
  RecordBatch batch;
  const auto more = (*rows)->Next(&batch);
  ASHLAR_CHECK_OK(more.status());
  ASHLAR_CHECK(*more && batch.rows() == 1 && batch.column(0).GetInt64(0) == 0);
}

void Open(benchmark::State& state, AccessMode mode, bool first_value) {
  const int64_t segments = state.range(0);
  const std::string& path = AllStores().OfSegments(segments);
  std::vector<double> wall;
  std::vector<double> cpu;
  for (auto _ : state) {
    const double wall_before = WallSeconds();
    const double cpu_before = CpuSeconds();
    auto store = Store::Open(path, {.mode = mode});
    ASHLAR_CHECK_OK(store.status());
    auto dataset = (*store)->GetSnapshot().GetDataset("rows");
    ASHLAR_CHECK_OK(dataset.status());
    if (first_value) ReadFirstValue(*dataset);
    cpu.push_back((CpuSeconds() - cpu_before) * 1e3);
    wall.push_back((WallSeconds() - wall_before) * 1e3);
    state.SetIterationTime(wall.back() / 1e3);
    ASHLAR_CHECK((*store)->stats().reads.segments_opened == (first_value ? 1U : 0U));
  }
  state.counters["p50_ms"] = Percentile(wall, 50);
  state.counters["p95_ms"] = Percentile(wall, 95);
  state.counters["cpu_p50_ms"] = Percentile(cpu, 50);
}

void BM_OpenReadWrite(benchmark::State& state) { Open(state, AccessMode::kReadWrite, false); }
void BM_OpenReadOnly(benchmark::State& state) { Open(state, AccessMode::kReadOnly, false); }
void BM_OpenFirstValue(benchmark::State& state) { Open(state, AccessMode::kReadWrite, true); }

void Sizes(benchmark::internal::Benchmark* benchmark) {
  benchmark->Arg(1'000)->Arg(10'000)->Iterations(kOpens)->UseManualTime();
  benchmark->Unit(benchmark::kMillisecond);
}
BENCHMARK(BM_OpenReadWrite)->Apply(Sizes);
BENCHMARK(BM_OpenReadOnly)->Apply(Sizes);
BENCHMARK(BM_OpenFirstValue)->Apply(Sizes);

}  // namespace
}  // namespace ashlar::bench
