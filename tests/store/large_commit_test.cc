// Large commits over rows in memory: these are flushed in the same edit, so that one commit makes
// one version, and nothing is lost, doubled or out of order.
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tests/store/store_fixture.h"
#include "tests/testing/failing_reader.h"

namespace ashlar::testkit {
namespace {

constexpr int64_t kLarge = 10'000;  // rows that go to segments at once

template <typename PlaceType>
class LargeCommits : public StoreTest<PlaceType> {
 protected:
  void SetUp() override {
    StoreTest<PlaceType>::SetUp();
    ASSERT_OK(this->store_->CreateDataset("keyed", CitySchema(), {.key = {"id"}}));
    ASSERT_OK(this->store_->CreateDataset("ordered", CitySchema()));
  }

  void Upsert(const RecordBatch& rows) {
    WriteTransaction transaction = this->Begin();
    ASSERT_OK(transaction.Upsert("keyed", rows));
    ASSERT_OK(std::move(transaction).Commit());
  }
  void Append(const RecordBatch& rows) {
    WriteTransaction transaction = this->Begin();
    ASSERT_OK(transaction.Append("ordered", rows));
    ASSERT_OK(std::move(transaction).Commit());
  }
  uint64_t Version() { return this->store_->GetSnapshot().version(); }
  // Also after a reopening: what the log still has is not applied twice.
  void ExpectKeyed(const RecordBatch& sorted) {
    for (const bool reopened : {false, true}) {
      if (reopened) this->Reopen();
      const Dataset keyed = this->Newest();
      ASSERT_EQ(keyed.rows(), static_cast<uint64_t>(sorted.rows()));
      ASSERT_OK_AND_ASSIGN(const auto reader, keyed.Range());
      int64_t row = 0;
      for (RecordBatch batch;;) {
        ASSERT_OK_AND_ASSIGN(const bool more, reader->Next(&batch));
        if (!more) break;
        ASSERT_OK_AND_ASSIGN(const RecordBatch expected, sorted.Slice(row, batch.rows()));
        ASSERT_TRUE(batch.Equals(expected)) << "from row " << row;
        row += batch.rows();
      }
      ASSERT_EQ(row, sorted.rows());
    }
  }
  void ExpectOrdered(const RecordBatch& rows) {
    EXPECT_TRUE(ReadAll(this->Newest("ordered")).Equals(rows));
    this->Reopen();
    EXPECT_TRUE(ReadAll(this->Newest("ordered")).Equals(rows));
  }
};
TYPED_TEST_SUITE(LargeCommits, Places);

TYPED_TEST(LargeCommits, OfAKeyedDatasetMakeOneVersion) {
  this->Upsert(CityRows(0, 100, 1));
  this->Upsert(CityRows(kLarge, 50, 1));
  const uint64_t before = this->Version();
  this->Upsert(CityRows(50, kLarge - 50, 2));  // some keys are those in memory
  EXPECT_EQ(this->Version(), before + 1);
  EXPECT_EQ(this->store_->stats().memory_rows, 0u);
  ASSERT_OK_AND_ASSIGN(const Snapshot old, this->store_->At(before));
  EXPECT_EQ(old.GetDataset("keyed")->rows(), 0u);
  this->ExpectKeyed(
      Concatenate({CityRows(0, 50, 1), CityRows(50, kLarge - 50, 2), CityRows(kLarge, 50, 1)}));
}

TYPED_TEST(LargeCommits, DeleteWhatIsInMemory) {
  this->Upsert(CityRows(0, 200));
  const uint64_t before = this->Version();
  std::vector<Key> keys;
  for (int64_t id = 20; id < kLarge; ++id) keys.emplace_back(id);
  WriteTransaction transaction = this->Begin();
  ASSERT_OK(transaction.Delete("keyed", keys));
  ASSERT_OK(std::move(transaction).Commit());
  EXPECT_EQ(this->Version(), before + 1);
  this->ExpectKeyed(CityRows(0, 20));
}

TYPED_TEST(LargeCommits, OfAnOrderedDatasetStandBehindWhatWasInMemory) {
  this->Append(CityRows(0, 30));
  const uint64_t before = this->Version();
  this->Append(CityRows(30, kLarge));
  EXPECT_EQ(this->Version(), before + 1);
  this->Append(CityRows(kLarge + 30, 5));
  this->ExpectOrdered(CityRows(0, kLarge + 35));
}

TYPED_TEST(LargeCommits, ReplaceAndDropWhatIsInMemory) {
  this->Append(CityRows(0, 30));
  uint64_t before = this->Version();
  ASSERT_OK(ReplaceAll(*this->store_, "ordered", CityRows(7, 3)));
  EXPECT_EQ(this->Version(), before + 1);
  this->ExpectOrdered(CityRows(7, 3));
  this->Append(CityRows(10, 30));
  this->Upsert(CityRows(0, 10));
  before = this->Version();
  WriteTransaction transaction = this->Begin();
  ASSERT_OK(transaction.DropDataset("ordered"));
  ASSERT_OK(std::move(transaction).Commit());
  EXPECT_EQ(this->Version(), before + 1);
  this->Reopen();
  EXPECT_FALSE(this->store_->GetSnapshot().GetDataset("ordered").ok());
  this->ExpectKeyed(CityRows(0, 10));
}

TYPED_TEST(LargeCommits, ReadTheirOwnWritesOverWhatWasInMemory) {
  this->Upsert(CityRows(0, 100, 1));
  WriteTransaction transaction = this->Begin();
  ASSERT_OK(transaction.Upsert("keyed", CityRows(50, kLarge, 2)));
  {
    ASSERT_OK_AND_ASSIGN(const Dataset own, transaction.Read("keyed"));
    EXPECT_EQ(own.rows(), static_cast<uint64_t>(kLarge + 50));
    EXPECT_EQ(own.Get(7).value()->GetDouble(2), ReadAll(own).column(2).GetDouble(7));
    EXPECT_TRUE(own.Has(60).value());
  }
  ASSERT_OK(transaction.Upsert("keyed", CityRows(0, 5, 3)));
  ASSERT_OK(std::move(transaction).Commit());
  this->ExpectKeyed(Concatenate({CityRows(0, 5, 3), CityRows(5, 45, 1), CityRows(50, kLarge, 2)}));
}

TYPED_TEST(LargeCommits, ThatAreAbortedChangeNothing) {
  this->Upsert(CityRows(0, 100));
  const uint64_t before = this->Version();
  WriteTransaction transaction = this->Begin();
  ASSERT_OK(transaction.Upsert("keyed", CityRows(50, kLarge, 2)));
  std::move(transaction).Abort();
  EXPECT_EQ(this->Version(), before);
  EXPECT_EQ(this->store_->stats().memory_rows, 100u);
  this->ExpectKeyed(CityRows(0, 100));
}

// The edit of a large delete takes away what is flushed below it: the segments stay as they were,
// and yet a row is gone that others have read.
TYPED_TEST(LargeCommits, ThatTakeAwayWhatIsInMemoryAreConflicts) {
  this->Upsert(CityRows(kLarge, kLarge));  // the first write, which fixes the size of segments
  this->Upsert(CityRows(0, 1, 1));
  ASSERT_EQ(this->store_->stats().memory_rows, 1u);
  WriteTransaction reader = this->Begin();
  ASSERT_OK_AND_ASSIGN(const Dataset seen, reader.Read("keyed"));
  ASSERT_TRUE(seen.Has(0).value());
  ASSERT_OK(reader.Upsert("keyed", CityRows(0, 1, 2)));
  const uint64_t files = this->store_->stats().segment_files;
  std::vector<Key> keys;
  for (int64_t id = 0; id < kLarge; ++id) keys.emplace_back(id);
  WriteTransaction large = this->Begin();
  ASSERT_OK(large.Delete("keyed", keys));
  ASSERT_OK(std::move(large).Commit());
  EXPECT_EQ(this->store_->stats().memory_rows, 0u);
  EXPECT_EQ(this->store_->stats().segment_files, files);  // nothing is left of the flush
  EXPECT_TRUE(absl::IsAborted(std::move(reader).Commit().status()));
  EXPECT_EQ(this->Newest().rows(), static_cast<uint64_t>(kLarge));
}

TYPED_TEST(LargeCommits, OfManyKeysMakeOneVersionToo) {
  this->Upsert(CityRows(0, 10, 1));
  this->Append(CityRows(0, 10));
  const uint64_t before = this->Version();
  this->Upsert(CityRows(5, 70'000, 2));
  EXPECT_EQ(this->Version(), before + 1);
  EXPECT_EQ(this->store_->stats().memory_rows, 10u);  // of the other dataset
  this->ExpectKeyed(Concatenate({CityRows(0, 5, 1), CityRows(5, 70'000, 2)}));
  this->ExpectOrdered(CityRows(0, 10));
}

// Verbs that look before they write see what is in memory, and publish it with what they write.
TYPED_TEST(LargeCommits, OfVerbsThatReadMakeOneVersion) {
  this->Upsert(CityRows(0, 100, 1));
  uint64_t before = this->Version();
  WriteTransaction inserting = this->Begin();
  ASSERT_OK_AND_ASSIGN(
      const KeyedWriteReport inserted,
      inserting.Insert("keyed", *MakeBatchReader(CitySchema(), {CityRows(90, kLarge, 2)})));
  EXPECT_EQ(inserted.rows_written, static_cast<uint64_t>(kLarge - 10));
  EXPECT_EQ(this->Version(), before);
  ASSERT_OK(std::move(inserting).Commit());
  EXPECT_EQ(this->Version(), before + 1);
  EXPECT_EQ(this->store_->stats().memory_rows, 0u);

  this->Upsert(CityRows(0, 10, 3));
  WriteTransaction forgetting = this->Begin();
  ASSERT_OK(forgetting.Delete("keyed", std::vector<Key>{Key(int64_t{7}), Key(int64_t{26})}));
  ASSERT_OK(std::move(forgetting).Commit());
  before = this->Version();
  WriteTransaction merging = this->Begin();
  ASSERT_OK_AND_ASSIGN(
      const MergeReport merged,
      merging.Merge("keyed", *MakeBatchReader(CitySchema(), {CityRows(5, 20, 4)}), {}));
  EXPECT_EQ(merged.rows_updated, 19u);
  EXPECT_EQ(merged.rows_inserted, 1u);
  ASSERT_OK(std::move(merging).Commit());
  EXPECT_EQ(this->Version(), before + 1);

  this->Upsert(CityRows(0, 2, 5));
  before = this->Version();
  WriteTransaction deleting = this->Begin();
  ASSERT_OK_AND_ASSIGN(const uint64_t deleted, deleting.DeleteWhere("keyed", Col("id") >= 30));
  EXPECT_EQ(deleted, static_cast<uint64_t>(kLarge + 60));
  ASSERT_OK(std::move(deleting).Commit());
  EXPECT_EQ(this->Version(), before + 1);
  this->ExpectKeyed(Concatenate({CityRows(0, 2, 5), CityRows(2, 3, 3), CityRows(5, 20, 4),
                                 CityRows(25, 1, 1), CityRows(27, 3, 1)}));
}

// Nothing of what they have written is left, and nothing of memory is flushed.
TYPED_TEST(LargeCommits, OfVerbsThatFailChangeNothing) {
  this->Upsert(CityRows(0, 100, 1));
  const uint64_t before = this->Version();
  const uint64_t files = this->store_->stats().segment_files;
  for (const bool merges : {true, false}) {
    WriteTransaction transaction = this->Begin();
    ASSERT_OK(transaction.Upsert("keyed", CityRows(200, kLarge, 2)));
    FailingReader broken({CityRows(50, kLarge, 3)});
    const absl::Status failed = merges ? transaction.Merge("keyed", broken, {}).status()
                                       : transaction.Update("keyed", broken).status();
    EXPECT_TRUE(absl::IsDataLoss(failed)) << failed;
    ASSERT_OK_AND_ASSIGN(const Dataset own, transaction.Read("keyed"));
    EXPECT_EQ(own.rows(), static_cast<uint64_t>(kLarge + 100));
    std::move(transaction).Abort();
    EXPECT_EQ(this->Version(), before);
    EXPECT_EQ(this->store_->stats().memory_rows, 100u);
    EXPECT_EQ(this->store_->stats().segment_files, files);
  }
  this->ExpectKeyed(CityRows(0, 100, 1));
}

// What a verb has seen is not all of it any more when its transaction commits.
TYPED_TEST(LargeCommits, OfVerbsMeetWhatIsDoneMeanwhile) {
  for (const bool committed : {false, true}) {
    for (const bool flushed : {false, true}) {
      for (const bool compacted : {false, true}) {
        this->Upsert(CityRows(0, 60, 1));
        ASSERT_OK(this->store_->Flush());
        this->Upsert(CityRows(60, 40, 1));
        WriteTransaction transaction = this->Begin();
        ASSERT_OK_AND_ASSIGN(
            const KeyedWriteReport updated,
            transaction.Update("keyed", *MakeBatchReader(CitySchema(), {CityRows(50, kLarge, 2)})));
        EXPECT_EQ(updated.rows_written, 50u);
        ASSERT_OK(transaction.Upsert("keyed", CityRows(200, kLarge, 3)));
        ASSERT_OK(transaction.Update("keyed", *MakeBatchReader(CitySchema(), {CityRows(20, 5, 5)}))
                      .status());
        const int64_t others = committed ? 10 : 0;
        if (committed) this->Upsert(CityRows(0, others, 4));
        if (flushed) ASSERT_OK(this->store_->Flush());
        if (compacted) ASSERT_OK(this->store_->Compact().status());
        // Nothing but the transaction keeps what it has read.
        ASSERT_OK(this->store_->Expire(Retention{.count = 1}, false).status());
        const uint64_t before = this->Version();
        ASSERT_OK(std::move(transaction).Commit());
        EXPECT_EQ(this->Version(), before + 1);
        EXPECT_EQ(this->store_->stats().memory_rows, 0u);
        this->ExpectKeyed(Concatenate({CityRows(0, others, 4), CityRows(others, 20 - others, 1),
                                       CityRows(20, 5, 5), CityRows(25, 25, 1), CityRows(50, 50, 2),
                                       CityRows(200, kLarge, 3)}));
        WriteTransaction clearing = this->Begin();
        ASSERT_OK(clearing.DeleteWhere("keyed", Col("id") >= 0).status());
        ASSERT_OK(std::move(clearing).Commit());
      }
    }
  }
}

// Of a commit that wrote two datasets, a version has both parts or none.
TYPED_TEST(LargeCommits, TearNoCommitOfSeveralDatasets) {
  for (const int64_t round : {0, 1}) {
    WriteTransaction both = this->Begin();
    ASSERT_OK(both.Upsert("keyed", CityRows(0, 10, round)));
    ASSERT_OK(both.Append("ordered", CityRows(0, 10, round)));
    ASSERT_OK(std::move(both).Commit());
    if (round == 1) this->Reopen();  // which reads the log
    this->Upsert(CityRows(100, kLarge, round));
    ASSERT_OK_AND_ASSIGN(const Snapshot old, this->store_->At(this->Version()));
    ASSERT_OK_AND_ASSIGN(const Dataset ordered, old.GetDataset("ordered"));
    ASSERT_OK_AND_ASSIGN(const Dataset keyed, old.GetDataset("keyed"));
    EXPECT_EQ(ordered.rows(), static_cast<uint64_t>(10 * (round + 1)));
    EXPECT_EQ(keyed.Get(3).value()->GetDouble(2), CityRows(3, 1, round).column(2).GetDouble(0));
  }
}

// A key that was looked up has changed: the first to commit wins.
TYPED_TEST(LargeCommits, OfVerbsConflictWithWhatTheyHaveSeenInMemory) {
  this->Upsert(CityRows(0, 100, 1));
  WriteTransaction transaction = this->Begin();
  ASSERT_OK(transaction.Upsert("keyed", CityRows(200, kLarge, 3)));
  ASSERT_OK(
      transaction.Update("keyed", *MakeBatchReader(CitySchema(), {CityRows(50, 10, 2)})).status());
  this->Upsert(CityRows(55, 1, 4));
  EXPECT_TRUE(absl::IsAborted(std::move(transaction).Commit().status()));
  this->ExpectKeyed(Concatenate({CityRows(0, 55, 1), CityRows(55, 1, 4), CityRows(56, 44, 1)}));
}

// The rows in memory are of the schema before.
TYPED_TEST(LargeCommits, ChangeTheSchemaAboveWhatIsInMemory) {
  this->Upsert(CityRows(0, 10));
  this->Append(CityRows(0, 10));
  const uint64_t before = this->Version();
  WriteTransaction transaction = this->Begin();
  for (const std::string name : {"keyed", "ordered"}) {
    ASSERT_OK(transaction.ChangeSchema(name, {.add = {{"more", Int64()}}}));
  }
  ASSERT_OK(std::move(transaction).Commit());
  EXPECT_EQ(this->Version(), before + 1);
  EXPECT_EQ(this->store_->stats().memory_rows, 0u);
  for (const bool reopened : {false, true}) {
    if (reopened) this->Reopen();
    for (const std::string name : {"keyed", "ordered"}) {
      const RecordBatch rows = ReadAll(this->Newest(name));
      ASSERT_EQ(rows.rows(), 10);
      EXPECT_TRUE(rows.column(3).IsNull(9));
      EXPECT_TRUE(rows.column(1).Equals(CityRows(0, 10).column(1)));
    }
  }
}

// A commit of one row is large when its value is.
TYPED_TEST(LargeCommits, TakeAValueOfAHundredMegabytes) {
  constexpr size_t kBytes = 100'000'000;
  const Schema schema = *Schema::Make({{"id", Int64(), false}, {"text", Utf8(), false}});
  ASSERT_OK(this->store_->CreateDataset("texts", schema, {.key = {"id"}}));
  std::string text(kBytes, 'x');
  for (size_t i = 0; i < kBytes; i += 4099) text[i] = static_cast<char>('a' + i % 26);
  RecordBatchBuilder builder(schema);
  ASSERT_OK(builder.column(0).AppendInt64(1));
  ASSERT_OK(builder.column(1).AppendBytes(text));
  ASSERT_OK_AND_ASSIGN(const RecordBatch row, builder.Finish());
  WriteTransaction transaction = this->Begin();
  ASSERT_OK(transaction.Upsert("texts", row));
  ASSERT_OK(std::move(transaction).Commit());
  this->Reopen();
  const Dataset texts = this->Newest("texts");
  ASSERT_OK_AND_ASSIGN(const std::optional<RowRef> got, texts.Get(1));
  ASSERT_TRUE(got.has_value());
  EXPECT_TRUE(got->GetBytes(1) == text);
}

// While a large transaction writes, small ones commit and are flushed: the last to commit counts.
TYPED_TEST(LargeCommits, MeetSmallOnesThatCommitMeanwhile) {
  this->Upsert(CityRows(0, 10, 1));
  WriteTransaction transaction = this->Begin();
  ASSERT_OK(transaction.Upsert("keyed", CityRows(5, kLarge, 2)));
  this->Upsert(CityRows(0, 8, 3));
  ASSERT_OK(this->store_->Flush());
  this->Upsert(CityRows(kLarge + 5, 5, 3));
  const uint64_t before = this->Version();
  ASSERT_OK(std::move(transaction).Commit());
  EXPECT_EQ(this->Version(), before + 1);
  this->ExpectKeyed(
      Concatenate({CityRows(0, 5, 3), CityRows(5, kLarge, 2), CityRows(kLarge + 5, 5, 3)}));
}

}  // namespace
}  // namespace ashlar::testkit
