// The failing file system fails the calls it is told to, and in the way that a disk does.
#include "tests/testing/faulty_file_system.h"

#include <memory>
#include <string>

#include "gtest/gtest.h"
#include "src/base/bytes.h"
#include "src/io/atomic_pointer.h"
#include "src/io/memory_file_system.h"
#include "tests/testing/corruption.h"

namespace ashlar::io {
namespace {

using testkit::Fault;

class FaultyFileSystemTest : public testing::Test {
 protected:
  std::string Content(std::string_view name) { return testkit::ReadFile(memory_, name); }

  MemoryFileSystem memory_;
  std::shared_ptr<testkit::FaultInjector> faults_ = std::make_shared<testkit::FaultInjector>();
  testkit::FaultyFileSystem files_{memory_.NewHandle(), faults_};
};

TEST_F(FaultyFileSystemTest, FailsTheNthCallOnce) {
  faults_->Arm({.calls = testkit::kCreateCall, .nth = 2});
  EXPECT_TRUE(files_.Create("a", {}).ok());
  EXPECT_TRUE(absl::IsDataLoss(files_.Create("b", {}).status()));
  EXPECT_TRUE(files_.Create("c", {}).ok());
  EXPECT_EQ(faults_->hits(), 1u);
  EXPECT_EQ(faults_->calls(testkit::kCreateCall), 3u);
  EXPECT_EQ(memory_.List("")->size(), 2u);
}

TEST_F(FaultyFileSystemTest, FailsForEver) {
  faults_->Arm({.calls = testkit::kCreateCall, .nth = 2, .forever = true});
  EXPECT_TRUE(files_.Create("a", {}).ok());
  EXPECT_FALSE(files_.Create("b", {}).ok());
  EXPECT_FALSE(files_.Create("b", {}).ok());
  faults_->Disarm();
  EXPECT_TRUE(files_.Create("b", {}).ok());
}

TEST_F(FaultyFileSystemTest, NoSpaceWritesAPartAndIsHealedByTruncate) {
  auto file = files_.Create("a", {});
  ASSERT_TRUE((*file)->Append(base::AsBytes("good")).ok());
  faults_->Arm({.calls = testkit::kAppendCall, .status = absl::ResourceExhaustedError("full")});
  EXPECT_TRUE(absl::IsResourceExhausted((*file)->Append(base::AsBytes("1234"))));
  EXPECT_EQ(Content("a"), "good12");
  EXPECT_TRUE(absl::IsResourceExhausted((*file)->Sync()));
  ASSERT_TRUE((*file)->Truncate(4).ok());
  ASSERT_TRUE((*file)->Append(base::AsBytes("more")).ok());
  EXPECT_TRUE((*file)->Sync().ok());
  EXPECT_EQ(Content("a"), "goodmore");
}

TEST_F(FaultyFileSystemTest, FailedSyncPoisonsForGoodAndMayLoseBytes) {
  auto file = files_.Create("a", {});
  ASSERT_TRUE((*file)->Append(base::AsBytes("safe")).ok());
  ASSERT_TRUE((*file)->Sync().ok());
  ASSERT_TRUE((*file)->Append(base::AsBytes("lost")).ok());
  faults_->Arm({.calls = testkit::kSyncCall, .lose_unsynced = true});
  EXPECT_TRUE(absl::IsDataLoss((*file)->Sync()));
  EXPECT_TRUE(absl::IsDataLoss((*file)->Sync()));
  EXPECT_TRUE(absl::IsDataLoss((*file)->Append(base::AsBytes("x"))));
  EXPECT_TRUE(absl::IsDataLoss((*file)->Truncate(0)));
  EXPECT_TRUE(absl::IsDataLoss((*file)->Close()));
  EXPECT_EQ(Content("a"), "safe");
}

TEST_F(FaultyFileSystemTest, ByteBudgetIsAFullDisk) {
  faults_->SetByteBudget(6);
  auto file = files_.Create("a", {});
  ASSERT_TRUE((*file)->Append(base::AsBytes("1234")).ok());
  EXPECT_TRUE(absl::IsResourceExhausted((*file)->Append(base::AsBytes("5678"))));
  EXPECT_EQ(Content("a"), "123456");
  ASSERT_TRUE((*file)->Truncate(4).ok());
  EXPECT_TRUE((*file)->Append(base::AsBytes("56")).ok());
  auto other = files_.Create("b", {});
  EXPECT_TRUE(absl::IsResourceExhausted((*other)->Append(base::AsBytes("x"))));
  faults_->SetByteBudget(std::nullopt);
  EXPECT_TRUE((*other)->Truncate(0).ok());
  EXPECT_TRUE((*other)->Append(base::AsBytes("x")).ok());
}

TEST_F(FaultyFileSystemTest, BlocksRefusedForSpaceMayBeWrittenAgain) {
  faults_->SetByteBudget(1536);
  auto file = files_.CreateBlockFile("a", {.size = 1024});
  EXPECT_EQ((*file)->size(), 1024u);
  ASSERT_TRUE((*file)->WriteAt(0, base::AsBytes(std::string(1024, 'a'))).ok());
  EXPECT_TRUE(
      absl::IsResourceExhausted((*file)->WriteAt(512, base::AsBytes(std::string(1536, 'b')))));
  EXPECT_EQ(Content("a"), std::string(512, 'a') + std::string(1024, 'b'));
  EXPECT_TRUE((*file)->Sync().ok());
  auto other = files_.CreateBlockFile("b", {.size = 1024});
  EXPECT_EQ((*other)->size(), 0u);  // no space for it all: grows
  EXPECT_TRUE(
      absl::IsResourceExhausted((*other)->WriteAt(0, base::AsBytes(std::string(512, 'c')))));
  faults_->SetByteBudget(std::nullopt);
  EXPECT_TRUE((*other)->WriteAt(0, base::AsBytes(std::string(512, 'c'))).ok());
}

TEST_F(FaultyFileSystemTest, FailedSyncOfBlocksPoisonsAndMayLoseThem) {
  auto file = files_.CreateBlockFile("a", {.size = 512});
  ASSERT_TRUE((*file)->WriteAt(0, base::AsBytes(std::string(512, 's'))).ok());
  ASSERT_TRUE((*file)->Sync().ok());
  ASSERT_TRUE((*file)->WriteAt(0, base::AsBytes(std::string(512, 'l'))).ok());
  ASSERT_TRUE((*file)->WriteAt(0, base::AsBytes(std::string(512, 'm'))).ok());
  faults_->Arm({.calls = testkit::kSyncCall, .lose_unsynced = true});
  EXPECT_TRUE(absl::IsDataLoss((*file)->Sync()));
  EXPECT_EQ(Content("a"), std::string(512, 's'));
  EXPECT_TRUE(absl::IsDataLoss((*file)->Sync()));
  EXPECT_TRUE(absl::IsDataLoss((*file)->WriteAt(0, base::AsBytes(std::string(512, 'x')))));
  EXPECT_TRUE(absl::IsDataLoss((*file)->Close()));
}

TEST_F(FaultyFileSystemTest, FailedWriteOfBlocksPoisons) {
  auto file = files_.CreateBlockFile("a", {.size = 1024});
  faults_->Arm({.calls = testkit::kWriteBlocksCall});
  EXPECT_TRUE(absl::IsDataLoss((*file)->WriteAt(0, base::AsBytes(std::string(1024, 'x')))));
  EXPECT_EQ(Content("a"), std::string(512, 'x') + std::string(512, '\0'));
  EXPECT_TRUE(absl::IsDataLoss((*file)->Sync()));
}

TEST_F(FaultyFileSystemTest, ReadingFailsToo) {
  testkit::WriteFile(memory_, "a", "data");
  auto file = files_.OpenForRead("a");
  faults_->Arm({.calls = testkit::kReadingCalls, .forever = true});
  std::byte byte;
  EXPECT_FALSE((*file)->Map().ok());
  EXPECT_FALSE((*file)->Populate(0, 1).ok());
  EXPECT_FALSE((*file)->Read(0, {&byte, 1}).ok());
  EXPECT_FALSE(files_.OpenForRead("a").ok());
}

// The loop that fault tests are made of, on the smallest scenario: whatever call of a swap fails,
// CURRENT is readable, and when the swap says OK it is the new one. Until something was synced, or
// for want of space until it was renamed, it says that it has changed nothing.
TEST_F(FaultyFileSystemTest, SwapOfCurrentSurvivesEveryFault) {
  for (const bool full : {false, true}) {
    const absl::Status error = full ? absl::ResourceExhaustedError("full") : Fault().status;
    std::string unchanged_after;
    for (uint64_t nth = 1;; ++nth) {
      faults_->Arm({.nth = nth, .status = error});
      ASSERT_TRUE(SwapCurrent(memory_, 1).ok());
      bool unchanged = false;
      const absl::Status swapped = SwapCurrent(files_, nth + 1, std::nullopt, &unchanged);
      const bool hit = faults_->hits() > 0;
      faults_->Disarm();
      const auto current = ReadCurrent(memory_);
      ASSERT_TRUE(current.ok()) << current.status();
      EXPECT_TRUE(!swapped.ok() || *current == nth + 1);
      if (!hit) break;
      EXPECT_FALSE(swapped.ok());
      EXPECT_TRUE(!unchanged || *current == 1);
      unchanged_after += unchanged ? '1' : '0';
    }
    // Unlink, create, append, sync, close, rename, sync of the directory.
    EXPECT_EQ(unchanged_after, full ? "1111110" : "1110000");
  }
}

}  // namespace
}  // namespace ashlar::io
