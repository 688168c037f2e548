// One log file: what is written is read, a full disk refuses one group, failures end it.
#include "src/log/log_writer.h"

#include <gtest/gtest.h>

#include "src/base/bytes.h"
#include "src/io/file_names.h"
#include "tests/log/log_testing.h"
#include "tests/testing/corruption.h"
#include "tests/testing/faulty_file_system.h"

namespace ashlar::log {
namespace {

class LogWriterTest : public testing::Test {
 protected:
  std::unique_ptr<LogWriter> Create(uint64_t number, uint64_t file_bytes = 8192) {
    auto writer = LogWriter::Create(files_, number, {.file_bytes = file_bytes});
    EXPECT_TRUE(writer.ok()) << writer.status();
    return *std::move(writer);
  }
  void Append(LogWriter& writer, const PlainRecords& records) {
    const absl::Status appended = writer.AppendGroup(Views(records));
    ASSERT_TRUE(appended.ok()) << appended;
    written_.insert(written_.end(), records.begin(), records.end());
  }
  void ExpectWritten(uint64_t number) {
    const auto log = ReadOneLog(*memory_, number);
    ASSERT_TRUE(log.ok()) << log.status();
    EXPECT_EQ(log->records, written_);
  }

  std::unique_ptr<io::MemoryFileSystem> memory_ = MakeFiles();
  std::shared_ptr<testkit::FaultInjector> faults_ = std::make_shared<testkit::FaultInjector>();
  testkit::FaultyFileSystem files_{memory_->NewHandle(), faults_};
  PlainRecords written_;
};

TEST_F(LogWriterTest, WhatIsWrittenIsRead) {
  const auto writer = Create(1);
  EXPECT_EQ(writer->written_bytes(), 512u);
  EXPECT_EQ(writer->synced_bytes(), 512u);
  EXPECT_FALSE(writer->has_groups());
  ExpectWritten(1);
  Append(*writer, MakeRecords(1, {0}));
  EXPECT_EQ(writer->written_bytes(), 1024u);
  EXPECT_EQ(writer->synced_bytes(), 512u);
  Append(*writer, MakeRecords(5, {432, 0, 1, 700}));  // sequences may leave some out
  ASSERT_TRUE(writer->Sync().ok());
  EXPECT_EQ(writer->synced_bytes(), writer->written_bytes());
  Append(*writer, MakeRecords(20, {432}));  // fills its block exactly
  EXPECT_EQ(testkit::ReadFile(*memory_, io::LogName(1)).size(), 8192u);
  Append(*writer, MakeRecords(21, {100000, 3}));  // longer than the file was
  ASSERT_TRUE(writer->Sync().ok());
  ASSERT_TRUE(writer->Close().ok());
  ExpectWritten(1);
}

TEST_F(LogWriterTest, RecordsKnowTheirPlaces) {
  const auto writer = Create(1);
  Append(*writer, MakeRecords(1, {3, 5}));
  Append(*writer, MakeRecords(3, {7}));
  const auto reader = LogReader::Open(*memory_, 1);
  LogEntry entry;
  ASSERT_TRUE(*(*reader)->Next(&entry));
  EXPECT_EQ(entry.offset, 512u + 64);
  ASSERT_TRUE(*(*reader)->Next(&entry));
  EXPECT_EQ(entry.offset, 512u + 64 + 16 + 3);
  EXPECT_EQ(entry.group_offset, 512u);
  ASSERT_TRUE(*(*reader)->Next(&entry));
  EXPECT_EQ(entry.offset, 1024u + 64);
  EXPECT_FALSE(*(*reader)->Next(&entry));
  EXPECT_EQ((*reader)->valid_bytes(), 1536u);
  EXPECT_TRUE(absl::IsDataLoss((*reader)->end_reason()));
}

TEST_F(LogWriterTest, BadInputIsRefusedBeforeAnyIo) {
  const auto writer = Create(1);
  Append(*writer, MakeRecords(5, {1}));
  const uint64_t calls = faults_->calls(testkit::kAllCalls);
  EXPECT_TRUE(absl::IsInvalidArgument(writer->AppendGroup({})));
  EXPECT_TRUE(absl::IsInvalidArgument(writer->AppendGroup(Views(MakeRecords(5, {1})))));
  EXPECT_TRUE(
      absl::IsInvalidArgument(writer->AppendGroup(Views({MakeRecord(7, 1), MakeRecord(7, 1)}))));
  EXPECT_TRUE(absl::IsInvalidArgument(writer->AppendGroup(Views({{6, 0, "x"}}))));
  EXPECT_TRUE(absl::IsInvalidArgument(writer->AppendGroup(Views({{UINT64_MAX, 1, "x"}}))));
  const LogRecord too_large = {6, 1, {static_cast<const std::byte*>(nullptr), (1u << 30) + 1}};
  EXPECT_TRUE(absl::IsInvalidArgument(writer->AppendGroup({&too_large, 1})));
  EXPECT_EQ(faults_->calls(testkit::kAllCalls), calls);
  Append(*writer, MakeRecords(6, {1}));
  ExpectWritten(1);
}

TEST_F(LogWriterTest, NumbersAreTakenOnce) {
  (void)Create(1);
  EXPECT_TRUE(absl::IsAlreadyExists(LogWriter::Create(files_, 1, {}).status()));
}

TEST_F(LogWriterTest, OldGroupsOfARecycledFileAreNotRead) {
  {
    const auto old = Create(1);
    for (uint64_t i = 1; i <= 9; ++i) ASSERT_TRUE(old->AppendGroup(Views({MakeRecord(i, 9)})).ok());
    ASSERT_TRUE(old->Sync().ok());
  }
  auto writer = LogWriter::Recycle(files_, 1, 4, {.file_bytes = 16384, .previous = {3, 1024}});
  ASSERT_TRUE(writer.ok()) << writer.status();
  EXPECT_FALSE(memory_->OpenForRead(io::LogName(1)).ok());
  ExpectWritten(4);
  for (uint64_t i = 20; i < 25; ++i) {
    Append(**writer, MakeRecords(i, {9}));
    ExpectWritten(4);
  }
  EXPECT_EQ(testkit::ReadFile(*memory_, io::LogName(4)).size(), 16384u);
}

// Where no block was written before, a small group brings zeros up to the next 64 KiB along.
TEST_F(LogWriterTest, SmallGroupsComeToBlocksThatWereWritten) {
  constexpr size_t kStep = 65536;
  const auto writer = Create(1, 4 * kStep);
  testkit::FlipByte(*memory_, io::LogName(1), kStep - 1);
  testkit::FlipByte(*memory_, io::LogName(1), kStep);
  testkit::FlipByte(*memory_, io::LogName(1), 4 * kStep - 1);
  const auto byte = [&](size_t at) { return testkit::ReadFile(*memory_, io::LogName(1))[at]; };
  Append(*writer, MakeRecords(1, {5}));
  EXPECT_EQ(byte(kStep - 1), '\0');
  EXPECT_EQ(byte(kStep), '\xff');
  testkit::FlipByte(*memory_, io::LogName(1), kStep - 1);
  Append(*writer, MakeRecords(2, {5}));  // to blocks that were written by now
  EXPECT_EQ(byte(kStep - 1), '\xff');
  testkit::FlipByte(*memory_, io::LogName(1), kStep - 1);
  Append(*writer, MakeRecords(3, {static_cast<int>(2 * kStep)}));  // large: itself alone
  EXPECT_EQ(byte(4 * kStep - 1), '\xff');
  Append(*writer, MakeRecords(4, {5}));
  EXPECT_EQ(byte(4 * kStep - 1), '\xff');
  EXPECT_EQ(byte(3 * kStep - 1), '\0');
  Append(*writer, MakeRecords(5, {15000, 15000}));
  EXPECT_EQ(writer->written_bytes() / kStep, 2u);
  ASSERT_TRUE(writer->Sync().ok());
  ExpectWritten(1);
}

// The same in a file that has been written before: nothing but the group.
TEST_F(LogWriterTest, ARecycledFileIsNotWrittenAhead) {
  ASSERT_TRUE(Create(1, 65536)->Close().ok());
  const auto writer = LogWriter::Recycle(files_, 1, 2, {.file_bytes = 65536});
  ASSERT_TRUE(writer.ok()) << writer.status();
  testkit::FlipByte(*memory_, io::LogName(2), 65535);
  Append(**writer, MakeRecords(1, {5}));
  EXPECT_EQ(testkit::ReadFile(*memory_, io::LogName(2))[65535], '\xff');
  ExpectWritten(2);
}

TEST_F(LogWriterTest, FullDiskRefusesOneGroupAndHealsByItself) {
  for (uint64_t budget = 0; budget <= 4096; budget += 512) {
    memory_->Unlink(io::LogName(1)).IgnoreError();
    written_.clear();
    faults_->SetByteBudget(512 + budget);
    const auto writer = Create(1);  // too large to be allocated at once: grows
    uint64_t sequence = 0;
    bool refused = false;
    while (!refused) {
      const PlainRecords records = MakeRecords(++sequence, {600});
      const absl::Status appended = writer->AppendGroup(Views(records));
      refused = absl::IsResourceExhausted(appended);
      if (appended.ok()) written_.push_back(records[0]);
      ASSERT_TRUE(appended.ok() || refused) << appended;
    }
    EXPECT_TRUE(absl::IsResourceExhausted(writer->AppendGroup(Views({MakeRecord(sequence, 600)}))));
    // The part that was written may have left a hole before it.
    faults_->Arm({.calls = testkit::kWriteBlocksCall,
                  .forever = true,
                  .status = absl::ResourceExhaustedError("full")});
    EXPECT_TRUE(absl::IsResourceExhausted(writer->AppendGroup(Views({MakeRecord(sequence, 9)}))));
    faults_->Disarm();
    ASSERT_TRUE(writer->Sync().ok());
    ExpectWritten(1);
    faults_->SetByteBudget(std::nullopt);
    Append(*writer, MakeRecords(sequence, {30}));
    Append(*writer, MakeRecords(sequence + 1, {2000}));
    ASSERT_TRUE(writer->Sync().ok());
    ExpectWritten(1);
  }
}

// A file system that needs space to overwrite: the refused group's zeros stood there already.
TEST_F(LogWriterTest, RefusedGroupThatLooksWholeIsErasedDurably) {
  const auto writer = Create(1);
  Append(*writer, MakeRecords(1, {5}));
  faults_->Arm(
      {.calls = testkit::kWriteBlocksCall, .status = absl::ResourceExhaustedError("full")});
  const PlainRecord zeros = {2, 1, std::string(900, '\0')};
  EXPECT_TRUE(absl::IsResourceExhausted(writer->AppendGroup(Views({zeros}))));
  EXPECT_EQ(writer->synced_bytes(), writer->written_bytes());
  ExpectWritten(1);
  Append(*writer, MakeRecords(2, {5}));
  ExpectWritten(1);
}

TEST_F(LogWriterTest, FailedWriteOrSyncEndsTheLog) {
  for (const testkit::CallSet call : {testkit::kWriteBlocksCall, testkit::kSyncCall}) {
    for (const absl::Status& status :
         {absl::DataLossError("EIO"), absl::ResourceExhaustedError("full")}) {
      if (call == testkit::kWriteBlocksCall && absl::IsResourceExhausted(status)) continue;
      memory_->Unlink(io::LogName(1)).IgnoreError();
      const auto writer = Create(1);
      faults_->Arm({.calls = call, .status = status});
      absl::Status failed = writer->AppendGroup(Views({MakeRecord(1, 5)}));
      if (failed.ok()) failed = writer->Sync();
      EXPECT_FALSE(failed.ok() || absl::IsResourceExhausted(failed)) << failed;
      EXPECT_EQ(writer->AppendGroup(Views({MakeRecord(1, 5)})), failed);
      EXPECT_EQ(writer->Sync(), failed);
      EXPECT_EQ(writer->synced_bytes(), 512u);
    }
  }
}

}  // namespace
}  // namespace ashlar::log
