// Replace of content that the store has already, wholly or but for one row.
//
// Figures to hold: identical content at 1 GB/s and 3 M rows/s of 84 bytes on one core with no chunk
// byte written, and 1.1 segments' worth of chunks for one edited row. Beside it, over the same
// memory and in the same run: copying it and its bare BLAKE3.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "bench/bench_rows.h"
#include "bench/bench_store.h"
#include "src/base/check.h"
#include "src/base/digest.h"
#include "src/base/hash.h"

namespace ashlar::bench {
namespace {

constexpr uint64_t kDefaultMegabytes = 256;
constexpr uint64_t kDefaultEdits = 30;

// Rows in memory and a store that holds them.
struct Fixture {
  Fixture() {
    auto counts = std::make_shared<SyncCounts>();
    counts->skip = true;
    store = OpenMetered(directory.Path("store"), counts);
    ASHLAR_CHECK_OK(store->CreateDataset("rows", WideRowSchema()));
    const uint64_t megabytes = Setting("ASHLAR_BENCH_MB", kDefaultMegabytes);
    rows = static_cast<int64_t>((megabytes << 20) / kRowBytes);
    batches = MakeWideBatches(rows);
    first = Replace(batches);
    counts->skip = false;
  }

  WriteStats Replace(std::vector<RecordBatch> content) const {
    auto reader = MakeBatchReader(WideRowSchema(), std::move(content));
    return ReplaceAll(*store, "rows", *reader);
  }

  ScratchDirectory directory;
  std::unique_ptr<Store> store;
  int64_t rows = 0;
  std::vector<RecordBatch> batches;
  WriteStats first;
};

const Fixture& Shared() {
  static const Fixture fixture;
  return fixture;
}

void SetRates(benchmark::State& state) {
  state.SetItemsProcessed(state.iterations() * Shared().rows);
  state.SetBytesProcessed(state.iterations() * Shared().rows * static_cast<int64_t>(kRowBytes));
}

void BM_ReplaceIdentical(benchmark::State& state) {
  const Fixture& shared = Shared();
  uint64_t chunk_bytes = 0;
  for (auto _ : state) {
    const WriteStats stats = shared.Replace(shared.batches);
    ASHLAR_CHECK(stats.rows == static_cast<uint64_t>(shared.rows) && stats.segments_written == 0);
    chunk_bytes += stats.chunk_bytes();
  }
  ASHLAR_CHECK(chunk_bytes == 0);
  state.counters["chunk_bytes"] = static_cast<double>(chunk_bytes);
  SetRates(state);
}
BENCHMARK(BM_ReplaceIdentical)->Unit(benchmark::kMillisecond);

void BM_Memcpy(benchmark::State& state) {
  const auto buffers = BuffersOf(Shared().batches);
  size_t largest = 0;
  for (const auto& buffer : buffers) largest = std::max(largest, buffer.size());
  std::vector<std::byte> target(largest);
  for (auto _ : state) {
    for (const auto& buffer : buffers) std::memcpy(target.data(), buffer.data(), buffer.size());
    benchmark::ClobberMemory();
  }
  SetRates(state);
}
BENCHMARK(BM_Memcpy)->Unit(benchmark::kMillisecond);

void BM_Blake3(benchmark::State& state) {
  const auto buffers = BuffersOf(Shared().batches);
  for (auto _ : state) {
    for (const auto& buffer : buffers) benchmark::DoNotOptimize(base::DigestOf(buffer));
  }
  SetRates(state);
}
BENCHMARK(BM_Blake3)->Unit(benchmark::kMillisecond);

enum class Edit : uint8_t { kInsert, kDelete, kChange };

// The content with one edit before or at `row`, made of slices.
std::vector<RecordBatch> Edited(const Fixture& shared, Edit edit, int64_t row) {
  std::vector<RecordBatch> content = shared.batches;
  const auto at = content.begin() + row / kBenchBatchRows;
  const int64_t before = row % kBenchBatchRows;
  const int64_t after = before + (edit == Edit::kInsert ? 0 : 1);
  const RecordBatch whole = *at;
  std::vector<RecordBatch> parts;
  parts.push_back(*whole.Slice(0, before));
  if (edit != Edit::kDelete) parts.push_back(MakeWideRows(row, 1, /*salt=*/1));
  parts.push_back(*whole.Slice(after, whole.rows() - after));
  content.insert(content.erase(at), parts.begin(), parts.end());
  return content;
}

// Edits at random places, each of the first content; every iteration is one.
void BM_ReplaceOneEdit(benchmark::State& state) {
  const Fixture& shared = Shared();
  const auto edit = static_cast<Edit>(state.range(0));
  uint64_t chunks = 0;
  uint64_t bytes = 0;
  uint64_t most = 0;
  uint64_t place = static_cast<uint64_t>(state.range(0)) << 32;
  for (auto _ : state) {
    const auto row =
        static_cast<int64_t>(base::Mix64(++place) % static_cast<uint64_t>(shared.rows));
    const WriteStats stats = shared.Replace(Edited(shared, edit, row));
    ASHLAR_CHECK(stats.chunks_written > 0);
    chunks += stats.chunks_written;
    bytes += stats.chunk_bytes();
    most = std::max(most, stats.segments_written);
  }
  const auto edits = static_cast<double>(state.iterations());
  const double segment_bytes = static_cast<double>(shared.first.chunk_bytes()) /
                               static_cast<double>(shared.first.segments_written);
  const auto columns = static_cast<double>(WideRowSchema().size());
  state.counters["segments_per_edit"] = static_cast<double>(chunks) / columns / edits;
  state.counters["segment_bytes_per_edit"] = static_cast<double>(bytes) / segment_bytes / edits;
  state.counters["most_segments"] = static_cast<double>(most);
  state.counters["segments"] = static_cast<double>(shared.first.segments_written);
  SetRates(state);
}

void EditKinds(benchmark::internal::Benchmark* benchmark) {
  const uint64_t edits = Setting("ASHLAR_BENCH_EDITS", kDefaultEdits);
  benchmark->ArgName("insert_delete_change")->DenseRange(0, 2);
  benchmark->Iterations(static_cast<int64_t>((edits + 2) / 3))->Unit(benchmark::kMillisecond);
}
BENCHMARK(BM_ReplaceOneEdit)->Apply(EditKinds);

}  // namespace
}  // namespace ashlar::bench
