// One contract, every file system: what file_system.h promises of a file's bytes. Names and locks
// are in file_system_names_test.cc, what only an operating system can do in
// posix_file_system_test.cc.
#include <string>

#include "gtest/gtest.h"
#include "src/base/bytes.h"
#include "tests/io/file_system_places.h"

namespace ashlar::io {
namespace {

template <typename Place>
using FileSystemContract = FileSystemTest<Place>;
TYPED_TEST_SUITE(FileSystemContract, Places);

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

TYPED_TEST(FileSystemContract, WhatIsExpectedIsReadTheSame) {
  const std::string bytes = std::string(100'000, '\0') + "behind zeros" + std::string(9'000, '\0');
  this->Put("a", bytes);
  auto file = this->files().OpenForRead("a");
  ASSERT_TRUE(file.ok()) << file.status();
  EXPECT_GE((*file)->WrittenEnd(), 100'012u);
  EXPECT_LE((*file)->WrittenEnd(), bytes.size());
  (*file)->Expect();
  std::string read(bytes.size(), 'x');
  ASSERT_TRUE((*file)->Read(0, std::as_writable_bytes(std::span<char>(read))).ok());
  EXPECT_EQ(read, bytes);
  ASSERT_TRUE((*file)->Map().ok());
  (*file)->Expect();  // of a map there is nothing left to expect
  EXPECT_EQ((*file)->WrittenEnd(), bytes.size());
  this->Put("empty", "");
  auto empty = this->files().OpenForRead("empty");
  ASSERT_TRUE(empty.ok()) << empty.status();
  (*empty)->Expect();
  EXPECT_EQ((*empty)->WrittenEnd(), 0u);
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
  // Beyond the page of the cut: within it a map reads zeros, which only checksums tell. A copy on
  // the heap holds all that was there.
  std::string copy(20000, '\0');
  const absl::Status read = (*mapped)->Read(0, std::as_writable_bytes(std::span<char>(copy)));
  EXPECT_TRUE(absl::IsDataLoss(read) || (read.ok() && copy == std::string(20000, 'c'))) << read;
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

}  // namespace
}  // namespace ashlar::io
