// Scans beside loops written by hand over the same mapped columns, and beside DuckDB where it is
// installed (tools/fetch-peers): filter, filtered sum, groups, packed columns, deletion masks,
// ranges.
//
// Figures to hold, on one thread, as CPU time: a count of `price > x` reaches 70 % of the hand loop
// at 1 % and 50 % selectivity, a filtered sum 60 %; a group by a 12-byte text 400 M rows/s; a
// predicate on a packed column of up to 10 bits 0.2 ns a row, on 8-bit codes 0.1; filter and sum of
// two raw columns with a deletion mask 1.5 ns a row; a clustered range of 0.1 % takes 2 % of the
// full scan; a stored source is within 10 % of one in memory; DuckDB takes 4 times as long for the
// filtered sum and twice as long for the groups. Every answer is checked against the hand loop's.
#include <cstdint>
#include <functional>
#include <iostream>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "bench/bench_store.h"
#include "bench/duckdb_peer.h"
#include "bench/figures.h"
#include "bench/generators/scan_table.h"
#include "bench/hand_loops.h"
#include "bench/paired.h"
#include "bench/scan_rows.h"
#include "src/base/check.h"
#include "src/base/strings.h"
#include "src/query/memory_source.h"

namespace ashlar::bench {
namespace {

constexpr size_t kTurns = 11;
constexpr uint64_t kSeed = 1;

QueryOptions OneThread() {
  QueryOptions options;
  options.threads = 1;
  return options;
}

class ScanBench {
 public:
  explicit ScanBench(std::string output) : output_(std::move(output)), figures_("scan") {
    rows_ = Setting("ASHLAR_BENCH_ROWS", 10'000'000);
    store_ = OpenMetered(scratch_.Path("store"), std::make_shared<SyncCounts>());
    Load("scan", Storage::kFast, *MakeScanTable(kSeed, rows_, 65536));
    LoadPacked();
    scan_.emplace(*store_->GetSnapshot().GetDataset("scan"));
    price_ = MappedColumn<double>(*scan_, "price", &keep_);
    weight_ = MappedColumn<double>(*scan_, "weight", &keep_);
  }

  void Run() {
    Bandwidth();
    CountAndSum(0.01, "1pct");
    CountAndSum(0.5, "50pct");
    Groups();
    Codes();
    Packed();
    Deleted();
    Range();
    MemorySource();
    DuckDb();
    figures_.Report(output_);
  }

 private:
  void Load(const std::string& name, Storage storage, BatchReader& rows) {
    DatasetOptions options;
    options.storage = storage;
    ASHLAR_CHECK_OK(store_->CreateDataset(name, rows.schema(), options));
    ReplaceAll(*store_, name, rows, {.rows_hint = rows_});
  }

  void LoadPacked() {
    const PackedRows rows = MakePackedRows(kSeed, rows_);
    packed_below_ = rows.below_300;
    Load("packed", Storage::kCompact, *MakeBatchReader(rows.batches[0].schema(), rows.batches));
  }

  double PerRow(double seconds) const { return seconds * 1e9 / static_cast<double>(rows_); }

  // Ours first, then the hand loop; the share of the hand loop's speed that ours reaches.
  void AddPair(const std::string& name, const PairedResult& result) {
    figures_.Add(base::StrCat(name, "_ns_per_row"), PerRow(result.times[0].cpu_seconds));
    figures_.Add(base::StrCat(name, "_hand_ns_per_row"), PerRow(result.times[1].cpu_seconds));
    figures_.Add(base::StrCat(name, "_share_of_hand"), 1 / result.ratios[1]);
  }

  void Bandwidth() {
    uint64_t consumed = 0;
    const PairedResult result = MeasureInTurn({{"read",
                                                [&] {
                                                  for (const auto piece : price_)
                                                    consumed += SumWords(std::as_bytes(piece));
                                                }}},
                                              kTurns);
    ASHLAR_CHECK(consumed != 0);
    figures_.Add("read_bandwidth_gb_per_s",
                 static_cast<double>(rows_) * 8 / result.times[0].cpu_seconds / 1e9);
  }

