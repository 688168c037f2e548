// Gets of 8-byte keys from a store on disk: hits, misses, many at once, with the key directory and
// without, in one segment and in sixteen.
//
// Figures to hold, at ten million rows, of random keys: with the directory a find takes the time of
// its two cache misses, and as long in sixteen segments as in one; many at once half of it and
// less. ns_key is nanoseconds a key. ASHLAR_BENCH_ROWS sets the rows.
#include <benchmark/benchmark.h>

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "bench/bench_store.h"
#include "src/base/check.h"
#include "src/base/hash.h"
#include "src/base/strings.h"
#include "src/columnar/encoded_keys.h"
#include "src/store/dataset_impl.h"

namespace ashlar::bench {
namespace {

constexpr size_t kKeysAtOnce = 256;

uint64_t RowsOfStore() { return Setting("ASHLAR_BENCH_ROWS", 10'000'000); }

// Key number `n`: any two differ, and those from the number of rows on are absent.
int64_t KeyNumber(uint64_t n) { return static_cast<int64_t>(base::Mix64(n)); }

RecordBatch Rows(uint64_t first, uint64_t count) {
  std::vector<int64_t> ids(count);
  for (uint64_t i = 0; i < count; ++i) ids[i] = KeyNumber(first + i);
  const Schema schema = Schema::Make({{"id", Int64(), false}, {"value", Int64(), false}}).value();
  const Column column = Column::FromValues<int64_t>(Int64(), ids);
  return RecordBatch::Make(schema, {column, column}).value();
}

void Fill(const std::string& path, uint64_t segments, bool index) {
  const std::unique_ptr<Store> store = Store::Open(path, {}).value();
  const uint64_t rows = RowsOfStore() / segments;
  ASHLAR_CHECK_OK(store->CreateDataset("rows", Rows(0, 1).schema(),
                                       {.key = {"id"},
                                        .boundaries = {.fixed_rows = static_cast<uint32_t>(rows)},
                                        .hash_index = index}));
  for (uint64_t i = 0; i < segments; ++i) {
    WriteTransaction transaction = store->BeginWrite().value();
    ASHLAR_CHECK_OK(transaction.Upsert("rows", Rows(i * rows, rows)));
    ASHLAR_CHECK_OK(std::move(transaction).Commit().status());
  }
}

// Random numbers of keys, the same in each run.
class Numbers {
 public:
  Numbers() : rows_(RowsOfStore()) {}
  uint64_t Hit() { return ((Step() >> 32) * rows_) >> 32; }
  uint64_t Miss() { return rows_ + Hit(); }

 private:
  uint64_t Step() { return state_ = state_ * 6364136223846793005 + 1442695040888963407; }
  const uint64_t rows_;
  uint64_t state_ = 1;
};

// One for each number of segments, and one handle for each size of the directory.
class Stores {
 public:
  const Dataset& Get(uint64_t segments, bool directory, bool index) {
    std::optional<Dataset>& dataset = datasets_[{segments, directory, index}];
    if (dataset.has_value()) return *dataset;
    const std::string path =
        scratch_.Path(base::StrCat("segments-", segments, index ? "-indexed" : ""));
    if (filled_.insert(path).second) Fill(path, segments, index);
    StoreOptions options{.mode = AccessMode::kReadOnly};
    if (!directory) options.key_directory_bytes = 0;
    stores_.push_back(Store::Open(path, options).value());
    dataset = stores_.back()->GetSnapshot().GetDataset("rows").value();
    // Until the directory is complete, and all that gets touch has been read once.
    Numbers numbers;
    std::vector<Key> keys;
    for (uint64_t i = 0; i < RowsOfStore() / 4; ++i) {
      keys.emplace_back(KeyNumber(numbers.Hit()));
      if (keys.size() < kKeysAtOnce) continue;
      ASHLAR_CHECK_OK(dataset->MultiGet(keys).status());
      keys.clear();
    }
    const KeyDirectoryStats stats = stores_.back()->stats().key_directory;
    ASHLAR_CHECK(stats.segments_covered == (directory ? dataset->segments().size() : 0));
    if (directory)
      bytes_per_key_ = static_cast<double>(stats.bytes) / static_cast<double>(RowsOfStore());
    return *dataset;
  }
  [[nodiscard]] double bytes_per_key() const { return bytes_per_key_; }

