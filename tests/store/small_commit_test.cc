// Small commits: through the log, in memory, flushed, recovered; what they make of snapshots,
// transactions and readers.

#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "ashlar/status_macros.h"
#include "src/io/file_names.h"
#include "tests/store/store_fixture.h"
#include "tests/testing/corruption.h"
#include "tests/testing/faulty_file_system.h"

namespace ashlar {
namespace {

using testkit::CityRows;
using testkit::CitySchema;
using testkit::ReadAll;
using testkit::StatusOf;

template <typename PlaceType>
class SmallCommitTest : public testkit::StoreTest<PlaceType> {
 protected:
  void CreateBoth() {
    ASSERT_OK(this->store_->CreateDataset("ordered", CitySchema()));
    ASSERT_OK(this->store_->CreateDataset("keyed", CitySchema(), {.key = {"id"}}));
  }
  absl::Status Append(const RecordBatch& rows, const CommitOptions& options = {}) {
    WriteTransaction transaction = this->Begin();
    RETURN_IF_ERROR(transaction.Append("ordered", rows));
    return std::move(transaction).Commit(options).status();
  }
  absl::Status Upsert(const RecordBatch& rows) {
    WriteTransaction transaction = this->Begin();
    RETURN_IF_ERROR(transaction.Upsert("keyed", rows));
    return std::move(transaction).Commit().status();
  }
  // What a process finds after this one was killed.
  std::unique_ptr<Store> Killed() {
    const auto tree = testkit::ReadTree(*this->place_.files());
    EXPECT_TRUE(tree.ok()) << tree.status();
    auto core = store::OpenCore(testkit::MakeFileSystem(*tree), {}, base::SystemClock(),
                                testkit::TestTuning());
    EXPECT_TRUE(core.ok()) << core.status();
    return std::make_unique<Store>(std::make_shared<Store::Impl>(Store::Impl{*std::move(core)}));
  }
};
TYPED_TEST_SUITE(SmallCommitTest, testkit::Places);

TYPED_TEST(SmallCommitTest, MakeNoVersionUntilTheyAreFlushed) {
  this->CreateBoth();
  const uint64_t version = this->store_->GetSnapshot().version();
  const uint64_t sequence = this->store_->GetSnapshot().sequence();
  WriteTransaction transaction = this->Begin();
  ASSERT_OK(transaction.Append("ordered", CityRows(0, 10)));
  ASSERT_OK_AND_ASSIGN(const WriteStats stats, std::move(transaction).Commit());
  EXPECT_EQ(stats.version, version);
  EXPECT_GT(stats.sequence, sequence);
  EXPECT_EQ(stats.rows, 10u);
  EXPECT_GT(stats.log_bytes, 0u);
  EXPECT_EQ(stats.segments_written, 0u);
  EXPECT_EQ(this->store_->GetSnapshot().version(), version);
  EXPECT_EQ(this->store_->GetSnapshot().sequence(), stats.sequence);
  EXPECT_EQ(this->store_->stats().memory_rows, 10u);
  EXPECT_TRUE(ReadAll(this->Newest("ordered")).Equals(CityRows(0, 10)));
  ASSERT_OK(this->store_->Flush());
  EXPECT_EQ(this->store_->GetSnapshot().version(), version + 1);
  EXPECT_EQ(this->store_->stats().memory_rows, 0u);
  EXPECT_EQ(this->Newest("ordered").segments().size(), 1u);
  EXPECT_TRUE(ReadAll(this->Newest("ordered")).Equals(CityRows(0, 10)));
  // A flush of nothing makes nothing.
  ASSERT_OK(this->store_->Flush());
  EXPECT_EQ(this->store_->GetSnapshot().version(), version + 1);
}

TYPED_TEST(SmallCommitTest, OutliveAKillAndAClose) {
  this->CreateBoth();
  ASSERT_OK(this->Append(CityRows(0, 10)));
  ASSERT_OK(this->Upsert(CityRows(0, 10)));
  ASSERT_OK(this->Append(CityRows(10, 5), {.durability = Durability::kNone}));
  ASSERT_OK(this->Upsert(CityRows(5, 10, 3)));
  {
    const std::unique_ptr<Store> store = this->Killed();
    ASSERT_OK_AND_ASSIGN(const Dataset ordered, store->GetSnapshot().GetDataset("ordered"));
    EXPECT_TRUE(ReadAll(ordered).Equals(CityRows(0, 15)));
    ASSERT_OK_AND_ASSIGN(const Dataset keyed, store->GetSnapshot().GetDataset("keyed"));
    EXPECT_EQ(keyed.rows(), 15u);
    ASSERT_OK_AND_ASSIGN(const auto row, keyed.Get(7));
    EXPECT_EQ(row->GetDouble(2), 7 * 0.37 + 3);
  }
  this->Reopen();
  EXPECT_TRUE(ReadAll(this->Newest("ordered")).Equals(CityRows(0, 15)));
  EXPECT_EQ(this->Newest("keyed").rows(), 15u);
  // The log has done its work, and is gone.
  EXPECT_EQ(this->store_->stats().log_file_bytes, 0u);
  EXPECT_EQ(this->store_->stats().memory_rows, 0u);
}

TYPED_TEST(SmallCommitTest, SnapshotsSeeWhatWasCommittedWhenTheyWereTaken) {
  this->CreateBoth();
  ASSERT_OK(this->Upsert(CityRows(0, 100)));
  ASSERT_OK(this->store_->Flush());
  ASSERT_OK(this->Upsert(CityRows(50, 20, 1)));
  ASSERT_OK(this->Append(CityRows(0, 3)));
  const Snapshot old = this->store_->GetSnapshot();
  ASSERT_OK(this->Upsert(CityRows(60, 50, 2)));
  WriteTransaction transaction = this->Begin();
  ASSERT_OK(transaction.Delete("keyed", std::vector<Key>{Key(0), Key(55), Key(65)}));
  ASSERT_OK(transaction.Append("ordered", CityRows(3, 4)));
  ASSERT_OK(std::move(transaction).Commit());
  for (const bool flushed : {false, true}) {
    SCOPED_TRACE(flushed);
    if (flushed) ASSERT_OK(this->store_->Flush());
    ASSERT_OK_AND_ASSIGN(const Dataset keyed, old.GetDataset("keyed"));
    EXPECT_EQ(keyed.rows(), 100u);
    for (const int64_t id : {0, 49, 50, 55, 65, 69, 70, 99, 100}) {
      ASSERT_OK_AND_ASSIGN(const auto row, keyed.Get(id));
      ASSERT_EQ(row.has_value(), id < 100) << id;
      if (!row.has_value()) continue;
      const double salt = id >= 50 && id < 70 ? 1 : 0;
      EXPECT_EQ(row->GetDouble(2), static_cast<double>(id) * 0.37 + salt);
    }
    ASSERT_OK_AND_ASSIGN(const Dataset ordered, old.GetDataset("ordered"));
    EXPECT_TRUE(ReadAll(ordered).Equals(CityRows(0, 3)));
    EXPECT_EQ(this->Newest("keyed").rows(), 107u);
    EXPECT_TRUE(ReadAll(this->Newest("ordered")).Equals(CityRows(0, 7)));
  }
}

TYPED_TEST(SmallCommitTest, WhoWritesBlindlyPinsNothingAndWhoReadsSeesOneMoment) {
  this->CreateBoth();
  WriteTransaction transaction = this->Begin();
  ASSERT_OK(transaction.Upsert("keyed", CityRows(0, 5)));
  EXPECT_EQ(this->store_->stats().pins.snapshots, 0u);
  ASSERT_OK(this->Upsert(CityRows(5, 5)));
  ASSERT_OK_AND_ASSIGN(const Dataset first, transaction.Read("keyed"));
  EXPECT_EQ(ReadAll(first).rows(), 10);
  ASSERT_OK(this->Upsert(CityRows(10, 5)));
  ASSERT_OK_AND_ASSIGN(const Dataset second, transaction.Read("keyed"));
  EXPECT_EQ(ReadAll(second).rows(), 10);
  EXPECT_TRUE(absl::IsAborted(std::move(transaction).Commit().status()));
}

TYPED_TEST(SmallCommitTest, OffsetsAndLimitsOfAScanReachIntoMemory) {
  this->CreateBoth();
  ASSERT_OK(this->Append(CityRows(0, 100)));
  ASSERT_OK(this->store_->Flush());
  ASSERT_OK(this->Append(CityRows(100, 100)));
  for (const uint64_t offset : {0, 50, 100, 150, 199, 200}) {
    for (const uint64_t limit : {1, 60, 500}) {
      ASSERT_OK_AND_ASSIGN(const RecordBatch rows,
                           this->Newest("ordered").Materialize({.offset = offset, .limit = limit}));
      const auto count = static_cast<int64_t>(std::min<uint64_t>(limit, 200 - offset));
      EXPECT_TRUE(rows.Equals(CityRows(static_cast<int64_t>(offset), count)))
          << offset << ", " << limit;
    }
  }
}

TYPED_TEST(SmallCommitTest, OfTwoThatReadAKeyTheFirstToCommitWins) {
  this->CreateBoth();
  ASSERT_OK(this->Upsert(CityRows(0, 100)));
  for (const bool flushed : {false, true}) {
    SCOPED_TRACE(flushed);
    WriteTransaction loser = this->Begin();
    ASSERT_OK_AND_ASSIGN(const Dataset seen, loser.Read("keyed"));
    ASSERT_OK(seen.Get(7).status());
    ASSERT_OK(loser.Upsert("keyed", CityRows(200, 1)));
    WriteTransaction bystander = this->Begin();
    ASSERT_OK_AND_ASSIGN(const Dataset other, bystander.Read("keyed"));
    ASSERT_OK(other.Get(8).status());
    ASSERT_OK(bystander.Upsert("keyed", CityRows(8, 1, flushed ? 4 : 5)));
    ASSERT_OK(this->Upsert(CityRows(7, 1, flushed ? 4 : 5)));
    if (flushed) ASSERT_OK(this->store_->Flush());
    EXPECT_TRUE(absl::IsAborted(std::move(loser).Commit().status()));
    EXPECT_OK(std::move(bystander).Commit());
    ASSERT_OK_AND_ASSIGN(const bool written, this->Newest("keyed").Has(200));
    EXPECT_FALSE(written);
  }
}

TYPED_TEST(SmallCommitTest, AScanInATransactionConflictsWithAnyChange) {
  this->CreateBoth();
  ASSERT_OK(this->Append(CityRows(0, 10)));
  WriteTransaction transaction = this->Begin();
  ASSERT_OK_AND_ASSIGN(const Dataset seen, transaction.Read("ordered"));
  ASSERT_OK_AND_ASSIGN(const uint64_t rows, seen.All().Count());
  EXPECT_EQ(rows, 10u);
  ASSERT_OK(transaction.Upsert("keyed", CityRows(0, 1)));
  ASSERT_OK(this->Append(CityRows(10, 1)));
  EXPECT_TRUE(absl::IsAborted(std::move(transaction).Commit().status()));
  // A flush alone changes nothing.
  WriteTransaction again = this->Begin();
  ASSERT_OK_AND_ASSIGN(const Dataset seen_again, again.Read("ordered"));
  ASSERT_OK(seen_again.All().Count().status());
  ASSERT_OK(again.Upsert("keyed", CityRows(0, 1)));
  ASSERT_OK(this->store_->Flush());
  EXPECT_OK(std::move(again).Commit());
}

TYPED_TEST(SmallCommitTest, ReplacingDropsWhatIsInMemory) {
  this->CreateBoth();
  ASSERT_OK(this->Append(CityRows(0, 10)));
  ASSERT_OK(testkit::ReplaceAll(*this->store_, "ordered", CityRows(100, 4)));
  EXPECT_TRUE(ReadAll(this->Newest("ordered")).Equals(CityRows(100, 4)));
  ASSERT_OK(this->Append(CityRows(104, 1)));
  EXPECT_TRUE(ReadAll(this->Newest("ordered")).Equals(CityRows(100, 5)));
  const std::unique_ptr<Store> store = this->Killed();
  EXPECT_TRUE(ReadAll(*store->GetSnapshot().GetDataset("ordered")).Equals(CityRows(100, 5)));
}

TYPED_TEST(SmallCommitTest, ASchemaChangeTakesRowsInMemoryAlong) {
  this->CreateBoth();
  ASSERT_OK(this->Append(CityRows(0, 10)));
  WriteTransaction transaction = this->Begin();
  ASSERT_OK(transaction.ChangeSchema("ordered", {.add = {{"extra", Int64()}}}));
  ASSERT_OK(std::move(transaction).Commit());
  ASSERT_OK(this->Append(CityRows(10, 2)));
  const RecordBatch rows = ReadAll(this->Newest("ordered"));
  ASSERT_EQ(rows.rows(), 12);
  EXPECT_TRUE(rows.column(3).IsNull(0) && rows.column(3).IsNull(11));
  const std::unique_ptr<Store> store = this->Killed();
  EXPECT_TRUE(ReadAll(*store->GetSnapshot().GetDataset("ordered")).Equals(rows));
}

TYPED_TEST(SmallCommitTest, ManyTicketsAreOneGroupAtMost) {
  this->CreateBoth();
  std::vector<CommitTicket> tickets;
  for (int64_t i = 0; i < 200; ++i) {
    WriteTransaction transaction = this->Begin();
    ASSERT_OK(transaction.Upsert("keyed", CityRows(i, 1)));
    ASSERT_OK_AND_ASSIGN(CommitTicket ticket, std::move(transaction).CommitAsync());
    tickets.push_back(std::move(ticket));
  }
  for (CommitTicket& ticket : tickets) EXPECT_OK(ticket.Wait());
  EXPECT_EQ(this->Newest("keyed").rows(), 200u);
  EXPECT_OK(tickets[0].Wait());  // asked again
}

// Whoever wants a dataset alone writes the commits that hold it and that nobody waits for.
TYPED_TEST(SmallCommitTest, ATicketThatNobodyWaitsForBlocksNobody) {
  this->CreateBoth();
  WriteTransaction transaction = this->Begin();
  ASSERT_OK(transaction.Append("ordered", CityRows(0, 5)));
  ASSERT_OK_AND_ASSIGN(CommitTicket ticket, std::move(transaction).CommitAsync());
  ASSERT_OK(testkit::ReplaceAll(*this->store_, "ordered", CityRows(7, 2)));
  EXPECT_TRUE(ReadAll(this->Newest("ordered")).Equals(CityRows(7, 2)));
  EXPECT_OK(ticket.Wait());
  WriteTransaction dropped = this->Begin();
  ASSERT_OK(dropped.Append("ordered", CityRows(9, 1)));
  { ASSERT_OK_AND_ASSIGN(const CommitTicket gone, std::move(dropped).CommitAsync()); }
  ASSERT_OK(this->store_->Flush());
  EXPECT_TRUE(ReadAll(this->Newest("ordered")).Equals(CityRows(7, 3)));
}

// Rows that are replaced before they are flushed leave logs behind, too.
TYPED_TEST(SmallCommitTest, LogsDoNotPileUp) {
  this->CreateBoth();
  for (int64_t i = 0; i < 60; ++i) {
    ASSERT_OK(this->Append(CityRows(0, 300)));
    ASSERT_OK(testkit::ReplaceAll(*this->store_, "ordered", CityRows(i, 1)));
  }
  EXPECT_LE(this->store_->stats().log_file_bytes, uint64_t{64} << 20);
  ASSERT_OK(this->store_->Flush());
  EXPECT_LE(this->store_->stats().log_file_bytes, uint64_t{3} * (64 << 10));
}

TYPED_TEST(SmallCommitTest, AReaderSeesTheTailOfTheLog) {
  this->CreateBoth();
  ASSERT_OK(this->Append(CityRows(0, 10)));
  ASSERT_OK_AND_ASSIGN(auto reader, testkit::OpenAt(this->place_, {.mode = AccessMode::kReadOnly}));
  EXPECT_EQ(reader->GetSnapshot().GetDataset("ordered")->rows(), 10u);
  const Snapshot old = reader->GetSnapshot();
  ASSERT_OK(this->Append(CityRows(10, 5)));
  EXPECT_EQ(reader->GetSnapshot().GetDataset("ordered")->rows(), 10u);
  ASSERT_OK(reader->Refresh());
  EXPECT_EQ(reader->GetSnapshot().GetDataset("ordered")->rows(), 15u);
  ASSERT_OK(this->store_->Flush());
  ASSERT_OK(this->Append(CityRows(15, 5)));
  ASSERT_OK(reader->Refresh());
  EXPECT_TRUE(ReadAll(*reader->GetSnapshot().GetDataset("ordered")).Equals(CityRows(0, 20)));
  EXPECT_TRUE(ReadAll(*old.GetDataset("ordered")).Equals(CityRows(0, 10)));
}

TYPED_TEST(SmallCommitTest, FullMemoryIsFlushedByItself) {
  this->Reopen({.memtable_bytes = 100'000});
  this->CreateBoth();
  for (int64_t i = 0; i < 60; ++i) {
    ASSERT_OK(this->Upsert(CityRows(i * 37 % 500, 100, i)));
    EXPECT_LT(this->store_->stats().memory_bytes, 500'000u);
  }
  EXPECT_GT(this->store_->stats().flushes, 0u);
  EXPECT_GT(this->Newest("keyed").segments().size(), 0u);
}

TYPED_TEST(SmallCommitTest, ATagFlushesFirst) {
  this->CreateBoth();
  ASSERT_OK(this->Append(CityRows(0, 10)));
  ASSERT_OK_AND_ASSIGN(const uint64_t version, this->store_->TagNewest("here"));
  ASSERT_OK(this->Append(CityRows(10, 10)));
  ASSERT_OK_AND_ASSIGN(const Snapshot tagged, this->store_->AtTag("here"));
  EXPECT_EQ(tagged.version(), version);
  EXPECT_EQ(tagged.GetDataset("ordered")->rows(), 10u);
}

TYPED_TEST(SmallCommitTest, ThreadsCommitSideBySide) {
  this->CreateBoth();
  std::vector<std::thread> threads;
  for (int64_t thread = 0; thread < 4; ++thread) {
    threads.emplace_back([&, thread] {
      for (int64_t i = 0; i < 50; ++i) {
        if (thread == 3) {
          // Faster than any flush: memtables begin while others are being written.
          for (int64_t n = 0; n < 10; ++n) {
            EXPECT_OK(this->Append(CityRows(n, 1), {.durability = Durability::kNone}));
          }
        }
        EXPECT_OK(this->Upsert(CityRows(thread * 1000 + i, 1)));
        const Dataset now = this->Newest("keyed");
        const auto own = now.Has(thread * 1000 + i);
        EXPECT_TRUE(own.ok() && *own);
        if (thread == 0) EXPECT_OK(this->store_->Flush());
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(this->Newest("keyed").rows(), 200u);
  EXPECT_EQ(this->Newest("ordered").rows(), 500u);
}

// Faults of the log, through a store on a disk that fails.
// The count that flushes begin by is kept from commit to commit.
TEST(SmallCommitMemory, IsCountedAsItIs) {
  auto core = store::OpenCore(std::make_shared<io::MemoryFileSystem>(), {}, base::SystemClock(),
                              testkit::TestTuning());
  ASSERT_OK(core.status());
  const store::CurrentView& view = *(*core)->view;
  Store store(std::make_shared<Store::Impl>(Store::Impl{*core}));
  ASSERT_OK(store.CreateDataset("keyed", CitySchema(), {.key = {"id"}}));
  ASSERT_OK(store.CreateDataset("ordered", CitySchema()));
  for (int round = 0; round < 3; ++round) {
    for (int commit = 0; commit < 20; ++commit) {
      ASSERT_OK_AND_ASSIGN(WriteTransaction transaction, store.BeginWrite());
      ASSERT_OK(transaction.Upsert("keyed", CityRows(commit * 50, 100)));
      if (commit % 3 == 0) ASSERT_OK(transaction.Append("ordered", CityRows(0, 100)));
      ASSERT_OK(std::move(transaction).Commit());
      uint64_t bytes = 0;
      for (const auto& [id, memtables] : view.current()->memtables) {
        for (const store::MemtableRef& ref : memtables) bytes += ref.memtable->bytes();
      }
      EXPECT_GT(bytes, 0u);
      ASSERT_EQ(view.bytes(), bytes);
    }
    if (round == 0) ASSERT_OK(store.Flush());
    if (round == 1) ASSERT_OK(store.DropDataset("keyed"));
    if (round == 1) ASSERT_OK(store.CreateDataset("keyed", CitySchema(), {.key = {"id"}}));
    if (round == 0) {
      EXPECT_EQ(view.bytes(), 0u);
    }
  }
}

// One wide value says nothing of those that follow: memory is not filled by guesses.
TEST(SmallCommitMemory, IsNotFilledByGuesses) {
  auto core = store::OpenCore(std::make_shared<io::MemoryFileSystem>(), {}, base::SystemClock(),
                              testkit::TestTuning());
  ASSERT_OK(core.status());
  const store::CurrentView& view = *(*core)->view;
  Store store(std::make_shared<Store::Impl>(Store::Impl{*core}));
  ASSERT_OK_AND_ASSIGN(const Schema schema,
                       Schema::Make({{"id", Utf8()}, {"text", Utf8(), /*nullable=*/true}}));
  ASSERT_OK(store.CreateDataset("keyed", schema, {.key = {"id"}}));
  uint64_t put = 0;
  for (int i = 0; i < 12; ++i) {
    RecordBatchBuilder builder(schema);
    const std::string id(i % 4 == 3 ? 10'000 : 5, static_cast<char>('a' + i));
    const std::string text(i < 4 ? 10 : 20'000, 'x');
    ASSERT_OK(builder.column(0).AppendBytes(id));
    ASSERT_OK(builder.column(1).AppendBytes(text));
    ASSERT_OK_AND_ASSIGN(const RecordBatch batch, builder.Finish());
    ASSERT_OK_AND_ASSIGN(WriteTransaction transaction, store.BeginWrite());
    ASSERT_OK(transaction.Upsert("keyed", batch));
    ASSERT_OK(std::move(transaction).Commit());
    put += id.size() + text.size();
    EXPECT_LE(view.bytes(), 20 * put + (uint64_t{128} << 10)) << i;
  }
}

class LogFaultTest : public ::testing::Test {
 protected:
  void Open() {
    auto core =
        store::OpenCore(std::make_shared<testkit::FaultyFileSystem>(disk_->NewHandle(), injector_),
                        {}, base::SystemClock(), testkit::TestTuning());
    ASSERT_OK(core);
    store_ = std::make_unique<Store>(std::make_shared<Store::Impl>(Store::Impl{*std::move(core)}));
  }
  absl::Status Append(int64_t first, int64_t count) {
    return testkit::AppendAll(*store_, "d", CityRows(first, count)).status();
  }
  uint64_t Rows() { return store_->GetSnapshot().GetDataset("d")->rows(); }

  std::shared_ptr<io::MemoryFileSystem> disk_ = std::make_shared<io::MemoryFileSystem>();
  std::shared_ptr<testkit::FaultInjector> injector_ = std::make_shared<testkit::FaultInjector>();
  std::unique_ptr<Store> store_;
};

TEST_F(LogFaultTest, AFailedSyncMakesTheStoreReadOnlyUntilItIsReopened) {
  Open();
  ASSERT_OK(store_->CreateDataset("d", CitySchema()));
  ASSERT_OK(Append(0, 10));
  injector_->Arm({.calls = testkit::kSyncCall, .lose_unsynced = true});
  const absl::Status failed = Append(10, 10);
  EXPECT_NE(failed.ToString().find("outcome unknown"), std::string::npos) << failed;
  injector_->Disarm();
  EXPECT_TRUE(absl::IsFailedPrecondition(Append(20, 1)));
  EXPECT_TRUE(
      absl::IsFailedPrecondition(testkit::ReplaceAll(*store_, "d", CityRows(0, 1)).status()));
  EXPECT_EQ(Rows(), 10u);
  EXPECT_FALSE(store_->Close().ok());
  store_.reset();
  Open();
  EXPECT_EQ(Rows(), 10u);
  EXPECT_OK(Append(10, 5));
  EXPECT_EQ(Rows(), 15u);
}

// Memory is full, since flushes fail; the first commit after there is space again is taken.
TEST_F(LogFaultTest, AFullMemoryHealsWithTheFirstCommitAfterwards) {
  auto core =
      store::OpenCore(std::make_shared<testkit::FaultyFileSystem>(disk_->NewHandle(), injector_),
                      {.memtable_bytes = 64 << 10}, base::SystemClock());
  ASSERT_OK(core);
  store_ = std::make_unique<Store>(std::make_shared<Store::Impl>(Store::Impl{*std::move(core)}));
  ASSERT_OK(store_->CreateDataset("d", CitySchema()));
  const absl::Status full = absl::ResourceExhaustedError("injected: no space left");
  injector_->Arm({.calls = testkit::kCreateCall, .forever = true, .status = full});
  int64_t rows = 0;
  absl::Status refused;
  while (refused.ok() && rows < 100'000) {
    refused = Append(rows, 100);
    if (refused.ok()) rows += 100;
  }
  EXPECT_TRUE(absl::IsResourceExhausted(refused)) << refused;
  EXPECT_TRUE(absl::IsResourceExhausted(Append(rows, 100)));
  injector_->Disarm();
  EXPECT_OK(Append(rows, 100));
  EXPECT_EQ(Rows(), static_cast<uint64_t>(rows + 100));
}

TEST_F(LogFaultTest, AFullDiskRefusesCommitsAndHealsByItself) {
  Open();
  ASSERT_OK(store_->CreateDataset("d", CitySchema()));
  ASSERT_OK(Append(0, 10));
  const absl::Status full = absl::ResourceExhaustedError("injected: no space left");
  for (int round = 0; round < 2; ++round) {
    injector_->Arm({.calls = testkit::kWriteBlocksCall, .status = full});
    EXPECT_TRUE(absl::IsResourceExhausted(Append(10, 10)));
    EXPECT_EQ(Rows(), 10u);
    injector_->Disarm();
  }
  EXPECT_OK(Append(10, 10));
  EXPECT_EQ(Rows(), 20u);
  ASSERT_OK(store_->Close());
  store_.reset();
  Open();
  EXPECT_EQ(Rows(), 20u);
}

}  // namespace
}  // namespace ashlar
