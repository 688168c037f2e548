// Keys and the memtable: encoding, sorting and applying, by row.
//
// Figures to hold: sorting 64 Ki random 8-byte keys 15 ns a row, noticing that they are sorted
// 1 ns; commits of one row applied in less than 200 ns, gets in less than 100. ns_row is
// nanoseconds a row, or a get.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <memory>
#include <numeric>
#include <string>
#include <string_view>
#include <vector>

#include "src/base/check.h"
#include "src/base/hash.h"
#include "src/base/random.h"
#include "src/base/strings.h"
#include "src/columnar/key_codec.h"
#include "src/columnar/key_sort.h"
#include "src/log/memtable.h"
#include "src/log/memtable_order.h"
#include "src/log/memtable_view.h"

namespace ashlar::bench {
namespace {

using columnar::EncodedKeys;
using columnar::KeyCodec;
using log::Memtable;
using log::MemtableBatch;

constexpr int64_t kRows = int64_t{64} << 10;

Schema OrderSchema() {
  return Schema::Make({{"id", Int64(), false},
                       {"customer", Int64()},
                       {"city", Utf8()},
                       {"amount", Float64()},
                       {"day", Date32()},
                       {"note", Utf8()}})
      .value();
}

KeyCodec CodecOf(const Schema& schema) {
  return KeyCodec::Make(schema, std::vector<std::string>{schema.field(0).name}).value();
}

Column RandomIds(int64_t rows, uint64_t distinct) {
  base::Random random(1);
  std::vector<int64_t> ids(static_cast<size_t>(rows));
  for (int64_t& id : ids) {
    id = static_cast<int64_t>(distinct == 0 ? random.Next64() : random.Uniform(distinct));
  }
  return Column::FromValues<int64_t>(Int64(), ids);
}

Column RandomTexts(int64_t rows) {
  base::Random random(2);
  std::vector<std::string> texts;
  for (int64_t i = 0; i < rows; ++i) texts.push_back(base::StrCat("user-", random.Next64()));
  return Column::FromStrings(std::vector<std::string_view>(texts.begin(), texts.end()));
}

Column KeysOfKind(int64_t kind) { return kind == 0 ? RandomIds(kRows, 0) : RandomTexts(kRows); }

KeyCodec CodecOfKind(int64_t kind) {
  return CodecOf(Schema::Make({{"key", kind == 0 ? Int64() : Utf8()}}).value());
}

RecordBatch Orders(int64_t rows, uint64_t distinct) {
  base::Random random(3);
  std::vector<double> amounts(static_cast<size_t>(rows));
  for (double& amount : amounts) amount = random.Double();
  const std::vector<int32_t> days(static_cast<size_t>(rows), 20'000);
  return RecordBatch::Make(OrderSchema(),
                           {RandomIds(rows, distinct), RandomIds(rows, 1000), RandomTexts(rows),
                            Column::FromValues<double>(Float64(), amounts),
                            Column::FromValues<int32_t>(Date32(), days), RandomTexts(rows)})
      .value();
}

std::vector<MemtableBatch> InCommitsOf(int64_t rows, const RecordBatch& batch) {
  const KeyCodec codec = CodecOf(batch.schema());
  std::vector<MemtableBatch> commits;
  for (int64_t row = 0; row < batch.rows(); row += rows) {
    RecordBatch part = batch.Slice(row, std::min(rows, batch.rows() - row)).value();
    EncodedKeys keys = codec.EncodeBatch(part).value();
    commits.push_back({std::move(part), std::move(keys)});
  }
  return commits;
}

void CountRows(benchmark::State& state) {
  // Inverted: seconds for each billionth of a row.
  state.counters["ns_row"] = benchmark::Counter(
      static_cast<double>(kRows) * 1e-9,
      benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}

// Argument: 0 integers, 1 texts.
void Encode(benchmark::State& state) {
  const Column column = KeysOfKind(state.range(0));
  const KeyCodec codec = CodecOfKind(state.range(0));
  for (auto _ : state) benchmark::DoNotOptimize(codec.EncodeColumns({&column, 1}).value().bytes);
  CountRows(state);
}
BENCHMARK(Encode)->Arg(0)->Arg(1)->Unit(benchmark::kMicrosecond);

void Sort(benchmark::State& state) {
  const Column column = KeysOfKind(state.range(0));
  const EncodedKeys keys = CodecOfKind(state.range(0)).EncodeColumns({&column, 1}).value();
  for (auto _ : state) benchmark::DoNotOptimize(columnar::SortKeys(keys));
  CountRows(state);
}
BENCHMARK(Sort)->Arg(0)->Arg(1)->Unit(benchmark::kMicrosecond);

void SortByStableSort(benchmark::State& state) {
  const Column column = KeysOfKind(state.range(0));
  const EncodedKeys keys = CodecOfKind(state.range(0)).EncodeColumns({&column, 1}).value();
  for (auto _ : state) {
    std::vector<uint32_t> order(keys.rows);
    std::iota(order.begin(), order.end(), 0);
    std::stable_sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) {
      if (keys.prefixes[a] != keys.prefixes[b]) return keys.prefixes[a] < keys.prefixes[b];
      return keys.key(a) < keys.key(b);
    });
    benchmark::DoNotOptimize(order);
  }
  CountRows(state);
}
BENCHMARK(SortByStableSort)->Arg(0)->Arg(1)->Unit(benchmark::kMicrosecond);

void NoticeSorted(benchmark::State& state) {
  std::vector<int64_t> ids(kRows);
  std::iota(ids.begin(), ids.end(), 0);
  const Column column = Column::FromValues<int64_t>(Int64(), ids);
  const EncodedKeys keys = CodecOfKind(0).EncodeColumns({&column, 1}).value();
  for (auto _ : state) benchmark::DoNotOptimize(columnar::ClassifyKeys(keys));
  CountRows(state);
}
BENCHMARK(NoticeSorted)->Unit(benchmark::kMicrosecond);

// Argument: different keys. Commits of one row are new in real life, and still in
// the cache: the same few batches get new keys here.
void ApplyOneByOne(benchmark::State& state) {
  std::vector<MemtableBatch> commits = InCommitsOf(1, Orders(64, 0));
  const auto distinct = static_cast<uint64_t>(state.range(0));
  for (auto _ : state) {
    const auto memtable = Memtable::Make(OrderSchema(), true);
    for (uint64_t sequence = 1; sequence <= static_cast<uint64_t>(kRows); ++sequence) {
      MemtableBatch& commit = commits[sequence % commits.size()];
      commit.keys.hashes[0] = base::Mix64(sequence % distinct);
      std::memcpy(commit.keys.bytes.data(), commit.keys.hashes.data(), sizeof(uint64_t));
      ASHLAR_CHECK_OK(memtable->Apply(sequence, {&commit, 1}));
    }
    benchmark::DoNotOptimize(memtable->bytes());
  }
  CountRows(state);
}
BENCHMARK(ApplyOneByOne)->Arg(1 << 30)->Arg(1000)->Unit(benchmark::kMicrosecond);

// Argument: rows a commit.
void Apply(benchmark::State& state) {
  const RecordBatch orders = Orders(kRows, 0);
  const std::vector<MemtableBatch> commits = InCommitsOf(state.range(0), orders);
  for (auto _ : state) {
    const auto memtable = Memtable::Make(orders.schema(), true);
    uint64_t sequence = 0;
    for (const MemtableBatch& commit : commits) {
      ASHLAR_CHECK_OK(memtable->Apply(++sequence, {&commit, 1}));
    }
    benchmark::DoNotOptimize(memtable->bytes());
    state.counters["bytes_row"] =
        static_cast<double>(memtable->bytes()) / static_cast<double>(kRows);
  }
  CountRows(state);
}
BENCHMARK(Apply)->Arg(100)->Arg(kRows)->Unit(benchmark::kMicrosecond);

std::shared_ptr<Memtable> Filled() {
  const RecordBatch orders = Orders(kRows, 0);
  const auto memtable = Memtable::Make(orders.schema(), true);
  const std::vector<MemtableBatch> commits = InCommitsOf(1000, orders);
  uint64_t sequence = 0;
  for (const MemtableBatch& commit : commits) {
    ASHLAR_CHECK_OK(memtable->Apply(++sequence, {&commit, 1}));
  }
  return memtable;
}

void Find(benchmark::State& state) {
  const auto memtable = Filled();
  const Column column = RandomIds(kRows, 0);
  const EncodedKeys keys = CodecOfKind(0).EncodeColumns({&column, 1}).value();
  for (auto _ : state) {
    uint64_t sum = 0;
    for (size_t row = 0; row < keys.rows; ++row) {
      sum += memtable->Find(keys.key(row), keys.hashes[row], UINT64_MAX).row;
    }
    benchmark::DoNotOptimize(sum);
  }
  CountRows(state);
}
BENCHMARK(Find)->Unit(benchmark::kMicrosecond);

// A view, its masks and one column of each chunk.
void Scan(benchmark::State& state) {
  const auto memtable = Filled();
  for (auto _ : state) {
    const log::MemtableView view = memtable->View(UINT64_MAX - 1);
    for (size_t chunk = 0; chunk < view.chunks(); ++chunk) {
      benchmark::DoNotOptimize(view.ReadColumn(chunk, 3));
    }
    benchmark::DoNotOptimize(view.CountLiveRows());
  }
  CountRows(state);
}
BENCHMARK(Scan)->Unit(benchmark::kMicrosecond);

void SortForFlush(benchmark::State& state) {
  const auto memtable = Filled();
  for (auto _ : state) {
    benchmark::DoNotOptimize(log::SortMemtable(memtable->View(UINT64_MAX - 1)).rows);
  }
  CountRows(state);
}
BENCHMARK(SortForFlush)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace ashlar::bench