 private:
  ScratchDirectory scratch_;
  std::set<std::string> filled_;
  std::vector<std::unique_ptr<Store>> stores_;
  std::map<std::tuple<uint64_t, bool, bool>, std::optional<Dataset>> datasets_;
  double bytes_per_key_ = 0;
};

const Dataset& DatasetFor(benchmark::State& state) {
  static Stores stores;
  const Dataset& dataset =
      stores.Get(static_cast<uint64_t>(state.range(0)), state.range(1) != 0, state.range(2) != 0);
  if (state.range(1) != 0) state.counters["bytes_key"] = stores.bytes_per_key();
  return dataset;
}

void CountKeys(benchmark::State& state, size_t keys) {
  state.counters["ns_key"] = benchmark::Counter(
      static_cast<double>(keys) * 1e-9,
      benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}

// Arguments: segments; whether there is a directory; whether segments have a hash index.
void GetHit(benchmark::State& state) {
  const Dataset& dataset = DatasetFor(state);
  Numbers numbers;
  for (auto _ : state) {
    const int64_t key = KeyNumber(numbers.Hit());
    const auto row = dataset.Get(Key(key));
    ASHLAR_CHECK(row.ok() && row->has_value() && (*row)->GetInt64(1) == key);
  }
  CountKeys(state, 1);
}

void GetMiss(benchmark::State& state) {
  const Dataset& dataset = DatasetFor(state);
  Numbers numbers;
  for (auto _ : state) {
    const auto row = dataset.Get(Key(KeyNumber(numbers.Miss())));
    ASHLAR_CHECK(row.ok() && !row->has_value());
  }
  CountKeys(state, 1);
}

// The search alone, of an encoded key.
void FindHit(benchmark::State& state) {
  const Dataset& dataset = DatasetFor(state);
  const store::DatasetKeys& keys = *dataset.impl().keys;
  Numbers numbers;
  std::string encoded(sizeof(uint64_t), '\0');
  for (auto _ : state) {
    const uint64_t word =
        __builtin_bswap64(static_cast<uint64_t>(KeyNumber(numbers.Hit())) ^ uint64_t{1} << 63);
    encoded.assign(reinterpret_cast<const char*>(&word), sizeof(word));
    const auto found = keys.Find(encoded, columnar::KeyHash(encoded));
    ASHLAR_CHECK(found.ok() && found->has_value());
  }
  CountKeys(state, 1);
}

// One column of each row is read.
void MultiGetHit(benchmark::State& state) {
  const Dataset& dataset = DatasetFor(state);
  Numbers numbers;
  std::vector<Key> keys(kKeysAtOnce, Key(0));
  for (auto _ : state) {
    int64_t sum = 0;
    for (Key& key : keys) {
      const int64_t number = KeyNumber(numbers.Hit());
      key = Key(number);
      sum ^= number;
    }
    const auto rows = dataset.MultiGet(keys);
    ASHLAR_CHECK_OK(rows.status());
    for (const std::optional<RowRef>& row : *rows) sum ^= row->GetInt64(1);
    ASHLAR_CHECK(sum == 0);
  }
  CountKeys(state, kKeysAtOnce);
}

void MultiGetMiss(benchmark::State& state) {
  const Dataset& dataset = DatasetFor(state);
  Numbers numbers;
  std::vector<Key> keys(kKeysAtOnce, Key(0));
  for (auto _ : state) {
    for (Key& key : keys) key = Key(KeyNumber(numbers.Miss()));
    const auto rows = dataset.MultiGet(keys);
    ASHLAR_CHECK_OK(rows.status());
    for (const std::optional<RowRef>& row : *rows) ASHLAR_CHECK(!row.has_value());
  }
  CountKeys(state, kKeysAtOnce);
}

void Configurations(benchmark::internal::Benchmark* bench) {
  for (const int64_t segments : {1, 16}) {
    for (const int64_t index : {0, 1}) bench->Args({segments, 0, index});
    bench->Args({segments, 1, 0});
  }
  bench->ArgNames({"segments", "directory", "index"});
}
BENCHMARK(GetHit)->Apply(Configurations);
BENCHMARK(GetMiss)->Apply(Configurations);
BENCHMARK(FindHit)->Apply(Configurations);
BENCHMARK(MultiGetHit)->Apply(Configurations);
BENCHMARK(MultiGetMiss)->Apply(Configurations);

}  // namespace
}  // namespace ashlar::bench
