// One contract, every file system: what file_system.h promises of names, directories and locks.
#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/io/file_system_places.h"

namespace ashlar::io {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

template <typename Place>
using FileSystemNames = FileSystemTest<Place>;
TYPED_TEST_SUITE(FileSystemNames, Places);

std::vector<std::string> Names(const std::vector<DirectoryEntry>& entries) {
  std::vector<std::string> names;
  for (const DirectoryEntry& entry : entries) {
    names.push_back(entry.name + (entry.type == EntryType::kDirectory ? "/" : ""));
  }
  std::sort(names.begin(), names.end());
  return names;
}

TYPED_TEST(FileSystemNames, MissingFilesAreNotFound) {
  FileSystem& files = this->files();
  EXPECT_TRUE(absl::IsNotFound(files.OpenForRead("a").status()));
  EXPECT_TRUE(absl::IsNotFound(files.OpenForAppend("a").status()));
  EXPECT_TRUE(absl::IsNotFound(files.Unlink("a")));
  EXPECT_TRUE(absl::IsNotFound(files.Rename("a", "b")));
  EXPECT_TRUE(absl::IsNotFound(files.Lock("a").status()));
  EXPECT_TRUE(absl::IsNotFound(files.LockByteShared("a", 0).status()));
  EXPECT_TRUE(absl::IsNotFound(files.Create("no/a", {}).status()));
  EXPECT_TRUE(absl::IsNotFound(files.List("no").status()));
  EXPECT_TRUE(absl::IsNotFound(files.SyncDirectory("no")));
}

TYPED_TEST(FileSystemNames, BadNamesAreRefusedBeforeAnything) {
  FileSystem& files = this->files();
  const std::string_view nul("a\0b", 3);
  for (std::string_view name :
       {std::string_view(""), std::string_view("/a"), std::string_view(".."),
        std::string_view("../a"), std::string_view("a/.."), std::string_view("a/b/c"),
        std::string_view("a/"), std::string_view("."), std::string_view("a//b"), nul}) {
    EXPECT_TRUE(absl::IsInvalidArgument(files.Create(name, {}).status())) << name;
    EXPECT_TRUE(absl::IsInvalidArgument(files.OpenForRead(name).status())) << name;
    EXPECT_TRUE(absl::IsInvalidArgument(files.Unlink(name))) << name;
    EXPECT_TRUE(absl::IsInvalidArgument(files.CreateDirectory(name))) << name;
  }
  const std::string long_name(256, 'n');
  EXPECT_TRUE(absl::IsInvalidArgument(files.Create(long_name, {}).status()));
  EXPECT_TRUE(files.Create(long_name.substr(1), {}).ok());
}

TYPED_TEST(FileSystemNames, DirectoriesHoldFiles) {
  FileSystem& files = this->files();
  ASSERT_TRUE(files.CreateDirectory("d").ok());
  EXPECT_TRUE(absl::IsAlreadyExists(files.CreateDirectory("d")));
  this->Put("d/a", "inner");
  this->Put("b", "outer");
  EXPECT_EQ(this->Get("d/a"), "inner");
  EXPECT_THAT(Names(*files.List("")), ElementsAre("b", "d/"));
  EXPECT_THAT(Names(*files.List("d")), ElementsAre("a"));
  EXPECT_TRUE(files.SyncDirectory("").ok());
  EXPECT_TRUE(files.SyncDirectory("d").ok());
}

TYPED_TEST(FileSystemNames, WrongKindIsAFailedPrecondition) {
  FileSystem& files = this->files();
  ASSERT_TRUE(files.CreateDirectory("d").ok());
  this->Put("a", "file");
  EXPECT_TRUE(absl::IsFailedPrecondition(files.OpenForRead("d").status()));
  EXPECT_TRUE(absl::IsFailedPrecondition(files.OpenForAppend("d").status()));
  EXPECT_TRUE(absl::IsFailedPrecondition(files.Unlink("d")));
  EXPECT_TRUE(absl::IsFailedPrecondition(files.Rename("a", "d")));
  EXPECT_TRUE(absl::IsFailedPrecondition(files.Create("a/b", {}).status()));
  EXPECT_TRUE(absl::IsFailedPrecondition(files.List("a").status()));
}

TYPED_TEST(FileSystemNames, RenameReplaces) {
  FileSystem& files = this->files();
  this->Put("a", "new");
  this->Put("b", "old");
  ASSERT_TRUE(files.Rename("a", "b").ok());
  EXPECT_EQ(this->Get("b"), "new");
  EXPECT_THAT(Names(*files.List("")), ElementsAre("b"));
  ASSERT_TRUE(files.Rename("b", "b").ok());
  EXPECT_EQ(this->Get("b"), "new");
}

TYPED_TEST(FileSystemNames, WholeFileReadHasALimit) {
  this->Put("a", "12345");
  EXPECT_EQ(*ReadWholeFile(this->files(), "a", 5), "12345");
  EXPECT_TRUE(absl::IsResourceExhausted(ReadWholeFile(this->files(), "a", 4).status()));
}

TYPED_TEST(FileSystemNames, LockExcludesThisProcessToo) {
  FileSystem& files = this->files();
  this->Put("LOCK", "");
  auto lock = files.Lock("LOCK");
  ASSERT_TRUE(lock.ok()) << lock.status();
  EXPECT_TRUE(absl::IsUnavailable(files.Lock("LOCK").status()));
  EXPECT_TRUE(absl::IsUnavailable(files.LockByteShared("LOCK", 9).status()));
  EXPECT_TRUE(absl::IsUnavailable(files.LockedBytes("LOCK", 0, 100).status()));
  lock->reset();
  EXPECT_TRUE(files.Lock("LOCK").ok());
}

TYPED_TEST(FileSystemNames, LockedBytesAreFoundInOrder) {
  FileSystem& files = this->files();
  this->Put("READERS", "");
  std::vector<std::unique_ptr<FileLock>> locks;
  for (uint64_t position : {70, 3, 4, 500, 4, 69, 1000000}) {
    auto lock = files.LockByteShared("READERS", position);
    ASSERT_TRUE(lock.ok()) << lock.status();
    locks.push_back(*std::move(lock));
  }
  EXPECT_THAT(*files.LockedBytes("READERS", 0, 999999), ElementsAre(3, 4, 69, 70, 500));
  EXPECT_THAT(*files.LockedBytes("READERS", 4, 69), ElementsAre(4, 69));
  EXPECT_THAT(*files.LockedBytes("READERS", 5, 68), IsEmpty());
  EXPECT_THAT(*files.LockedBytes("READERS", 0, (uint64_t{1} << 63) - 2),
              ElementsAre(3, 4, 69, 70, 500, 1000000));
  EXPECT_TRUE(absl::IsUnavailable(files.Lock("READERS").status()));
  locks[2].reset();  // One of the two holders of 4.
  EXPECT_THAT(*files.LockedBytes("READERS", 4, 4), ElementsAre(4));
  locks.clear();
  EXPECT_THAT(*files.LockedBytes("READERS", 0, 1000000), IsEmpty());
  EXPECT_TRUE(absl::IsInvalidArgument(files.LockedBytes("READERS", 2, 1).status()));
  EXPECT_TRUE(absl::IsInvalidArgument(files.LockByteShared("READERS", UINT64_MAX).status()));
}

}  // namespace
}  // namespace ashlar::io
