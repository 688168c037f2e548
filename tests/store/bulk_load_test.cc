// Large segments: written behind their maker, around the page cache, the same bytes as ever.
//
// Crash states and failing calls of such loads are the scenario "large load"'s (scenarios.h).
#include <algorithm>
#include <atomic>
#include <chrono>
#include <functional>
#include <latch>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <utility>

#include "src/io/file_names.h"
#include "src/store/write_behind.h"
#include "tests/store/store_fixture.h"
#include "tests/store/watched_file_system.h"
#include "tests/testing/failing_reader.h"
#include "tests/testing/faulty_file_system.h"

namespace ashlar::testkit {
namespace {

constexpr size_t kSlice = 4096;
constexpr int64_t kRows = 4000;
constexpr uint32_t kSegmentRows = 500;

// Runs tasks on two threads, but not at once: what is written behind is late.
class LateExecutor final : public base::Executor {
 public:
  LateExecutor() : pool_(*base::ThreadPool::Start(2)) {}
  void Schedule(std::function<void()> task) override {
    pool_->Schedule([task = std::move(task)] {
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
      task();
    });
  }
  [[nodiscard]] size_t parallelism() const override { return pool_->parallelism(); }

 private:
  const std::unique_ptr<base::ThreadPool> pool_;
};

// A store whose large segments are written by threads of their own.
class Loader {
 public:
  explicit Loader(std::shared_ptr<io::FileSystem> files, uint64_t direct_above = kSlice,
                  uint64_t small_commit_bytes = 0)
      : files_(std::move(files)) {
    auto core = store::OpenCore(
        files_, {.small_commit_bytes = small_commit_bytes}, &clock_,
        {.executor = &executor_, .direct_above = direct_above, .write_buffer_bytes = kSlice});
    EXPECT_TRUE(core.ok()) << core.status();
    store_ = std::make_unique<Store>(std::make_shared<Store::Impl>(Store::Impl{*core}));
    EXPECT_OK(store_->CreateDataset("keyed", CitySchema(),
                                    {.key = {"id"}, .boundaries = {.fixed_rows = kSegmentRows}}));
  }
  ~Loader() { store_.reset(); }

  [[nodiscard]] WriteTransaction Begin() {
    auto transaction = store_->BeginWrite();
    EXPECT_TRUE(transaction.ok()) << transaction.status();
    return *std::move(transaction);
  }
  [[nodiscard]] absl::Status Load(const RecordBatch& rows) {
    WriteTransaction transaction = Begin();
    if (absl::Status written = transaction.Upsert("keyed", rows); !written.ok()) return written;
    return std::move(transaction).Commit().status();
  }
  [[nodiscard]] Dataset Newest() {
    auto dataset = store_->GetSnapshot().GetDataset("keyed");
    EXPECT_TRUE(dataset.ok()) << dataset.status();
    return *std::move(dataset);
  }
  // Content by name.
  [[nodiscard]] std::map<std::string, std::string> Segments() const {
    std::map<std::string, std::string> segments;
    const auto entries = files_->List(io::kSegmentsDirectory);
    EXPECT_TRUE(entries.ok()) << entries.status();
    for (const io::DirectoryEntry& entry : *entries) {
      const std::string name = base::StrCat(io::kSegmentsDirectory, "/", entry.name);
      segments[name] = *io::ReadWholeFile(*files_, name, 1 << 24);
    }
    return segments;
  }

