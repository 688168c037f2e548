// Compaction while others write, read, fail, or watch from other processes.
#include <atomic>
#include <functional>
#include <thread>

#include "src/store/garbage.h"
#include "tests/store/compaction_fixture.h"
#include "tests/store/damage_fixture.h"
#include "tests/store/forged_index.h"
#include "tests/store/watched_file_system.h"

namespace ashlar::testkit {
namespace {

class CompactionRace : public DamagedStoreTest {
 protected:
  // A store whose compaction a test can step into; `options` hold once it is written.
  void Prepare(const StoreOptions& options) {
    Open();
    WriteForCompaction(*store_, &keyed_, &ordered_);
    Close();
    OpenWatched(options);
  }
  void OpenWatched(const StoreOptions& options) {
    injector_ = std::make_shared<FaultInjector>();
    watched_ = std::make_shared<WatchedFileSystem>(files_->NewHandle(), injector_);
    ASSERT_OK_AND_ASSIGN(core_,
                         store::OpenCore(watched_, options, base::SystemClock(), TestTuning()));
    store_ = std::make_unique<Store>(std::make_shared<Store::Impl>(Store::Impl{core_}));
    ASSERT_OK(core_->publisher->BeginWriting());
  }
  void ExpectBoth() {
    const Snapshot now = store_->GetSnapshot();
    ASSERT_OK_AND_ASSIGN(const Dataset keyed, now.GetDataset("keyed"));
    ExpectAmounts(keyed, keyed_);
    ASSERT_OK_AND_ASSIGN(const Dataset ordered, now.GetDataset("ordered"));
    ExpectSequence(ordered, ordered_);
  }
  // Compacts "keyed", or what is named, and does `meanwhile` before the first task is published.
  CompactReport CompactBeside(const std::function<void()>& meanwhile,
                              const std::string& dataset = "keyed") {
    watched_->on_sync = meanwhile;
    CompactReport report = MustCompact(*store_, {.datasets = {dataset}});
    EXPECT_EQ(watched_->on_sync, nullptr);
    return report;
  }
  // After whatever a test has done.
  void ExpectSound() {
    ExpectBoth();
    ASSERT_OK(store_->Flush());
    ExpectBoth();
    MustCompact(*store_);
    ExpectBoth();
    EXPECT_TRUE(MustCompact(*store_).tasks.empty());
    ASSERT_OK(store_->Expire(Retention{.count = 1, .age = {}}, false));
    Close();
    EXPECT_TRUE(Report(/*deep=*/true).ok());
    Open();
    ExpectBoth();
    std::vector<uint64_t> live = store::LiveFileIds(*core_, *core_->current());
    EXPECT_EQ(FilesLike("segments/").size(), live.size()) << "no file is left behind";
  }