  void CountAndSum(double share, const std::string& name) {
    const double bound = ScanPriceAbove(share);
    const Query filtered = scan_->Filter(Col("price") > bound).With(OneThread());
    uint64_t ours = 0;
    uint64_t hand = 0;
    const auto count_hand = [&] {
      hand = 0;
      for (const auto piece : price_) hand += CountGreater(piece, bound);
    };
    AddPair(base::StrCat("count_", name),
            MeasureInTurn({{"query", [&] { ours = *filtered.Count(); }}, {"hand", count_hand}},
                          kTurns));
    ASHLAR_CHECK(ours == hand);
    double our_sum = 0;
    double hand_sum = 0;
    const Query sum = filtered.Aggregate({Sum(Col("weight"))});
    const auto sum_hand = [&] {
      hand_sum = 0;
      for (size_t i = 0; i < price_.size(); ++i) {
        hand_sum += SumWhereGreater(price_[i], weight_[i], bound);
      }
    };
    AddPair(base::StrCat("sum_", name),
            MeasureInTurn(
                {{"query", [&] { our_sum = sum.Collect()->batches()[0].column(0).GetDouble(0); }},
                 {"hand", sum_hand}},
                kTurns));
    ASHLAR_CHECK(our_sum == hand_sum);
  }

  void Groups() {
    std::vector<std::pair<std::span<const uint8_t>, size_t>> codes;
    auto reader = scan_->Scan({.columns = {"city"}});
    for (RecordBatch batch; *(*reader)->Next(&batch);) {
      const ColumnData& data = *batch.column(0).data();
      ASHLAR_CHECK(data.encoding == Encoding::kDictionary && data.code_width == 1);
      codes.emplace_back(std::span(reinterpret_cast<const uint8_t*>(data.values.data()),
                                   static_cast<size_t>(data.length)),
                         static_cast<size_t>(data.dictionary->length));
      keep_.push_back(batch.column(0));
    }
    const Query groups = scan_->GroupBy({"city"})
                             .Aggregate({Count().As("n"), Sum(Col("weight")).As("total")})
                             .With(OneThread());
    int64_t ours = 0;
    uint64_t hand = 0;
    AddPair("group_by_text",
            MeasureInTurn({{"query",
                            [&] {
                              const Table table = *groups.Collect();
                              ours = 0;
                              for (const RecordBatch& batch : table.batches()) {
                                for (int64_t row = 0; row < batch.rows(); ++row) {
                                  ours += batch.column(1).GetInt64(row);
                                }
                              }
                            }},
                           {"hand",
                            [&] {
                              hand = 0;
                              for (size_t i = 0; i < codes.size(); ++i) {
                                for (const GroupSum<double>& group :
                                     SumByCode(codes[i].first, weight_[i], codes[i].second)) {
                                  hand += group.count;
                                }
                              }
                            }}},
                          kTurns));
    ASHLAR_CHECK(static_cast<uint64_t>(ours) == hand && hand == rows_);
  }

  void Single(const std::string& name, const std::function<void()>& run) {
    const PairedResult result = MeasureInTurn({{name, run}}, kTurns);
    figures_.Add(base::StrCat(name, "_ns_per_row"), PerRow(result.times[0].cpu_seconds));
  }

  void Codes() {
    const std::string city((*scan_->All().Head(1).Collect()).batches()[0].column(4).GetBytes(0));
    const Query query = scan_->Filter(Col("city") >= city).With(OneThread());
    uint64_t count = 0;
    Single("predicate_on_8_bit_codes", [&] { count = *query.Count(); });
    ASHLAR_CHECK(count > 0);
  }

  void Packed() {
    const Dataset packed = *store_->GetSnapshot().GetDataset("packed");
    const Query query = packed.Filter(Col("ten") < 300).With(OneThread());
    uint64_t count = 0;
    Single("predicate_on_10_bit_column", [&] { count = *query.Count(); });
    ASHLAR_CHECK(count == packed_below_);
  }

