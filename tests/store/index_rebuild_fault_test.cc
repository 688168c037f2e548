// Rebuilding indexes where calls fail, or others work on the store meanwhile.
#include <functional>
#include <string>
#include <utility>

#include "tests/store/forged_index.h"
#include "tests/store/index_rebuild_fixture.h"
#include "tests/store/watched_file_system.h"

namespace ashlar::testkit {
namespace {

class IndexRebuildFault : public IndexRebuild {
 protected:
  // A store with stale indexes, on files that can fail.
  void OpenStale(const store::Tuning& tuning = TestTuning()) {
    WriteKeyed();
    ASSERT_OK(ForgeIndexes(*core_, IndexForgery::kStale));
    Close();
    injector_ = std::make_shared<FaultInjector>();
    watched_ = std::make_shared<WatchedFileSystem>(files_->NewHandle(), injector_);
    ASSERT_OK_AND_ASSIGN(
        core_, store::OpenCore(watched_, {.small_commit_bytes = 0}, base::SystemClock(), tuning));
    store_ = std::make_unique<Store>(std::make_shared<Store::Impl>(Store::Impl{core_}));
  }

  std::shared_ptr<FaultInjector> injector_;
  std::shared_ptr<WatchedFileSystem> watched_;
};

TEST_F(IndexRebuildFault, FilesThatTheManifestNamesStayWhateverFailsThen) {
  OpenStale();
  watched_->on_sync = [this] {
    // As if other files had driven them out.
    for (uint64_t id = 1; id < core_->next_segment_id; ++id) core_->cache->Forget(id);
    injector_->Arm({.calls = kOpenForReadCall,
                    .forever = true,
                    .status = absl::ResourceExhaustedError("too many open files")});
  };
  const auto report = store_->RebuildIndexes();
  injector_->Disarm();
  EXPECT_OK(report);
  EXPECT_EQ(ExpectGetsRight(/*all=*/true), 0);
  Close();
  EXPECT_TRUE(Report(/*deep=*/true).ok());
  Open();
  EXPECT_EQ(Rebuild(), 0u);
}

TEST_F(IndexRebuildFault, WhatNobodyListsAnyMoreIsNotReplaced) {
  OpenStale();
  watched_->on_sync = [this] {
    ASSERT_OK(store_->DeleteTag("first"));
    ASSERT_OK(store_->DropDataset("keyed"));
    ASSERT_OK(store_->Expire(Retention{.count = 1, .age = {}}, /*dry_run=*/false));
  };
  ASSERT_OK_AND_ASSIGN(const RebuildReport report, store_->RebuildIndexes());
  ASSERT_EQ(report.segments.size(), 2u);
  for (const RebuiltSegment& segment : report.segments) {
    EXPECT_EQ(segment.replacement, 0u);
    EXPECT_EQ(segment.bytes, 0u);
  }
  Close();
  EXPECT_TRUE(FilesLike("segments/").empty());
}

// They say nothing of the segment: it may well be rebuilt the next time.
TEST_F(IndexRebuildFault, ErrorsOfTheStoreAreReturned) {
  OpenStale();
  ASSERT_OK(core_->publisher->BeginWriting());  // or the first file would be its
  for (const absl::Status& error :
       {absl::FailedPreconditionError("the store is read-only"), absl::NotFoundError("no folder"),
        absl::InternalError("injected"), absl::ResourceExhaustedError("disk full")}) {
    injector_->Arm({.calls = kCreateCall, .status = error});
    EXPECT_EQ(store_->RebuildIndexes().status().code(), error.code());
    injector_->Disarm();
  }
  EXPECT_EQ(FilesLike("segments/").size(), 2u) << "nothing half made is left";
  EXPECT_EQ(Rebuild(), 2u);
}

TEST_F(IndexRebuild, SegmentsThatDoNotOpenAreNamed) {
  WriteKeyed();
  Close();
  const std::vector<std::string> names = FilesLike("segments/");
  const FileTree whole = *ReadTree(*files_);
  for (const bool missing : {false, true}) {
    files_ = MakeFileSystem(whole);
    if (missing) {
      ASSERT_OK(files_->Unlink(names.front()));
    } else {
      FlipByte(*files_, names.front(), whole.files.at(names.front()).size() - 9);
    }
    Open();
    for (const bool dry_run : {true, false}) {
      ASSERT_OK_AND_ASSIGN(const RebuildReport report,
                           store_->RebuildIndexes({.dry_run = dry_run}));
      EXPECT_EQ(report.segments_checked, 2u);
      EXPECT_FALSE(report.ok());
      ASSERT_EQ(report.segments.size(), 1u);
      EXPECT_EQ(report.segments[0].replacement, 0u);
      EXPECT_FALSE(report.segments[0].what.empty());
      EXPECT_FALSE(report.segments[0].problem.empty());
    }
    Close();
  }
}

// What goes around the page cache leaves it cold, but for what gets read first.
TEST_F(IndexRebuildFault, LargeFilesGoAroundThePageCacheAndTheirKeysAreReadBack) {
  uint64_t populated[2] = {0, 0};
  for (const bool direct : {false, true}) {
    files_ = std::make_shared<io::MemoryFileSystem>();
    store::Tuning tuning = TestTuning();
    if (direct) tuning.direct_above = 0;
    OpenStale(tuning);
    const uint64_t before = injector_->calls(kPopulateCall);
    EXPECT_EQ(Rebuild(), 2u);
    populated[direct] = injector_->calls(kPopulateCall) - before;
    EXPECT_EQ(watched_->direct_files, direct ? 2 : 0);
    ExpectGetsRight(/*all=*/true);
    Close();
  }
  EXPECT_GT(populated[1], populated[0]);
}

class IndexRebuildReaders : public IndexRebuild {
 protected:
  // A reader as of another process; nothing of it has been read.
  void OpenReader(std::shared_ptr<io::FileSystem> files) {
    ASSERT_OK_AND_ASSIGN(reader_core_,
                         store::OpenCore(std::move(files), {.mode = AccessMode::kReadOnly},
                                         base::SystemClock(), TestTuning()));
    reader_ = std::make_unique<Store>(std::make_shared<Store::Impl>(Store::Impl{reader_core_}));
  }
  void CloseReader() {
    reader_.reset();
    reader_core_.reset();
  }
  void ExpectReaderReadsAll() {
    ASSERT_OK_AND_ASSIGN(const Dataset dataset, reader_->GetSnapshot().GetDataset("keyed"));
    EXPECT_EQ(ReadAll(dataset).rows(), 88);
    ASSERT_OK_AND_ASSIGN(const Dataset first, reader_->AtTag("first")->GetDataset("keyed"));
    EXPECT_EQ(ReadAll(first).rows(), 60);
  }

