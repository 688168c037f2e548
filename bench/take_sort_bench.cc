// Moving rows: gathering a tenth of ten million, sorting a million, the ten least of ten million.
//
// Figures to hold: fixed-width gathers run at a billion rows a second where memory allows, and the
// search for the ten least distances is a scan: it must not cost more than computing them. ns_row
// is nanoseconds a row: of those taken for gathers, of those read for all else.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "src/base/check.h"
#include "src/base/random.h"
#include "src/columnar/dictionary.h"
#include "src/query/memory_source.h"
#include "src/query/sort_sink.h"
#include "src/query/take.h"
#include "src/query/top_k_sink.h"

namespace ashlar::bench {
namespace {

using query::BackEnd;
using query::BoundExpression;
using query::BoundPtr;
using query::Physical;

constexpr int64_t kManyRows = 10'000'000;
constexpr int64_t kSortedRows = 1'000'000;

Column Integers(int64_t rows) {
  base::Random random(1);
  std::vector<int64_t> values(static_cast<size_t>(rows));
  for (int64_t& value : values) value = static_cast<int64_t>(random.Next64());
  return Column::FromValues<int64_t>(Int64(), values);
}

Column Reals(int64_t rows) {
  base::Random random(2);
  std::vector<double> values(static_cast<size_t>(rows));
  for (double& value : values) value = random.Double();
  return Column::FromValues<double>(Float64(), values);
}

Column Texts(int64_t rows, uint64_t distinct) {
  base::Random random(3);
  std::vector<std::string> words;
  for (uint64_t i = 0; i < distinct; ++i) {
    words.push_back("name-" + std::to_string(base::Mix64(i) % 10'000'000));
  }
  std::vector<std::string_view> values(static_cast<size_t>(rows));
  for (std::string_view& value : values) value = words[random.Uniform(distinct)];
  return Column::FromStrings(values);
}

// Every tenth row, more or less.
std::vector<uint32_t> Tenth(int64_t rows) {
  base::Random random(4);
  std::vector<uint32_t> picked;
  for (int64_t row = 0; row < rows; ++row) {
    if (random.OneIn(10)) picked.push_back(static_cast<uint32_t>(row));
  }
  return picked;
}

void CountRows(benchmark::State& state, int64_t rows) {
  // Inverted: seconds for each billionth of a row.
  state.counters["ns_row"] = benchmark::Counter(
      static_cast<double>(rows) * 1e-9,
      benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}

void TakeTenth(benchmark::State& state, const Column& column) {
  const std::vector<uint32_t> rows = Tenth(column.length());
  for (auto _ : state) {
    auto taken = query::Take(column, rows);
    ASHLAR_CHECK_OK(taken.status());
    benchmark::DoNotOptimize(taken);
  }
  CountRows(state, static_cast<int64_t>(rows.size()));
}

void BM_TakeInt64(benchmark::State& state) { TakeTenth(state, Integers(kManyRows)); }
void BM_TakeText(benchmark::State& state) { TakeTenth(state, Texts(kManyRows, 1'000'000)); }
void BM_TakeDictionary(benchmark::State& state) {
  const Column column = columnar::ChooseEncoding(Texts(kManyRows, 1000));
  ASHLAR_CHECK(column.encoding() == Encoding::kDictionary);
  TakeTenth(state, column);
}
// In order and all of them, from the caches: what the loop costs.
void BM_TakeInt64InCache(benchmark::State& state) {
  const Column column = Integers(2048);
  std::vector<uint32_t> rows;
  for (uint32_t row = 0; row < 2048; ++row) rows.push_back(row);
  for (auto _ : state) benchmark::DoNotOptimize(query::Take(column, rows));
  CountRows(state, 2048);
}

BoundPtr InputOf(const DataType& type, Physical physical) {
  auto bound = std::make_shared<BoundExpression>();
  bound->op = query::Op::kInput;
  bound->type = type;
  bound->physical = physical;
  return bound;
}

// One column through a sink, all rows selected.
struct Run {
  Run(Column column, Physical physical) {
    schema = Schema::Make({{"c", column.type()}}).value();
    input = InputOf(column.type(), physical);
    inputs = {{0, {}, column.type()}};
    source = query::MakeMemorySource(schema, {RecordBatch::Make(schema, {column}).value()});
  }

  // Rows that come out.
  int64_t Through(query::Sink& sink) const {
    query::SourceCounters counters;
    auto part = sink.NewPart().value();
    for (size_t m = 0; m < source->morsels(); ++m) {
      const auto morsel = source->Open(m, inputs, &counters).value();
      ASHLAR_CHECK_OK(part->BeginMorsel(*morsel, m));
      for (int64_t first = 0; first < morsel->rows(); first += query::kZoneRows) {
        const int64_t rows = std::min(query::kZoneRows, morsel->rows() - first);
        ASHLAR_CHECK_OK(part->Consume({first, rows}, query::Bits::FirstRows(rows), rows));
      }
      ASHLAR_CHECK_OK(part->EndMorsel());
    }
    ASHLAR_CHECK_OK(sink.Merge(std::move(part)));
    const auto reader = sink.Finish().value();
    int64_t rows = 0;
    RecordBatch batch;
    while (reader->Next(&batch).value()) rows += batch.rows();
    return rows;
  }

  Schema schema;
  BoundPtr input;
  std::vector<query::Input> inputs;
  std::shared_ptr<const query::Source> source;
};

void Sort(benchmark::State& state, const Run& run) {
  for (auto _ : state) {
    query::MemoryBudget budget(uint64_t{1} << 30);
    const auto sink =
        query::MakeSortSink({run.input}, run.schema, {{run.input}}, BackEnd::kVectorised, &budget);
    ASHLAR_CHECK(run.Through(*sink) == kSortedRows);
  }
  CountRows(state, kSortedRows);
}

void BM_SortInt64(benchmark::State& state) {
  Sort(state, Run(Integers(kSortedRows), Physical::kInt64));
}
void BM_SortDouble(benchmark::State& state) {
  Sort(state, Run(Reals(kSortedRows), Physical::kDouble));
}
void BM_SortText(benchmark::State& state) {
  Sort(state, Run(Texts(kSortedRows, 500'000), Physical::kBytes));
}

void BM_Top10Double(benchmark::State& state) {
  const Run run(Reals(kManyRows), Physical::kDouble);
  for (auto _ : state) {
    query::MemoryBudget budget(uint64_t{1} << 30);
    const auto sink = query::MakeTopKSink({run.input}, run.schema, {{run.input}}, 10, 0,
                                          BackEnd::kVectorised, &budget, run.source, &run.inputs);
    ASHLAR_CHECK(run.Through(*sink) == 10);
  }
  CountRows(state, kManyRows);
}

BENCHMARK(BM_TakeInt64)->Unit(benchmark::kMillisecond);
BENCHMARK(BM_TakeText)->Unit(benchmark::kMillisecond);
BENCHMARK(BM_TakeDictionary)->Unit(benchmark::kMillisecond);
BENCHMARK(BM_TakeInt64InCache)->Unit(benchmark::kMicrosecond);
BENCHMARK(BM_SortInt64)->Unit(benchmark::kMillisecond);
BENCHMARK(BM_SortDouble)->Unit(benchmark::kMillisecond);
BENCHMARK(BM_SortText)->Unit(benchmark::kMillisecond);
BENCHMARK(BM_Top10Double)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace ashlar::bench
