// Key ranges: rows in the order of their keys, from a store on a directory in the page cache.
//
// Figures to hold, all columns of a row included, and opening the range: 1,000 rows out of 10
// million, bulk-loaded in the order of their keys, in 5 ns a row (LMDB's cursor: 37 where the
// target was set, 19 on the machine where this was written), backward 30; ten segments that
// interleave row by row, 200. ns_row is nanoseconds of processor time a row. ASHLAR_BENCH_MB sets
// the size.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "bench/bench_rows.h"
#include "bench/bench_store.h"
#include "src/base/check.h"
#include "src/base/random.h"

namespace ashlar::bench {
namespace {

constexpr uint64_t kDefaultMegabytes = 840;  // 10 million rows
constexpr int64_t kRowsACommit = 1 << 20;
constexpr int64_t kStripes = 10;

int64_t AllRows() {
  return static_cast<int64_t>(Setting("ASHLAR_BENCH_MB", kDefaultMegabytes) * 1'000'000 /
                              kRowBytes);
}

void Upsert(Store& store, const char* dataset, const std::vector<RecordBatch>& batches) {
  WriteTransaction transaction = store.BeginWrite().value();
  const std::unique_ptr<BatchReader> rows = MakeBatchReader(WideRowSchema(), batches);
  ASHLAR_CHECK_OK(transaction.Upsert(dataset, *rows));
  ASHLAR_CHECK_OK(std::move(transaction).Commit().status());
}

// Rows that come in the order of their keys, and a tenth as many whose keys were dealt out to ten
// commits in turn.
class Ranges {
 public:
  Ranges() {
    auto counts = std::make_shared<SyncCounts>();
    counts->skip = true;
    store_ = OpenMetered(directory_.Path("store"), counts);
    for (const char* name : {"sorted", "striped"}) {
      ASHLAR_CHECK_OK(store_->CreateDataset(name, WideRowSchema(), {.key = {"key"}}));
    }
    for (int64_t first = 0; first < AllRows(); first += kRowsACommit) {
      const int64_t count = std::min(kRowsACommit, AllRows() - first);
      Upsert(*store_, "sorted", {MakeWideRows(first, count)});
    }
    for (int64_t stripe = 0; stripe < kStripes; ++stripe) WriteStripe(stripe);
  }

  [[nodiscard]] Dataset Open(const char* name) const {
    return store_->GetSnapshot().GetDataset(name).value();
  }

 private:
  void WriteStripe(int64_t stripe) {
    const int64_t rows = AllRows() / kStripes / kStripes;
    std::vector<int64_t> keys;
    for (int64_t i = 0; i < rows; ++i) keys.push_back(i * kStripes + stripe);
    const RecordBatch wide = MakeWideRows(0, rows);
    std::vector<Column> columns = wide.columns();
    columns[0] = Column::FromValues<int64_t>(Int64(), keys);
    Upsert(*store_, "striped", {RecordBatch::Make(WideRowSchema(), std::move(columns)).value()});
  }

  ScratchDirectory directory_;
  std::unique_ptr<Store> store_;
};

const Ranges& AllRanges() {
  static const Ranges ranges;
  return ranges;
}

// Reads a range and adds up the keys, so that each row is touched.
int64_t ReadRange(const Dataset& dataset, const KeyRangeOptions& options) {
  const std::unique_ptr<BatchReader> reader = dataset.Range(options).value();
  int64_t sum = 0;
  RecordBatch batch;
  while (reader->Next(&batch).value()) {
    const ColumnData& keys = *batch.column(0).data();
    const auto* const values = reinterpret_cast<const int64_t*>(keys.values.data()) + keys.offset;
    for (int64_t row = 0; row < keys.length; ++row) sum += values[row];
  }
  return sum;
}

// Argument: rows of a range, which begins anywhere.
void Range(benchmark::State& state, const char* name, bool backward,
           const std::vector<std::string>& columns) {
  const Dataset dataset = AllRanges().Open(name);
  const int64_t rows = state.range(0);
  const auto starts = static_cast<uint64_t>(dataset.rows()) - static_cast<uint64_t>(rows);
  // Files are opened and proven once.
  for (const int64_t first : {0, 1}) {
    benchmark::DoNotOptimize(ReadRange(dataset, {.backward = first == 1, .columns = columns}));
  }
  base::Random random(1);
  for (auto _ : state) {
    const auto first = static_cast<int64_t>(random.Uniform(starts));
    const int64_t sum = ReadRange(
        dataset,
        {.from = Key(first), .to = Key(first + rows), .backward = backward, .columns = columns});
    ASHLAR_CHECK(sum == rows * first + rows * (rows - 1) / 2);
  }
  state.counters["ns_row"] = benchmark::Counter(
      static_cast<double>(rows) * 1e-9,
      benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}

BENCHMARK_CAPTURE(Range, sorted, "sorted", false, {})->Arg(10)->Arg(1000)->Arg(100'000);
BENCHMARK_CAPTURE(Range, sorted_keys_alone, "sorted", false, {"key"})->Arg(1000);
BENCHMARK_CAPTURE(Range, sorted_backward, "sorted", true, {})->Arg(10)->Arg(1000);
BENCHMARK_CAPTURE(Range, striped, "striped", false, {})->Arg(10)->Arg(1000)->Arg(100'000);
BENCHMARK_CAPTURE(Range, striped_keys_alone, "striped", false, {"key"})->Arg(1000);

}  // namespace
}  // namespace ashlar::bench