  void Deleted() {
    const DeletedRows rows = MakeDeletedRows(kSeed, *scan_, {"key", "count"});
    const Query query =
        Query(query::MakeMemorySource(rows.batch.schema(), {rows.batch}, {.live = rows.live}))
            .Filter(Col("count") > 50'000)
            .Aggregate({Sum(Col("key"))})
            .With(OneThread());
    const auto values = [&](size_t column) {
      return std::span(
          reinterpret_cast<const int64_t*>(rows.batch.column(column).data()->values.data()), rows_);
    };
    int64_t ours = 0;
    int64_t hand = 0;
    const auto by_hand = [&] {
      hand = SumLiveWhereGreater(values(1), values(0), 50'000, std::as_bytes(std::span(rows.dead)));
    };
    AddPair("sum_with_deletions",
            MeasureInTurn(
                {{"query", [&] { ours = query.Collect()->batches()[0].column(0).GetInt64(0); }},
                 {"hand", by_hand}},
                kTurns));
    ASHLAR_CHECK(ours == hand);
  }

  void Range() {
    const auto low = static_cast<int64_t>(rows_ / 2);
    const auto high = low + static_cast<int64_t>(rows_ / 1000) - 1;
    const Query range = scan_->Filter(Between(Col("key"), low, high))
                            .Aggregate({Sum(Col("weight"))})
                            .With(OneThread());
    // The same work without the range: a predicate that statistics cannot judge.
    const Query full =
        scan_->Filter(Col("price") >= 5000.0).Aggregate({Sum(Col("weight"))}).With(OneThread());
    const PairedResult result =
        MeasureInTurn({{"range", [&] { ASHLAR_CHECK_OK(range.Collect().status()); }},
                       {"full", [&] { ASHLAR_CHECK_OK(full.Collect().status()); }}},
                      kTurns);
    figures_.Add("clustered_range_us", result.times[0].cpu_seconds * 1e6);
    figures_.Add("clustered_range_share_of_full_scan", result.ratios[1]);
  }

  void MemorySource() {
    std::vector<RecordBatch> batches;
    auto reader = scan_->Scan({.columns = {"price", "weight"}});
    for (RecordBatch batch; *(*reader)->Next(&batch);) batches.push_back(batch);
    const auto ask = [&](const Query& source) {
      return source.Filter(Col("price") > 5000.0).Aggregate({Sum(Col("weight"))}).With(OneThread());
    };
    const Query stored = ask(scan_->All());
    const Query memory = ask(Query::Over((*reader)->schema(), batches));
    const PairedResult result =
        MeasureInTurn({{"stored", [&] { ASHLAR_CHECK_OK(stored.Collect().status()); }},
                       {"memory", [&] { ASHLAR_CHECK_OK(memory.Collect().status()); }}},
                      kTurns);
    figures_.Add("stored_over_memory", result.ratios[1]);
  }

  void Compare(DuckDbPeer& duck, const std::string& name, const Query& query,
               const std::string& sql) {
    const Query timed = query.With(OneThread());
    const PairedResult result =
        MeasureInTurn({{"duckdb", [&] { ASHLAR_CHECK_OK(duck.Run(sql).status()); }},
                       {"query", [&] { ASHLAR_CHECK_OK(timed.Collect().status()); }}},
                      kTurns);
    figures_.Add(base::StrCat(name, "_duckdb_ns_per_row"), PerRow(result.times[0].cpu_seconds));
    figures_.Add(base::StrCat(name, "_times_duckdb"), result.ratios[1]);
  }

  void DuckDb() {
    auto duck = DuckDbPeer::Open(1);
    if (!duck.ok()) {
      std::cerr << "without DuckDB: " << duck.status().message() << "\n";
      return;
    }
    ASHLAR_CHECK_OK((*duck)->Load("t", *MakeScanTable(kSeed, rows_, 65536)));
    Compare(**duck, "count_50pct", scan_->Filter(Col("price") > 5000.0).Aggregate({Count()}),
            "select count(*) from t where price > 5000");
    Compare(**duck, "sum_50pct",
            scan_->Filter(Col("price") > 5000.0).Aggregate({Sum(Col("weight"))}),
            "select sum(weight) from t where price > 5000");
    Compare(**duck, "group_by_text",
            scan_->GroupBy({"city"}).Aggregate({Count(), Sum(Col("weight"))}),
            "select city, count(*), sum(weight) from t group by city");
  }

  const std::string output_;
  Figures figures_;
  uint64_t rows_ = 0;
  uint64_t packed_below_ = 0;
  ScratchDirectory scratch_;
  std::unique_ptr<Store> store_;
  std::optional<Dataset> scan_;
  std::vector<Column> keep_;
  std::vector<std::span<const double>> price_;
  std::vector<std::span<const double>> weight_;
};

}  // namespace
}  // namespace ashlar::bench

int main(int argc, char** argv) {
  ashlar::bench::ScanBench(ashlar::bench::OutputPath(argc, argv)).Run();
  return 0;
}
