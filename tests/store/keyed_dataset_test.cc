// Keyed datasets against a map of rows: upserts, deletes, gets, scans, old versions, transactions
// side by side, on a directory and in memory.
#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "ashlar/ashlar.h"
#include "gtest/gtest.h"
#include "src/base/random.h"
#include "src/store/repair.h"
#include "tests/store/key_shapes.h"
#include "tests/store/store_fixture.h"
#include "tests/testing/corruption.h"
#include "tests/testing/failing_reader.h"

namespace ashlar {
namespace {

using testkit::CityRows;
using testkit::CitySchema;
using testkit::KeyAt;
using testkit::Model;
using testkit::RowsOf;
using testkit::SchemaOf;
using testkit::Shape;
using testkit::StatusOf;
using testkit::ValueAt;

std::vector<Shape> Shapes() {
  return {
      {"int64", {Int64()}, [](uint64_t n) { return Key(static_cast<int64_t>(n) - 500); }},
      {"utf8", {Utf8()}, [](uint64_t n) { return Key(base::StrCat("key ", n * 7919 % 1000)); }},
      {"uint16", {UInt16()}, [](uint64_t n) { return Key(n); }},
      {"fixed",
       {FixedSizeBinary(3)},
       [](uint64_t n) {
         return Key::Binary(std::string{'k', static_cast<char>(n / 256), static_cast<char>(n)});
       }},
      {"composite",
       {Utf8(), Int32()},
       [](uint64_t n) {
         return Key({std::string(n % 3, '\0'), static_cast<int64_t>(n / 3)});
       }},
  };
}

// By scan, by query and by gets of keys that are there and that are not.
void ExpectHolds(const Dataset& dataset, const Shape& shape, const Model& model,
                 base::Random& random) {
  EXPECT_EQ(dataset.rows(), model.size());
  ASSERT_OK_AND_ASSIGN(const RecordBatch rows, dataset.Materialize());
  Model scanned;
  for (int64_t row = 0; row < rows.rows(); ++row) {
    EXPECT_TRUE(scanned.emplace(KeyAt(rows, row), ValueAt(rows, row)).second) << KeyAt(rows, row);
  }
  EXPECT_EQ(scanned, model);
  ASSERT_OK_AND_ASSIGN(const uint64_t odd, dataset.Filter(Col("value") % 2 == 1).Count());
  EXPECT_EQ(odd, static_cast<uint64_t>(std::count_if(model.begin(), model.end(), [](const auto& r) {
              return r.second > 0 && r.second % 2 == 1;
            })));
  for (int i = 0; i < 60; ++i) {
    const Key key = shape.key(random.Uniform(1000));
    const auto expected = model.find(key);
    ASSERT_OK_AND_ASSIGN(const bool has, dataset.Has(key));
    EXPECT_EQ(has, expected != model.end()) << key;
    ASSERT_OK_AND_ASSIGN(const std::optional<RowRef> row, dataset.Get(key));
    ASSERT_EQ(row.has_value(), expected != model.end()) << key;
    if (!row.has_value()) continue;
    ASSERT_OK_AND_ASSIGN(const RecordBatch one, row->ToBatch());
    ASSERT_EQ(one.rows(), 1);
    EXPECT_EQ(KeyAt(one, 0), key);
    EXPECT_EQ(row->IsNull(0) ? -1 : row->GetInt64(0), expected->second);
  }
}

template <typename PlaceType>
class KeyedDatasetTest : public testkit::StoreTest<PlaceType> {};
TYPED_TEST_SUITE(KeyedDatasetTest, testkit::Places);

// A few upserts and deletes, in the model too.
void WriteSome(WriteTransaction& transaction, const Shape& shape, Model* model,
               base::Random& random) {
  for (uint64_t calls = 1 + random.Uniform(3); calls > 0; --calls) {
    if (random.OneIn(3)) {
      std::vector<Key> keys;
      for (uint64_t n = random.Uniform(60); n > 0; --n) {
        keys.push_back(shape.key(random.Uniform(1000)));
      }
      ASSERT_OK(transaction.Delete("keyed", keys));
      for (const Key& key : keys) model->erase(key);
      continue;
    }
    std::vector<std::pair<Key, int64_t>> rows;
    const uint64_t most = random.OneIn(4) ? 900 : 40;
    for (uint64_t n = random.Uniform(most); n > 0; --n) {
      rows.emplace_back(shape.key(random.Uniform(1000)),
                        static_cast<int64_t>(random.Uniform(100'000)) - 1);
    }
    ASSERT_OK(transaction.Upsert("keyed", RowsOf(shape, rows)));
    for (const auto& [key, value] : rows) (*model)[key] = value;
  }
}

TYPED_TEST(KeyedDatasetTest, HoldsWhatAMapHolds) {
  uint64_t seed = 0;
  for (const Shape& shape : Shapes()) {
    for (const bool small : {false, false, true, true}) {
      SCOPED_TRACE(testing::Message() << shape.name << ", seed " << ++seed);
      base::Random random(seed);
      const bool hash_index = seed % 2 == 0;
      // All as segments, or most in memory until some flush.
      const StoreOptions in_memory = {.small_commit_bytes = 20'000, .memtable_bytes = 100'000};
      const StoreOptions in_segments = {.small_commit_bytes = 0};
      this->Reopen(small ? in_memory : in_segments);
      DatasetOptions options;
      options.key = testkit::KeyOf(shape);
      options.hash_index = hash_index;
      options.storage = random.OneIn(2) ? Storage::kCompact : Storage::kFast;
      ASSERT_OK(this->store_->CreateDataset("keyed", SchemaOf(shape), options));
      Model model;
      std::map<uint64_t, Model> history;
      for (int round = 0; round < 14 && !testing::Test::HasFatalFailure(); ++round) {
        Model next = model;
        WriteTransaction transaction = this->Begin();
        WriteSome(transaction, shape, &next, random);
        ASSERT_OK_AND_ASSIGN(const Dataset own, transaction.Read("keyed"));
        ExpectHolds(own, shape, next, random);
        ExpectHolds(this->Newest(), shape, model, random);
        if (random.OneIn(5)) {
          std::move(transaction).Abort();
        } else {
          ASSERT_OK(std::move(transaction).Commit());
          model = std::move(next);
        }
        if (small && random.OneIn(4)) ASSERT_OK(this->store_->Flush());
        if (random.OneIn(4)) this->Reopen(small ? in_memory : in_segments);
        ExpectHolds(this->Newest(), shape, model, random);
        if (!small) history[this->store_->GetSnapshot().version()] = model;
      }
      for (const VersionInfo& version : this->store_->versions()) {
        if (!history.contains(version.version)) continue;
        ASSERT_OK_AND_ASSIGN(const Snapshot old, this->store_->At(version.version));
        ASSERT_OK_AND_ASSIGN(const Dataset dataset, old.GetDataset("keyed"));
        ExpectHolds(dataset, shape, history[version.version], random);
      }
      ASSERT_OK_AND_ASSIGN(const VerifyReport report, this->store_->Verify(true));
      EXPECT_TRUE(report.ok());
      ASSERT_OK(this->store_->DropDataset("keyed"));
    }
  }
}

// Blind writes never conflict: each transaction's keys are resolved again against what the others
// have published, and the last to commit counts.
TYPED_TEST(KeyedDatasetTest, OfTransactionsSideBySideTheLastToCommitCounts) {
  const Shape shape = Shapes()[0];
  for (uint64_t seed = 1; seed <= 12; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    base::Random random(seed);
    // Small ones, large ones, or both.
    const uint64_t limits[] = {0, 600, uint64_t{1} << 20};
    this->Reopen({.small_commit_bytes = limits[seed % 3]});
    ASSERT_OK(this->store_->CreateDataset("keyed", SchemaOf(shape), {.key = {"k0"}}));
    Model model;
    for (int round = 0; round < 6; ++round) {
      // What a transaction does to any map: its own changes alone.
      std::vector<WriteTransaction> open;
      std::vector<Model> written(3);
      std::vector<std::vector<Key>> deleted(3);
      for (size_t i = 0; i < written.size(); ++i) {
        open.push_back(this->Begin());
        std::vector<std::pair<Key, int64_t>> rows;
        for (uint64_t n = random.Uniform(80); n > 0; --n) {
          rows.emplace_back(shape.key(random.Uniform(200)),
                            static_cast<int64_t>(random.Uniform(9)));
        }
        for (uint64_t n = random.Uniform(20); n > 0; --n) {
          deleted[i].push_back(shape.key(random.Uniform(200)));
        }
        ASSERT_OK(open[i].Upsert("keyed", RowsOf(shape, rows)));
        ASSERT_OK(open[i].Delete("keyed", deleted[i]));
        for (const auto& [key, value] : rows) written[i][key] = value;
        for (const Key& key : deleted[i]) written[i].erase(key);
      }
      for (const size_t i : {1, 2, 0}) {
        ASSERT_OK(std::move(open[i]).Commit());
        for (const auto& [key, value] : written[i]) model[key] = value;
        for (const Key& key : deleted[i]) model.erase(key);
        ExpectHolds(this->Newest(), shape, model, random);
      }
    }
    this->Reopen();
    ExpectHolds(this->Newest(), shape, model, random);
    ASSERT_OK(this->store_->DropDataset("keyed"));
  }
}

TYPED_TEST(KeyedDatasetTest, RefusesWhatDoesNotFit) {
  ASSERT_OK(this->store_->CreateDataset("keyed", CitySchema(), {.key = {"city", "id"}}));
  ASSERT_OK(this->store_->CreateDataset("ordered", CitySchema()));
  EXPECT_EQ(this->Newest().key(), (std::vector<std::string>{"city", "id"}));
  EXPECT_TRUE(this->Newest("ordered").key().empty());
  WriteTransaction transaction = this->Begin();
  const auto code = [](const absl::Status& status) { return status.code(); };
  EXPECT_EQ(code(transaction.Upsert("ordered", CityRows(0, 3))),
            absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(code(transaction.Delete("ordered", std::vector<Key>{Key(1)})),
            absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(code(transaction.Append("keyed", CityRows(0, 3))),
            absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(code(transaction.Replace("keyed", CityRows(0, 3))),
            absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(code(transaction.Upsert("nowhere", CityRows(0, 3))), absl::StatusCode::kNotFound);
  EXPECT_EQ(code(transaction.Delete("keyed", std::vector<Key>{Key(1)})),
            absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(code(this->Newest().Get(Key({1, "a"})).status()), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(code(this->Newest("ordered").Get(1).status()), absl::StatusCode::kFailedPrecondition);
  // A null in a key field, which became required with the key.
  RecordBatchBuilder nulls(CitySchema());
  ASSERT_OK(nulls.column(0).AppendInt64(1));
  nulls.column(1).AppendNull();
  nulls.column(2).AppendNull();
  ASSERT_OK_AND_ASSIGN(const RecordBatch without_city, nulls.Finish());
  EXPECT_EQ(code(transaction.Upsert("keyed", without_city)), absl::StatusCode::kInvalidArgument);
  ASSERT_OK(std::move(transaction).Commit());
  EXPECT_EQ(this->Newest().rows(), 0u);
}

TYPED_TEST(KeyedDatasetTest, AStreamThatFailsChangesNothing) {
  ASSERT_OK(this->store_->CreateDataset("keyed", CitySchema(), {.key = {"id"}}));
  WriteTransaction transaction = this->Begin();
  ASSERT_OK(transaction.Upsert("keyed", CityRows(0, 100)));
  testkit::FailingReader failing({CityRows(50, 300'000, 7), CityRows(0, 10, 7)});
  EXPECT_EQ(transaction.Upsert("keyed", failing).code(), absl::StatusCode::kDataLoss);
  ASSERT_OK_AND_ASSIGN(const Dataset own, transaction.Read("keyed"));
  EXPECT_TRUE(testkit::ReadAll(own).Equals(CityRows(0, 100)));
  ASSERT_OK(std::move(transaction).Commit());
  EXPECT_TRUE(testkit::ReadAll(this->Newest()).Equals(CityRows(0, 100)));
}

TYPED_TEST(KeyedDatasetTest, RepairSavesLiveRowsWithTheirKeys) {
  ASSERT_OK(this->store_->CreateDataset("keyed", CitySchema(), {.key = {"id"}}));
  WriteTransaction first = this->Begin();
  ASSERT_OK(first.Upsert("keyed", CityRows(0, 3000)));
  ASSERT_OK(std::move(first).Commit());
  WriteTransaction second = this->Begin();
  ASSERT_OK(second.Upsert("keyed", CityRows(2000, 500, 3)));
  ASSERT_OK(second.Delete("keyed", std::vector<Key>{Key(1), Key(2), Key(2999)}));
  ASSERT_OK(std::move(second).Commit());
  const RecordBatch expected = testkit::ReadAll(this->Newest());
  this->store_.reset();
  testkit::MemoryPlace repaired;
  ASSERT_OK_AND_ASSIGN(const RepairReport report,
                       store::RepairInto(this->place_.files(), repaired.files()));
  EXPECT_EQ(report.rows_lost, 0u);
  ASSERT_OK_AND_ASSIGN(const std::unique_ptr<Store> store, testkit::OpenAt(repaired));
  ASSERT_OK_AND_ASSIGN(const Dataset saved, store->GetSnapshot().GetDataset("keyed"));
  EXPECT_EQ(saved.rows(), static_cast<uint64_t>(expected.rows()));
  for (const int64_t id : {0, 1, 2, 3, 1999, 2000, 2499, 2500, 2998, 2999}) {
    ASSERT_OK_AND_ASSIGN(const std::optional<RowRef> row, saved.Get(id));
    const bool deleted = id == 1 || id == 2 || id == 2999;
    ASSERT_EQ(row.has_value(), !deleted) << id;
    if (deleted) continue;
    const double salt = id >= 2000 && id < 2500 ? 3 : 0;
    EXPECT_EQ(row->GetDouble(2), static_cast<double>(id) * 0.37 + salt);
  }
}

// A chunk that did not change is referred to, and a pinned row outlives the store.
// A tag names a version, and a version has no commit that came after it.
TYPED_TEST(KeyedDatasetTest, RepairKeepsCommitsOfTheLogApartFromWhatIsTagged) {
  const auto files = std::make_shared<io::MemoryFileSystem>();
  ASSERT_OK_AND_ASSIGN(auto core, store::OpenCore(files, {}, base::SystemClock(), {}));
  testkit::FileTree killed;
  {
    Store store(std::make_shared<Store::Impl>(Store::Impl{core}));
    ASSERT_OK(store.CreateDataset("k", CitySchema(), {.key = {"id"}}));
    ASSERT_OK(store.CreateDataset("o", CitySchema()));
    const auto write = [&](int64_t first, int64_t salt) {
      ASSERT_OK_AND_ASSIGN(WriteTransaction transaction, store.BeginWrite());
      ASSERT_OK(transaction.Upsert("k", CityRows(first, 100, salt)));
      ASSERT_OK(transaction.Append("o", CityRows(first, 100, salt)));
      ASSERT_OK(std::move(transaction).Commit());
    };
    write(0, 0);
    ASSERT_OK(store.Flush());
    ASSERT_OK(store.Tag("tagged", store.GetSnapshot().version()));
    write(50, 7);
    ASSERT_OK_AND_ASSIGN(killed, testkit::ReadTree(*files));
  }
  const auto saved = std::make_shared<io::MemoryFileSystem>();
  ASSERT_OK_AND_ASSIGN(const RepairReport report,
                       store::RepairInto(testkit::MakeFileSystem(killed), saved->NewHandle()));
  EXPECT_EQ(report.rows_saved, 150u + 200u);
  ASSERT_OK_AND_ASSIGN(auto saved_core, store::OpenCore(saved, {}, base::SystemClock(), {}));
  Store store(std::make_shared<Store::Impl>(Store::Impl{saved_core}));
  EXPECT_EQ(store.GetSnapshot().GetDataset("k")->rows(), 150u);
  EXPECT_EQ(store.GetSnapshot().GetDataset("o")->rows(), 200u);
  ASSERT_EQ(store.tags().size(), 1u);
  ASSERT_OK_AND_ASSIGN(const Snapshot tagged, store.AtTag("tagged"));
  EXPECT_TRUE(testkit::ReadAll(*tagged.GetDataset("k")).Equals(CityRows(0, 100)));
  EXPECT_TRUE(testkit::ReadAll(*tagged.GetDataset("o")).Equals(CityRows(0, 100)));
}

// Keys of segments whose ranges overlap are told apart by the segments' filters.
TYPED_TEST(KeyedDatasetTest, QueriesForKeysSkipSegmentsByTheirFilters) {
  for (const bool composite : {false, true}) {
    const std::string name = composite ? "composite" : "single";
    std::vector<std::string> key = {"id"};
    if (composite) key.push_back("city");
    ASSERT_OK(this->store_->CreateDataset(name, CitySchema(), {.key = key}));
    constexpr int64_t kSegments = 6;
    for (int64_t segment = 0; segment < kSegments; ++segment) {
      std::vector<RecordBatch> rows;
      for (int64_t i = 0; i < 500; ++i) rows.push_back(CityRows(i * kSegments + segment, 1));
      ASSERT_OK_AND_ASSIGN(WriteTransaction transaction, this->store_->BeginWrite());
      ASSERT_OK(transaction.Upsert(name, *MakeBatchReader(CitySchema(), rows)));
      ASSERT_OK(std::move(transaction).Commit());
      ASSERT_OK(this->store_->Flush());
    }
    ASSERT_OK_AND_ASSIGN(const Dataset dataset, this->store_->GetSnapshot().GetDataset(name));
    ASSERT_EQ(dataset.segments().size(), static_cast<size_t>(kSegments));
    const RecordBatch wanted = CityRows(1234, 1);
    const std::string city(wanted.column(1).GetBytes(0));
    Query query = dataset.Filter(Col("id") == 1234);
    if (composite) query = query.Filter(Col("city") == city);
    ASSERT_OK_AND_ASSIGN(const std::string plan, query.Explain());
    EXPECT_NE(plan.find("key filters"), std::string::npos) << plan;
    EXPECT_NE(plan.find("scan     1 of 6 segments"), std::string::npos) << plan;
    ASSERT_OK_AND_ASSIGN(const std::unique_ptr<QueryResult> stream, query.Stream());
    uint64_t rows = 0;
    for (RecordBatch batch; *stream->Next(&batch);) rows += static_cast<uint64_t>(batch.rows());
    EXPECT_EQ(rows, 1u);
    EXPECT_EQ(stream->stats().segments_scanned, 1u);
    // One segment each, and one key that is nowhere.
    if (composite) continue;
    ASSERT_OK_AND_ASSIGN(const uint64_t some,
                         dataset.Filter(In(Col("id"), {1, 8, 99999, 2000})).Count());
    EXPECT_EQ(some, 3u);
    ASSERT_OK_AND_ASSIGN(const uint64_t none, dataset.Filter(Col("id") == 99999).Count());
    EXPECT_EQ(none, 0u);
    // Whatever is not an equality of the key is left to the rows.
    ASSERT_OK_AND_ASSIGN(const uint64_t either,
                         dataset.Filter(Col("id") == 1234 || Col("amount") >= 0.0).Count());
    EXPECT_EQ(either, 500u * kSegments);
  }
}

TYPED_TEST(KeyedDatasetTest, UnchangedColumnsAreNotWrittenAndPinnedRowsStay) {
  this->Reopen({.small_commit_bytes = 0});
  ASSERT_OK(this->store_->CreateDataset("keyed", CitySchema(), {.key = {"id"}}));
  WriteTransaction first = this->Begin();
  ASSERT_OK(first.Upsert("keyed", CityRows(0, 2000)));
  ASSERT_OK(std::move(first).Commit());
  std::optional<RowRef> pinned;
  {
    const Dataset old = this->Newest();
    ASSERT_OK_AND_ASSIGN(const std::optional<RowRef> row, old.Get(7));
    ASSERT_TRUE(row.has_value());
    pinned = row->Pin();
  }
  WriteTransaction second = this->Begin();
  ASSERT_OK(second.Upsert("keyed", CityRows(0, 2000, 5)));
  ASSERT_OK_AND_ASSIGN(const WriteStats stats, std::move(second).Commit());
  EXPECT_EQ(stats.chunks_skipped, 2 * stats.chunks_written);  // id and city beside the amount
  EXPECT_GT(stats.key_index_bytes, 0u);
  EXPECT_EQ(stats.segments_removed, stats.segments_written);
  EXPECT_TRUE(testkit::ReadAll(this->Newest()).Equals(CityRows(0, 2000, 5)));
  ASSERT_OK(this->store_->Expire(Retention{.count = 1}, false).status());
  this->store_.reset();
  EXPECT_EQ(pinned->GetInt64(0), 7);
  EXPECT_EQ(pinned->GetDouble(2), 7 * 0.37);
}

// A row is borrowed from its snapshot, too: whoever asks a handle in passing keeps nothing else.
TYPED_TEST(KeyedDatasetTest, RowsLiveAsLongAsTheirSnapshot) {
  ASSERT_OK(this->store_->CreateDataset("keyed", CitySchema(), {.key = {"id"}}));
  for (const bool flushed : {false, true}) {
    WriteTransaction write = this->Begin();
    ASSERT_OK(write.Upsert("keyed", CityRows(0, 20)));
    ASSERT_OK(std::move(write).Commit());
    if (flushed) ASSERT_OK(this->store_->Flush());
    Snapshot snapshot = this->store_->GetSnapshot();
    ASSERT_OK_AND_ASSIGN(const std::optional<RowRef> row, snapshot.GetDataset("keyed")->Get(7));
    ASSERT_TRUE(row.has_value());
    // Newer versions, of which handles are asked, too.
    WriteTransaction later = this->Begin();
    ASSERT_OK(later.Upsert("keyed", CityRows(0, 20, 5)));
    ASSERT_OK(std::move(later).Commit());
    ASSERT_OK(this->store_->Flush());
    ASSERT_OK(this->Newest().Get(7).status());
    const Snapshot moved = std::move(snapshot);
    EXPECT_EQ(row->GetInt64(0), 7);
    EXPECT_EQ(row->GetDouble(2), 7 * 0.37);
    EXPECT_EQ(moved.GetDataset("keyed")->Get(7).value()->GetDouble(2), 7 * 0.37);
  }
}

}  // namespace
}  // namespace ashlar
