// What a query costs a store that was just opened, and what it holds besides its result.
//
// Figures to hold, over about 1 GB of stored rows (ASHLAR_BENCH_ROWS): opening and filtering one
// column, the page cache warm, 25 ms to the whole answer and 5 ms to the first row; with the page
// cache dropped, where root may, opening 20 ms and the first row 50 ms; find-one that matches early
// 1 ms after opening; 2 of 50 columns ten times as fast as all; at most 16 MiB of memory a thread
// besides the result; views twice as fast to the first answer as copies, or half the memory.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <iostream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "bench/bench_store.h"
#include "bench/figures.h"
#include "bench/generators/scan_table.h"
#include "bench/generators/wide_table.h"
#include "bench/process_times.h"
#include "src/base/check.h"
#include "src/base/strings.h"

namespace ashlar::bench {
namespace {

constexpr int kRounds = 11;
constexpr uint64_t kSeed = 1;

struct OpenTimes {
  double open_ms = 0;
  double first_row_ms = 0;  // from the start of opening
  double answer_ms = 0;
};

// Pages of this process that no file backs, in bytes.
uint64_t AnonymousBytes() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("RssAnon:")) return std::strtoull(line.c_str() + 8, nullptr, 10) << 10;
  }
  return 0;
}

class ColdScanBench {
 public:
  explicit ColdScanBench(std::string output) : output_(std::move(output)), figures_("cold_scan") {
    rows_ = Setting("ASHLAR_BENCH_ROWS", 12'000'000);
    const auto store = OpenMetered(scratch_.Path("store"), std::make_shared<SyncCounts>());
    Load(*store, "scan", rows_, *MakeScanTable(kSeed, rows_, 65536));
    Load(*store, "wide", rows_ / 20, *MakeWideTable(kSeed, rows_ / 20, 16384, {.columns = 50}));
    bytes_ = store->stats().segment_file_bytes;
    ASHLAR_CHECK_OK(store->Close());
  }

  void Run() {
    figures_.Add("store_mb", static_cast<double>(bytes_) / 1e6);
    Warm();
    Dropped();
    FindOne();
    Projection();
    Memory();
    Copies();
    figures_.Report(output_);
  }

 private:
  static void Load(Store& store, const std::string& name, uint64_t rows, BatchReader& batches) {
    ASHLAR_CHECK_OK(store.CreateDataset(name, batches.schema()));
    ReplaceAll(store, name, batches, {.rows_hint = rows});
  }

  std::unique_ptr<Store> Open(ReadPath path = ReadPath::kMap) const {
    auto store =
        Store::Open(scratch_.Path("store"), {.mode = AccessMode::kReadOnly, .read_path = path});
    ASHLAR_CHECK_OK(store.status());
    return *std::move(store);
  }

  OpenTimes Filter(ReadPath path) const {
    OpenTimes times;
    const double start = WallSeconds();
    const auto ms = [start] { return (WallSeconds() - start) * 1e3; };
    const std::unique_ptr<Store> store = Open(path);
    times.open_ms = ms();
    const Dataset scan = *store->GetSnapshot().GetDataset("scan");
    const auto result = scan.Filter(Col("price") > ScanPriceAbove(0.01)).Select({"price"}).Stream();
    ASHLAR_CHECK_OK(result.status());
    uint64_t rows = 0;
    for (RecordBatch batch; *(*result)->Next(&batch);) {
      if (rows == 0) times.first_row_ms = ms();
      rows += static_cast<uint64_t>(batch.rows());
    }
    times.answer_ms = ms();
    ASHLAR_CHECK(rows > 0);
    return times;
  }

  static OpenTimes Median(const std::vector<OpenTimes>& all) {
    const auto median = [&](double OpenTimes::*time) {
      std::vector<double> values;
      for (const OpenTimes& times : all) values.push_back(times.*time);
      return Percentile(values, 50);
    };
    return {median(&OpenTimes::open_ms), median(&OpenTimes::first_row_ms),
            median(&OpenTimes::answer_ms)};
  }

  void AddTimes(const std::string& name, const OpenTimes& times) {
    figures_.Add(base::StrCat(name, "_open_ms"), times.open_ms);
    figures_.Add(base::StrCat(name, "_first_row_ms"), times.first_row_ms);
    figures_.Add(base::StrCat(name, "_answer_ms"), times.answer_ms);
  }

  void Warm() {
    std::vector<OpenTimes> all;
    for (int round = 0; round < kRounds; ++round) all.push_back(Filter(ReadPath::kMap));
    AddTimes("warm_cache", Median(all));
  }

