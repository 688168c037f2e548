// Updates by key: what they write, and what they cost the scans that follow.
//
// Figures to hold: an update of 1 % or 5 % of the rows, random ones, in one transaction writes at
// most 1.5 times the bytes of these rows, by our count and by the system's; a scan of rows of which
// half, or each, was updated once takes at most 1.05 times the clean scan's time for each row that
// is there, dead or alive. Rows of 116 bytes; ASHLAR_BENCH_KEYS of them (2,000,000), loaded in the
// order of their keys; updates by ten transactions before the scan, each of random rows.
#include <algorithm>
#include <cstdint>
#include <memory>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include "ashlar/ashlar.h"
#include "bench/bench_store.h"
#include "bench/figures.h"
#include "bench/keyed_rows.h"
#include "bench/paired.h"
#include "bench/process_times.h"
#include "src/base/check.h"
#include "src/base/random.h"
#include "src/base/strings.h"

namespace ashlar::bench {
namespace {

constexpr uint64_t kDefaultRows = 2'000'000;
constexpr uint64_t kBatchRows = 65'536;
constexpr uint64_t kTransactions = 10;
constexpr size_t kTurns = 15;
constexpr const char* kDataset = "rows";

uint64_t AllRows() { return Setting("ASHLAR_BENCH_KEYS", kDefaultRows); }

std::vector<uint64_t> ShuffledRows() {
  std::vector<uint64_t> rows(AllRows());
  std::iota(rows.begin(), rows.end(), 0);
  base::Random random(1);
  for (size_t i = rows.size(); i > 1; --i) std::swap(rows[i - 1], rows[random.Uniform(i)]);
  return rows;
}

struct Written {
  double counted = 0;
  double by_system = 0;
};

Written Upsert(Store& store, std::vector<RecordBatch> batches) {
  const double before = WrittenBytes();
  WriteTransaction transaction = store.BeginWrite().value();
  const auto reader = MakeBatchReader(KeyedSchema(kWideRows), std::move(batches));
  ASHLAR_CHECK_OK(transaction.Upsert(kDataset, *reader));
  const WriteStats stats = std::move(transaction).Commit().value();
  const uint64_t counted = stats.chunk_bytes() + stats.key_index_bytes + stats.metadata_bytes +
                           stats.manifest_bytes + stats.deletion_vector_bytes + stats.log_bytes;
  return {static_cast<double>(counted), WrittenBytes() - before};
}

// A store of its own, with all rows.
class Rows {
 public:
  Rows(const ScratchDirectory& directory, const std::string& name)
      : store_(Store::Open(directory.Path(name)).value()) {
    ASHLAR_CHECK_OK(store_->CreateDataset(kDataset, KeyedSchema(kWideRows), {.key = {"key"}}));
    std::vector<RecordBatch> batches;
    for (const KeyedBatch& batch : MakeSortedBatches(kWideRows, AllRows(), kBatchRows)) {
      batches.push_back(batch.columns);
    }
    Upsert(*store_, std::move(batches));
  }
  ~Rows() { ASHLAR_CHECK_OK(store_->Close()); }
  Rows(const Rows&) = delete;
  Rows& operator=(const Rows&) = delete;

  Written Update(const std::vector<uint64_t>& rows) {
    return Upsert(*store_, {MakeKeyedBatch(kWideRows, rows).columns});
  }
  [[nodiscard]] Dataset Newest() const {
    return store_->GetSnapshot().GetDataset(kDataset).value();
  }
  // Dead ones included.
  [[nodiscard]] uint64_t PhysicalRows() const {
    uint64_t rows = 0;
    for (const SegmentInfo& segment : Newest().segments()) rows += segment.rows;
    return rows;
  }

 private:
  const std::unique_ptr<Store> store_;
};

void MeasureBytes(const ScratchDirectory& directory, const std::vector<uint64_t>& order,
                  Figures* figures) {
  for (const uint64_t percent : {1, 5}) {
    const std::string name = base::StrCat("update_", percent, "pct");
    Rows rows(directory, name);
    const uint64_t count = AllRows() * percent / 100;
    const std::vector<uint64_t> some(order.begin(),
                                     order.begin() + static_cast<std::ptrdiff_t>(count));
    const double delta = static_cast<double>(count * kWideRows.row_bytes());
    const double started = WallSeconds();
    const Written written = rows.Update(some);
    figures->Add(base::StrCat(name, "_ms"), (WallSeconds() - started) * 1e3);
    figures->Add(base::StrCat(name, "_counted_by_delta"), written.counted / delta);
    figures->Add(base::StrCat(name, "_written_by_delta"), written.by_system / delta);
  }
}

// Reads two columns of all rows.
uint64_t Scan(const Dataset& dataset) {
  QueryOptions options;
  options.threads = 1;
  return dataset.Filter(Col("w0") > Col("w1")).With(options).Count().value();
}

void MeasureScans(const ScratchDirectory& directory, const std::vector<uint64_t>& order,
                  Figures* figures) {
  const Rows clean(directory, "clean");
  Rows updated(directory, "updated");
  const size_t share = order.size() / kTransactions;
  for (size_t i = 0; i < kTransactions; ++i) {
    const auto begin = order.begin() + static_cast<std::ptrdiff_t>(i * share);
    updated.Update(
        {begin, i + 1 == kTransactions ? order.end() : begin + static_cast<std::ptrdiff_t>(share)});
    const bool all = i + 1 == kTransactions;
    if (!all && i + 1 != kTransactions / 2) continue;
    const Dataset before = clean.Newest();
    const Dataset after = updated.Newest();
    uint64_t expected = 0;
    uint64_t found = 0;
    const PairedResult result = MeasureInTurn(
        {{"clean", [&] { expected = Scan(before); }}, {"updated", [&] { found = Scan(after); }}},
        kTurns);
    ASHLAR_CHECK(found == expected);
    const double physical =
        static_cast<double>(updated.PhysicalRows()) / static_cast<double>(AllRows());
    const std::string name = all ? "scan_all_updated" : "scan_half_updated";
    if (all)
      figures->SetTimes(result.times[1].wall_seconds * 1e3, result.times[1].cpu_seconds * 1e3);
    figures->Add(base::StrCat(name, "_physical_rows_by_live"), physical);
    figures->Add(base::StrCat(name, "_by_clean"), 1 / result.ratios[1]);
    figures->Add(base::StrCat(name, "_by_clean_per_physical_row"), 1 / result.ratios[1] / physical);
  }
}

void Run(const std::string& output) {
  const ScratchDirectory directory;
  const std::vector<uint64_t> order = ShuffledRows();
  Figures figures("updates_by_key");
  MeasureBytes(directory, order, &figures);
  MeasureScans(directory, order, &figures);
  figures.Report(output);
}

}  // namespace
}  // namespace ashlar::bench

int main(int argc, char** argv) { ashlar::bench::Run(ashlar::bench::OutputPath(argc, argv)); }
