// The aggregating sink by itself: rows that are selected already, in memory, on one thread.
//
// Figures to hold: a group by a dictionary-encoded string of low cardinality with count and sum at
// 2.5 ns a row or less. Beside it, over the same memory: the same group by as a hand-written loop
// over codes and values.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ashlar/builder.h"
#include "src/base/check.h"
#include "src/base/hash.h"
#include "src/base/random.h"
#include "src/base/strings.h"
#include "src/columnar/buffer_builder.h"
#include "src/query/aggregate_sink.h"
#include "src/query/memory_source.h"

namespace ashlar::bench {
namespace {

using query::BoundAggregate;
using query::BoundPtr;
using Kind = Aggregate::Kind;

constexpr int64_t kRows = 10'000'000;
constexpr int64_t kBatchRows = 65536;
constexpr uint64_t kCities = 100;
constexpr uint64_t kUsers = 1'000'000;

enum Slot : size_t { kCity, kAmount, kUser };

Schema RowSchema() {
  return *Schema::Make({{"city", Utf8()}, {"amount", Float64()}, {"user", Int64()}});
}

Column Cities(int64_t rows, base::Random& random, const Column& dictionary) {
  columnar::BufferBuilder codes;
  codes.ResizeUninitialized(static_cast<size_t>(rows));
  for (int64_t i = 0; i < rows; ++i)
    codes.data()[i] = static_cast<std::byte>(random.Uniform(kCities));
  auto data = std::make_shared<ColumnData>();
  data->type = Utf8();
  data->encoding = Encoding::kDictionary;
  data->code_width = 1;
  data->length = rows;
  data->values = codes.Finish();
  data->dictionary = dictionary.data();
  return Column(data);
}

std::vector<RecordBatch> MakeBatches() {
  base::Random random(3);
  ColumnBuilder names(Utf8());
  for (uint64_t i = 0; i < kCities; ++i) {
    ASHLAR_CHECK_OK(names.AppendBytes(base::StrCat("cityname", 1000 + i)));
  }
  const Column dictionary = names.Finish();
  std::vector<RecordBatch> batches;
  for (int64_t row = 0; row < kRows; row += kBatchRows) {
    const int64_t rows = std::min(kBatchRows, kRows - row);
    std::vector<double> amounts;
    std::vector<int64_t> users;
    for (int64_t i = 0; i < rows; ++i) {
      amounts.push_back(random.Double());
      users.push_back(static_cast<int64_t>(base::Mix64(random.Uniform(kUsers)) >> 24));
    }
    batches.push_back(*RecordBatch::Make(
        RowSchema(),
        {Cities(rows, random, dictionary), Column::FromValues<double>(Float64(), amounts),
         Column::FromValues<int64_t>(Int64(), users)}));
  }
  return batches;
}

const std::vector<RecordBatch>& Batches() {
  static const std::vector<RecordBatch> batches = MakeBatches();
  return batches;
}

BoundPtr Input(size_t slot) {
  auto bound = std::make_shared<query::BoundExpression>();
  bound->op = query::Op::kInput;
  bound->type = RowSchema().field(slot).type;
  bound->physical = query::PhysicalOf(bound->type);
  bound->input = slot;
  return bound;
}

// Rows of the zone as bits that are set once in `one_in` rows.
query::Bits SomeRows(int64_t rows, uint64_t one_in, base::Random& random) {
  query::Bits bits = query::Bits::FirstRows(rows);
  for (int64_t row = 0; one_in > 1 && row < rows; ++row) {
    if (!random.OneIn(one_in)) bits.Clear(row);
  }
  return bits;
}

std::vector<query::Bits> Selections(uint64_t one_in) {
  base::Random random(5);
  std::vector<query::Bits> bits;
  for (const RecordBatch& batch : Batches()) {
    for (int64_t row = 0; row < batch.rows(); row += query::kZoneRows) {
      bits.push_back(SomeRows(std::min(query::kZoneRows, batch.rows() - row), one_in, random));
    }
  }
  return bits;
}

void Feed(const query::Source& source, const std::vector<query::Bits>& selections,
          query::SinkPart& part) {
  static const std::vector<query::Input> inputs = {
      {kCity, {}, Utf8()}, {kAmount, {}, Float64()}, {kUser, {}, Int64()}};
  query::SourceCounters counters;
  size_t zone = 0;
  for (size_t i = 0; i < source.morsels(); ++i) {
    const auto morsel = *source.Open(i, inputs, &counters);
    ASHLAR_CHECK_OK(part.BeginMorsel(*morsel, i));
    for (int64_t row = 0; row < morsel->rows(); row += query::kZoneRows) {
      const int64_t rows = std::min(query::kZoneRows, morsel->rows() - row);
      const query::Bits& selection = selections[zone++];
      ASHLAR_CHECK_OK(part.Consume({row, rows}, selection, selection.Count()));
    }
    ASHLAR_CHECK_OK(part.EndMorsel());
  }
}

// `groups`: how many the result must have.
void Run(benchmark::State& state, const std::vector<size_t>& keys,
         const std::vector<std::pair<Kind, size_t>>& aggregates, uint64_t one_in) {
  const auto source = query::MakeMemorySource(RowSchema(), Batches());
  const std::vector<query::Bits> selections = Selections(one_in);
  std::vector<BoundPtr> key_inputs;
  std::vector<std::string> names;
  for (const size_t key : keys) {
    key_inputs.push_back(Input(key));
    names.push_back(RowSchema().field(key).name);
  }
  std::vector<BoundAggregate> bound;
  for (const auto& [kind, slot] : aggregates) {
    bound.push_back(
        {kind, kind == Kind::kCountRows ? nullptr : Input(slot), base::StrCat("a", bound.size())});
  }
  int64_t groups = 0;
  for (auto _ : state) {
    query::MemoryBudget budget(uint64_t{1} << 30);
    const auto sink =
        *query::MakeAggregateSink(key_inputs, names, bound, query::BackEnd::kVectorised, &budget);
    auto part = *sink->NewPart();
    Feed(*source, selections, *part);
    ASHLAR_CHECK_OK(sink->Merge(std::move(part)));
    const auto reader = *sink->Finish();
    RecordBatch batch;
    groups = 0;
    while (*reader->Next(&batch)) groups += batch.rows();
  }
  state.counters["groups"] = static_cast<double>(groups);
  state.counters["ns_per_row"] =
      benchmark::Counter(static_cast<double>(state.iterations()) * kRows * 1e-9,
                         benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

void BM_GroupByCity(benchmark::State& state) {
  Run(state, {kCity}, {{Kind::kCountRows, 0}, {Kind::kSum, kAmount}}, 1);
}
void BM_GroupByCitySumInt64(benchmark::State& state) {
  Run(state, {kCity}, {{Kind::kCountRows, 0}, {Kind::kSum, kUser}}, 1);
}
void BM_GroupByCityHalfSelected(benchmark::State& state) {
  Run(state, {kCity}, {{Kind::kCountRows, 0}, {Kind::kSum, kAmount}}, 2);
}
void BM_GroupByCityStatistics(benchmark::State& state) {
  Run(state, {kCity}, {{Kind::kMin, kAmount}, {Kind::kMax, kAmount}, {Kind::kStdDev, kAmount}}, 1);
}
void BM_GroupByUser(benchmark::State& state) {
  Run(state, {kUser}, {{Kind::kCountRows, 0}, {Kind::kSum, kAmount}}, 1);
}
void BM_GroupByCityAndUser(benchmark::State& state) {
  Run(state, {kCity, kUser}, {{Kind::kCountRows, 0}}, 4);
}
void BM_FilteredSum(benchmark::State& state) { Run(state, {}, {{Kind::kSum, kAmount}}, 2); }
void BM_CountDistinctCity(benchmark::State& state) {
  Run(state, {}, {{Kind::kCountDistinct, kCity}}, 1);
}
void BM_CountDistinctUser(benchmark::State& state) {
  Run(state, {}, {{Kind::kCountDistinct, kUser}}, 1);
}
void BM_CountDistinctCityByUser(benchmark::State& state) {
  Run(state, {kUser}, {{Kind::kCountDistinct, kCity}}, 4);
}

// What a person would write who knew that there are at most 256 codes.
void BM_HandLoop(benchmark::State& state) {
  (void)Batches();  // made outside the loop
  for (auto _ : state) {
    std::array<int64_t, 256> counts{};
    std::array<double, 256> sums{};
    for (const RecordBatch& batch : Batches()) {
      const std::byte* const codes = batch.column(kCity).data()->values.data();
      const std::byte* const amounts = batch.column(kAmount).data()->values.data();
      for (int64_t row = 0; row < batch.rows(); ++row) {
        double amount;
        std::memcpy(&amount, amounts + row * 8, sizeof(amount));
        const auto code = static_cast<uint8_t>(codes[row]);
        ++counts[code];
        sums[code] += amount;
      }
    }
    benchmark::DoNotOptimize(counts);
    benchmark::DoNotOptimize(sums);
  }
  state.counters["ns_per_row"] =
      benchmark::Counter(static_cast<double>(state.iterations()) * kRows * 1e-9,
                         benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

BENCHMARK(BM_HandLoop)->Unit(benchmark::kMillisecond);
BENCHMARK(BM_GroupByCity)->Unit(benchmark::kMillisecond);
BENCHMARK(BM_GroupByCitySumInt64)->Unit(benchmark::kMillisecond);
BENCHMARK(BM_GroupByCityHalfSelected)->Unit(benchmark::kMillisecond);
BENCHMARK(BM_GroupByCityStatistics)->Unit(benchmark::kMillisecond);
BENCHMARK(BM_GroupByUser)->Unit(benchmark::kMillisecond);
BENCHMARK(BM_GroupByCityAndUser)->Unit(benchmark::kMillisecond);
BENCHMARK(BM_FilteredSum)->Unit(benchmark::kMillisecond);
BENCHMARK(BM_CountDistinctCity)->Unit(benchmark::kMillisecond);
BENCHMARK(BM_CountDistinctUser)->Unit(benchmark::kMillisecond);
BENCHMARK(BM_CountDistinctCityByUser)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace ashlar::bench
