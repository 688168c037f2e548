// What a new log repeats of older ones: first, durable before anything else, or not at all.
#include "src/log/commit_log.h"

#include <gtest/gtest.h>

#include <memory>
#include <utility>
#include <vector>

#include "src/io/file_names.h"
#include "tests/log/log_testing.h"
#include "tests/testing/faulty_file_system.h"

namespace ashlar::log {
namespace {

class RepeatTest : public testing::Test {
 protected:
  // With 100 records of 30 kB each to be repeated: three groups.
  std::unique_ptr<CommitLog> Prepare() {
    records_.clear();
    KeptRecords repeated;
    for (uint64_t i = 1; i <= 100; ++i) records_.push_back(MakeRecord(i, 30'000));
    for (const LogRecord& record : Views(records_)) repeated.Add(record);
    auto log = CommitLog::Prepare(
        std::make_shared<testkit::FaultyFileSystem>(files_->NewHandle(), faults_), 3,
        {.file_bytes = 1 << 16}, std::move(repeated));
    EXPECT_TRUE(log.ok()) << log.status();
    return *std::move(log);
  }
  absl::Status AppendOne(CommitLog& log) {
    records_.push_back(MakeRecord(records_.size() + 1, 100));
    return log.Append(Views({records_.back()}));
  }
  void ExpectAll() {
    const auto all = ReplayAll(*files_);
    ASSERT_TRUE(all.ok()) << all.status();
    EXPECT_EQ(all->records, records_);
  }

  std::unique_ptr<io::MemoryFileSystem> files_ = MakeFiles();
  std::shared_ptr<testkit::FaultInjector> faults_ = std::make_shared<testkit::FaultInjector>();
  PlainRecords records_;
};

TEST_F(RepeatTest, IsDurableOnceTheLogHasBegun) {
  const auto log = Prepare();
  EXPECT_TRUE(ReplayAll(*files_)->records.empty());
  ASSERT_TRUE(log->EnsureBegun().ok());
  EXPECT_EQ(log->position().synced_bytes, log->position().written_bytes);
  ExpectAll();
  ASSERT_TRUE(AppendOne(*log).ok());
  ExpectAll();
}

TEST_F(RepeatTest, ComesBeforeTheFirstGroup) {
  const auto log = Prepare();
  ASSERT_TRUE(AppendOne(*log).ok());
  ExpectAll();
}

// Wherever space ends, nothing is lost, nothing stands twice, and nothing overtakes.
TEST_F(RepeatTest, GoesOnAfterAWantOfSpace) {
  for (const testkit::CallSet call : {testkit::kCreateCall, testkit::kWriteBlocksCall}) {
    for (uint64_t nth = 1;; ++nth) {
      files_ = MakeFiles();
      const auto log = Prepare();
      faults_->Arm({.calls = call, .nth = nth, .status = absl::ResourceExhaustedError("full")});
      const absl::Status begun = log->EnsureBegun();
      if (faults_->hits() == 0) {
        EXPECT_GT(nth, call == testkit::kCreateCall ? 1u : 3u);
        break;
      }
      EXPECT_TRUE(absl::IsResourceExhausted(begun)) << begun;
      EXPECT_FALSE(log->failed());
      faults_->Disarm();
      ASSERT_TRUE(AppendOne(*log).ok());
      ExpectAll();
    }
  }
}

TEST_F(RepeatTest, AnUnknownOutcomeEndsIt) {
  for (const testkit::CallSet call : {testkit::kWriteBlocksCall, testkit::kSyncCall}) {
    const auto log = Prepare();
    faults_->Arm({.calls = call, .status = absl::DataLossError("broken")});
    EXPECT_TRUE(absl::IsDataLoss(log->EnsureBegun()));
    EXPECT_TRUE(log->failed());
    EXPECT_TRUE(absl::IsDataLoss(AppendOne(*log)));
    files_ = MakeFiles();
  }
}

// A log that could not be made known is none, also where its file stays: the one before it goes on,
// and its header must not say where that one ends.
TEST(BegunTest, ALogThatIsRefusedDoesNotEndTheOneBefore) {
  const std::unique_ptr<io::MemoryFileSystem> files = MakeFiles();
  const auto faults = std::make_shared<testkit::FaultInjector>();
  std::vector<uint64_t> begun;
  absl::Status refusal;
  const auto note = [&](uint64_t number) {
    if (refusal.ok()) begun.push_back(number);
    return refusal;
  };
  auto made =
      CommitLog::Create(std::make_shared<testkit::FaultyFileSystem>(files->NewHandle(), faults), 1,
                        {.file_bytes = 1 << 14, .begun = note});
  ASSERT_TRUE(made.ok()) << made.status();
  CommitLog& log = **made;
  PlainRecords records;
  const auto append = [&](size_t bytes) {
    records.push_back(MakeRecord(records.size() + 1, bytes));
    absl::Status appended = log.Append(Views({records.back()}));
    if (appended.ok()) appended = log.Sync();
    if (!appended.ok()) records.pop_back();
    return appended;
  };
  ASSERT_TRUE(append(9000).ok());
  refusal = absl::ResourceExhaustedError("injected: no space");
  faults->Arm({.calls = testkit::kUnlinkCall});
  EXPECT_TRUE(absl::IsResourceExhausted(append(9000)));
  EXPECT_EQ(faults->hits(), 1u);
  EXPECT_TRUE(files->OpenForRead(io::LogName(2)).ok()) << "the file stays";
  ASSERT_TRUE(append(100).ok());
  EXPECT_EQ(ReplayAll(*files)->records, records);
  refusal = absl::OkStatus();
  ASSERT_TRUE(append(9000).ok());
  EXPECT_EQ(ReplayAll(*files)->records, records);
  EXPECT_EQ(begun, (std::vector<uint64_t>{1, 3}));
  // Where the header cannot be taken back nothing may follow.
  refusal = absl::ResourceExhaustedError("injected: no space");
  faults->Arm({.calls = testkit::kSyncCall, .nth = 2});
  ASSERT_TRUE(log.Sync().ok());
  EXPECT_FALSE(absl::IsResourceExhausted(append(9000)));
  EXPECT_TRUE(log.failed());
}

}  // namespace
}  // namespace ashlar::log
