// A predicate on a bit-packed column, evaluated plane by plane, beside unpacking each row and
// comparing it.
//
// Figure to hold: 0.2 ns/row on columns of at most 10 bits, over memory larger than any cache. One
// run has both ways over the same planes; selected rows are counted in both, and must agree.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "src/base/check.h"
#include "src/base/random.h"
#include "src/columnar/bit_planes.h"

namespace ashlar::bench {
namespace {

constexpr size_t kRows = size_t{1} << 27;  // 64 MiB even at four bits
constexpr size_t kZones = kRows / base::kZoneRows;

struct PackedRows {
  std::vector<std::byte> planes;
  size_t zone_bytes = 0;
};

// One block of random zones repeated: what is measured does not depend on the values.
const PackedRows& RowsOf(int width) {
  static std::map<int, PackedRows> cache;
  PackedRows& rows = cache[width];
  if (!rows.planes.empty()) return rows;
  rows.zone_bytes = static_cast<size_t>(width) * columnar::kPlaneBytes;
  rows.planes.resize(rows.zone_bytes * kZones);
  base::Random random(static_cast<uint64_t>(width));
  std::vector<uint64_t> zone(base::kZoneRows);
  for (size_t i = 0; i < kZones; ++i) {
    if (i < 64) {
      for (uint64_t& value : zone) value = random.Uniform(uint64_t{1} << width);
      columnar::PackPlanes(zone, width, rows.planes.data() + i * rows.zone_bytes);
      continue;
    }
    std::copy_n(rows.planes.data() + i % 64 * rows.zone_bytes, rows.zone_bytes,
                rows.planes.data() + i * rows.zone_bytes);
  }
  return rows;
}

uint64_t CountPlanes(const PackedRows& rows, int width, uint64_t low, uint64_t high) {
  uint64_t count = 0;
  uint64_t mask[columnar::kPlaneWords];
  for (size_t zone = 0; zone < kZones; ++zone) {
    columnar::SelectRange(rows.planes.data() + zone * rows.zone_bytes, width, low, high, mask);
    for (const uint64_t word : mask) count += static_cast<uint64_t>(std::popcount(word));
  }
  return count;
}

uint64_t CountUnpacked(const PackedRows& rows, int width, uint64_t low, uint64_t high) {
  uint64_t count = 0;
  std::vector<uint32_t> values(base::kZoneRows);
  for (size_t zone = 0; zone < kZones; ++zone) {
    columnar::UnpackPlanes(rows.planes.data() + zone * rows.zone_bytes, width, 0, values.size(),
                           values.data());
    for (const uint32_t value : values) count += low <= value && value <= high ? 1 : 0;
  }
  return count;
}

using Count = uint64_t (*)(const PackedRows&, int, uint64_t, uint64_t);

// Bounds by the second argument: 0 at most, 1 between, 2 equal.
void BM_Select(benchmark::State& state, Count count) {
  const int width = static_cast<int>(state.range(0));
  const uint64_t values = uint64_t{1} << width;
  uint64_t low = 0;
  uint64_t high = values / 3;
  if (state.range(1) == 1) low = values / 8 + 1;
  if (state.range(1) == 2) low = high;
  const PackedRows& rows = RowsOf(width);
  uint64_t selected = 0;
  for (auto _ : state) {
    selected = count(rows, width, low, high);
    benchmark::DoNotOptimize(selected);
  }
  static std::map<std::pair<int64_t, int64_t>, uint64_t> answers;
  const auto [answer, first] = answers.try_emplace({width, state.range(1)}, selected);
  ASHLAR_CHECK(answer->second == selected);
  const auto rows_done = static_cast<double>(state.iterations()) * static_cast<double>(kRows);
  state.counters["ns_per_row"] = benchmark::Counter(
      rows_done * 1e-9, benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
  state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(rows.planes.size()));
}
BENCHMARK_CAPTURE(BM_Select, planes, CountPlanes)
    ->ArgsProduct({{4, 8, 10, 16}, {0, 1, 2}})
    ->ArgNames({"bits", "bounds"})
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(BM_Select, unpacked, CountUnpacked)
    ->ArgsProduct({{4, 8, 10, 16}, {0, 1, 2}})
    ->ArgNames({"bits", "bounds"})
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace ashlar::bench
