// The keyed engines of the benchmarks, Ashlar's and its peers', hold the same rows.
//
// Figures of engines that answer differently compare nothing: each must find what was written, last
// write first, miss what was not, and have it again after opening anew.
#include "bench/keyed_engine.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "bench/keyed_rows.h"

namespace ashlar::bench {
namespace {

constexpr uint64_t kRows = 3000;
constexpr uint64_t kBatchRows = 700;

class KeyedEngineTest : public testing::TestWithParam<KeyedEngine> {
 protected:
  void SetUp() override {
    path_ = testing::TempDir() + "ashlar-keyed-XXXXXX";
    ASSERT_NE(mkdtemp(path_.data()), nullptr);
  }
  void TearDown() override { std::filesystem::remove_all(path_); }

  std::unique_ptr<KeyedStore> Open(const KeyedOptions& options = {}) {
    return GetParam().open(path_ + "/store", options);
  }

  // Row `row` as it is in `rows`, and nothing where that is null.
  static void ExpectRow(KeyedReader& reader, uint64_t row, const KeyedBatch* holder, size_t at) {
    uint64_t number = 0;
    uint64_t sum = 0;
    ASSERT_EQ(reader.GetNumber(KeyOfRow(row), &number), holder != nullptr) << row;
    ASSERT_EQ(reader.GetRow(KeyOfRow(row), &sum), holder != nullptr) << row;
    if (holder == nullptr) return;
    EXPECT_EQ(number, NumberOfValue(holder->value(at)));
    EXPECT_EQ(sum, SumOfValue(holder->shape, holder->value(at)));
  }

  static void ExpectAllRows(KeyedStore& store) {
    const KeyedBatch all = MakeKeyedBatches(kWideRows, 0, kRows, kRows)[0];
    const std::unique_ptr<KeyedReader> reader = store.NewReader();
    for (uint64_t row = 0; row < kRows; ++row) ExpectRow(*reader, row, &all, row);
    for (uint64_t row = kRows; row < 2 * kRows; ++row) ExpectRow(*reader, row, nullptr, 0);
  }

  static void ExpectManyAndRanges(KeyedStore& store) {
    const std::unique_ptr<KeyedReader> reader = store.NewReader();
    const KeyedBatch sorted = MakeSortedBatches(kWideRows, kRows, kRows)[0];
    uint64_t expected = 0;
    for (size_t row = 100; row < 600; ++row) expected += NumberOfValue(sorted.value(row));
    const std::string keys = sorted.keys.substr(100 * kKeyBytes, 500 * kKeyBytes);
    uint64_t sum = 0;
    EXPECT_EQ(reader->MultiGet(keys + KeyOfRow(kRows + 1), &sum), 500u);
    EXPECT_EQ(sum, expected);
    const std::optional<uint64_t> range = reader->Range(sorted.key(100), 500);
    EXPECT_EQ(range.value_or(expected), expected);
    const std::optional<uint64_t> end = reader->Range(sorted.key(kRows - 1), 500);
    const uint64_t last = NumberOfValue(sorted.value(kRows - 1));
    EXPECT_EQ(end.value_or(last), last);
  }

 private:
  std::string path_;
};

TEST_P(KeyedEngineTest, HasWhatWasWrittenAlsoAfterOpeningAnew) {
  for (const Durability durability : {Durability::kUnsynced, Durability::kSynced}) {
    const auto store = Open({.durability = durability});
    for (const KeyedBatch& batch : MakeKeyedBatches(kWideRows, 0, kRows, kBatchRows)) {
      store->Write(batch);
    }
    ExpectAllRows(*store);
    store->Settle();
    ExpectAllRows(*store);
    ExpectManyAndRanges(*store);
  }
  ExpectAllRows(*Open());
}

TEST_P(KeyedEngineTest, IngestsRowsThatAscend) {
  const auto store = Open();
  store->Ingest(MakeSortedBatches(kWideRows, kRows, kBatchRows));
  ExpectAllRows(*store);
  ExpectManyAndRanges(*store);
}

TEST_P(KeyedEngineTest, TheLastWriteOfAKeyCounts) {
  const auto store = Open();
  for (const KeyedBatch& batch : MakeKeyedBatches(kWideRows, 0, kRows, kRows)) store->Write(batch);
  KeyedBatch other = MakeKeyedBatch(kWideRows, {7});
  other.values = MakeKeyedBatch(kWideRows, {8}).values;
  other.columns = MakeKeyedBatch(kWideRows, {8}).columns;
  std::vector<Column> columns = other.columns.columns();
  columns[0] = MakeKeyedBatch(kWideRows, {7}).columns.column(0);
  other.columns = RecordBatch::Make(KeyedSchema(kWideRows), columns).value();
  store->Write(other);
  ExpectRow(*store->NewReader(), 7, &other, 0);
}

TEST_P(KeyedEngineTest, TakesRowsWithoutWords) {
  const auto store = Open({.shape = kCommitRows, .durability = Durability::kSynced});
  const KeyedBatch batch = MakeKeyedBatch(kCommitRows, {1, 2});
  store->Write(batch);
  const std::unique_ptr<KeyedReader> reader = store->NewReader();
  uint64_t sum = 0;
  EXPECT_TRUE(reader->GetRow(batch.key(1), &sum));
  EXPECT_EQ(sum, SumOfValue(kCommitRows, batch.value(1)));
}

INSTANTIATE_TEST_SUITE_P(Each, KeyedEngineTest, testing::ValuesIn(AllKeyedEngines()),
                         [](const testing::TestParamInfo<KeyedEngine>& engine) {
                           return engine.param.name;
                         });

}  // namespace
}  // namespace ashlar::bench
