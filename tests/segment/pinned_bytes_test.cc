// Views outlive everything, cross threads, are counted, and cost one verification.
#include <gtest/gtest.h>

#include <filesystem>
#include <optional>
#include <thread>

#include "src/io/posix_file_system.h"
#include "src/segment/format.h"
#include "tests/segment/segment_testing.h"

namespace ashlar::segment {
namespace {

Column BigColumn(int64_t rows) {
  base::Random random(1);
  return RandomColumn(Int64(), rows, Values::kNoNulls, random);
}

Schema OneField() {
  absl::StatusOr<Schema> schema = Schema::Make({{"v", Int64()}});
  return *schema;
}

std::shared_ptr<SegmentFile> OpenBig(io::FileSystem& files, std::shared_ptr<ReadStats> stats,
                                     int64_t rows) {
  const absl::StatusOr<WrittenSegment> written =
      WriteSegment(files, OneField(), {BigColumn(rows)}, 1);
  EXPECT_TRUE(written.ok()) << written.status();
  return *SegmentFile::Open(files, written->file, std::move(stats));
}

TEST(PinnedBytes, SurviveFileSystemFileAndUnlinking) {
  const std::string directory = ::testing::TempDir() + "ashlar_pinned_bytes_test";
  std::filesystem::remove_all(directory);
  auto files = *io::OpenPosixFileSystem(directory, {.create = true});
  ASSERT_TRUE(files->CreateDirectory("segments").ok());
  const auto stats = std::make_shared<ReadStats>();
  std::shared_ptr<SegmentFile> file = OpenBig(*files, stats, 5000);
  std::optional<SegmentReader> reader(std::in_place, file, NoProvider());
  Column column = *reader->ReadColumn(OneField().field(0));
  const PinnedBytes pinned = *file->Pin(0, format::kBodyOffset);
  ASSERT_TRUE(files->Unlink("segments/000000000001.seg").ok());
  reader.reset();
  file.reset();
  files.reset();
  std::filesystem::remove_all(directory);
  bool equal = false;
  std::thread([&, moved = std::move(column)]() mutable {
    equal = moved.Equals(BigColumn(5000));
    moved = Column();
  }).join();
  EXPECT_TRUE(equal);
  EXPECT_EQ(pinned.view().substr(0, 8), format::kHeaderMagic);
}

TEST(PinnedBytes, AreCountedUntilTheLastSliceGoes) {
  const auto files = MakeFiles();
  const auto stats = std::make_shared<ReadStats>();
  const std::shared_ptr<SegmentFile> file = OpenBig(*files, stats, 1000);
  EXPECT_EQ(stats->pinned_views.load(), 0U);
  {
    absl::StatusOr<Column> column =
        SegmentReader(file, NoProvider()).ReadColumn(OneField().field(0));
    ASSERT_TRUE(column.ok());
    EXPECT_EQ(stats->pinned_views.load(), 1U);
    EXPECT_EQ(stats->pinned_bytes.load(), 8000U);
    absl::StatusOr<PinnedBytes> slice = column->data()->values.Slice(800, 80);
    ASSERT_TRUE(slice.ok());
    column = Column();
    EXPECT_EQ(stats->pinned_views.load(), 1U);
    EXPECT_EQ(slice->size(), 80U);
  }
  EXPECT_EQ(stats->pinned_views.load(), 0U);
  EXPECT_EQ(stats->pinned_bytes.load(), 0U);
}

TEST(PinnedBytes, SlicesAreBoundsChecked) {
  const auto files = MakeFiles();
  const std::shared_ptr<SegmentFile> file = OpenBig(*files, std::make_shared<ReadStats>(), 10);
  const absl::StatusOr<PinnedBytes> pinned = file->Pin(64, 100);
  ASSERT_TRUE(pinned.ok());
  EXPECT_TRUE(pinned->Slice(0, 100).ok());
  EXPECT_TRUE(pinned->Slice(100, 0).ok());
  EXPECT_EQ(pinned->Slice(50, 50)->data(), pinned->data() + 50);
  EXPECT_EQ(pinned->Slice(0, 101).status().code(), absl::StatusCode::kOutOfRange);
  EXPECT_EQ(pinned->Slice(UINT64_MAX, 2).status().code(), absl::StatusCode::kOutOfRange);
  EXPECT_EQ(file->Pin(0, UINT64_MAX).status().code(), absl::StatusCode::kOutOfRange);
  EXPECT_EQ(file->Pin(UINT64_MAX, 1).status().code(), absl::StatusCode::kOutOfRange);
}

TEST(PinnedBytes, ChecksumsAreVerifiedOnFirstTouchOnly) {
  const auto files = MakeFiles();
  const auto stats = std::make_shared<ReadStats>();
  constexpr int64_t kRows = 100'000;  // 13 pages
  const std::shared_ptr<SegmentFile> file = OpenBig(*files, stats, kRows);
  EXPECT_EQ(stats->pages_verified.load(), 0U) << "opening touches no chunk";
  EXPECT_EQ(stats->chunks_touched.load(), 0U);
  ASSERT_TRUE(file->Pin(format::kPageBytes * 3, 10).ok());
  EXPECT_EQ(stats->pages_verified.load(), 1U);
  const SegmentReader reader(file, NoProvider());
  ASSERT_TRUE(reader.ReadColumn(OneField().field(0)).ok());
  EXPECT_EQ(stats->pages_verified.load(), 13U);
  ASSERT_TRUE(reader.ReadColumn(OneField().field(0)).ok());
  EXPECT_EQ(stats->pages_verified.load(), 13U);
  EXPECT_EQ(stats->chunks_touched.load(), 2U);
}

TEST(PinnedBytes, ManyThreadsReadTheSameChunk) {
  const auto files = MakeFiles();
  const auto stats = std::make_shared<ReadStats>();
  const std::shared_ptr<SegmentFile> file = OpenBig(*files, stats, 50'000);
  const Column expected = BigColumn(50'000);
  std::vector<std::thread> threads;
  std::atomic<int> equal{0};
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      const absl::StatusOr<Column> column =
          SegmentReader(file, NoProvider()).ReadColumn(OneField().field(0));
      if (column.ok() && column->Equals(expected)) ++equal;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(equal.load(), 4);
  EXPECT_EQ(stats->pinned_views.load(), 0U);
}

}  // namespace
}  // namespace ashlar::segment
