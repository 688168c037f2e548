// Writers, readers, expiry and collection at once, on memory; to be run under ThreadSanitizer too.

#include <atomic>
#include <cstdio>
#include <thread>

#include "src/base/random.h"
#include "tests/store/recovery_check.h"
#include "tests/store/store_fixture.h"

namespace ashlar::testkit {
namespace {

constexpr int64_t kAccounts = 40;
constexpr int64_t kTotal = 2 * kAccounts * 100;

Schema AccountSchema() {
  return *Schema::Make({{"account", Int64(), false}, {"balance", Int64(), false}});
}

RecordBatch Accounts(const std::vector<int64_t>& balances) {
  RecordBatchBuilder builder(AccountSchema());
  for (size_t i = 0; i < balances.size(); ++i) {
    EXPECT_OK(builder.column(0).AppendInt64(static_cast<int64_t>(i)));
    EXPECT_OK(builder.column(1).AppendInt64(balances[i]));
  }
  return *builder.Finish();
}

std::vector<int64_t> BalancesOf(const RecordBatch& rows) {
  std::vector<int64_t> balances;
  for (int64_t i = 0; i < rows.rows(); ++i) balances.push_back(rows.column(1).GetInt64(i));
  return balances;
}

int64_t Sum(const std::vector<int64_t>& balances) {
  int64_t sum = 0;
  for (const int64_t balance : balances) sum += balance;
  return sum;
}

class ConcurrencyTest : public ::testing::TestWithParam<uint64_t> {
 protected:
  void SetUp() override {
    auto core = store::OpenCore(files_, {.retention = Retention{.count = 2}}, base::SystemClock(),
                                TestTuning());
    ASSERT_OK(core);
    core_ = *core;
    store_ = std::make_unique<Store>(std::make_shared<Store::Impl>(Store::Impl{core_}));
  }

