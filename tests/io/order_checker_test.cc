// What is durable when, on small logs.
#include "tests/testing/order_checker.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "src/base/bytes.h"
#include "tests/testing/corruption.h"
#include "tests/testing/recording_file_system.h"

namespace ashlar::io {
namespace {

using testkit::IsDurable;
using testkit::IsDurablyGone;
using testkit::RecordingFileSystem;

bool DurableNow(const RecordingFileSystem& files, std::string_view name) {
  return IsDurable(files.log(), files.op_count(), name);
}

TEST(OrderChecker, BytesEntryAndDirectoryAreAllNeeded) {
  RecordingFileSystem files;
  ASSERT_TRUE(files.CreateDirectory("d").ok());
  auto file = files.Create("d/a", {});
  ASSERT_TRUE((*file)->Append(base::AsBytes("x")).ok());
  EXPECT_FALSE(DurableNow(files, "d/a"));
  ASSERT_TRUE((*file)->Sync().ok());
  EXPECT_FALSE(DurableNow(files, "d/a"));
  ASSERT_TRUE(files.SyncDirectory("d").ok());
  EXPECT_FALSE(DurableNow(files, "d/a"));
  ASSERT_TRUE(files.SyncDirectory("").ok());
  EXPECT_TRUE(DurableNow(files, "d/a"));
  ASSERT_TRUE((*file)->Append(base::AsBytes("y")).ok());
  EXPECT_FALSE(DurableNow(files, "d/a"));
  EXPECT_TRUE(IsDurable(files.log(), files.op_count() - 1, "d/a"));
  EXPECT_FALSE(DurableNow(files, "d/other"));
}

TEST(OrderChecker, BlocksWrittenInPlaceNeedASyncEachTime) {
  RecordingFileSystem files;
  auto file = files.CreateBlockFile("a", {.size = 1024});
  ASSERT_TRUE(files.SyncDirectory("").ok());
  EXPECT_FALSE(DurableNow(files, "a"));
  ASSERT_TRUE((*file)->Sync().ok());
  EXPECT_TRUE(DurableNow(files, "a"));
  ASSERT_TRUE((*file)->WriteAt(512, base::AsBytes(std::string(512, 'x'))).ok());
  EXPECT_FALSE(DurableNow(files, "a"));
  ASSERT_TRUE((*file)->Sync().ok());
  EXPECT_TRUE(DurableNow(files, "a"));
}

TEST(OrderChecker, SyncOfAnotherDirectoryDoesNotCount) {
  RecordingFileSystem files;
  ASSERT_TRUE(files.CreateDirectory("d").ok());
  ASSERT_TRUE(files.Create("d/a", {}).ok());
  ASSERT_TRUE(files.SyncDirectory("").ok());
  EXPECT_FALSE(DurableNow(files, "d/a"));
}

TEST(OrderChecker, RenameIsDurableAfterTheDirectory) {
  auto base = std::make_unique<MemoryFileSystem>();
  testkit::WriteFile(*base, "a", "x");
  RecordingFileSystem files(std::move(base));
  EXPECT_TRUE(DurableNow(files, "a"));
  ASSERT_TRUE(files.Rename("a", "b").ok());
  EXPECT_FALSE(DurableNow(files, "b"));
  EXPECT_FALSE(IsDurablyGone(files.log(), files.op_count(), "a"));
  ASSERT_TRUE(files.SyncDirectory("").ok());
  EXPECT_TRUE(DurableNow(files, "b"));
  EXPECT_TRUE(IsDurablyGone(files.log(), files.op_count(), "a"));
}

TEST(OrderChecker, FindsOperationsByKindAndName) {
  RecordingFileSystem files;
  ASSERT_TRUE(files.Create("a", {}).ok());
  ASSERT_TRUE(files.Unlink("a").ok());
  ASSERT_TRUE(files.Create("a", {}).ok());
  EXPECT_THAT(FindOps(files.log(), testkit::OpKind::kCreate, "a"), testing::ElementsAre(0, 2));
  EXPECT_THAT(FindOps(files.log(), testkit::OpKind::kUnlink, "a"), testing::ElementsAre(1));
}

}  // namespace
}  // namespace ashlar::io
