// All logs of a store in order: rolls, recycling, missing files, clean and unclean ends, live
// tails.
#include "src/log/log_replay.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "src/base/bytes.h"
#include "src/io/file_names.h"
#include "src/io/posix_file_system.h"
#include "src/log/commit_log.h"
#include "tests/io/temporary_directory.h"
#include "tests/log/log_testing.h"
#include "tests/testing/corruption.h"
#include "tests/testing/faulty_file_system.h"

namespace ashlar::log {
namespace {

class LogReplayTest : public testing::Test {
 protected:
  std::unique_ptr<CommitLog> Create(uint64_t number, const LogSeal& previous = {}) {
    auto log =
        CommitLog::Create(files_->NewHandle(), number, {.file_bytes = 4096, .previous = previous});
    EXPECT_TRUE(log.ok()) << log.status();
    return *std::move(log);
  }
  void Append(CommitLog& log, size_t count, size_t body_bytes = 300) {
    for (size_t i = 0; i < count; ++i) {
      records_.push_back(MakeRecord(records_.size() + 1, body_bytes));
      ASSERT_TRUE(log.Append(Views({records_.back()})).ok());
    }
  }
  void ExpectAll(const ReplayOptions& options = {}, size_t without_first = 0) {
    const auto all = ReplayAll(*files_, options);
    ASSERT_TRUE(all.ok()) << all.status();
    EXPECT_EQ(all->records, PlainRecords(records_.begin() + without_first, records_.end()));
  }
  void ExpectDataLoss(const std::string& part, const ReplayOptions& options = {}) {
    const absl::Status status = ReplayAll(*files_, options).status();
    EXPECT_TRUE(absl::IsDataLoss(status)) << status;
    EXPECT_NE(status.message().find(part), std::string::npos) << status;
  }

