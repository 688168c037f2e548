// One contract, every file system: what file_system.h promises, on a disk, on a disk without maps
// and in memory. Not: what only an operating system can do wrong (posix_file_system_test.cc).
#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "src/base/bytes.h"
#include "src/io/file_system.h"
#include "src/io/memory_file_system.h"
#include "src/io/posix_file_system.h"
#include "tests/io/temporary_directory.h"

namespace ashlar::io {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

struct OnDisk {
  TemporaryDirectory directory;
  std::unique_ptr<FileSystem> files = *OpenPosixFileSystem(directory.path(), {.map = true});
};

struct OnDiskUnmapped {
  TemporaryDirectory directory;
  std::unique_ptr<FileSystem> files = *OpenPosixFileSystem(directory.path(), {.map = false});
};

struct InMemory {
  std::unique_ptr<FileSystem> files = std::make_unique<MemoryFileSystem>();
};

template <typename Place>
class FileSystemContract : public testing::Test {
 protected:
  FileSystem& files() { return *place_.files; }

  void Put(std::string_view name, std::string_view content) {
    auto file = files().Create(name, {});
    ASSERT_TRUE(file.ok()) << file.status();
    ASSERT_TRUE((*file)->Append(base::AsBytes(content)).ok());
    ASSERT_TRUE((*file)->Sync().ok());
    ASSERT_TRUE((*file)->Close().ok());
  }

  std::string Get(std::string_view name) {
    absl::StatusOr<std::string> content = ReadWholeFile(files(), name, 1 << 24);
    return content.ok() ? *content : content.status().ToString();
  }

