// The promises of a store, on a directory and on memory alike.

#include <unistd.h>

#include <atomic>
#include <thread>

#include "tests/store/store_fixture.h"

namespace ashlar::testkit {
namespace {

TYPED_TEST_SUITE(StoreTest, Places);

TYPED_TEST(StoreTest, WritesAndReadsBack) {
  ASSERT_OK(this->store_->CreateDataset("orders", CitySchema()));
  const RecordBatch rows = CityRows(0, 5000);
  ASSERT_OK_AND_ASSIGN(const WriteStats stats, ReplaceAll(*this->store_, "orders", rows));
  EXPECT_EQ(stats.rows, 5000u);
  EXPECT_GT(stats.segments_written, 0u);
  EXPECT_GT(stats.batch_bytes, 0u);
  EXPECT_GT(stats.dictionary_bytes, 0u);
  EXPECT_GT(stats.manifest_bytes, 0u);
  const Snapshot snapshot = this->store_->GetSnapshot();
  ASSERT_OK_AND_ASSIGN(const Dataset orders, snapshot.GetDataset("orders"));
  EXPECT_EQ(orders.rows(), 5000u);
  EXPECT_TRUE(ReadAll(orders).Equals(rows));
}

TYPED_TEST(StoreTest, ReopensEqual) {
  ASSERT_OK(this->store_->CreateDataset("orders", CitySchema()));
  const RecordBatch rows = CityRows(0, 20000);
  ASSERT_OK(ReplaceAll(*this->store_, "orders", rows));
  ASSERT_OK(AppendAll(*this->store_, "orders", CityRows(20000, 10)));
  this->Reopen();
  ASSERT_OK_AND_ASSIGN(const Dataset orders, this->store_->GetSnapshot().GetDataset("orders"));
  EXPECT_TRUE(ReadAll(orders).Equals(CityRows(0, 20010)));
}

TYPED_TEST(StoreTest, IdenticalReputWritesZeroChunks) {
  ASSERT_OK(this->store_->CreateDataset("orders", CitySchema()));
  const RecordBatch rows = CityRows(0, 50000);
  ASSERT_OK(ReplaceAll(*this->store_, "orders", rows));
  const uint64_t version = this->store_->GetSnapshot().version();
  for (const bool reopen : {false, true}) {
    if (reopen) this->Reopen();
    ASSERT_OK_AND_ASSIGN(const WriteStats again, ReplaceAll(*this->store_, "orders", rows));
    EXPECT_EQ(again.chunks_written, 0u);
    EXPECT_EQ(again.chunk_bytes(), 0u);
    EXPECT_EQ(again.segments_written, 0u);
    EXPECT_EQ(again.manifest_bytes, 0u);
    EXPECT_GT(again.segments_skipped, 0u);
    EXPECT_EQ(this->store_->GetSnapshot().version(), version);
  }
}

TYPED_TEST(StoreTest, OneChangedRowWritesOneSegmentsChangedChunksOnly) {
  ASSERT_OK(this->store_->CreateDataset("orders", CitySchema()));
  ASSERT_OK(ReplaceAll(*this->store_, "orders", CityRows(0, 50000)));
  this->Reopen();
  const RecordBatch changed =
      Concatenate({CityRows(0, 30000), CityRows(30000, 1, 5), CityRows(30001, 19999)});
  ASSERT_OK_AND_ASSIGN(const WriteStats stats, ReplaceAll(*this->store_, "orders", changed));
  EXPECT_EQ(stats.segments_written, 1u);
  EXPECT_EQ(stats.segments_removed, 1u);
  EXPECT_EQ(stats.chunks_written, 1u);    // amount
  EXPECT_EQ(stats.dictionary_bytes, 0u);  // city, unchanged, is not written
  this->Reopen();
  ASSERT_OK_AND_ASSIGN(const Dataset orders, this->store_->GetSnapshot().GetDataset("orders"));
  EXPECT_TRUE(ReadAll(orders).Equals(changed));
}

TYPED_TEST(StoreTest, InsertOrDeleteNearTheFrontWritesAtMostThreeOfAHundredSegments) {
  ASSERT_OK(this->store_->CreateDataset("orders", CitySchema()));
  const int64_t rows = 110 * 1024;
  ASSERT_OK(ReplaceAll(*this->store_, "orders", CityRows(0, 1024)));  // fixes the target at 1,024
  ASSERT_OK(ReplaceAll(*this->store_, "orders", CityRows(0, rows)));
  ASSERT_OK_AND_ASSIGN(const Dataset before, this->store_->GetSnapshot().GetDataset("orders"));
  ASSERT_GE(before.segments().size(), 80u);
  const RecordBatch inserted =
      Concatenate({CityRows(0, 10), CityRows(900000, 1), CityRows(10, rows - 10)});
  ASSERT_OK_AND_ASSIGN(WriteStats stats, ReplaceAll(*this->store_, "orders", inserted));
  EXPECT_GE(stats.segments_written, 1u);
  EXPECT_LE(stats.segments_written, 3u);
  const RecordBatch deleted = Concatenate({CityRows(0, 10), CityRows(11, rows - 11)});
  ASSERT_OK_AND_ASSIGN(stats, ReplaceAll(*this->store_, "orders", deleted));
  EXPECT_LE(stats.segments_written, 3u);
  ASSERT_OK_AND_ASSIGN(const Dataset after, this->store_->GetSnapshot().GetDataset("orders"));
  EXPECT_TRUE(ReadAll(after).Equals(deleted));
}

TYPED_TEST(StoreTest, SharesContentAcrossDatasets) {
  ASSERT_OK(this->store_->CreateDataset("a", CitySchema()));
  ASSERT_OK(this->store_->CreateDataset("b", CitySchema()));
  const RecordBatch rows = CityRows(0, 30000);
  ASSERT_OK(ReplaceAll(*this->store_, "a", rows));
  ASSERT_OK_AND_ASSIGN(const WriteStats stats, ReplaceAll(*this->store_, "b", rows));
  EXPECT_EQ(stats.segments_written, 0u);
  EXPECT_GT(stats.segments_skipped, 0u);
  ASSERT_OK(this->store_->DropDataset("a"));
  this->Reopen({.retention = Retention{.count = 1}});
  ASSERT_OK(this->store_->Expire(std::nullopt, false));
  ASSERT_OK_AND_ASSIGN(const Dataset b, this->store_->GetSnapshot().GetDataset("b"));
  EXPECT_TRUE(ReadAll(b).Equals(rows));
}

TYPED_TEST(StoreTest, SnapshotReadIsStableWhileAWriterCommits) {
  ASSERT_OK(this->store_->CreateDataset("orders", CitySchema()));
  const RecordBatch first = CityRows(0, 4000);
  ASSERT_OK(ReplaceAll(*this->store_, "orders", first));
  const Snapshot held = this->store_->GetSnapshot();
  for (int64_t round = 1; round <= 20; ++round) {
    ASSERT_OK(ReplaceAll(*this->store_, "orders", CityRows(0, 4000, round)));
  }
  // Its version is long beyond the retention, and its files are still there.
  EXPECT_TRUE(absl::IsNotFound(this->store_->At(held.version()).status()));
  ASSERT_OK_AND_ASSIGN(const Dataset orders, held.GetDataset("orders"));
  EXPECT_TRUE(ReadAll(orders).Equals(first));
}

TYPED_TEST(StoreTest, NoPartialVisibilityAcrossDatasets) {
  const Schema schema = CitySchema();
  ASSERT_OK(this->store_->CreateDataset("a", schema));
  ASSERT_OK(this->store_->CreateDataset("b", schema));
  std::atomic<bool> stop{false};
  std::atomic<int> checked{0};
  std::vector<std::thread> readers;
  for (int reader = 0; reader < 3; ++reader) {
    readers.emplace_back([&] {
      while (!stop) {
        const Snapshot snapshot = this->store_->GetSnapshot();
        const auto a = snapshot.GetDataset("a");
        const auto b = snapshot.GetDataset("b");
        ASSERT_TRUE(a.ok() && b.ok());
        EXPECT_EQ(a->rows(), b->rows());
        EXPECT_TRUE(ReadAll(*a).Equals(ReadAll(*b)));
        ++checked;
      }
    });
  }
  for (int64_t round = 1; round <= 30; ++round) {
    ASSERT_OK_AND_ASSIGN(WriteTransaction transaction, this->store_->BeginWrite());
    const RecordBatch rows = CityRows(0, 100 * round, round);
    EXPECT_OK(transaction.Replace("a", rows));
    EXPECT_OK(transaction.Replace("b", rows));
    EXPECT_OK(std::move(transaction).Commit());
  }
  while (checked < 3) std::this_thread::yield();
  stop = true;
  for (std::thread& reader : readers) reader.join();
}

TYPED_TEST(StoreTest, TransactionReadsItsOwnWritesAndAbortLeavesNothing) {
  ASSERT_OK(this->store_->CreateDataset("orders", CitySchema()));
  ASSERT_OK(ReplaceAll(*this->store_, "orders", CityRows(0, 100)));
  const StoreStats before = this->store_->stats();
  {
    ASSERT_OK_AND_ASSIGN(WriteTransaction transaction, this->store_->BeginWrite());
    ASSERT_OK(transaction.Append("orders", CityRows(100, 50)));
    ASSERT_OK(transaction.CreateDataset("new", CitySchema()));
    ASSERT_OK(transaction.Append("new", CityRows(0, 7)));
    ASSERT_OK_AND_ASSIGN(const Dataset pending, transaction.Read("orders"));
    EXPECT_TRUE(ReadAll(pending).Equals(CityRows(0, 150)));
    ASSERT_OK_AND_ASSIGN(const Dataset created, transaction.Read("new"));
    EXPECT_EQ(created.rows(), 7u);
    std::move(transaction).Abort();
  }
  ASSERT_OK_AND_ASSIGN(const Dataset orders, this->store_->GetSnapshot().GetDataset("orders"));
  EXPECT_EQ(orders.rows(), 100u);
  EXPECT_TRUE(absl::IsNotFound(this->store_->GetSnapshot().GetDataset("new").status()));
  const StoreStats after = this->store_->stats();
  EXPECT_EQ(after.segment_files, before.segment_files);
  ASSERT_OK_AND_ASSIGN(const ExpireReport garbage, this->store_->CollectGarbage(false));
  EXPECT_EQ(garbage.files_removed, 0u);
}

TYPED_TEST(StoreTest, SecondReplaceOfADatasetIsAborted) {
  ASSERT_OK(this->store_->CreateDataset("orders", CitySchema()));
  ASSERT_OK_AND_ASSIGN(WriteTransaction first, this->store_->BeginWrite());
  ASSERT_OK_AND_ASSIGN(WriteTransaction second, this->store_->BeginWrite());
  ASSERT_OK(first.Replace("orders", CityRows(0, 10)));
  EXPECT_TRUE(absl::IsAborted(second.Replace("orders", CityRows(0, 20))));
  EXPECT_TRUE(absl::IsAborted(second.Append("orders", CityRows(0, 20))));
  ASSERT_OK(std::move(first).Commit());
  std::move(second).Abort();
  ASSERT_OK(ReplaceAll(*this->store_, "orders", CityRows(0, 20)));
}

TYPED_TEST(StoreTest, AppendsOfSeveralTransactionsAllStay) {
  ASSERT_OK(this->store_->CreateDataset("orders", CitySchema()));
  ASSERT_OK_AND_ASSIGN(WriteTransaction first, this->store_->BeginWrite());
  ASSERT_OK_AND_ASSIGN(WriteTransaction second, this->store_->BeginWrite());
  ASSERT_OK(first.Append("orders", CityRows(0, 10)));
  ASSERT_OK(second.Append("orders", CityRows(10, 10)));
  ASSERT_OK(std::move(first).Commit());
  ASSERT_OK(std::move(second).Commit());
  ASSERT_OK_AND_ASSIGN(const Dataset orders, this->store_->GetSnapshot().GetDataset("orders"));
  EXPECT_TRUE(ReadAll(orders).Equals(CityRows(0, 20)));
}

TYPED_TEST(StoreTest, GetDatasetHandleDecodesNothing) {
  ASSERT_OK(this->store_->CreateDataset("orders", CitySchema()));
  ASSERT_OK(ReplaceAll(*this->store_, "orders", CityRows(0, 50000)));
  this->Reopen();
  ASSERT_OK_AND_ASSIGN(const Dataset orders, this->store_->GetSnapshot().GetDataset("orders"));
  EXPECT_EQ(orders.rows(), 50000u);
  EXPECT_FALSE(orders.segments().empty());
  StoreStats stats = this->store_->stats();
  EXPECT_EQ(stats.reads.segments_opened, 0u);
  EXPECT_EQ(stats.reads.chunks_touched, 0u);
  EXPECT_EQ(stats.reads.pages_verified, 0u);
  ASSERT_OK_AND_ASSIGN(auto reader, orders.Scan({.columns = {"id"}, .limit = 1}));
  RecordBatch batch;
  ASSERT_OK(reader->Next(&batch));
  stats = this->store_->stats();
  EXPECT_EQ(stats.reads.segments_opened, 1u);
  EXPECT_EQ(stats.reads.chunks_touched, 1u);
}

TYPED_TEST(StoreTest, ScanHonoursColumnsOffsetAndLimit) {
  ASSERT_OK(this->store_->CreateDataset("orders", CitySchema()));
  ASSERT_OK(ReplaceAll(*this->store_, "orders", CityRows(0, 20000)));
  ASSERT_OK_AND_ASSIGN(const Dataset orders, this->store_->GetSnapshot().GetDataset("orders"));
  ASSERT_OK_AND_ASSIGN(const RecordBatch some,
                       orders.Materialize({.columns = {"id"}, .offset = 12345, .limit = 3000}));
  ASSERT_EQ(some.rows(), 3000);
  ASSERT_EQ(some.columns().size(), 1u);
  EXPECT_EQ(some.column(0).GetInt64(0), 12345);
  EXPECT_EQ(some.column(0).GetInt64(2999), 15344);
  EXPECT_TRUE(absl::IsNotFound(orders.Scan({.columns = {"cty"}}).status()));
}

TYPED_TEST(StoreTest, AnEmptyStreamOfAnotherSchemaIsRefused) {
  ASSERT_OK(this->store_->CreateDataset("orders", CitySchema()));
  ASSERT_OK(ReplaceAll(*this->store_, "orders", CityRows(0, 10)));
  ASSERT_OK_AND_ASSIGN(WriteTransaction transaction, this->store_->BeginWrite());
  const auto empty = MakeBatchReader(*Schema::Make({{"other", Int64()}}), {});
  EXPECT_TRUE(absl::IsInvalidArgument(transaction.Replace("orders", *empty)));
  ASSERT_OK(std::move(transaction).Commit());
  EXPECT_EQ(this->store_->GetSnapshot().GetDataset("orders")->rows(), 10u);
}

TYPED_TEST(StoreTest, ScanFollowsPathsThroughStructs) {
  ASSERT_OK_AND_ASSIGN(
      const Schema schema,
      Schema::Make({{"id", Int64()}, {"birth", Struct({{"year", Int64()}, {"city", Utf8()}})}}));
  ASSERT_OK(this->store_->CreateDataset("people", schema));
  RecordBatchBuilder builder(schema);
  for (int64_t i = 0; i < 10; ++i) {
    ASSERT_OK(builder.column(0).AppendInt64(i));
    if (i == 3) {
      builder.column(1).AppendNull();
      continue;
    }
    ASSERT_OK(builder.column(1).child(0).AppendInt64(1900 + i));
    ASSERT_OK(builder.column(1).child(1).AppendBytes("x"));
    ASSERT_OK(builder.column(1).AppendNested());
  }
  ASSERT_OK_AND_ASSIGN(const RecordBatch rows, builder.Finish());
  ASSERT_OK(ReplaceAll(*this->store_, "people", rows));
  ASSERT_OK_AND_ASSIGN(const Dataset people, this->store_->GetSnapshot().GetDataset("people"));
  ASSERT_OK_AND_ASSIGN(const RecordBatch years,
                       people.Materialize({.columns = {"birth.year", "id"}, .offset = 2}));
  EXPECT_EQ(years.schema().ToString(), "birth.year: int64, id: int64");
  ASSERT_EQ(years.rows(), 8);
  EXPECT_EQ(years.column(0).GetInt64(0), 1902);
  EXPECT_TRUE(years.column(0).IsNull(1));
  EXPECT_TRUE(absl::IsNotFound(people.Scan({.columns = {"birth.month"}}).status()));
  EXPECT_TRUE(absl::IsNotFound(people.Scan({.columns = {"birth."}}).status()));
}

TYPED_TEST(StoreTest, ReadOnlyStoreRefusesWritesAndSeesOneVersion) {
  ASSERT_OK(this->store_->CreateDataset("orders", CitySchema()));
  ASSERT_OK(ReplaceAll(*this->store_, "orders", CityRows(0, 100)));
  ASSERT_OK_AND_ASSIGN(auto reader, OpenAt(this->place_, {.mode = AccessMode::kReadOnly}));
  EXPECT_TRUE(absl::IsFailedPrecondition(reader->BeginWrite().status()));
  ASSERT_OK(AppendAll(*this->store_, "orders", CityRows(100, 100)));
  ASSERT_OK_AND_ASSIGN(Dataset orders, reader->GetSnapshot().GetDataset("orders"));
  EXPECT_EQ(orders.rows(), 100u);
  ASSERT_OK(reader->Refresh());
  ASSERT_OK_AND_ASSIGN(orders, reader->GetSnapshot().GetDataset("orders"));
  EXPECT_EQ(orders.rows(), 200u);
}

TYPED_TEST(StoreTest, SecondWriterIsRefusedAtOnce) {
  EXPECT_TRUE(absl::IsUnavailable(OpenAt(this->place_).status()));
  this->store_.reset();
  EXPECT_OK(OpenAt(this->place_));
}

TYPED_TEST(StoreTest, ReaderProcessKeepsItsVersionsFiles) {
  this->Reopen({.retention = Retention{.count = 1}});
  ASSERT_OK(this->store_->CreateDataset("orders", CitySchema()));
  const RecordBatch first = CityRows(0, 3000);
  ASSERT_OK(ReplaceAll(*this->store_, "orders", first));
  ASSERT_OK_AND_ASSIGN(auto reader, OpenAt(this->place_, {.mode = AccessMode::kReadOnly}));
  for (int64_t round = 1; round < 5; ++round) {
    ASSERT_OK(ReplaceAll(*this->store_, "orders", CityRows(0, 3000, round)));
  }
  ASSERT_OK_AND_ASSIGN(const Dataset orders, reader->GetSnapshot().GetDataset("orders"));
  EXPECT_TRUE(ReadAll(orders).Equals(first));
}

}  // namespace
}  // namespace ashlar::testkit
