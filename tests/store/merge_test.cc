// Merge: all strategies and modes against a map and against each other; plans; what it writes.
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "ashlar/ashlar.h"
#include "gtest/gtest.h"
#include "src/base/random.h"
#include "tests/store/keyed_values.h"
#include "tests/testing/failing_reader.h"

namespace ashlar {
namespace {

using testkit::Columns;
using testkit::KeyedModel;
using testkit::KeyedRows;
using testkit::KeyShape;
using testkit::KeyShapes;
using testkit::ModelOf;
using testkit::RowsOf;
using testkit::SchemaOf;
using testkit::StatusOf;
using testkit::Values;

using Strategy = MergeStrategy;
using Mode = RewriteMode;

constexpr Mode kModes[] = {Mode::kDeferred, Mode::kIncremental, Mode::kFull};
constexpr const char* kDatasets[] = {"deferred", "incremental", "full"};

template <typename PlaceType>
class MergeTest : public testkit::StoreTest<PlaceType> {};
TYPED_TEST_SUITE(MergeTest, testkit::Places);

std::unique_ptr<BatchReader> StreamOf(const KeyShape& shape, const KeyedRows& rows,
                                      Columns columns = {}) {
  std::vector<RecordBatch> batches;
  for (size_t begin = 0; begin < rows.size(); begin += 100) {
    const size_t end = std::min(begin + 100, rows.size());
    batches.push_back(RowsOf(shape,
                             KeyedRows(rows.begin() + static_cast<std::ptrdiff_t>(begin),
                                       rows.begin() + static_cast<std::ptrdiff_t>(end)),
                             columns));
  }
  return MakeBatchReader(SchemaOf(shape, columns), std::move(batches));
}

// What the strategy makes of the map, by its definition.
MergeReport ApplyToModel(Strategy strategy, const KeyedRows& rows, Columns columns,
                         KeyedModel* model) {
  const KeyedModel before = *model;
  MergeReport report;
  std::set<Key> named;
  for (const auto& [key, values] : rows) {
    const bool first = named.insert(key).second;
    const bool known = before.contains(key);
    if (strategy == Strategy::kInsert && known) ++report.skipped_count;
    if (strategy == Strategy::kInsert && known) continue;
    if (strategy == Strategy::kUpdate && !known) continue;
    if (strategy == Strategy::kDeduplicate && !first) continue;
    Values& place = (*model)[key];
    if (columns.a) place.a = values.a;
    if (columns.b) place.b = values.b;
  }
  if (strategy == Strategy::kFullMerge) {
    report.rows_deleted =
        std::erase_if(*model, [&](const auto& row) { return !named.contains(row.first); });
  }
  for (const auto& [key, values] : *model) {
    const auto old = before.find(key);
    if (old == before.end()) ++report.rows_inserted;
    if (old != before.end() && !(old->second == values)) ++report.rows_updated;
  }
  return report;
}

KeyedRows RandomSource(const KeyShape& shape, Strategy strategy, const KeyedModel& model,
                       base::Random& random) {
  KeyedRows rows;
  std::set<Key> taken;
  for (uint64_t n = random.Uniform(random.OneIn(3) ? 900 : 60); n > 0; --n) {
    const Key key = shape.key(random.Uniform(1000));
    if (strategy == Strategy::kInsert && !taken.insert(key).second) continue;
    const auto known = model.find(key);
    if (known != model.end() && random.OneIn(2)) {
      rows.emplace_back(key, known->second);  // as it is
    } else {
      rows.push_back({key,
                      {static_cast<int64_t>(random.Uniform(1000)) - 1,
                       static_cast<int64_t>(random.Uniform(1000)) - 1}});
    }
  }
  return rows;
}

TYPED_TEST(MergeTest, AllModesMakeWhatTheStrategySays) {
  constexpr Strategy kStrategies[] = {Strategy::kInsert, Strategy::kUpsert, Strategy::kUpdate,
                                      Strategy::kFullMerge, Strategy::kDeduplicate};
  uint64_t seed = 0;
  for (const KeyShape& shape : KeyShapes()) {
    SCOPED_TRACE(testing::Message() << shape.name << ", seed " << ++seed);
    base::Random random(seed);
    for (const char* name : kDatasets) {
      ASSERT_OK(this->store_->CreateDataset(name, SchemaOf(shape),
                                            {.key = shape.fields(), .boundaries = {150}}));
    }
    KeyedModel model;
    for (int round = 0; round < 14 && !testing::Test::HasFatalFailure(); ++round) {
      const Strategy strategy = kStrategies[random.Uniform(5)];
      Columns columns;
      if (strategy == Strategy::kUpdate) columns = {.a = random.OneIn(2), .b = true};
      const KeyedRows rows = RandomSource(shape, strategy, model, random);
      const KeyedRows small = RandomSource(shape, Strategy::kUpsert, model, random);
      const bool in_one = random.OneIn(3);
      for (const auto& [key, values] : small) model[key] = values;
      const MergeReport expected = ApplyToModel(strategy, rows, columns, &model);
      for (size_t i = 0; i < 3; ++i) {
        SCOPED_TRACE(testing::Message() << "round " << round << ", strategy "
                                        << static_cast<int>(strategy) << ", " << kDatasets[i]);
        const bool whole = strategy == Strategy::kFullMerge || strategy == Strategy::kDeduplicate;
        const Mode mode = whole && kModes[i] == Mode::kIncremental ? Mode::kDeferred : kModes[i];
        WriteTransaction before = this->Begin();
        ASSERT_OK(before.Upsert(kDatasets[i], RowsOf(shape, small)));
        if (!in_one) {
          ASSERT_OK(std::move(before).Commit());
          before = this->Begin();
        }
        ASSERT_OK_AND_ASSIGN(const MergeReport report,
                             before.Merge(kDatasets[i], *StreamOf(shape, rows, columns),
                                          {.strategy = strategy, .rewrite = mode}));
        EXPECT_EQ(report.rows_inserted, expected.rows_inserted);
        EXPECT_EQ(report.rows_updated, expected.rows_updated);
        EXPECT_EQ(report.rows_deleted, expected.rows_deleted);
        if (strategy == Strategy::kInsert) {
          EXPECT_EQ(report.skipped_count, expected.skipped_count);
        }
        ASSERT_OK_AND_ASSIGN(const Dataset own, before.Read(kDatasets[i]));
        ASSERT_EQ(ModelOf(own), model);
        ASSERT_OK(std::move(before).Commit());
        const Dataset newest = this->Newest(kDatasets[i]);
        ASSERT_EQ(ModelOf(newest), model);
        if (mode != Mode::kFull || strategy == Strategy::kInsert) continue;
        uint64_t physical = 0;
        for (const SegmentInfo& segment : newest.segments()) physical += segment.rows;
        EXPECT_EQ(physical, model.size());  // no dead row is left
      }
      if (random.OneIn(4)) this->Reopen();
    }
    ASSERT_OK_AND_ASSIGN(const VerifyReport report, this->store_->Verify(true));
    EXPECT_TRUE(report.ok());
    for (const char* name : kDatasets) ASSERT_OK(this->store_->DropDataset(name));
  }
}

// Says whether anybody asked for its rows.
class WatchedReader final : public BatchReader {
 public:
  explicit WatchedReader(Schema schema) : schema_(std::move(schema)) {}
  const Schema& schema() const override { return schema_; }
  absl::StatusOr<bool> Next(RecordBatch*) override {
    asked = true;
    return false;
  }
  bool asked = false;

