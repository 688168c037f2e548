// Gets of one key and of many, with the key directory on, partial and off, against a map: over
// several segments, dead rows and versions.
#include <atomic>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "ashlar/ashlar.h"
#include "gtest/gtest.h"
#include "src/base/random.h"
#include "tests/store/store_fixture.h"

namespace ashlar::testkit {
namespace {

constexpr uint64_t kKeys = 2000;

// The value of each key.
using Model = std::map<uint64_t, int64_t>;

Schema KeyedSchema(bool text) {
  return *Schema::Make({{"id", text ? Utf8() : Int64(), false}, {"value", Int64(), false}});
}

Key KeyOf(bool text, uint64_t n) {
  return text ? Key(base::StrCat("key number ", n)) : Key(static_cast<int64_t>(n) - 1000);
}

RecordBatch Rows(bool text, const std::vector<std::pair<uint64_t, int64_t>>& rows) {
  RecordBatchBuilder builder(KeyedSchema(text));
  for (const auto& [n, value] : rows) {
    const Key key = KeyOf(text, n);
    EXPECT_OK(text ? builder.column(0).AppendBytes(key.bytes())
                   : builder.column(0).AppendInt64(*key.AsInt64()));
    EXPECT_OK(builder.column(1).AppendInt64(value));
  }
  return *builder.Finish();
}

void ExpectSame(const std::optional<RowRef>& row, const Model& model, uint64_t n) {
  const auto expected = model.find(n);
  ASSERT_EQ(row.has_value(), expected != model.end()) << n;
  if (row.has_value()) {
    EXPECT_EQ(row->GetInt64(1), expected->second) << n;
  }
}

void ExpectGets(const Dataset& dataset, bool text, const Model& model, base::Random& random) {
  std::vector<uint64_t> numbers(random.Uniform(200));
  std::vector<Key> keys;
  for (uint64_t& n : numbers) {
    n = random.Uniform(kKeys + 100);
    keys.push_back(KeyOf(text, n));
  }
  ASSERT_OK_AND_ASSIGN(const auto rows, dataset.MultiGet(keys));
  ASSERT_EQ(rows.size(), keys.size());
  for (size_t i = 0; i < keys.size(); ++i) ExpectSame(rows[i], model, numbers[i]);
  for (size_t i = 0; i < keys.size() && i < 20; ++i) {
    ASSERT_OK_AND_ASSIGN(const std::optional<RowRef> row, dataset.Get(keys[i]));
    ExpectSame(row, model, numbers[i]);
  }
}

// A store of each directory size, to which the same is done.
class DirectoriesTest : public ::testing::TestWithParam<uint64_t> {
 protected:
  void SetUp() override { Reopen(); }
  void Reopen() {
    store_.reset();
    auto opened = OpenAt(place_, {.small_commit_bytes = 0,
                                  .retention = Retention{.count = 6},
                                  .key_directory_bytes = GetParam()});
    ASSERT_TRUE(opened.ok()) << opened.status();
    store_ = *std::move(opened);
  }
  Dataset Newest() { return *store_->GetSnapshot().GetDataset("keyed"); }
  // Upserts and deletes, in the model too.
  void Write(bool text, Model* model, base::Random& random) {
    ASSERT_OK_AND_ASSIGN(WriteTransaction transaction, store_->BeginWrite());
    std::vector<std::pair<uint64_t, int64_t>> rows;
    for (uint64_t n = random.Uniform(random.OneIn(3) ? 800 : 30); n > 0; --n) {
      rows.emplace_back(random.Uniform(kKeys), static_cast<int64_t>(random.Uniform(1 << 30)));
    }
    ASSERT_OK(transaction.Upsert("keyed", Rows(text, rows)));
    for (const auto& [n, value] : rows) (*model)[n] = value;
    std::vector<Key> deleted;
    for (uint64_t n = random.Uniform(40); n > 0; --n) {
      const uint64_t number = random.Uniform(kKeys);
      deleted.push_back(KeyOf(text, number));
      model->erase(number);
    }
    ASSERT_OK(transaction.Delete("keyed", deleted));
    ASSERT_OK_AND_ASSIGN(const Dataset own, transaction.Read("keyed"));
    ExpectGets(own, text, *model, random);
    ASSERT_OK(std::move(transaction).Commit());
  }

