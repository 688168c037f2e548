// Searching keys in segments of 64 Ki rows: filter, fences and hash index by themselves beside
// std::lower_bound over the prefixes of all rows, and whole searches in one and in 64 segments.
//
// Figures to hold, in the cache, by CPU time: a filter probe 3 ns in a batch, a search of fences a
// third of std::lower_bound over the same fences, the index 16 ns; false positives 0.5 %. Every
// search has its result checked; the argument tells keys that are there from keys that are not.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <compare>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "ashlar/builder.h"
#include "src/base/check.h"
#include "src/base/hash.h"
#include "src/base/random.h"
#include "src/columnar/canonical.h"
#include "src/io/memory_file_system.h"
#include "src/segment/key_batch.h"
#include "src/segment/segment_writer.h"

namespace ashlar::bench {
namespace {

constexpr size_t kRows = 65'536;
constexpr size_t kProbes = size_t{1} << 16;

// Keys are random numbers, which are their own prefixes, each in the segment that it hashes to.
struct Segment {
  std::vector<uint64_t> keys;
  std::vector<uint64_t> hashes;
  std::vector<segment::KeyLookup> lookups;  // without an index, and with one
};

Schema OneField() {
  absl::StatusOr<Schema> schema = Schema::Make({{"key", UInt64(), false}});
  ASHLAR_CHECK_OK(schema.status());
  return *schema;
}

segment::KeyLookup WriteAndOpen(io::FileSystem& files, const Segment& rows, uint64_t id,
                                bool hash_index) {
  ColumnBuilder builder(UInt64());
  for (const uint64_t key : rows.keys) ASHLAR_CHECK_OK(builder.AppendUInt64(key));
  const Column column = builder.Finish();
  auto writer = segment::SegmentWriter::Create(files, OneField(), kRows, {.segment_id = id});
  ASHLAR_CHECK_OK(writer.status());
  ASHLAR_CHECK_OK((*writer)->AddChunk(columnar::DigestOfCanonical(column), column));
  ASHLAR_CHECK_OK((*writer)->AddKeys(
      {.hashes = rows.hashes, .prefixes = rows.keys, .key_chunks = {0}, .hash_index = hash_index}));
  const auto written = (*writer)->Finish();
  ASHLAR_CHECK_OK(written.status());
  ASHLAR_CHECK_OK((*writer)->Sync());
  auto file =
      segment::SegmentFile::Open(files, written->file, std::make_shared<segment::ReadStats>());
  ASHLAR_CHECK_OK(file.status());
  auto lookup = segment::KeyLookup::Open(*file);
  ASHLAR_CHECK_OK(lookup.status());
  return *std::move(lookup);
}

const std::vector<Segment>& Segments() {
  static const std::vector<Segment> segments = [] {
    base::Random random(1);
    io::MemoryFileSystem files;
    ASHLAR_CHECK_OK(files.CreateDirectory("segments"));
    std::vector<Segment> made(64);
    for (size_t i = 0; i < made.size(); ++i) {
      Segment& rows = made[i];
      for (size_t row = 0; row < kRows; ++row) rows.keys.push_back(random.Next64());
      std::ranges::sort(rows.keys);
      for (const uint64_t key : rows.keys) rows.hashes.push_back(base::Mix64(key));
      rows.lookups.push_back(WriteAndOpen(files, rows, 2 * i + 1, false));
      rows.lookups.push_back(WriteAndOpen(files, rows, 2 * i + 2, true));
    }
    return made;
  }();
  return segments;
}

// Keys of the first `segments` segments, or of none of them, in random order.
std::vector<uint64_t> Keys(size_t segments, bool hit) {
  base::Random random(hit ? 2 : 3);
  std::vector<uint64_t> keys(kProbes);
  for (uint64_t& key : keys) {
    const Segment& rows = Segments()[random.Uniform(segments)];
    key = hit ? rows.keys[random.Uniform(kRows)] : random.Next64();
  }
  return keys;
}

void SetPerProbe(benchmark::State& state, uint64_t probes) {
  state.counters["ns_per_probe"] = benchmark::Counter(
      static_cast<double>(state.iterations()) * static_cast<double>(probes) * 1e-9,
      benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

// Runs `search(key)` for all keys of one segment and counts those that it says are there.
template <typename Search>
void RunOne(benchmark::State& state, const Search& search) {
  const bool hit = state.range(0) != 0;
  const std::vector<uint64_t> keys = Keys(1, hit);
  uint64_t found = 0;
  for (auto _ : state) {
    found = 0;
    for (const uint64_t key : keys) found += search(key) ? 1 : 0;
    benchmark::DoNotOptimize(found);
  }
  // What is there is found; what is not passes a filter or a tag at times.
  ASHLAR_CHECK(hit ? found == kProbes : found < kProbes / 10);
  state.counters["found_percent"] = 100.0 * static_cast<double>(found) / kProbes;
  SetPerProbe(state, kProbes);
}

void BM_LowerBoundOfRows(benchmark::State& state) {
  const std::vector<uint64_t>& keys = Segments()[0].keys;
  RunOne(state, [&keys](uint64_t key) {
    const auto at = std::ranges::lower_bound(keys, key);
    return at != keys.end() && *at == key;
  });
}
BENCHMARK(BM_LowerBoundOfRows)->Arg(1)->Arg(0)->ArgName("hit");

// Narrowing a key to the rows between two fences; `first_row(key)` says where these begin.
template <typename FirstRow>
void RunFences(benchmark::State& state, const FirstRow& first_row) {
  const std::vector<uint64_t> keys = Keys(1, state.range(0) != 0);
  uint64_t sum = 0;
  for (auto _ : state) {
    sum = 0;
    for (const uint64_t key : keys) sum += first_row(key);
    benchmark::DoNotOptimize(sum);
  }
  uint64_t expected = 0;
  for (const uint64_t key : keys)
    expected += Segments()[0].lookups[0].views().fences.Find(key).first;
  ASHLAR_CHECK(sum == expected);
  SetPerProbe(state, kProbes);
}

void BM_LowerBoundOfFences(benchmark::State& state) {
  std::vector<uint64_t> fences;
  for (size_t row = 0; row < kRows; row += 16) fences.push_back(Segments()[0].keys[row]);
  RunFences(state, [&fences](uint64_t key) {
    const auto smaller =
        static_cast<uint64_t>(std::ranges::lower_bound(fences, key) - fences.begin());
    return smaller == 0 ? 0 : (smaller - 1) * 16 + 1;
  });
}
BENCHMARK(BM_LowerBoundOfFences)->Arg(1)->Arg(0)->ArgName("hit");

void BM_Fences(benchmark::State& state) {
  const segment::KeyFences& fences = Segments()[0].lookups[0].views().fences;
  RunFences(state, [&fences](uint64_t key) { return fences.Find(key).first; });
}
BENCHMARK(BM_Fences)->Arg(1)->Arg(0)->ArgName("hit");

void BM_Index(benchmark::State& state) {
  const Segment& rows = Segments()[0];
  const segment::KeyLookup& lookup = rows.lookups[1];
  RunOne(state, [&rows, &lookup](uint64_t key) {
    return lookup
        .FindByIndex(base::Mix64(key),
                     [&rows, key](uint32_t row) { return rows.keys[row] <=> key; })
        .has_value();
  });
}
BENCHMARK(BM_Index)->Arg(1)->Arg(0)->ArgName("hit");

void BM_Filter(benchmark::State& state) {
  const segment::KeyFilter& filter = Segments()[0].lookups[0].views().filter;
  RunOne(state, [&filter](uint64_t key) { return filter.MayContain(base::Mix64(key)); });
}
BENCHMARK(BM_Filter)->Arg(1)->Arg(0)->ArgName("hit");

void BM_FilterBatch(benchmark::State& state) {
  const segment::KeyFilter& filter = Segments()[0].lookups[0].views().filter;
  std::vector<uint64_t> hashes = Keys(1, state.range(0) != 0);
  for (uint64_t& hash : hashes) hash = base::Mix64(hash);
  uint64_t found = 0;
  for (auto _ : state) {
    found = 0;
    for (size_t i = 0; i < kProbes; i += segment::KeyFilter::kMaxBatch) {
      const auto batch = std::span(hashes).subspan(i, segment::KeyFilter::kMaxBatch);
      found += static_cast<uint64_t>(std::popcount(filter.MayContainEach(batch)));
    }
    benchmark::DoNotOptimize(found);
  }
  ASHLAR_CHECK(state.range(0) != 0 ? found == kProbes : found < kProbes / 100);
  SetPerProbe(state, kProbes);
}
BENCHMARK(BM_FilterBatch)->Arg(1)->Arg(0)->ArgName("hit");

// Whole searches of keys in the first range(0) segments, each key in all of them, by fences or by
// index (range(1)), one by one or in batches of 256 keys.
class Comparer : public segment::KeyComparer {
 public:
  explicit Comparer(const std::vector<uint64_t>& keys) : keys_(keys) {}
  void Prefetch(uint32_t lookup, uint32_t row) const override {
    __builtin_prefetch(&Segments()[lookup].keys[row]);
  }
  [[nodiscard]] std::strong_ordering Compare(const segment::KeyQuestion& question,
                                             uint32_t row) const override {
    return Segments()[question.lookup].keys[row] <=> keys_[question.probe];
  }

 private:
  const std::vector<uint64_t>& keys_;
};

void FinishSearches(benchmark::State& state, bool hit, uint64_t found) {
  ASHLAR_CHECK(found == (hit ? kProbes : 0));
  SetPerProbe(state, kProbes);
}

void BM_SearchOneByOne(benchmark::State& state) {
  const auto segments = static_cast<size_t>(state.range(0));
  const auto form = static_cast<size_t>(state.range(1));
  const std::vector<uint64_t> keys = Keys(segments, state.range(2) != 0);
  uint64_t found = 0;
  for (auto _ : state) {
    found = 0;
    for (const uint64_t key : keys) {
      const segment::KeyProbe probe{base::Mix64(key), key};
      for (size_t i = 0; i < segments; ++i) {
        const Segment& rows = Segments()[i];
        const auto compare = [&rows, key](uint32_t row) { return rows.keys[row] <=> key; };
        found += rows.lookups[form].Find(probe, compare).has_value() ? 1 : 0;
      }
    }
  }
  FinishSearches(state, state.range(2) != 0, found);
}
BENCHMARK(BM_SearchOneByOne)
    ->ArgsProduct({{1, 16, 64}, {0, 1}, {1, 0}})
    ->ArgNames({"segments", "index", "hit"})
    ->Unit(benchmark::kMillisecond);

void BM_SearchInBatches(benchmark::State& state) {
  constexpr size_t kBatch = 256;
  const auto segments = static_cast<uint32_t>(state.range(0));
  const auto form = static_cast<size_t>(state.range(1));
  const std::vector<uint64_t> keys = Keys(segments, state.range(2) != 0);
  std::vector<segment::KeyProbe> probes;
  for (const uint64_t key : keys) probes.push_back({base::Mix64(key), key});
  std::vector<const segment::KeyLookup*> lookups;
  for (uint32_t i = 0; i < segments; ++i) lookups.push_back(&Segments()[i].lookups[form]);
  std::vector<segment::KeyQuestion> questions;
  for (uint32_t probe = 0; probe < kProbes; ++probe) {
    for (uint32_t i = 0; i < segments; ++i) questions.push_back({i, probe});
  }
  const Comparer comparer(keys);
  std::vector<segment::KeyHit> hits;
  uint64_t found = 0;
  for (auto _ : state) {
    found = 0;
    for (size_t i = 0; i < questions.size(); i += kBatch * segments) {
      hits.clear();
      segment::FindKeys(lookups, probes, std::span(questions).subspan(i, kBatch * segments),
                        comparer, &hits);
      found += hits.size();
    }
  }
  FinishSearches(state, state.range(2) != 0, found);
}
BENCHMARK(BM_SearchInBatches)
    ->ArgsProduct({{1, 16, 64}, {0, 1}, {1, 0}})
    ->ArgNames({"segments", "index", "hit"})
    ->Unit(benchmark::kMillisecond);

void BM_Build(benchmark::State& state) {
  const Segment& rows = Segments()[0];
  const segment::KeySections keys{.hashes = rows.hashes,
                                  .prefixes = rows.keys,
                                  .key_chunks = {0},
                                  .hash_index = state.range(0) != 0};
  size_t bytes = 0;
  for (auto _ : state) {
    bytes = 0;
    for (const auto& section : segment::BuildKeySections(keys)) bytes += section.bytes.size();
    benchmark::DoNotOptimize(bytes);
  }
  state.counters["bytes_per_key"] = static_cast<double>(bytes) / kRows;
  SetPerProbe(state, kRows);
}
BENCHMARK(BM_Build)->Arg(0)->Arg(1)->ArgName("index");

}  // namespace
}  // namespace ashlar::bench