  Amounts keyed_;
  Sequence ordered_;
  std::shared_ptr<FaultInjector> injector_;
  std::shared_ptr<WatchedFileSystem> watched_;
};

constexpr uint64_t kAllLarge = 0;

TEST_F(CompactionRace, RowsThatDieMeanwhileAreDeadInTheNewSegments) {
  for (const bool flushed : {false, true}) {
    for (const bool large : {false, true}) {
      files_ = std::make_shared<io::MemoryFileSystem>();
      keyed_.clear();
      ordered_.clear();
      StoreOptions options;
      if (large) options.small_commit_bytes = kAllLarge;
      Prepare(options);
      const CompactReport report = CompactBeside([&] {
        UpsertCities(*store_, 50, 30, 77, &keyed_);
        DeleteCities(*store_, 440, 25, &keyed_);
        UpsertCities(*store_, 450, 5, 78, &keyed_);
        UpsertCities(*store_, 800, 10, 79, &keyed_);
        if (flushed) ASSERT_OK(store_->Flush());
      });
      EXPECT_FALSE(report.tasks.empty());
      EXPECT_EQ(report.tasks_abandoned, 0u);
      ExpectSound();
      Close();
    }
  }
}

TEST_F(CompactionRace, ATaskIsAbandonedWhenASegmentIsGoneAndDoneAnew) {
  Prepare({.small_commit_bytes = kAllLarge});
  const CompactReport report = CompactBeside([&] {
    // All rows of one of the small segments.
    UpsertCities(*store_, 430, 30, 50, &keyed_);
  });
  EXPECT_EQ(report.tasks_abandoned, 1u);
  EXPECT_FALSE(report.tasks.empty()) << "the next round does it";
  ExpectSound();
}

TEST_F(CompactionRace, ADroppedOrReplacedDatasetIsLeftAlone) {
  Prepare({.small_commit_bytes = kAllLarge});
  CompactReport report = CompactBeside([&] {
    ASSERT_OK(store_->DropDataset("keyed"));
    keyed_.clear();
    ASSERT_OK(store_->CreateDataset(
        "keyed", CitySchema(), {.key = {"id"}, .boundaries = {.fixed_rows = kCompactionRows}}));
    UpsertCities(*store_, 0, 10, 1, &keyed_);
  });
  EXPECT_EQ(report.tasks_abandoned, 1u);
  EXPECT_TRUE(report.tasks.empty());
  ExpectBoth();
  report = CompactBeside(
      [&] {
        ordered_.clear();
        ASSERT_OK(ReplaceAll(*store_, "ordered", CityRows(0, 0)));
        AppendCities(*store_, 5, 10, &ordered_);
      },
      "ordered");
  EXPECT_EQ(report.tasks_abandoned, 1u);
  EXPECT_TRUE(report.tasks.empty());
  ExpectSound();
}

TEST_F(CompactionRace, AppendsMeanwhileStayBehind) {
  for (const uint64_t small_bytes : {kAllLarge, uint64_t{1} << 20}) {
    files_ = std::make_shared<io::MemoryFileSystem>();
    keyed_.clear();
    ordered_.clear();
    Prepare({.small_commit_bytes = small_bytes});
    const CompactReport report =
        CompactBeside([&] { AppendCities(*store_, 480, 33, &ordered_); }, "ordered");
    EXPECT_EQ(report.tasks_abandoned, 0u);
    EXPECT_FALSE(report.tasks.empty());
    ExpectSound();
    Close();
  }
}

TEST_F(CompactionRace, AChangedSchemaStays) {
  Prepare({.small_commit_bytes = kAllLarge});
  CompactBeside([&] {
    ASSERT_OK_AND_ASSIGN(WriteTransaction transaction, store_->BeginWrite());
    ASSERT_OK(transaction.ChangeSchema(
        "keyed", {.rename = {{"id", "number"}, {"city", "town"}}, .add = {{"note", Utf8()}}}));
    ASSERT_OK(std::move(transaction).Commit());
    DeleteCities(*store_, 0, 60, &keyed_);
  });
  ExpectSound();
}

TEST_F(CompactionRace, SegmentsThatMoveMeanwhileAreNotLost) {
  Prepare({.small_commit_bytes = kAllLarge});
  const CompactReport report = CompactBeside([&] {
    ASSERT_OK(ForgeIndexes(*core_, IndexForgery::kStale));
    ASSERT_OK(store_->RebuildIndexes());
    DeleteCities(*store_, 0, 60, &keyed_);
  });
  EXPECT_EQ(report.tasks_abandoned, 1u);
  EXPECT_FALSE(report.tasks.empty());
  ExpectSound();
}

// --- Transactions that are open while segments change places.

TEST_F(CompactionRace, ATransactionThatHasReadIsNotAbortedByACompaction) {
  for (const uint64_t small_bytes : {kAllLarge, uint64_t{1} << 20}) {
    files_ = std::make_shared<io::MemoryFileSystem>();
    keyed_.clear();
    ordered_.clear();
    Prepare({.small_commit_bytes = small_bytes});
    ASSERT_OK_AND_ASSIGN(WriteTransaction reads, store_->BeginWrite());
    ASSERT_OK_AND_ASSIGN(const Dataset seen, reads.Read("keyed"));
    ASSERT_OK_AND_ASSIGN(const std::optional<RowRef> row, seen.Get(Key(420)));
    ASSERT_TRUE(row.has_value());
    ASSERT_OK_AND_ASSIGN(const auto nothing, seen.Get(Key(110)));
    EXPECT_FALSE(nothing.has_value());
    Amounts next = keyed_;
    ASSERT_OK(UpsertCities(reads, 420, 3, 60, &next));
    ASSERT_OK(DeleteCities(reads, 0, 2, &next));
    EXPECT_FALSE(MustCompact(*store_).tasks.empty());
    // Another one commits, and is flushed: the proof must look at the new segments.
    UpsertCities(*store_, 500, 1, 33, &keyed_);
    ASSERT_OK(store_->Flush());
    next[500] = keyed_[500];
    ASSERT_OK(std::move(reads).Commit());
    keyed_ = next;
    ExpectBoth();
    Close();
  }
}

TEST_F(CompactionRace, ARealConflictIsFoundBehindACompaction) {
  for (const bool flushed : {false, true}) {
    files_ = std::make_shared<io::MemoryFileSystem>();
    keyed_.clear();
    ordered_.clear();
    Prepare({});
    ASSERT_OK_AND_ASSIGN(WriteTransaction reads, store_->BeginWrite());
    ASSERT_OK_AND_ASSIGN(const Dataset seen, reads.Read("keyed"));
    ASSERT_OK(seen.Get(Key(420)));
    Amounts ignored;
    ASSERT_OK(UpsertCities(reads, 900, 3, 60, &ignored));
    UpsertCities(*store_, 420, 1, 33, &keyed_);
    if (flushed) ASSERT_OK(store_->Flush());
    EXPECT_FALSE(MustCompact(*store_).tasks.empty());
    EXPECT_TRUE(absl::IsAborted(std::move(reads).Commit().status()));
    ExpectBoth();
    Close();
  }
}

TEST_F(CompactionRace, LargeTransactionsThatBeganBeforeCommit) {
  Prepare({.small_commit_bytes = kAllLarge});
  ASSERT_OK_AND_ASSIGN(WriteTransaction large, store_->BeginWrite());
  Amounts next = keyed_;
  ASSERT_OK(UpsertCities(large, 380, 100, 41, &next));
  ASSERT_OK(DeleteCities(large, 600, 20, &next));
  ASSERT_OK_AND_ASSIGN(WriteTransaction replaces, store_->BeginWrite());
  ASSERT_OK(replaces.Replace("ordered", CityRows(0, 450)));
  EXPECT_FALSE(MustCompact(*store_).tasks.empty());
  ASSERT_OK(std::move(large).Commit());
  keyed_ = next;
  ExpectBoth();
  ASSERT_OK(std::move(replaces).Commit());
  ordered_.resize(450);
  ExpectSound();
}

TEST_F(CompactionRace, MergesThatBeganBeforeCommit) {
  for (const RewriteMode mode :
       {RewriteMode::kDeferred, RewriteMode::kIncremental, RewriteMode::kFull}) {
    files_ = std::make_shared<io::MemoryFileSystem>();
    keyed_.clear();
    ordered_.clear();
    Prepare({.small_commit_bytes = kAllLarge});
    ASSERT_OK_AND_ASSIGN(WriteTransaction merge, store_->BeginWrite());
    Amounts next = keyed_;
    for (int64_t id = 430; id < 520; ++id) next[id] = static_cast<double>(id) * 0.37 + 12.0;
    const auto source = MakeBatchReader(CitySchema(), {CityRows(430, 90, 12)});
    ASSERT_OK(merge.Merge("keyed", *source, {.strategy = MergeStrategy::kUpsert, .rewrite = mode}));
    EXPECT_FALSE(MustCompact(*store_).tasks.empty());
    ASSERT_OK(std::move(merge).Commit());
    keyed_ = next;
    ExpectSound();
    Close();
  }
}

// --- Failures.

TEST_F(CompactionRace, WhatFailsLeavesTheStoreAsItWas) {
  Prepare({.small_commit_bytes = kAllLarge});
  const std::vector<std::string> files = FilesLike("segments/");
  for (const auto& [calls, error] :
       {std::pair(kCreateCall, absl::ResourceExhaustedError("disk full")),
        std::pair(kOpenForReadCall, absl::ResourceExhaustedError("too many open files"))}) {
    for (uint64_t id = 1; id < core_->next_segment_id; ++id) core_->cache->Forget(id);
    injector_->Arm({.calls = calls, .forever = true, .status = error});
    EXPECT_EQ(store_->Compact().status().code(), error.code());
    injector_->Disarm();
    EXPECT_EQ(FilesLike("segments/"), files) << "nothing half made is left";
    ExpectBoth();
  }
  ExpectSound();
}

TEST_F(CompactionRace, ADamagedSegmentIsNotWrittenAnew) {
  Prepare({.small_commit_bytes = kAllLarge});
  Close();
  const std::string name = FilesLike("segments/").front();
  FlipByte(*files_, name, 300);
  OpenWatched({.small_commit_bytes = kAllLarge});
  const absl::Status refused = store_->Compact({.datasets = {"keyed"}}).status();
  EXPECT_TRUE(absl::IsDataLoss(refused)) << refused;
}

// --- Other processes.

TEST_F(CompactionRace, ReadersOfOtherProcessesKeepTheOldFiles) {
  Prepare({.small_commit_bytes = kAllLarge});
  ASSERT_OK_AND_ASSIGN(auto reader_core,
                       store::OpenCore(files_->NewHandle(), {.mode = AccessMode::kReadOnly},
                                       base::SystemClock(), TestTuning()));
  auto reader = std::make_unique<Store>(std::make_shared<Store::Impl>(Store::Impl{reader_core}));
  const Amounts then = keyed_;
  const auto expect_old_rows = [&] {
    for (uint64_t id = 1; id < core_->next_segment_id; ++id) reader_core->cache->Forget(id);
    ASSERT_OK_AND_ASSIGN(const Dataset dataset, reader->GetSnapshot().GetDataset("keyed"));
    ExpectAmounts(dataset, then);
  };
  EXPECT_FALSE(MustCompact(*store_).tasks.empty());
  ASSERT_OK(store_->CollectGarbage(false));
  expect_old_rows();
  // The versions that name the old files as well expire, also under later writers.
  for (int writer = 0; writer < 3; ++writer) {
    UpsertCities(*store_, 10 * writer, 5, writer, &keyed_);
    ASSERT_OK(store_->Expire(Retention{.count = 1, .age = {}}, false));
    expect_old_rows();
    Close();
    OpenWatched({.small_commit_bytes = kAllLarge});
  }
  expect_old_rows();
  ASSERT_OK(reader->Refresh());
  ExpectAmounts(*reader->GetSnapshot().GetDataset("keyed"), keyed_);
  reader.reset();
  reader_core.reset();
  ExpectSound();
}

// --- Threads.

TEST(CompactionThreads, WritersReadersAndCompactionsSideBySide) {
  MemoryPlace place;
  ASSERT_OK_AND_ASSIGN(const auto store, OpenAt(place, {.memtable_bytes = 60'000}));
  Amounts keyed;
  Sequence ordered;
  WriteForCompaction(*store, &keyed, &ordered);
  std::atomic<bool> stop{false};
  std::atomic<int> compacted{0};
  std::thread compactor([&] {
    do {
      const auto report = store->Compact();
      EXPECT_TRUE(report.ok()) << report.status();
      if (report.ok()) compacted += static_cast<int>(report->tasks.size());
    } while (!stop);
  });
  std::thread reader([&] {
    while (!stop) {
      const Snapshot snapshot = store->GetSnapshot();
      const auto dataset = snapshot.GetDataset("ordered");
      ASSERT_TRUE(dataset.ok());
      const RecordBatch rows = ReadAll(*dataset);
      for (int64_t row = 0; row < rows.rows(); ++row) {
        ASSERT_EQ(rows.column(0).GetInt64(row), row);
      }
      // It may have expired, but is never missed because it was compacted in between.
      const auto at = store->At(store->GetSnapshot().version());
      ASSERT_TRUE(at.ok() || absl::IsNotFound(at.status())) << at.status();
    }
  });
  for (int64_t round = 0; round < 200; ++round) {
    UpsertCities(*store, (round * 37) % 600, 25, round, &keyed);
    DeleteCities(*store, (round * 91) % 600, 10, &keyed);
    AppendCities(*store, static_cast<int64_t>(ordered.size()), 6, &ordered);
    if (round % 7 == 0) ASSERT_OK(store->Flush());
  }
  stop = true;
  compactor.join();
  reader.join();
  EXPECT_GT(compacted, 0);
  const Snapshot now = store->GetSnapshot();
  ExpectAmounts(*now.GetDataset("keyed"), keyed);
  ExpectSequence(*now.GetDataset("ordered"), ordered);
}

}  // namespace
}  // namespace ashlar::testkit