  void Dropped() {
    std::vector<OpenTimes> all;
    for (int round = 0; round < kRounds; ++round) {
      // Written through the kernel's own knob, which only root may turn.
      if (std::system("sync && echo 1 > /proc/sys/vm/drop_caches 2>/dev/null") != 0) {
        std::cerr << "the page cache cannot be dropped here: those figures are left out\n";
        return;
      }
      all.push_back(Filter(ReadPath::kMap));
    }
    AddTimes("dropped_cache", Median(all));
  }

  void FindOne() {
    std::vector<double> times;
    for (int round = 0; round < kRounds; ++round) {
      const std::unique_ptr<Store> store = Open();
      const double start = WallSeconds();
      const Dataset scan = *store->GetSnapshot().GetDataset("scan");
      ASHLAR_CHECK(*scan.Filter(Col("price") > 9000.0).Exists());
      times.push_back((WallSeconds() - start) * 1e3);
    }
    figures_.Add("find_one_early_ms", Percentile(times, 50));
  }

  // All values are read: a sum of each number, a count of each text.
  void Projection() {
    const std::unique_ptr<Store> store = Open();
    const Dataset wide = *store->GetSnapshot().GetDataset("wide");
    const auto timed = [&](const std::vector<std::string>& columns) {
      std::vector<double> times;
      for (int round = 0; round < kRounds; ++round) {
        const double start = CpuSeconds();
        ASHLAR_CHECK_OK(
            wide.Filter(Col("quantity") > 50).Select(columns).With(OneThread()).Collect().status());
        times.push_back(CpuSeconds() - start);
      }
      return Percentile(times, 50);
    };
    std::vector<std::string> all;
    for (const Field& field : wide.schema().fields()) all.push_back(field.name);
    const double narrow = timed({"quantity", "amount"});
    figures_.Add("two_of_fifty_columns_ms", narrow * 1e3);
    figures_.Add("all_columns_over_two", timed(all) / narrow);
  }

  static QueryOptions OneThread() {
    QueryOptions options;
    options.threads = 1;
    return options;
  }

  // Anonymous memory beyond what was there before, at its highest while the result is consumed.
  void Memory() {
    const std::unique_ptr<Store> store = Open();
    const Dataset scan = *store->GetSnapshot().GetDataset("scan");
    const auto peak = [&](const Query& query) {
      const uint64_t before = AnonymousBytes();
      uint64_t most = before;
      const auto result = query.Stream();
      ASHLAR_CHECK_OK(result.status());
      for (RecordBatch batch; *(*result)->Next(&batch);) most = std::max(most, AnonymousBytes());
      const auto threads = static_cast<double>((*result)->stats().threads);
      return static_cast<double>(most - before) / threads / (1 << 20);
    };
    figures_.Add("filter_mib_per_thread", peak(scan.Filter(Col("price") > 5000.0)));
    figures_.Add("select_mib_per_thread",
                 peak(scan.All().Select({Col("key"), Col("price") * Col("weight")})));
    figures_.Add("aggregate_mib_per_thread",
                 peak(scan.GroupBy({"city"}).Aggregate({Count(), Sum(Col("weight"))})));
  }

  void Copies() {
    std::vector<OpenTimes> viewed;
    std::vector<OpenTimes> copied;
    for (int round = 0; round < kRounds; ++round) {
      viewed.push_back(Filter(ReadPath::kMap));
      copied.push_back(Filter(ReadPath::kRead));
    }
    figures_.Add("copying_first_row_over_viewing",
                 Median(copied).first_row_ms / Median(viewed).first_row_ms);
    figures_.Add("copying_answer_over_viewing",
                 Median(copied).answer_ms / Median(viewed).answer_ms);
    const auto held = [&](ReadPath path) {
      const uint64_t before = AnonymousBytes();
      const std::unique_ptr<Store> store = Open(path);
      const Dataset scan = *store->GetSnapshot().GetDataset("scan");
      ASHLAR_CHECK_OK(scan.Filter(Col("price") > 0.0).Count().status());
      return (static_cast<double>(AnonymousBytes()) - static_cast<double>(before)) / (1 << 20);
    };
    figures_.Add("viewing_mib", held(ReadPath::kMap));
    figures_.Add("copying_mib", held(ReadPath::kRead));
  }

  const std::string output_;
  Figures figures_;
  uint64_t rows_ = 0;
  uint64_t bytes_ = 0;
  ScratchDirectory scratch_;
};

}  // namespace
}  // namespace ashlar::bench

int main(int argc, char** argv) {
  ashlar::bench::ColdScanBench(ashlar::bench::OutputPath(argc, argv)).Run();
  return 0;
}