 private:
  const Schema schema_;
};

TYPED_TEST(MergeTest, RefusesModesThatAStrategyDoesNotTake) {
  const KeyShape shape = KeyShapes()[0];
  ASSERT_OK(this->store_->CreateDataset("deferred", SchemaOf(shape), {.key = {"k0"}}));
  WriteTransaction transaction = this->Begin();
  for (const Strategy strategy : {Strategy::kFullMerge, Strategy::kDeduplicate}) {
    const MergeOptions options{.strategy = strategy, .rewrite = Mode::kIncremental};
    WatchedReader source(SchemaOf(shape));
    EXPECT_TRUE(absl::IsInvalidArgument(transaction.Merge("deferred", source, options).status()));
    EXPECT_TRUE(
        absl::IsInvalidArgument(transaction.PlanMerge("deferred", source, options).status()));
    EXPECT_FALSE(source.asked);
  }
  const auto rows = [&] { return StreamOf(shape, {{Key(1), {}}, {Key(2), {}}, {Key(1), {}}}); };
  const MergeOptions insert{.strategy = Strategy::kInsert};
  for (const absl::Status& twice : {transaction.PlanMerge("deferred", *rows(), insert).status(),
                                    transaction.Merge("deferred", *rows(), insert).status()}) {
    EXPECT_EQ(twice.code(), absl::StatusCode::kInvalidArgument);
    EXPECT_NE(std::string(twice.message()).find("row 2: key 1 "), std::string::npos) << twice;
  }
  ASSERT_OK_AND_ASSIGN(const Dataset own, transaction.Read("deferred"));
  EXPECT_EQ(own.rows(), 0u);
}

TYPED_TEST(MergeTest, ASourceThatFailsChangesNothing) {
  ASSERT_OK(this->store_->CreateDataset("cities", testkit::CitySchema(), {.key = {"id"}}));
  WriteTransaction transaction = this->Begin();
  ASSERT_OK(transaction.Upsert("cities", testkit::CityRows(0, 100)));
  for (const RewriteMode mode : {Mode::kDeferred, Mode::kFull}) {
    const RecordBatch rows = testkit::CityRows(50, 300'000, 7);
    testkit::FailingReader failing({rows, rows});
    EXPECT_EQ(
        transaction.Merge("cities", failing, {.strategy = Strategy::kFullMerge, .rewrite = mode})
            .status()
            .code(),
        absl::StatusCode::kDataLoss);
    ASSERT_OK_AND_ASSIGN(const Dataset own, transaction.Read("cities"));
    EXPECT_TRUE(testkit::ReadAll(own).Equals(testkit::CityRows(0, 100)));
  }
  ASSERT_OK(std::move(transaction).Commit());
  EXPECT_TRUE(testkit::ReadAll(this->Newest("cities")).Equals(testkit::CityRows(0, 100)));
}

TYPED_TEST(MergeTest, ExcludesOtherWriters) {
  const KeyShape shape = KeyShapes()[0];
  ASSERT_OK(this->store_->CreateDataset("deferred", SchemaOf(shape), {.key = {"k0"}}));
  WriteTransaction merging = this->Begin();
  WriteTransaction other = this->Begin();
  ASSERT_OK(merging.Merge("deferred", *StreamOf(shape, {{Key(1), {1, 1}}}), {}).status());
  EXPECT_TRUE(absl::IsAborted(other.Upsert("deferred", RowsOf(shape, {{Key(2), {}}}))));
  ASSERT_OK(std::move(merging).Commit());
  // What was committed between a transaction's first look and its merge is a conflict.
  WriteTransaction late = this->Begin();
  ASSERT_OK(late.Upsert("deferred", RowsOf(shape, {{Key(3), {}}})));
  WriteTransaction between = this->Begin();
  ASSERT_OK(between.Upsert("deferred", RowsOf(shape, {{Key(4), {}}})));
  EXPECT_TRUE(absl::IsAborted(late.Merge("deferred", *StreamOf(shape, {}), {}).status()));
  ASSERT_OK(std::move(between).Commit());
}

TYPED_TEST(MergeTest, PlansSayWhatIsAffectedAndWhy) {
  const KeyShape shape = {"int", {Int64()}, [](uint64_t n) { return Key(n); }};
  ASSERT_OK(this->store_->CreateDataset("deferred", SchemaOf(shape),
                                        {.key = {"k0"}, .boundaries = {1000}}));
  KeyedRows rows;
  for (int64_t n = 0; n < 5000; ++n) rows.push_back({Key(2 * n), {n, n}});
  WriteTransaction first = this->Begin();
  ASSERT_OK(first.Merge("deferred", *StreamOf(shape, rows), {}).status());
  ASSERT_OK(std::move(first).Commit());
  ASSERT_EQ(this->Newest("deferred").segments().size(), 5u);
  // One key that is there, one that is not, in other segments; all others are outside of ranges.
  const KeyedRows source = {{Key(2200), {7, 7}}, {Key(6001), {7, 7}}};
  const auto plan = [&](Strategy strategy, Mode mode) {
    WriteTransaction transaction = this->Begin();
    auto made = transaction.PlanMerge("deferred", *StreamOf(shape, source),
                                      {.strategy = strategy, .rewrite = mode});
    EXPECT_TRUE(made.ok()) << made.status();
    return *std::move(made);
  };
  const MergePlan upsert = plan(Strategy::kUpsert, Mode::kIncremental);
  ASSERT_EQ(upsert.segments.size(), 5u);
  EXPECT_EQ(upsert.source_rows, 2u);
  EXPECT_TRUE(upsert.segments[1].affected);
  EXPECT_EQ(upsert.segments[0].why, "no key of the source lies in its key range");
  EXPECT_FALSE(upsert.segments[4].affected);
  EXPECT_NE(upsert.ToString().find("untouched: no key of the source lies in its key range"),
            std::string::npos)
      << upsert.ToString();
  EXPECT_EQ(plan(Strategy::kInsert, Mode::kFull).affected(), 0u);
  EXPECT_EQ(plan(Strategy::kUpsert, Mode::kFull).affected(), 5u);
  EXPECT_EQ(plan(Strategy::kFullMerge, Mode::kDeferred).affected(), 5u);
  // The plan is what happens: only affected segments are replaced.
  std::set<uint64_t> untouched;
  for (const MergePlan::Segment& segment : upsert.segments) {
    if (!segment.affected) untouched.insert(segment.id);
  }
  WriteTransaction merge = this->Begin();
  ASSERT_OK_AND_ASSIGN(const MergeReport report, merge.Merge("deferred", *StreamOf(shape, source),
                                                             {.rewrite = Mode::kIncremental}));
  EXPECT_EQ(report.segments_rewritten, upsert.affected());
  ASSERT_OK(std::move(merge).Commit());
  for (const SegmentInfo& segment : this->Newest("deferred").segments()) {
    const bool kept = segment.id <= upsert.segments.back().id;
    EXPECT_EQ(kept, untouched.erase(segment.id) == 1) << segment.id;
  }
  EXPECT_TRUE(untouched.empty());
}

// A source of more than one round, with keys that come again in a later one.
TYPED_TEST(MergeTest, RoundsAreOneSource) {
  const RecordBatch first = testkit::CityRows(0, 270'000);
  const RecordBatch second = testkit::CityRows(269'000, 2000, 5);
  const auto source = [&] { return MakeBatchReader(first.schema(), {first, second}); };
  for (const Strategy strategy :
       {Strategy::kUpsert, Strategy::kFullMerge, Strategy::kDeduplicate}) {
    for (const Mode mode : {Mode::kDeferred, Mode::kFull}) {
      ASSERT_OK(this->store_->CreateDataset("cities", testkit::CitySchema(),
                                            {.key = {"id"}, .boundaries = {50'000}}));
      WriteTransaction before = this->Begin();
      ASSERT_OK(before.Upsert("cities", testkit::CityRows(269'500, 2000)));
      ASSERT_OK(std::move(before).Commit());
      WriteTransaction transaction = this->Begin();
      ASSERT_OK_AND_ASSIGN(const MergeReport report,
                           transaction.Merge("cities", *source(), {strategy, mode}));
      ASSERT_OK(std::move(transaction).Commit());
      const Dataset cities = this->Newest("cities");
      const bool full = strategy == Strategy::kFullMerge;
      EXPECT_EQ(cities.rows(), full ? 271'000u : 271'500u);
      EXPECT_EQ(report.rows_superseded, 1000u);
      // Of the keys that were there, those of the first round that come again with what they had.
      const bool last = strategy != Strategy::kDeduplicate;
      EXPECT_EQ(report.rows_inserted, 269'500u);
      EXPECT_EQ(report.rows_updated, last ? 1500u : 1000u);
      EXPECT_EQ(report.rows_unchanged, last ? 0u : 500u);
      EXPECT_EQ(report.rows_deleted, full ? 500u : 0u);
      for (const int64_t id : {0, 268'999, 269'000, 269'600, 270'000, 270'999, 271'100}) {
        ASSERT_OK_AND_ASSIGN(const std::optional<RowRef> row, cities.Get(id));
        ASSERT_EQ(row.has_value(), !full || id < 271'000) << id;
        if (!row.has_value()) continue;
        const bool twice = id >= 269'000 && id < 270'000;
        const bool salted = strategy == Strategy::kDeduplicate ? !twice : true;
        const double salt = id >= 269'000 && id < 271'000 && salted ? 5 : 0;
        EXPECT_EQ(row->GetDouble(2), static_cast<double>(id) * 0.37 + salt) << id;
      }
      ASSERT_OK(this->store_->DropDataset("cities"));
    }
  }
  ASSERT_OK(this->store_->CreateDataset("cities", testkit::CitySchema(),
                                        {.key = {"id"}, .boundaries = {50'000}}));
  WriteTransaction transaction = this->Begin();
  const absl::Status twice =
      transaction.Merge("cities", *source(), {.strategy = Strategy::kInsert}).status();
  EXPECT_EQ(twice.message(), "row 270000: key 269000 comes twice");
  ASSERT_OK_AND_ASSIGN(const Dataset own, transaction.Read("cities"));
  EXPECT_EQ(own.rows(), 0u);
}

// Each row of the source counts once, whatever an earlier round made of its key, and is judged by
// what was there before the merge. Incremental merges write long sources once.
TYPED_TEST(MergeTest, RoundsCountWhatOneRoundWould) {
  const RecordBatch base = testkit::CityRows(0, 300'000);
  const RecordBatch changed = testkit::CityRows(0, 1, 5);
  const RecordBatch rest = testkit::CityRows(1, 299'999);
  const RecordBatch first = testkit::CityRows(0, 1);
  for (const Mode mode : {Mode::kDeferred, Mode::kIncremental}) {
    ASSERT_OK(this->store_->CreateDataset("cities", testkit::CitySchema(), {.key = {"id"}}));
    WriteTransaction before = this->Begin();
    ASSERT_OK(before.Upsert("cities", base));
    ASSERT_OK(std::move(before).Commit());
    const auto source = MakeBatchReader(base.schema(), {changed, rest, first});
    WriteTransaction transaction = this->Begin();
    ASSERT_OK_AND_ASSIGN(const MergeReport report,
                         transaction.Merge("cities", *source, {Strategy::kUpsert, mode}));
    ASSERT_OK(std::move(transaction).Commit());
    EXPECT_EQ(report.rows_inserted, 0u);
    EXPECT_EQ(report.rows_updated, 0u);
    EXPECT_EQ(report.rows_unchanged, 300'000u);
    EXPECT_EQ(report.rows_superseded, 1u);
    EXPECT_TRUE(testkit::ReadAll(this->Newest("cities")).rows() == 300'000);
    ASSERT_OK_AND_ASSIGN(const std::optional<RowRef> row, this->Newest("cities").Get(0));
    EXPECT_EQ(row->GetDouble(2), 0.0);
    ASSERT_OK(this->store_->DropDataset("cities"));
  }
}

// The same of a key that comes in every one of many rounds.
TYPED_TEST(MergeTest, AKeyOfEveryRoundCountsOnce) {
  const RecordBatch filler = testkit::CityRows(1, 265'000);  // a round
  const auto source = [&](std::vector<int64_t> salts) {
    std::vector<RecordBatch> batches;
    for (const int64_t salt : salts) {
      batches.push_back(testkit::CityRows(0, 1, salt));
      batches.push_back(filler);
    }
    return MakeBatchReader(filler.schema(), batches);
  };
  const std::vector<std::pair<std::vector<int64_t>, uint64_t>> cases = {
      {{1, 0, 0}, 0}, {{1, 0, 1}, 1}, {{0, 1, 0}, 0}, {{1, 1, 2}, 1}, {{0, 0, 0}, 0}};
  for (const auto& [salts, updated] : cases) {
    ASSERT_OK(this->store_->CreateDataset("cities", testkit::CitySchema(), {.key = {"id"}}));
    WriteTransaction before = this->Begin();
    ASSERT_OK(before.Upsert("cities", testkit::CityRows(0, 1)));
    ASSERT_OK(std::move(before).Commit());
    WriteTransaction transaction = this->Begin();
    ASSERT_OK_AND_ASSIGN(const MergeReport report,
                         transaction.Merge("cities", *source(salts), {Strategy::kUpsert}));
    EXPECT_EQ(report.rows_updated, updated);
    EXPECT_EQ(report.rows_unchanged, 1 - updated);
    EXPECT_EQ(report.rows_inserted, 265'000u);
    EXPECT_EQ(report.rows_superseded, 2 * 265'001u);
    ASSERT_OK(std::move(transaction).Commit());
    ASSERT_OK(this->store_->DropDataset("cities"));
  }
}

TYPED_TEST(MergeTest, ALongIncrementalMergeWritesItsSourceOnce) {
  uint64_t bytes[2] = {};
  for (const Mode mode : {Mode::kDeferred, Mode::kIncremental}) {
    ASSERT_OK(this->store_->CreateDataset("cities", testkit::CitySchema(), {.key = {"id"}}));
    WriteTransaction before = this->Begin();
    ASSERT_OK(before.Upsert("cities", testkit::CityRows(0, 1000)));
    ASSERT_OK(std::move(before).Commit());
    WriteTransaction transaction = this->Begin();
    ASSERT_OK(transaction.Merge(
        "cities", *MakeBatchReader(testkit::CitySchema(), {testkit::CityRows(1000, 300'000)}),
        {Strategy::kUpsert, mode}));
    ASSERT_OK_AND_ASSIGN(const WriteStats stats, std::move(transaction).Commit());
    bytes[mode == Mode::kIncremental ? 1 : 0] = stats.logical_bytes;
    EXPECT_EQ(this->Newest("cities").rows(), 301'000u);
    ASSERT_OK(this->store_->DropDataset("cities"));
  }
  EXPECT_EQ(bytes[0], bytes[1]);
}

// Sixty nights on which little changed.
TYPED_TEST(MergeTest, ANightlyFullMergeWritesWhatChanged) {
  const KeyShape shape = {"int", {Int64()}, [](uint64_t n) { return Key(n); }};
  ASSERT_OK(this->store_->CreateDataset("deferred", SchemaOf(shape), {.key = {"k0"}}));
  base::Random random(5);
  KeyedModel model;
  for (int64_t n = 0; n < 20'000; ++n) {
    model[Key(n)] = {static_cast<int64_t>(random.Uniform(1'000'000)),
                     static_cast<int64_t>(random.Uniform(1'000'000))};
  }
  uint64_t first_bytes = 0;
  uint64_t later_bytes = 0;
  for (int night = 0; night < 60; ++night) {
    for (int change = 0; change < 20 && night > 0; ++change) {
      const Key key(static_cast<int64_t>(random.Uniform(21'000)));
      if (random.OneIn(3)) model.erase(key);
      if (!random.OneIn(3)) model[key].a = static_cast<int64_t>(random.Uniform(1'000'000));
    }
    WriteTransaction transaction = this->Begin();
    ASSERT_OK(transaction
                  .Merge("deferred", *StreamOf(shape, KeyedRows(model.begin(), model.end())),
                         {.strategy = Strategy::kFullMerge})
                  .status());
    ASSERT_OK_AND_ASSIGN(const WriteStats stats, std::move(transaction).Commit());
    const uint64_t bytes = stats.chunk_bytes() + stats.key_index_bytes + stats.metadata_bytes +
                           stats.deletion_vector_bytes + stats.manifest_bytes;
    (night == 0 ? first_bytes : later_bytes) += bytes;
  }
  EXPECT_EQ(ModelOf(this->Newest("deferred")), model);
  EXPECT_LT(later_bytes / 59, first_bytes / 50);
  // A night without a change makes no version.
  const uint64_t version = this->store_->GetSnapshot().version();
  WriteTransaction same = this->Begin();
  ASSERT_OK(same.Merge("deferred", *StreamOf(shape, KeyedRows(model.begin(), model.end())),
                       {.strategy = Strategy::kFullMerge})
                .status());
  ASSERT_OK(std::move(same).Commit());
  EXPECT_EQ(this->store_->GetSnapshot().version(), version);
}

}  // namespace
}  // namespace ashlar
