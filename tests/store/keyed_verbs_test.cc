// Insert, update and delete by a predicate: against a map, against each other, and refused.
#include <set>

#include "ashlar/ashlar.h"
#include "gtest/gtest.h"
#include "src/base/random.h"
#include "tests/store/keyed_values.h"

namespace ashlar {
namespace {

using testkit::KeyedModel;
using testkit::KeyedRows;
using testkit::KeyShape;
using testkit::KeyShapes;
using testkit::ModelOf;
using testkit::RowsOf;
using testkit::SchemaOf;
using testkit::StatusOf;
using testkit::Values;

template <typename PlaceType>
class KeyedVerbsTest : public testkit::StoreTest<PlaceType> {};
TYPED_TEST_SUITE(KeyedVerbsTest, testkit::Places);

KeyedRows RandomRows(const KeyShape& shape, base::Random& random, bool unique) {
  std::set<uint64_t> taken;
  KeyedRows rows;
  for (uint64_t n = random.Uniform(random.OneIn(4) ? 700 : 40); n > 0; --n) {
    const uint64_t number = random.Uniform(1000);
    if (unique && !taken.insert(number).second) continue;
    rows.push_back({shape.key(number),
                    {static_cast<int64_t>(random.Uniform(1000)) - 1,
                     static_cast<int64_t>(random.Uniform(1000)) - 1}});
  }
  return rows;
}

void InsertSome(WriteTransaction& transaction, const KeyShape& shape, KeyedModel* model,
                base::Random& random) {
  const KeyedRows rows = RandomRows(shape, random, true);
  ASSERT_OK_AND_ASSIGN(const KeyedWriteReport report,
                       transaction.Insert("keyed", RowsOf(shape, rows)));
  std::vector<Key> skipped;
  for (const auto& [key, values] : rows) {
    if (!model->emplace(key, values).second) skipped.push_back(key);
  }
  EXPECT_EQ(report.skipped, skipped);
  EXPECT_EQ(report.skipped_count, skipped.size());
  EXPECT_EQ(report.rows_written, rows.size() - skipped.size());
}

void UpdateSome(WriteTransaction& transaction, const KeyShape& shape, KeyedModel* model,
                base::Random& random) {
  const testkit::Columns columns{.a = random.OneIn(2), .b = random.OneIn(2)};
  const KeyedRows rows = RandomRows(shape, random, false);
  ASSERT_OK_AND_ASSIGN(const KeyedWriteReport report,
                       transaction.Update("keyed", RowsOf(shape, rows, columns)));
  std::vector<Key> skipped;
  for (const auto& [key, values] : rows) {
    const auto found = model->find(key);
    if (found == model->end()) {
      skipped.push_back(key);
      continue;
    }
    if (columns.a) found->second.a = values.a;
    if (columns.b) found->second.b = values.b;
  }
  EXPECT_EQ(report.skipped, skipped);
  EXPECT_EQ(report.rows_written, rows.size() - skipped.size());
}

void DeleteSome(WriteTransaction& transaction, KeyedModel* model, base::Random& random) {
  const auto remainder = static_cast<int64_t>(random.Uniform(7));
  ASSERT_OK_AND_ASSIGN(const uint64_t deleted,
                       transaction.DeleteWhere("keyed", Col("a") % 7 == remainder));
  const size_t erased = std::erase_if(
      *model, [&](const auto& row) { return row.second.a >= 0 && row.second.a % 7 == remainder; });
  EXPECT_EQ(deleted, erased);
}

TYPED_TEST(KeyedVerbsTest, HoldWhatAMapHolds) {
  uint64_t seed = 0;
  for (const KeyShape& shape : KeyShapes()) {
    for (const uint64_t small_bytes : {uint64_t{0}, uint64_t{6000}, uint64_t{1} << 20}) {
      SCOPED_TRACE(testing::Message() << shape.name << ", seed " << ++seed);
      base::Random random(seed);
      this->Reopen({.small_commit_bytes = small_bytes});
      ASSERT_OK(this->store_->CreateDataset("keyed", SchemaOf(shape), {.key = shape.fields()}));
      KeyedModel model;
      for (int round = 0; round < 12 && !testing::Test::HasFatalFailure(); ++round) {
        KeyedModel next = model;
        WriteTransaction transaction = this->Begin();
        for (uint64_t calls = 1 + random.Uniform(4); calls > 0; --calls) {
          if (random.OneIn(6)) {
            DeleteSome(transaction, &next, random);
          } else if (random.OneIn(2)) {
            InsertSome(transaction, shape, &next, random);
          } else {
            UpdateSome(transaction, shape, &next, random);
          }
        }
        ASSERT_OK_AND_ASSIGN(const Dataset own, transaction.Read("keyed"));
        ASSERT_EQ(ModelOf(own), next);
        if (random.OneIn(5)) {
          std::move(transaction).Abort();
        } else {
          ASSERT_OK(std::move(transaction).Commit());
          model = std::move(next);
        }
        if (random.OneIn(4)) ASSERT_OK(this->store_->Flush());
        if (random.OneIn(6)) this->Reopen({.small_commit_bytes = small_bytes});
        ASSERT_EQ(ModelOf(this->Newest()), model);
      }
      ASSERT_OK(this->store_->DropDataset("keyed"));
    }
  }
}

TYPED_TEST(KeyedVerbsTest, TheFirstCommitterWins) {
  const KeyShape shape = KeyShapes()[0];
  for (const uint64_t small_bytes : {uint64_t{0}, uint64_t{1} << 20}) {
    this->Reopen({.small_commit_bytes = small_bytes});
    ASSERT_OK(this->store_->CreateDataset("keyed", SchemaOf(shape), {.key = {"k0"}}));
    const auto row = [&](int64_t key, int64_t a) { return RowsOf(shape, {{Key(key), {a, 0}}}); };
    WriteTransaction first = this->Begin();
    WriteTransaction second = this->Begin();
    WriteTransaction elsewhere = this->Begin();
    ASSERT_OK(first.Insert("keyed", row(1, 1)).status());
    ASSERT_OK(second.Insert("keyed", row(1, 2)).status());
    ASSERT_OK(elsewhere.Insert("keyed", row(2, 3)).status());
    ASSERT_OK(std::move(first).Commit());
    EXPECT_TRUE(absl::IsAborted(std::move(second).Commit().status()));
    ASSERT_OK(std::move(elsewhere).Commit());
    // A blind write, too, is a change of what an update looked at.
    WriteTransaction updating = this->Begin();
    WriteTransaction deleting = this->Begin();
    WriteTransaction blind = this->Begin();
    ASSERT_OK(updating.Update("keyed", row(1, 4)).status());
    ASSERT_OK_AND_ASSIGN(const uint64_t deleted, deleting.DeleteWhere("keyed", Col("a") == 3));
    EXPECT_EQ(deleted, 1u);
    ASSERT_OK(blind.Upsert("keyed", row(1, 5)));
    ASSERT_OK(std::move(blind).Commit());
    EXPECT_TRUE(absl::IsAborted(std::move(updating).Commit().status()));
    ASSERT_OK(std::move(deleting).Commit());
    EXPECT_EQ(ModelOf(this->Newest()), (KeyedModel{{Key(1), {5, 0}}}));
    ASSERT_OK(this->store_->DropDataset("keyed"));
  }
}

// Rows that a flush has moved are compared by their values.
TYPED_TEST(KeyedVerbsTest, AFlushIsNoConflictButAChangeBeforeItIs) {
  const KeyShape shape = KeyShapes()[3];
  ASSERT_OK(this->store_->CreateDataset("keyed", SchemaOf(shape), {.key = {"k0", "k1"}}));
  const auto upsert = [&](uint64_t first, uint64_t rows, int64_t a) {
    KeyedRows some;
    for (uint64_t n = first; n < first + rows; ++n) some.push_back({shape.key(n), {a, 0}});
    WriteTransaction transaction = this->Begin();
    ASSERT_OK(transaction.Upsert("keyed", RowsOf(shape, some)));
    ASSERT_OK(std::move(transaction).Commit());
  };
  upsert(0, 400, 1);
  for (const bool changed : {false, true}) {
    const uint64_t first = changed ? 301 : 300;
    KeyedRows looked_at;
    for (uint64_t n = 0; n < 200; ++n) looked_at.push_back({shape.key(first + 3 * n), {2, 0}});
    WriteTransaction inserting = this->Begin();
    WriteTransaction getting = this->Begin();
    ASSERT_OK(inserting.Insert("keyed", RowsOf(shape, looked_at)).status());
    ASSERT_OK_AND_ASSIGN(const Dataset own, getting.Read("keyed"));
    ASSERT_OK(own.Get(shape.key(first)).status());
    ASSERT_OK(own.Get(shape.key(999)).status());
    ASSERT_OK(getting.Upsert("keyed", RowsOf(shape, {{shape.key(1), {3, 3}}})));
    upsert(changed ? first : 1, 1, 7);
    ASSERT_OK(this->store_->Flush());
    EXPECT_EQ(absl::IsAborted(std::move(inserting).Commit().status()), changed);
    EXPECT_EQ(absl::IsAborted(std::move(getting).Commit().status()), changed);
  }
}

TYPED_TEST(KeyedVerbsTest, RefuseWhatDoesNotFitAndThenChangeNothing) {
  const KeyShape shape = KeyShapes()[3];
  ASSERT_OK(this->store_->CreateDataset("keyed", SchemaOf(shape), {.key = {"k0", "k1"}}));
  ASSERT_OK(this->store_->CreateDataset("ordered", SchemaOf(shape)));
  const KeyedRows rows = {{shape.key(1), {1, 1}}, {shape.key(2), {2, 2}}, {shape.key(1), {3, 3}}};
  WriteTransaction transaction = this->Begin();
  const absl::Status twice = transaction.Insert("keyed", RowsOf(shape, rows)).status();
  EXPECT_EQ(twice.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_NE(std::string(twice.message()).find("row 2: key"), std::string::npos) << twice;
  // In batches of one stream, too.
  const auto stream = MakeBatchReader(
      SchemaOf(shape), {RowsOf(shape, {rows[0], rows[1]}), RowsOf(shape, {rows[2]})});
  EXPECT_EQ(transaction.Insert("keyed", *stream).status().message(), twice.message());
  EXPECT_TRUE(
      absl::IsFailedPrecondition(transaction.Update("ordered", RowsOf(shape, rows)).status()));
  EXPECT_TRUE(
      absl::IsFailedPrecondition(transaction.DeleteWhere("ordered", Col("a") == 1).status()));
  EXPECT_FALSE(transaction.DeleteWhere("keyed", Col("nowhere") == 1).ok());
  ASSERT_OK_AND_ASSIGN(const Schema without_key, Schema::Make({{"a", Int64()}, {"k0", Utf8()}}));
  EXPECT_TRUE(absl::IsInvalidArgument(
      transaction.Update("keyed", *MakeBatchReader(without_key, {})).status()));
  ASSERT_OK_AND_ASSIGN(const Schema unknown,
                       Schema::Make({{"k0", Utf8()}, {"k1", Int32()}, {"bb", Utf8()}}));
  const absl::Status named = transaction.Update("keyed", *MakeBatchReader(unknown, {})).status();
  EXPECT_NE(std::string(named.message()).find("bb"), std::string::npos) << named;
  ASSERT_OK_AND_ASSIGN(const Dataset own, transaction.Read("keyed"));
  EXPECT_TRUE(ModelOf(own).empty());
}

// More than the transaction may hold in memory: it turns large halfway through the stream.
TYPED_TEST(KeyedVerbsTest, StreamsTurnLarge) {
  const KeyShape shape = {"int", {Int64()}, [](uint64_t n) { return Key(n); }};
  ASSERT_OK(this->store_->CreateDataset("keyed", SchemaOf(shape), {.key = {"k0"}}));
  std::vector<RecordBatch> inserted;
  std::vector<RecordBatch> updated;
  KeyedModel model;
  for (uint64_t batch = 0; batch < 10; ++batch) {
    KeyedRows rows;
    for (uint64_t n = batch * 2000; n < batch * 2000 + 2000; ++n) {
      const auto value = static_cast<int64_t>(n % 77);
      rows.push_back({shape.key(n * 7919 % 20'000), {value, value}});
      model[rows.back().first] = {value + 1, value};
    }
    inserted.push_back(RowsOf(shape, rows));
    for (auto& [key, values] : rows) ++values.a;
    updated.push_back(RowsOf(shape, rows, {.b = false}));
  }
  WriteTransaction small = this->Begin();
  ASSERT_OK(small.Upsert("keyed", inserted[3]));
  ASSERT_OK(std::move(small).Commit());
  WriteTransaction transaction = this->Begin();
  const auto all = MakeBatchReader(inserted[0].schema(), inserted);
  ASSERT_OK_AND_ASSIGN(const KeyedWriteReport insertion, transaction.Insert("keyed", *all));
  EXPECT_EQ(insertion.rows_written, 18'000u);
  EXPECT_EQ(insertion.skipped_count, 2000u);
  EXPECT_EQ(insertion.skipped.size(), kMaxReportedKeys);
  const auto changes = MakeBatchReader(updated[0].schema(), updated);
  ASSERT_OK_AND_ASSIGN(const KeyedWriteReport update, transaction.Update("keyed", *changes));
  EXPECT_EQ(update.rows_written, 20'000u);
  ASSERT_OK(std::move(transaction).Commit());
  EXPECT_EQ(ModelOf(this->Newest()), model);
}

}  // namespace
}  // namespace ashlar
