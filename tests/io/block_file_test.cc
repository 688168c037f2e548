// One contract, every file system: files written in place, in whole blocks.
#include <string>

#include "gtest/gtest.h"
#include "src/base/bytes.h"
#include "src/io/aligned_buffer.h"
#include "tests/io/file_system_places.h"

namespace ashlar::io {
namespace {

std::string Blocks(size_t count, char fill) { return std::string(count * kBlockBytes, fill); }

template <typename Place>
using BlockFileContract = FileSystemTest<Place>;
TYPED_TEST_SUITE(BlockFileContract, Places);

TYPED_TEST(BlockFileContract, IsAsLongAsAskedAndReadsAsZeros) {
  auto file = this->files().CreateBlockFile("a", {.size = 4 * kBlockBytes, .direct = true});
  ASSERT_TRUE(file.ok()) << file.status();
  EXPECT_EQ((*file)->size(), 4 * kBlockBytes);
  EXPECT_EQ(this->Get("a"), Blocks(4, '\0'));
  EXPECT_TRUE(absl::IsAlreadyExists(this->files().CreateBlockFile("a", {}).status()));
  EXPECT_TRUE(absl::IsNotFound(this->files().OpenBlockFile("b", {}).status()));
}

TYPED_TEST(BlockFileContract, WritesInPlaceAndPastTheEnd) {
  for (const bool direct : {false, true}) {
    const std::string name = direct ? "direct" : "cached";
    auto file = this->files().CreateBlockFile(name, {.size = 3 * kBlockBytes, .direct = direct});
    ASSERT_TRUE(file.ok()) << file.status();
    ASSERT_TRUE((*file)->WriteAt(kBlockBytes, base::AsBytes(Blocks(1, 'b'))).ok());
    ASSERT_TRUE((*file)->WriteAt(0, base::AsBytes(Blocks(1, 'a'))).ok());
    ASSERT_TRUE((*file)->Sync().ok());
    EXPECT_EQ(this->Get(name), Blocks(1, 'a') + Blocks(1, 'b') + Blocks(1, '\0'));
    ASSERT_TRUE((*file)->WriteAt(2 * kBlockBytes, base::AsBytes(Blocks(3, 'c'))).ok());
    EXPECT_EQ((*file)->size(), 5 * kBlockBytes);
    ASSERT_TRUE((*file)->WriteAt(6 * kBlockBytes, base::AsBytes(Blocks(1, 'd'))).ok());
    ASSERT_TRUE((*file)->WriteAt(0, {}).ok());
    ASSERT_TRUE((*file)->Sync().ok());
    ASSERT_TRUE((*file)->Close().ok());
    EXPECT_EQ(this->Get(name),
              Blocks(1, 'a') + Blocks(1, 'b') + Blocks(3, 'c') + Blocks(1, '\0') + Blocks(1, 'd'));
  }
}

// What is not synced soon may take another way to the file; whoever reads sees one file.
TYPED_TEST(BlockFileContract, WritesThatWaitForNoSyncAreSeenLikeOthers) {
  constexpr size_t kBlocks = 12'000;  // enough to be written in the background
  auto file = this->files().CreateBlockFile("a", {.size = kBlocks * kBlockBytes, .direct = true});
  ASSERT_TRUE(file.ok()) << file.status();
  std::string expected = Blocks(kBlocks, '\0');
  size_t at = 0;
  for (int step = 0; at + 700 < kBlocks; ++step) {
    const std::string bytes =
        Blocks(1 + static_cast<size_t>(step) * 37 % 600, static_cast<char>('a' + step % 26));
    (*file)->ExpectSync(step % 3 == 0);
    ASSERT_TRUE((*file)->WriteAt(at * kBlockBytes, base::AsBytes(bytes)).ok());
    expected.replace(at * kBlockBytes, bytes.size(), bytes);
    at += bytes.size() / kBlockBytes;
    if (step % 5 == 0) {
      ASSERT_TRUE((*file)->Sync().ok());
    }
    if (step % 7 == 0) {
      ASSERT_TRUE(this->Get("a") == expected) << step;
    }
  }
  // Over what is in the cache alone, and past the end.
  (*file)->ExpectSync(false);
  for (const size_t block : {size_t{3}, kBlocks}) {
    ASSERT_TRUE((*file)->WriteAt(block * kBlockBytes, base::AsBytes(Blocks(2, 'Z'))).ok());
    (*file)->ExpectSync(true);
  }
  expected.replace(3 * kBlockBytes, 2 * kBlockBytes, Blocks(2, 'Z'));
  expected += Blocks(2, 'Z');
  EXPECT_TRUE(this->Get("a") == expected);
  ASSERT_TRUE((*file)->Sync().ok());
  ASSERT_TRUE((*file)->Close().ok());
  EXPECT_TRUE(this->Get("a") == expected);
}

TYPED_TEST(BlockFileContract, LargeWritesFromAnyAddress) {
  auto file = this->files().CreateBlockFile("a", {.direct = true});
  ASSERT_TRUE(file.ok()) << file.status();
  std::string content(5000 * kBlockBytes, '\0');
  for (size_t i = 0; i < content.size(); ++i) content[i] = static_cast<char>(i * 7 / 512);
  const AlignedBuffer aligned = AlignedBuffer::Allocate(content.size(), 4096);
  ASSERT_TRUE(aligned.valid());
  std::copy_n(base::AsBytes(content).begin(), content.size(), aligned.data());
  ASSERT_TRUE((*file)->WriteAt(0, {aligned.data(), content.size()}).ok());
  ASSERT_TRUE((*file)->WriteAt(content.size(), base::AsBytes(content)).ok());
  ASSERT_TRUE((*file)->Sync().ok());
  EXPECT_TRUE(this->Get("a") == content + content);
}

TYPED_TEST(BlockFileContract, RefusesPartsOfBlocks) {
  EXPECT_TRUE(absl::IsInvalidArgument(this->files().CreateBlockFile("a", {.size = 5}).status()));
  auto file = this->files().CreateBlockFile("b", {});
  ASSERT_TRUE(file.ok()) << file.status();
  EXPECT_TRUE(absl::IsInvalidArgument((*file)->WriteAt(1, base::AsBytes(Blocks(1, 'x')))));
  EXPECT_TRUE(absl::IsInvalidArgument((*file)->WriteAt(0, base::AsBytes("x"))));
  EXPECT_TRUE((*file)->WriteAt(0, base::AsBytes(Blocks(1, 'x'))).ok());
  ASSERT_TRUE((*file)->Close().ok());
  EXPECT_TRUE((*file)->Close().ok());
  EXPECT_TRUE(absl::IsFailedPrecondition((*file)->Sync()));
  EXPECT_TRUE(absl::IsFailedPrecondition((*file)->WriteAt(0, base::AsBytes(Blocks(1, 'x')))));
}

TYPED_TEST(BlockFileContract, IsRecycledUnderAnotherName) {
  {
    auto file = this->files().CreateBlockFile("a", {.size = 2 * kBlockBytes});
    ASSERT_TRUE((*file)->WriteAt(kBlockBytes, base::AsBytes(Blocks(1, 'o'))).ok());
    ASSERT_TRUE((*file)->Close().ok());
  }
  ASSERT_TRUE(this->files().Rename("a", "b").ok());
  auto file = this->files().OpenBlockFile("b", {.size = 3 * kBlockBytes, .direct = true});
  ASSERT_TRUE(file.ok()) << file.status();
  EXPECT_EQ((*file)->size(), 3 * kBlockBytes);
  ASSERT_TRUE((*file)->WriteAt(0, base::AsBytes(Blocks(1, 'n'))).ok());
  ASSERT_TRUE((*file)->Sync().ok());
  EXPECT_EQ(this->Get("b"), Blocks(1, 'n') + Blocks(1, 'o') + Blocks(1, '\0'));
  EXPECT_EQ((*this->files().OpenBlockFile("b", {}))->size(), 3 * kBlockBytes);
}

TYPED_TEST(BlockFileContract, PartOfABlockAtTheEndIsOverwritten) {
  this->Put("a", Blocks(1, 'a') + "rest");
  auto file = this->files().OpenBlockFile("a", {});
  ASSERT_TRUE(file.ok()) << file.status();
  EXPECT_EQ((*file)->size(), kBlockBytes);
  ASSERT_TRUE((*file)->WriteAt(kBlockBytes, base::AsBytes(Blocks(1, 'b'))).ok());
  ASSERT_TRUE((*file)->Close().ok());
  EXPECT_EQ(this->Get("a"), Blocks(1, 'a') + Blocks(1, 'b'));
}

TYPED_TEST(BlockFileContract, AnOpenReaderSeesWhatIsWrittenLater) {
  auto file = this->files().CreateBlockFile("a", {.size = 2 * kBlockBytes, .direct = true});
  ASSERT_TRUE(file.ok()) << file.status();
  auto reader = this->files().OpenForRead("a");
  ASSERT_TRUE(reader.ok()) << reader.status();
  std::string block(kBlockBytes, '?');
  const auto out = std::as_writable_bytes(std::span<char>(block));
  ASSERT_TRUE((*reader)->Read(kBlockBytes, out).ok());
  EXPECT_EQ(block, Blocks(1, '\0'));
  ASSERT_TRUE((*file)->WriteAt(kBlockBytes, base::AsBytes(Blocks(1, 'n'))).ok());
  ASSERT_TRUE((*reader)->Read(kBlockBytes, out).ok());
  EXPECT_EQ(block, Blocks(1, 'n'));
}

TEST(MemoryBlockFile, NeverChangesMappedBytes) {
  MemoryFileSystem files;
  auto file = files.CreateBlockFile("a", {.size = 2 * kBlockBytes});
  const PinnedBytes before = *(*files.OpenForRead("a"))->Map();
  ASSERT_TRUE((*file)->WriteAt(0, base::AsBytes(Blocks(1, 'x'))).ok());
  EXPECT_EQ(before.view(), Blocks(2, '\0'));
  const PinnedBytes after = *(*files.OpenForRead("a"))->Map();
  EXPECT_EQ(after.view(), Blocks(1, 'x') + Blocks(1, '\0'));
}

}  // namespace
}  // namespace ashlar::io