 private:
  Place place_;
};

using Places = testing::Types<OnDisk, OnDiskUnmapped, InMemory>;
TYPED_TEST_SUITE(FileSystemContract, Places);

std::vector<std::string> Names(const std::vector<DirectoryEntry>& entries) {
  std::vector<std::string> names;
  for (const DirectoryEntry& entry : entries) {
    names.push_back(entry.name + (entry.type == EntryType::kDirectory ? "/" : ""));
  }
  std::sort(names.begin(), names.end());
  return names;
}

TYPED_TEST(FileSystemContract, WhatIsWrittenIsRead) {
  this->Put("a", "hello");
  EXPECT_EQ(this->Get("a"), "hello");
  auto file = this->files().OpenForRead("a");
  ASSERT_TRUE(file.ok()) << file.status();
  EXPECT_EQ((*file)->size(), 5u);
  std::string middle(3, '\0');
  ASSERT_TRUE((*file)->Read(1, std::as_writable_bytes(std::span<char>(middle))).ok());
  EXPECT_EQ(middle, "ell");
  EXPECT_TRUE(absl::IsDataLoss((*file)->Read(3, std::as_writable_bytes(std::span<char>(middle)))));
}

TYPED_TEST(FileSystemContract, AppendsOfAnySizeGoToTheEnd) {
  std::string expected;
  auto file = this->files().Create("a", {.expected_size = 1 << 20});
  ASSERT_TRUE(file.ok()) << file.status();
  for (size_t size : {1, 4095, 65535, 1, 65536, 0, 200000, 7}) {
    const std::string piece(size, static_cast<char>('a' + expected.size() % 26));
    ASSERT_TRUE((*file)->Append(base::AsBytes(piece)).ok());
    expected += piece;
    EXPECT_EQ((*file)->size(), expected.size());
  }
  ASSERT_TRUE((*file)->Sync().ok());
  EXPECT_EQ(this->Get("a"), expected);
  ASSERT_TRUE((*file)->Close().ok());
  auto again = this->files().OpenForAppend("a");
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ((*again)->size(), expected.size());
  ASSERT_TRUE((*again)->Append(base::AsBytes("end")).ok());
  ASSERT_TRUE((*again)->Close().ok());
  EXPECT_EQ(this->Get("a"), expected + "end");
}

TYPED_TEST(FileSystemContract, DestructionWithoutCloseKeepsWhatWasAppended) {
  {
    auto file = this->files().Create("a", {});
    ASSERT_TRUE((*file)->Append(base::AsBytes("kept")).ok());
  }
  EXPECT_EQ(this->Get("a"), "kept");
}

TYPED_TEST(FileSystemContract, TruncateTakesBackAppends) {
  auto file = this->files().Create("a", {});
  ASSERT_TRUE((*file)->Append(base::AsBytes("first")).ok());
  ASSERT_TRUE((*file)->Sync().ok());
  ASSERT_TRUE((*file)->Append(base::AsBytes("second")).ok());
  ASSERT_TRUE((*file)->Truncate(7).ok());  // Within what only the buffer has.
  EXPECT_EQ((*file)->size(), 7u);
  ASSERT_TRUE((*file)->Sync().ok());
  EXPECT_EQ(this->Get("a"), "firstse");
  ASSERT_TRUE((*file)->Truncate(2).ok());  // Within what was synced.
  ASSERT_TRUE((*file)->Append(base::AsBytes("xt")).ok());
  EXPECT_TRUE(absl::IsInvalidArgument((*file)->Truncate(100)));
  ASSERT_TRUE((*file)->Close().ok());
  EXPECT_EQ(this->Get("a"), "fixt");
}

TYPED_TEST(FileSystemContract, ClosedFileRefusesMore) {
  auto file = this->files().Create("a", {});
  ASSERT_TRUE((*file)->Close().ok());
  EXPECT_TRUE(absl::IsFailedPrecondition((*file)->Append(base::AsBytes("x"))));
  EXPECT_TRUE(absl::IsFailedPrecondition((*file)->Sync()));
  EXPECT_TRUE((*file)->Close().ok());
}

TYPED_TEST(FileSystemContract, MapIsOneStableAlignedRange) {
  this->Put("a", std::string(10000, 'm'));
  auto file = this->files().OpenForRead("a");
  auto first = (*file)->Map();
  auto second = (*file)->Map();
  ASSERT_TRUE(first.ok() && second.ok());
  EXPECT_EQ(first->data(), second->data());
  EXPECT_EQ(first->size(), 10000u);
  EXPECT_EQ(reinterpret_cast<uintptr_t>(first->data()) % 64, 0u);
  EXPECT_TRUE((*file)->Populate(4097, 5903).ok());
  EXPECT_TRUE((*file)->Populate(10000, 0).ok());
  EXPECT_TRUE(absl::IsOutOfRange((*file)->Populate(9999, 2)));
  EXPECT_TRUE(absl::IsOutOfRange((*file)->Populate(UINT64_MAX, 2)));
  EXPECT_EQ(first->view(), std::string(10000, 'm'));
}

TYPED_TEST(FileSystemContract, EmptyFileMapsToNothing) {
  this->Put("a", "");
  auto file = this->files().OpenForRead("a");
  auto range = (*file)->Map();
  ASSERT_TRUE(range.ok()) << range.status();
  EXPECT_TRUE(range->empty());
  EXPECT_TRUE((*file)->Populate(0, 0).ok());
  EXPECT_TRUE((*file)->Read(0, {}).ok());
}

TYPED_TEST(FileSystemContract, PinnedBytesOutliveFileAndName) {
  this->Put("a", "pinned");
  PinnedBytes bytes;
  {
    auto file = this->files().OpenForRead("a");
    bytes = *(*file)->Map();
    ASSERT_TRUE((*file)->Populate(0, 6).ok());
  }
  ASSERT_TRUE(this->files().Unlink("a").ok());
  EXPECT_EQ(bytes.view(), "pinned");
}

TYPED_TEST(FileSystemContract, AppendingAfterMapMovesNothing) {
  this->Put("a", "mapped");
  auto file = this->files().OpenForRead("a");
  const PinnedBytes bytes = *(*file)->Map();
  auto writer = this->files().OpenForAppend("a");
  for (int i = 0; i < 20; ++i) {
    ASSERT_TRUE((*writer)->Append(base::AsBytes(std::string(1000, 'x'))).ok());
  }
  ASSERT_TRUE((*writer)->Close().ok());
  EXPECT_EQ(bytes.view(), "mapped");
  EXPECT_EQ((*file)->size(), 6u);
  EXPECT_EQ(this->Get("a").size(), 20006u);
}

TYPED_TEST(FileSystemContract, FileCutUnderAReaderIsDataLoss) {
  this->Put("a", std::string(20000, 'c'));
  auto mapped = this->files().OpenForRead("a");
  auto unmapped = this->files().OpenForRead("a");
  ASSERT_TRUE((*mapped)->Map().ok());
  auto writer = this->files().OpenForAppend("a");
  ASSERT_TRUE((*writer)->Truncate(100).ok());
  ASSERT_TRUE((*writer)->Sync().ok());
  std::string copy(200, '\0');
  EXPECT_TRUE(absl::IsDataLoss((*mapped)->Read(0, std::as_writable_bytes(std::span<char>(copy)))));
  // A copy on the heap was complete when it was made, so only a fresh one sees the loss.
  const bool lost = absl::IsDataLoss((*mapped)->Populate(0, 20000)) ||
                    absl::IsDataLoss((*unmapped)->Map().status());
  EXPECT_TRUE(lost);
}

TYPED_TEST(FileSystemContract, CreateNeverOverwrites) {
  this->Put("a", "old");
  EXPECT_TRUE(absl::IsAlreadyExists(this->files().Create("a", {}).status()));
  EXPECT_EQ(this->Get("a"), "old");
}

TYPED_TEST(FileSystemContract, MissingFilesAreNotFound) {
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

TYPED_TEST(FileSystemContract, BadNamesAreRefusedBeforeAnything) {
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

TYPED_TEST(FileSystemContract, DirectoriesHoldFiles) {
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

TYPED_TEST(FileSystemContract, WrongKindIsAFailedPrecondition) {
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

TYPED_TEST(FileSystemContract, RenameReplaces) {
  FileSystem& files = this->files();
  this->Put("a", "new");
  this->Put("b", "old");
  ASSERT_TRUE(files.Rename("a", "b").ok());
  EXPECT_EQ(this->Get("b"), "new");
  EXPECT_THAT(Names(*files.List("")), ElementsAre("b"));
  ASSERT_TRUE(files.Rename("b", "b").ok());
  EXPECT_EQ(this->Get("b"), "new");
}

TYPED_TEST(FileSystemContract, WholeFileReadHasALimit) {
  this->Put("a", "12345");
  EXPECT_EQ(*ReadWholeFile(this->files(), "a", 5), "12345");
  EXPECT_TRUE(absl::IsResourceExhausted(ReadWholeFile(this->files(), "a", 4).status()));
}

TYPED_TEST(FileSystemContract, LockExcludesThisProcessToo) {
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

TYPED_TEST(FileSystemContract, LockedBytesAreFoundInOrder) {
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