 private:
  const std::shared_ptr<io::FileSystem> files_;
  base::ManualClock clock_{std::chrono::seconds(1'700'000'000)};
  LateExecutor executor_;
  std::unique_ptr<Store> store_;
};

TEST(BulkLoadTest, DirectAndBufferedFilesHaveTheSameBytes) {
  DirectoryPlace direct_place;
  DirectoryPlace buffered_place;
  MemoryPlace memory_place;
  Loader direct(direct_place.files());
  Loader buffered(buffered_place.files(), uint64_t{1} << 40);
  Loader memory(memory_place.files());
  for (Loader* loader : {&direct, &buffered, &memory}) {
    ASSERT_OK(loader->Load(CityRows(0, kRows)));
    ASSERT_OK(loader->Load(CityRows(kRows / 2, kRows, 7)));
  }
  const auto segments = direct.Segments();
  EXPECT_EQ(segments.size(), 16u);
  for (const auto& [name, bytes] : segments) EXPECT_GT(bytes.size(), kSlice) << name;
  EXPECT_TRUE(segments == buffered.Segments());
  EXPECT_TRUE(segments == memory.Segments());
}

TEST(BulkLoadTest, KeyPagesOfDirectFilesAreReadBeforePublication) {
  for (const bool direct : {true, false}) {
    MemoryPlace place;
    const auto injector = std::make_shared<FaultInjector>();
    Loader loader(
        std::make_shared<FaultyFileSystem>(
            std::static_pointer_cast<io::MemoryFileSystem>(place.files())->NewHandle(), injector),
        direct ? kSlice : uint64_t{1} << 40);
    ASSERT_OK(loader.Load(CityRows(0, kSegmentRows)));
    // The key's chunk, the filter and the fences.
    EXPECT_EQ(injector->calls(kPopulateCall), direct ? 3u : 0u);
  }
}

// What is read soon stays in the page cache, and a large load drives nothing out of it.
TEST(BulkLoadTest, ALargeLoadBypassesTheCacheButForItsFirstFiles) {
  constexpr uint64_t kDirectAbove = 32 << 10;
  MemoryPlace place;
  auto watched = std::make_shared<WatchedFileSystem>(
      std::static_pointer_cast<io::MemoryFileSystem>(place.files())->NewHandle(),
      std::make_shared<FaultInjector>());
  Loader loader(watched, kDirectAbove);
  ASSERT_OK(loader.Load(CityRows(0, 2 * kSegmentRows)));
  EXPECT_EQ(watched->direct_files, 0);
  const auto before = loader.Segments();
  ASSERT_OK(loader.Load(CityRows(0, 4 * kRows, 1)));
  uint64_t sent = 0;
  int direct = 0;
  for (const auto& [name, bytes] : loader.Segments()) {
    if (before.contains(name)) continue;
    sent += bytes.size();
    ASSERT_GT(bytes.size(), kDirectAbove / 8);  // smaller ones are written through the cache
    ASSERT_LT(bytes.size(), kDirectAbove / 2);
    if (sent > kDirectAbove) ++direct;
  }
  EXPECT_GT(direct, 20);
  EXPECT_EQ(watched->direct_files, direct);
}

// What comes first tells nothing of how much will come.
TEST(BulkLoadTest, RowsOfWhichMoreComeMakeLargeSegments) {
  constexpr int64_t kMany = 5 * columnar::kMaxTargetRows;
  MemoryPlace place;
  ASSERT_OK_AND_ASSIGN(const auto store, OpenAt(place));
  for (const std::string name : {"loaded", "called", "grown", "flushed", "whole"}) {
    ASSERT_OK(store->CreateDataset(name, CitySchema(), {.key = {"id"}}));
  }
  const RecordBatch rows = CityRows(0, kMany);
  std::vector<RecordBatch> batches;
  for (int64_t row = 0; row < kMany; row += 1024) batches.push_back(*rows.Slice(row, 1024));
  ASSERT_OK_AND_ASSIGN(WriteTransaction transaction, store->BeginWrite());
  ASSERT_OK(transaction.Upsert("loaded", *MakeBatchReader(rows.schema(), batches)));
  ASSERT_OK(std::move(transaction).Commit());
  // In many calls, the first of which may be small enough for memory.
  for (const std::string name : {"called", "grown"}) {
    ASSERT_OK_AND_ASSIGN(transaction, store->BeginWrite());
    if (name == "grown") ASSERT_OK(transaction.Upsert(name, *rows.Slice(0, 10)));
    for (int64_t row = 0; row < kMany; row += 32'768) {
      ASSERT_OK(transaction.Upsert(name, *rows.Slice(row, 32'768)));
    }
    ASSERT_OK_AND_ASSIGN(const WriteStats stats, std::move(transaction).Commit());
    EXPECT_EQ(stats.rows, static_cast<uint64_t>(kMany));
  }
  for (size_t i = 0; i < batches.size() / 4; ++i) {
    ASSERT_OK_AND_ASSIGN(WriteTransaction small, store->BeginWrite());
    ASSERT_OK(small.Upsert("flushed", batches[i]));
    ASSERT_OK(std::move(small).Commit({.durability = Durability::kNone}));
  }
  ASSERT_OK(store->Flush());
  // A write that is all there is tells it: about sixteen segments.
  ASSERT_OK_AND_ASSIGN(transaction, store->BeginWrite());
  ASSERT_OK(transaction.Upsert("whole", *rows.Slice(0, kMany / 2)));
  ASSERT_OK(std::move(transaction).Commit());
  const auto segments = [&](std::string_view name) {
    return store->GetSnapshot().GetDataset(name)->segments().size();
  };
  EXPECT_LE(segments("loaded"), 10u);
  EXPECT_LE(segments("called"), 10u);
  EXPECT_LE(segments("grown"), 10u);
  EXPECT_TRUE(ReadAll(*store->GetSnapshot().GetDataset("grown")).Equals(rows));
  EXPECT_LE(segments("flushed"), 4u);
  EXPECT_GE(segments("whole"), 12u);
}

// A call that fails leaves what the calls before it gathered, whether it had written or not.
TEST(BulkLoadTest, ACallThatFailsTakesNothingOfTheOthersAway) {
  MemoryPlace place;
  ASSERT_OK_AND_ASSIGN(const auto store, OpenAt(place));
  ASSERT_OK(store->CreateDataset("keyed", CitySchema(), {.key = {"id"}}));
  for (const int64_t batches : {3, 30}) {  // the second time it writes before it fails
    ASSERT_OK_AND_ASSIGN(WriteTransaction transaction, store->BeginWrite());
    ASSERT_OK(transaction.Upsert("keyed", CityRows(0, 20'000, 1)));
    std::vector<RecordBatch> rows;
    for (int64_t i = 0; i < batches; ++i) rows.push_back(CityRows(i * 10'000, 10'000, 2));
    FailingReader failing(rows);
    EXPECT_FALSE(transaction.Upsert("keyed", failing).ok());
    ASSERT_OK(transaction.Upsert("keyed", CityRows(15'000, 10'000, 3)));
    ASSERT_OK_AND_ASSIGN(const WriteStats stats, std::move(transaction).Commit());
    EXPECT_EQ(stats.rows, 25'000u);
    const Dataset keyed = *store->GetSnapshot().GetDataset("keyed");
    EXPECT_EQ(keyed.rows(), 25'000u);
    EXPECT_TRUE(
        ReadAll(keyed).Equals(Concatenate({CityRows(0, 15'000, 1), CityRows(15'000, 10'000, 3)})));
  }
}

// The last segment is not on the disk yet when its rows are asked for.
TEST(BulkLoadTest, ATransactionSeesWhatIsStillBeingWritten) {
  DirectoryPlace place;
  Loader loader(place.files());
  for (int64_t round = 0; round < 10; ++round) {
    WriteTransaction transaction = loader.Begin();
    ASSERT_OK(transaction.Upsert("keyed", CityRows(0, kRows, round)));
    ASSERT_OK(transaction.Upsert("keyed", CityRows(kRows - 10, kRows, round + 1)));
    ASSERT_OK_AND_ASSIGN(const Dataset own, transaction.Read("keyed"));
    EXPECT_EQ(own.rows(), static_cast<uint64_t>(2 * kRows - 10));
    for (const int64_t id : {2 * kRows - 11, kRows - 1, kRows - 11}) {
      ASSERT_OK_AND_ASSIGN(const auto row, own.Get(Key(id)));
      ASSERT_TRUE(row.has_value()) << id;
      const int64_t salt = id < kRows - 10 ? round : round + 1;
      EXPECT_EQ(row->GetDouble(2), CityRows(id, 1, salt).column(2).GetDouble(0)) << id;
    }
    ASSERT_OK(std::move(transaction).Commit());
  }
  EXPECT_EQ(loader.Newest().rows(), static_cast<uint64_t>(2 * kRows - 10));
}

TEST(BulkLoadTest, AnErrorBehindFailsTheTransactionAndLeavesNoFile) {
  for (const CallSet call : {kAppendCall, kSyncCall, kCloseCall, kOpenForReadCall, kPopulateCall}) {
    MemoryPlace place;
    const auto injector = std::make_shared<FaultInjector>();
    Loader loader(std::make_shared<FaultyFileSystem>(
        std::static_pointer_cast<io::MemoryFileSystem>(place.files())->NewHandle(), injector));
    ASSERT_OK(loader.Load(CityRows(0, 10)));
    const auto before = loader.Segments();
    injector->Arm({.calls = call, .status = absl::ResourceExhaustedError("injected")});
    WriteTransaction transaction = loader.Begin();
    // Known by now, or only at the end.
    transaction.Upsert("keyed", CityRows(0, kRows, 3)).IgnoreError();
    const absl::Status committed = std::move(transaction).Commit().status();
    EXPECT_TRUE(absl::IsResourceExhausted(committed)) << call << ": " << committed;
    EXPECT_EQ(injector->hits(), 1u);
    injector->Disarm();
    EXPECT_TRUE(loader.Segments() == before);
    EXPECT_EQ(loader.Newest().rows(), 10u);
    EXPECT_OK(loader.Load(CityRows(0, kRows, 4)));
    EXPECT_EQ(loader.Newest().rows(), static_cast<uint64_t>(kRows));
  }
}

// What was held in memory until the transaction became a large one is still there.
TEST(BulkLoadTest, ATransactionThatCouldNotTurnLargeMayTryAgain) {
  MemoryPlace place;
  const auto injector = std::make_shared<FaultInjector>();
  Loader loader(
      std::make_shared<FaultyFileSystem>(
          std::static_pointer_cast<io::MemoryFileSystem>(place.files())->NewHandle(), injector),
      kSlice, uint64_t{4} << 20);
  WriteTransaction transaction = loader.Begin();
  ASSERT_OK(transaction.Upsert("keyed", CityRows(0, kRows)));
  // What is deleted after it makes it be written.
  const std::vector<Key> none = {Key(int64_t{-1})};
  ASSERT_OK(transaction.Delete("keyed", none));
  injector->Arm({.calls = kSyncCall, .status = absl::ResourceExhaustedError("injected")});
  const absl::Status refused = transaction.Upsert("keyed", CityRows(kRows, 2 * kRows));
  EXPECT_TRUE(absl::IsResourceExhausted(refused)) << refused;
  EXPECT_EQ(injector->hits(), 1u);
  ASSERT_OK(transaction.Upsert("keyed", CityRows(kRows, 2 * kRows)));
  ASSERT_OK(std::move(transaction).Commit());
  EXPECT_EQ(loader.Newest().rows(), static_cast<uint64_t>(3 * kRows));
}

TEST(WriteBehindTest, AThirdWaitsAndAnErrorStays) {
  auto pool = base::ThreadPool::Start(3);
  ASSERT_TRUE(pool.ok()) << pool.status();
  store::WriteBehind behind(**pool);
  std::latch go(1);
  std::atomic<int> ended{0};
  const auto write = [&] {
    go.wait();
    ++ended;
    return absl::OkStatus();
  };
  ASSERT_OK(behind.Start(write));
  ASSERT_OK(behind.Start(write));
  EXPECT_EQ(ended, 0);
  std::jthread later([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    go.count_down();
  });
  // It may have failed by the time that Start() returns.
  behind
      .Start([&] {
        EXPECT_GT(ended, 0);
        return absl::DataLossError("broken");
      })
      .IgnoreError();
  EXPECT_EQ(behind.Settle(), absl::DataLossError("broken"));
  EXPECT_EQ(ended, 2);
  EXPECT_EQ(behind.Start(write), absl::DataLossError("broken"));
  EXPECT_EQ(behind.Settle(), absl::DataLossError("broken"));
  EXPECT_EQ(ended, 2);
}

}  // namespace
}  // namespace ashlar::testkit