  std::unique_ptr<io::MemoryFileSystem> files_ = MakeFiles();
  PlainRecords records_;
};

TEST_F(LogReplayTest, NoLogsNoRecords) {
  ExpectAll();
  testkit::WriteFile(*files_, "log/foreign", "x");
  ExpectAll();
  EXPECT_EQ(ReplayAll(*files_)->highest_number, 0u);
}

TEST_F(LogReplayTest, RollsWhenAGroupDoesNotFit) {
  const auto log = Create(1);
  Append(*log, 20);
  Append(*log, 1, 20000);  // alone in a file that grows
  Append(*log, 2);
  const auto all = ReplayAll(*files_);
  ASSERT_TRUE(all.ok()) << all.status();
  EXPECT_EQ(all->records, records_);
  ASSERT_EQ(all->logs.size(), 5u);  // seven groups a file, then the large one, then the rest
  for (const ReplayedLog& done : all->logs) EXPECT_EQ(done.sealed, done.number < 5);
  EXPECT_EQ(all->logs[3].valid_bytes, 512u + 20480);
  EXPECT_EQ(all->highest_number, 5u);
  EXPECT_EQ(log->position().number, 5u);
  EXPECT_EQ(log->bytes_written(), 5 * 512 + 22 * 512 + 20480u);
}

TEST_F(LogReplayTest, OnlyNeededLogsAreRead) {
  const auto log = Create(3);
  Append(*log, 16);
  testkit::FlipByte(*files_, io::LogName(3), 600);
  ExpectDataLoss(io::LogName(3));
  ExpectAll({.oldest_log = 4}, 7);
  ASSERT_TRUE(files_->Unlink(io::LogName(3)).ok());
  ExpectDataLoss("missing");
  ExpectAll({.oldest_log = 4}, 7);
}

TEST_F(LogReplayTest, AnyDamageBeforeTheLastLogIsFound) {
  const auto log = Create(1);
  Append(*log, 20);
  for (const uint64_t number : {1u, 2u}) {
    const std::string bytes = testkit::ReadFile(*files_, io::LogName(number));
    for (size_t at = 0; at < 4096; at += 11) {
      testkit::FlipByte(*files_, io::LogName(number), at, 0x10);
      const auto all = ReplayAll(*files_);
      EXPECT_TRUE(absl::IsDataLoss(all.status()) || absl::IsUnimplemented(all.status())) << at;
      testkit::WriteFile(*files_, io::LogName(number), bytes);
    }
    testkit::CutFile(*files_, io::LogName(number), 3584);
    ExpectDataLoss(io::LogName(number));
    testkit::WriteFile(*files_, io::LogName(number), bytes);
  }
  ASSERT_TRUE(files_->Unlink(io::LogName(2)).ok());
  ExpectDataLoss(io::LogName(2));
}

TEST_F(LogReplayTest, SwappedFilesAreFound) {
  const auto log = Create(1);
  Append(*log, 16);
  const std::string first = testkit::ReadFile(*files_, io::LogName(1));
  testkit::WriteFile(*files_, io::LogName(1), testkit::ReadFile(*files_, io::LogName(2)));
  testkit::WriteFile(*files_, io::LogName(2), first);
  EXPECT_FALSE(ReplayAll(*files_).ok());
}

TEST_F(LogReplayTest, WhatALaterLogContinuesIsNeededToItsEnd) {
  auto log = Create(1);
  Append(*log, 9);
  const auto seal = log->Close();
  ASSERT_TRUE(seal.ok()) << seal.status();
  EXPECT_EQ(*seal, (LogSeal{2, 512 + 2 * 512}));
  EXPECT_FALSE(log->Append(Views({MakeRecord(100, 1)})).ok());
  // The next process goes on in a log that continues it.
  log = Create(3, *seal);
  Append(*log, 3);
  ExpectAll();
  const std::string bytes = testkit::ReadFile(*files_, io::LogName(2));
  for (size_t at = 0; at < seal->bytes; at += 5) {
    testkit::FlipByte(*files_, io::LogName(2), at, 0x04);
    EXPECT_FALSE(ReplayAll(*files_).ok()) << at;
    testkit::WriteFile(*files_, io::LogName(2), bytes);
  }
  ASSERT_TRUE(files_->Unlink(io::LogName(2)).ok());
  ExpectDataLoss("missing");
}

TEST_F(LogReplayTest, ALogThatBeginsAnewRepeatsWhatWasInDoubt) {
  const auto log = Create(1);
  Append(*log, 10);
  // Recovery: all of it again, in a log that continues none; then the store goes on.
  const auto next = Create(5);
  for (const PlainRecord& record : records_) ASSERT_TRUE(next->Append(Views({record})).ok());
  Append(*next, 2);
  ExpectAll();
  // The tail that was repeated may vanish.
  testkit::FlipByte(*files_, io::LogName(2), 512 + 2 * 512 + 70);
  ExpectAll();
  ExpectAll({.oldest_log = 5});
}

TEST_F(LogReplayTest, FailedRollsLeaveNoTrace) {
  auto faults = std::make_shared<testkit::FaultInjector>();
  auto log =
      CommitLog::Create(std::make_shared<testkit::FaultyFileSystem>(files_->NewHandle(), faults), 1,
                        {.file_bytes = 4096});
  ASSERT_TRUE(log.ok());
  size_t refused = 0;
  for (const testkit::CallSet call :
       {testkit::kCreateCall, testkit::kSyncDirectoryCall, testkit::kWriteBlocksCall}) {
    Append(**log, 7);
    const PlainRecord record = MakeRecord(records_.size() + 1, 300);
    faults->Arm({.calls = call, .status = absl::ResourceExhaustedError("full")});
    EXPECT_TRUE(absl::IsResourceExhausted((*log)->Append(Views({record}))));
    refused += faults->hits();
    EXPECT_FALSE((*log)->failed());
    ExpectAll();
  }
  EXPECT_EQ(refused, 3u);
  Append(**log, 9);
  ExpectAll();
}

TEST_F(LogReplayTest, SparesAreRecycled) {
  const auto log = Create(1);
  Append(*log, 15);
  ASSERT_EQ(log->position().number, 3u);
  EXPECT_TRUE(log->OfferSpare(1));
  EXPECT_TRUE(log->OfferSpare(2));
  EXPECT_FALSE(log->OfferSpare(9));
  const size_t kept = 14;
  Append(*log, 7);
  EXPECT_EQ(log->position().number, 4u);
  EXPECT_FALSE(files_->OpenForRead(io::LogName(1)).ok());
  EXPECT_TRUE(files_->OpenForRead(io::LogName(2)).ok());
  ExpectAll({.oldest_log = 3}, kept);
  Append(*log, 14);
  EXPECT_EQ(files_->List("log")->size(), 4u);  // 3, 4, 5 in the file of 2, 6
  ExpectAll({.oldest_log = 3}, kept);
}

class LiveReplayTest : public LogReplayTest {
 protected:
  void ReadOn(LogReplay& replay) {
    ReplayedRecord record;
    while (true) {
      const auto more = replay.Next(&record);
      ASSERT_TRUE(more.ok()) << more.status();
      if (!*more) return;
      ASSERT_LT(seen_, records_.size());
      EXPECT_EQ(record.entry.record.sequence, records_[seen_].sequence);
      ++seen_;
    }
  }
  size_t seen_ = 0;
};

TEST_F(LiveReplayTest, FollowsAWriterOverRolls) {
  const auto log = Create(1);
  const auto replay = *LogReplay::Open(*files_, {.tail = LogTail::kLive});
  for (size_t i = 0; i < 40; ++i) {
    ReadOn(*replay);
    EXPECT_EQ(seen_, records_.size());
    Append(*log, i % 4, 200 * (i % 7));
    ASSERT_TRUE(i != 20 || log->Roll().ok());
    ASSERT_TRUE(replay->Resume().ok());
  }
  ReadOn(*replay);
  EXPECT_EQ(seen_, records_.size());
  EXPECT_GT(replay->logs().size(), 4u);
}

// While the next file is being made the current one may still get groups.
TEST_F(LiveReplayTest, DoesNotLeaveALogBeforeItsEndIsKnown) {
  const auto log = Create(1);
  Append(*log, 3);
  testkit::WriteFile(*files_, io::LogName(2), std::string(4096, '\0'));
  const auto replay = *LogReplay::Open(*files_, {.tail = LogTail::kLive});
  ReadOn(*replay);
  Append(*log, 2);
  ASSERT_TRUE(replay->Resume().ok());
  ReadOn(*replay);
  EXPECT_EQ(seen_, records_.size());
}

// On disk, with direct writes, recycled files, and a reader that is never told of damage.
TEST(CommitLogOnDisk, IsReadWhileItIsWritten) {
  const io::TemporaryDirectory directory;
  const std::shared_ptr<io::FileSystem> files = *io::OpenPosixFileSystem(directory.path(), {});
  ASSERT_TRUE(files->CreateDirectory(io::kLogDirectory).ok());
  {
    // A spare with groups of its own, for the second file.
    const auto old = *CommitLog::Create(files, 1, {.file_bytes = 1 << 16});
    for (uint64_t i = 1; i <= 90; ++i) ASSERT_TRUE(old->Append(Views({MakeRecord(i, 600)})).ok());
  }
  constexpr uint64_t kRecords = 600;
  std::atomic<uint64_t> written{0};
  std::jthread writer([&] {
    const auto log = *CommitLog::Create(files, 10, {.file_bytes = 1 << 16});
    EXPECT_TRUE(log->OfferSpare(1));
    for (uint64_t i = 1; i <= kRecords; ++i) {
      EXPECT_TRUE(log->Append(Views({MakeRecord(i, i * 37 % 3000)})).ok());
      EXPECT_TRUE(i % 5 != 0 || log->Sync().ok());
      written = i;
    }
  });
  while (written == 0) std::this_thread::yield();
  const auto replay = LogReplay::Open(*files, {.oldest_log = 10, .tail = LogTail::kLive});
  ASSERT_TRUE(replay.ok()) << replay.status();
  uint64_t seen = 0;
  ReplayedRecord record;
  while (seen < kRecords) {
    const absl::StatusOr<bool> more = (*replay)->Next(&record);
    ASSERT_TRUE(more.ok()) << more.status();
    if (*more) {
      ++seen;
      ASSERT_EQ(record.entry.record.sequence, seen);
      ASSERT_EQ(base::AsStringView(record.entry.record.body),
                MakeRecord(seen, seen * 37 % 3000).body);
      continue;
    }
    ASSERT_TRUE((*replay)->Resume().ok());
  }
  writer.join();
  EXPECT_EQ(ReplayAll(*files, {.oldest_log = 10})->records.size(), kRecords);
}

TEST_F(LiveReplayTest, VanishedLogIsNotFound) {
  const auto log = Create(1);
  Append(*log, 10);
  ASSERT_TRUE(files_->Unlink(io::LogName(1)).ok());
  EXPECT_TRUE(absl::IsNotFound(LogReplay::Open(*files_, {.tail = LogTail::kLive}).status()));
}

}  // namespace
}  // namespace ashlar::log