  MemoryPlace place_;
  std::unique_ptr<Store> store_;
};

TEST_P(DirectoriesTest, GetsFindWhatAMapFindsInEveryVersion) {
  for (const bool text : {false, true}) {
    base::Random random(text ? 1 : 2);
    ASSERT_OK(store_->CreateDataset("keyed", KeyedSchema(text), {.key = {"id"}}));
    Model model;
    std::map<uint64_t, Model> history;
    std::vector<std::pair<Dataset, Model>> handles;  // of versions that may have expired
    for (int round = 0; round < 60 && !HasFatalFailure(); ++round) {
      Write(text, &model, random);
      history[store_->GetSnapshot().version()] = model;
      ExpectGets(Newest(), text, model, random);
      if (random.OneIn(10)) handles.emplace_back(Newest(), model);
      for (const VersionInfo& version : store_->versions()) {
        if (!random.OneIn(3) || !history.contains(version.version)) continue;
        ASSERT_OK_AND_ASSIGN(const Snapshot old, store_->At(version.version));
        ASSERT_OK_AND_ASSIGN(const Dataset dataset, old.GetDataset("keyed"));
        ExpectGets(dataset, text, history[version.version], random);
      }
      for (const auto& [dataset, then] : handles) ExpectGets(dataset, text, then, random);
      if (random.OneIn(20)) {
        handles.clear();
        Reopen();
      }
    }
    for (int i = 0; i < 40; ++i) ExpectGets(Newest(), text, model, random);
    const KeyDirectoryStats stats = store_->stats().key_directory;
    EXPECT_LE(stats.bytes, GetParam());
    if (GetParam() == 0) {
      EXPECT_EQ(stats.segments_covered, 0u);
    } else {
      EXPECT_GT(stats.segments_covered, 0u);
      EXPECT_GT(stats.keys, 0u);
    }
    handles.clear();
    ASSERT_OK(store_->DropDataset("keyed"));
  }
}

// Gets on all threads while a writer replaces what they read; for ThreadSanitizer too.
TEST_P(DirectoriesTest, ReadersBesideAWriterSeeTheirVersion) {
  ASSERT_OK(store_->CreateDataset("keyed", KeyedSchema(false), {.key = {"id"}}));
  const auto rows_of = [](int64_t version) {
    std::vector<std::pair<uint64_t, int64_t>> rows;
    for (uint64_t n = 0; n < 600; ++n) {
      if ((n + static_cast<uint64_t>(version)) % 3 != 0) rows.emplace_back(n, version);
    }
    return Rows(false, rows);
  };
  const auto write = [&](int64_t version) {
    ASSERT_OK_AND_ASSIGN(WriteTransaction transaction, store_->BeginWrite());
    ASSERT_OK(transaction.Upsert("keyed", rows_of(version)));
    ASSERT_OK(std::move(transaction).Commit());
  };
  for (int64_t version = 0; version < 3; ++version) write(version);
  std::atomic<bool> stop{false};
  std::atomic<int> rounds{0};
  std::vector<std::thread> readers;
  for (uint64_t reader = 0; reader < 3; ++reader) {
    readers.emplace_back([&, reader] {
      base::Random random(reader);
      while (!stop) {
        const Dataset dataset = Newest();
        for (int i = 0; i < 50; ++i) {
          const uint64_t n = random.Uniform(600);
          std::vector<Key> keys(40, KeyOf(false, n));
          const auto one = dataset.Get(keys[0]);
          const auto many = dataset.MultiGet(keys);
          ASSERT_OK(one);
          ASSERT_OK(many);
          ASSERT_TRUE(one->has_value());
          for (const std::optional<RowRef>& row : *many) {
            ASSERT_TRUE(row.has_value());
            EXPECT_EQ(row->GetInt64(1), (*one)->GetInt64(1));
          }
          EXPECT_FALSE(*dataset.Has(KeyOf(false, 600 + n)));
        }
        ++rounds;
      }
    });
  }
  for (int64_t version = 3; version < 40 || rounds < 5; ++version) write(version);
  stop = true;
  for (std::thread& reader : readers) reader.join();
}

INSTANTIATE_TEST_SUITE_P(Bytes, DirectoriesTest,
                         ::testing::Values(0, 6000, 20'000, uint64_t{1} << 30));

// So many keys that some share a bucket and a tag: only the full key tells them apart.
TEST(MultiGetTest, FindsEveryKeyOfMany) {
  constexpr int64_t kMany = 100'000;
  MemoryPlace place;
  ASSERT_OK_AND_ASSIGN(const std::unique_ptr<Store> store,
                       OpenAt(place, {.small_commit_bytes = 0}));
  ASSERT_OK(store->CreateDataset("keyed", CitySchema(), {.key = {"id"}}));
  ASSERT_OK_AND_ASSIGN(WriteTransaction transaction, store->BeginWrite());
  ASSERT_OK(transaction.Upsert("keyed", CityRows(0, kMany)));
  ASSERT_OK(std::move(transaction).Commit());
  ASSERT_OK_AND_ASSIGN(const Dataset dataset, store->GetSnapshot().GetDataset("keyed"));
  std::vector<Key> keys;
  for (int64_t id = -kMany; id < kMany; ++id) keys.emplace_back(id);
  for (int round = 0; round < 2; ++round) {  // the first one fills the directory
    ASSERT_OK_AND_ASSIGN(const auto rows, dataset.MultiGet(keys));
    for (size_t i = 0; i < keys.size(); ++i) {
      const int64_t id = static_cast<int64_t>(i) - kMany;
      ASSERT_EQ(rows[i].has_value(), id >= 0) << id;
      if (id >= 0) {
        ASSERT_EQ(rows[i]->GetInt64(0), id);
      }
    }
    EXPECT_EQ(store->stats().key_directory.keys, static_cast<uint64_t>(kMany));
  }
  for (int64_t id = -100; id < kMany; id += 7) {
    ASSERT_OK_AND_ASSIGN(const std::optional<RowRef> row, dataset.Get(id));
    ASSERT_EQ(row.has_value(), id >= 0) << id;
  }
}

TEST(MultiGetTest, KeepsTheOrderAndRefusesWhatDoesNotFit) {
  MemoryPlace place;
  ASSERT_OK_AND_ASSIGN(const std::unique_ptr<Store> store,
                       OpenAt(place, {.small_commit_bytes = 0}));
  ASSERT_OK(store->CreateDataset("keyed", CitySchema(), {.key = {"id"}}));
  ASSERT_OK(store->CreateDataset("ordered", CitySchema()));
  ASSERT_OK_AND_ASSIGN(WriteTransaction transaction, store->BeginWrite());
  ASSERT_OK(transaction.Upsert("keyed", CityRows(0, 100)));
  ASSERT_OK(std::move(transaction).Commit());
  const Snapshot snapshot = store->GetSnapshot();
  ASSERT_OK_AND_ASSIGN(const Dataset keyed, snapshot.GetDataset("keyed"));
  ASSERT_OK_AND_ASSIGN(const Dataset ordered, snapshot.GetDataset("ordered"));
  const std::vector<Key> keys = {Key(7), Key(500), Key(7), Key(0), Key(99)};
  ASSERT_OK_AND_ASSIGN(const auto rows, keyed.MultiGet(keys));
  ASSERT_EQ(rows.size(), 5u);
  EXPECT_EQ(rows[0]->GetInt64(0), 7);
  EXPECT_FALSE(rows[1].has_value());
  EXPECT_EQ(rows[2]->GetInt64(0), 7);
  EXPECT_EQ(rows[3]->GetInt64(0), 0);
  EXPECT_EQ(rows[4]->GetDouble(2), 99 * 0.37);
  ASSERT_OK_AND_ASSIGN(const auto none, keyed.MultiGet({}));
  EXPECT_TRUE(none.empty());
  EXPECT_EQ(ordered.MultiGet(keys).status().code(), absl::StatusCode::kFailedPrecondition);
  const absl::Status misfit = keyed.MultiGet(std::vector<Key>{Key(1), Key("a")}).status();
  EXPECT_EQ(misfit.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_NE(misfit.message().find("row 1"), std::string::npos) << misfit;
}

}  // namespace
}  // namespace ashlar::testkit