  std::shared_ptr<store::StoreCore> reader_core_;
  std::unique_ptr<Store> reader_;
};

TEST_F(IndexRebuildReaders, KeepReplacedFilesFromLaterWritersToo) {
  WriteKeyed();
  ASSERT_OK(ForgeIndexes(*core_, IndexForgery::kStale));
  ASSERT_OK(store_->CollectGarbage(false));
  OpenReader(files_->NewHandle());
  EXPECT_EQ(Rebuild(), 2u);
  for (int writer = 0; writer < 3; ++writer) {
    Close();
    Open();
  }
  ASSERT_OK(store_->CollectGarbage(false));
  EXPECT_EQ(FilesLike("segments/").size(), 4u);
  ExpectReaderReadsAll();
  CloseReader();
  Close();
  EXPECT_EQ(FilesLike("segments/").size(), 2u);
}

// Right before a reader registers.
class ReadersFileSystem final : public FaultyFileSystem {
 public:
  ReadersFileSystem(std::unique_ptr<io::FileSystem> base, std::function<void()> interrupt)
      : FaultyFileSystem(std::move(base), std::make_shared<FaultInjector>()),
        interrupt_(std::move(interrupt)) {}

  absl::StatusOr<std::unique_ptr<io::FileLock>> LockByteShared(std::string_view name,
                                                               uint64_t position) override {
    if (interrupt_) std::exchange(interrupt_, nullptr)();
    return FaultyFileSystem::LockByteShared(name, position);
  }

 private:
  std::function<void()> interrupt_;
};

// A move makes no version: only the manifest read afterwards tells where the rows are.
TEST_F(IndexRebuildReaders, ReadWhatMovedRightBeforeTheyRegistered) {
  WriteKeyed();
  ASSERT_OK(ForgeIndexes(*core_, IndexForgery::kStale));
  OpenReader(std::make_shared<ReadersFileSystem>(files_->NewHandle(),
                                                 [this] { EXPECT_EQ(Rebuild(), 2u); }));
  ASSERT_OK(store_->CollectGarbage(false));
  ExpectReaderReadsAll();
}

}  // namespace
}  // namespace ashlar::testkit