  std::shared_ptr<io::MemoryFileSystem> files_ = std::make_shared<io::MemoryFileSystem>();
  std::shared_ptr<store::StoreCore> core_;
  std::unique_ptr<Store> store_;
};

// Moves money from one dataset to the other.
absl::Status Transfer(Store& store, base::Random& random) {
  ASSIGN_OR_RETURN(WriteTransaction transaction, store.BeginWrite());
  ASSIGN_OR_RETURN(const Dataset a, transaction.Read("left"));
  ASSIGN_OR_RETURN(const RecordBatch a_rows, a.Materialize());
  ASSIGN_OR_RETURN(const Dataset b, transaction.Read("right"));
  ASSIGN_OR_RETURN(const RecordBatch b_rows, b.Materialize());
  std::vector<int64_t> left = BalancesOf(a_rows);
  std::vector<int64_t> right = BalancesOf(b_rows);
  const int64_t amount = static_cast<int64_t>(random.Uniform(50));
  left[random.Uniform(left.size())] -= amount;
  right[random.Uniform(right.size())] += amount;
  RETURN_IF_ERROR(transaction.Replace("left", Accounts(left)));
  RETURN_IF_ERROR(transaction.Replace("right", Accounts(right)));
  return std::move(transaction).Commit().status();
}

TEST_P(ConcurrencyTest, TheBankTotalHoldsInEverySnapshot) {
  ASSERT_OK(store_->CreateDataset("left", AccountSchema()));
  ASSERT_OK(store_->CreateDataset("right", AccountSchema()));
  {
    ASSERT_OK_AND_ASSIGN(WriteTransaction transaction, store_->BeginWrite());
    const std::vector<int64_t> hundred(kAccounts, 100);
    ASSERT_OK(transaction.Replace("left", Accounts(hundred)));
    ASSERT_OK(transaction.Replace("right", Accounts(hundred)));
    ASSERT_OK(std::move(transaction).Commit());
  }
  std::atomic<bool> stop{false};
  std::atomic<int> checked{0};
  std::vector<std::thread> threads;
  for (int reader = 0; reader < 3; ++reader) {
    threads.emplace_back([&] {
      uint64_t newest = 0;
      while (!stop) {
        const Snapshot snapshot = store_->GetSnapshot();
        EXPECT_GE(snapshot.version(), newest);
        newest = snapshot.version();
        const auto left = snapshot.GetDataset("left");
        const auto right = snapshot.GetDataset("right");
        ASSERT_TRUE(left.ok() && right.ok());
        EXPECT_EQ(Sum(BalancesOf(ReadAll(*left))) + Sum(BalancesOf(ReadAll(*right))), kTotal);
        ++checked;
      }
    });
  }
  threads.emplace_back([&] {
    while (!stop) {
      EXPECT_OK(store_->Expire(Retention{.count = 1}, false));
      EXPECT_OK(store_->CollectGarbage(false));
      EXPECT_GE(store_->stats().segment_files, 1u);
      std::this_thread::yield();
    }
  });
  base::Random random(GetParam());
  for (int round = 0; round < 60; ++round) EXPECT_OK(Transfer(*store_, random));
  while (checked < 10) std::this_thread::yield();
  stop = true;
  for (std::thread& thread : threads) thread.join();
}

TEST_P(ConcurrencyTest, WritersOfDifferentDatasetsAndAppendsSideBySide) {
  constexpr int kWriters = 3;
  constexpr int64_t kRounds = 20;
  ASSERT_OK(store_->CreateDataset("shared", CitySchema()));
  for (int writer = 0; writer < kWriters; ++writer) {
    ASSERT_OK(store_->CreateDataset(base::StrCat("own", writer), CitySchema()));
  }
  std::atomic<int> running{kWriters};
  std::vector<std::thread> threads;
  for (int writer = 0; writer < kWriters; ++writer) {
    threads.emplace_back([&, writer] {
      base::Random random(GetParam() * 100 + static_cast<uint64_t>(writer));
      const std::string own = base::StrCat("own", writer);
      for (int64_t round = 0; round < kRounds; ++round) {
        // The same contents recur, so that collection and reuse meet.
        const auto rows = static_cast<int64_t>(50 + 50 * random.Uniform(3));
        EXPECT_OK(ReplaceAll(*store_, own, CityRows(0, rows, static_cast<int64_t>(round % 4))));
        EXPECT_OK(AppendAll(*store_, "shared", CityRows(writer * 1000 + round * 10, 10)));
        const Snapshot snapshot = store_->GetSnapshot();
        const auto read = snapshot.GetDataset(own);
        ASSERT_OK(read);
        EXPECT_TRUE(ReadAll(*read).Equals(CityRows(0, rows, round % 4)));
      }
      --running;
    });
  }
  threads.emplace_back([&] {
    while (running > 0) {
      EXPECT_OK(store_->CollectGarbage(false));
      EXPECT_OK(store_->Expire(std::nullopt, false));
      std::this_thread::yield();
    }
  });
  for (std::thread& thread : threads) thread.join();
  ASSERT_OK_AND_ASSIGN(const Dataset shared, store_->GetSnapshot().GetDataset("shared"));
  EXPECT_EQ(shared.rows(), static_cast<uint64_t>(kWriters * kRounds * 10));
  std::vector<int64_t> next(kWriters, 0);
  const RecordBatch rows = ReadAll(shared);
  for (int64_t i = 0; i < rows.rows(); ++i) {
    // Every writer's rows are there in its own order.
    const int64_t id = rows.column(0).GetInt64(i);
    EXPECT_EQ(id % 1000, next[static_cast<size_t>(id / 1000)]++);
  }
  ASSERT_OK(store_->CollectGarbage(false));
  EXPECT_OK(CheckFilesOf(*core_));
}

// Commits that have read share groups: of those that insert one key only the first may, and of
// those that count one row up none may be lost.
TEST_P(ConcurrencyTest, CommitsThatHaveReadShareGroupsAndConflict) {
  constexpr int kThreads = 8;
  constexpr int64_t kKeys = 60;
  ASSERT_OK(store_->CreateDataset("keyed", CitySchema(), {.key = {"id"}}));
  std::atomic<int64_t> inserted{0};
  std::atomic<int64_t> counted{0};
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < kThreads; ++t) {
      threads.emplace_back([&, t] {
        for (int64_t key = 0; key < kKeys; ++key) {
          WriteTransaction insert = *store_->BeginWrite();
          const std::unique_ptr<BatchReader> rows =
              MakeBatchReader(CitySchema(), {CityRows(key, 1)});
          const auto report = insert.Insert("keyed", *rows);
          ASSERT_OK(report);
          const auto committed = std::move(insert).Commit();
          ASSERT_TRUE(committed.ok() || absl::IsAborted(committed.status()));
          if (committed.ok()) inserted += static_cast<int64_t>(report->rows_written);
          // One more for the row of the key 0, whoever else does the same.
          for (bool done = key % 4 != t % 4; !done;) {
            WriteTransaction count = *store_->BeginWrite();
            ASSERT_OK_AND_ASSIGN(const Dataset seen, count.Read("keyed"));
            ASSERT_OK_AND_ASSIGN(const std::optional<RowRef> row, seen.Get(0));
            const auto salt = static_cast<int64_t>(row->GetDouble(2)) + 1;
            ASSERT_OK(count.Upsert("keyed", CityRows(0, 1, salt)));
            const auto status = std::move(count).Commit().status();
            ASSERT_TRUE(status.ok() || absl::IsAborted(status)) << status;
            done = status.ok();
            if (done) ++counted;
          }
        }
      });
    }
  }
  const Dataset keyed = *store_->GetSnapshot().GetDataset("keyed");
  EXPECT_EQ(keyed.rows(), static_cast<uint64_t>(kKeys));
  EXPECT_EQ(inserted, kKeys);
  EXPECT_EQ(keyed.Get(0)->value().GetDouble(2), static_cast<double>(counted));
}

INSTANTIATE_TEST_SUITE_P(Seeds, ConcurrencyTest, ::testing::Values(1, 2));

}  // namespace
}  // namespace ashlar::testkit
