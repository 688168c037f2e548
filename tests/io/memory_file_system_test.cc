// What only the in-memory file system has: second handles, replaced files, and safety of bytes that
// are mapped while their file grows.
#include "src/io/memory_file_system.h"

#include <string>
#include <thread>

#include "gtest/gtest.h"
#include "src/base/bytes.h"

namespace ashlar::io {
namespace {

TEST(MemoryFileSystem, HandlesShareOneTree) {
  auto first = std::make_unique<MemoryFileSystem>();
  const auto second = first->NewHandle();
  ASSERT_TRUE(first->Create("LOCK", {}).ok());
  auto lock = first->Lock("LOCK");
  EXPECT_TRUE(absl::IsUnavailable(second->Lock("LOCK").status()));
  first.reset();
  EXPECT_TRUE(absl::IsUnavailable(second->Lock("LOCK").status()));
  lock->reset();
  EXPECT_TRUE(second->Lock("LOCK").ok());
}

TEST(MemoryFileSystem, ReplacedFileShowsInOpenFilesButNotInPinnedBytes) {
  MemoryFileSystem files;
  ASSERT_TRUE(files.ReplaceFile("a", base::AsBytes("old!")).ok());
  auto file = files.OpenForRead("a");
  const PinnedBytes pinned = *(*file)->Map();
  ASSERT_TRUE(files.ReplaceFile("a", base::AsBytes("new")).ok());
  std::byte bytes[3];
  ASSERT_TRUE((*file)->Read(0, bytes).ok());
  EXPECT_EQ(base::AsStringView(bytes), "new");
  EXPECT_TRUE(absl::IsDataLoss((*file)->Populate(0, 4)));
  EXPECT_EQ(pinned.view(), "old!");
}

TEST(MemoryFileSystem, AppendAfterCutLeavesPinnedBytesAlone) {
  MemoryFileSystem files;
  ASSERT_TRUE(files.ReplaceFile("a", base::AsBytes("abcdef")).ok());
  const PinnedBytes pinned = *(*files.OpenForRead("a"))->Map();
  auto writer = files.OpenForAppend("a");
  ASSERT_TRUE((*writer)->Truncate(2).ok());
  ASSERT_TRUE((*writer)->Append(base::AsBytes("XYZ")).ok());
  EXPECT_EQ(pinned.view(), "abcdef");
  EXPECT_EQ(*ReadWholeFile(files, "a", 100), "abXYZ");
}

// For the thread sanitizer, and for every map to be a prefix of what was written.
TEST(MemoryFileSystem, MapsWhileAnotherThreadAppends) {
  MemoryFileSystem files;
  auto writer = files.Create("a", {});
  std::jthread appender([&] {
    for (int i = 0; i < 2000; ++i) {
      ASSERT_TRUE((*writer)->Append(base::AsBytes(std::string(7, 'x'))).ok());
    }
  });
  for (int i = 0; i < 200; ++i) {
    const PinnedBytes bytes = *(*files.OpenForRead("a"))->Map();
    EXPECT_EQ(bytes.view().find_first_not_of('x'), std::string_view::npos);
  }
}

}  // namespace
}  // namespace ashlar::io
