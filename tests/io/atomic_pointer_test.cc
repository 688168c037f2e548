// CURRENT: swapping, reading, damage and versions. Its crash states are in crash_states_test.cc.
#include "src/io/atomic_pointer.h"

#include <string>

#include "gtest/gtest.h"
#include "src/base/bytes.h"
#include "src/io/file_names.h"
#include "src/io/memory_file_system.h"

namespace ashlar::io {
namespace {

class AtomicPointerTest : public testing::Test {
 protected:
  std::string Content() { return *ReadWholeFile(files_, kCurrentName, 1000); }
  void Plant(std::string_view content) {
    ASSERT_TRUE(files_.ReplaceFile(kCurrentName, base::AsBytes(content)).ok());
  }

  MemoryFileSystem files_;
};

TEST_F(AtomicPointerTest, ReadsBackWhatWasSwappedIn) {
  EXPECT_TRUE(absl::IsNotFound(ReadCurrent(files_).status()));
  for (uint64_t number : {uint64_t{7}, uint64_t{8}, kMaxFileNumber}) {
    ASSERT_TRUE(SwapCurrent(files_, number).ok());
    EXPECT_EQ(*ReadCurrent(files_), number);
  }
  EXPECT_EQ(files_.List("")->size(), 1u);
  EXPECT_TRUE(absl::IsInvalidArgument(SwapCurrent(files_, kMaxFileNumber + 1)));
}

TEST_F(AtomicPointerTest, IsALineOfText) {
  ASSERT_TRUE(SwapCurrent(files_, 7).ok());
  EXPECT_EQ(Content(), "ashlar-current 1 MANIFEST-000000000007 crc32c=27ac6858\n");
}

TEST_F(AtomicPointerTest, StaleTemporaryIsNoObstacle) {
  ASSERT_TRUE(files_.Create(kCurrentTemporaryName, {}).ok());
  ASSERT_TRUE(SwapCurrent(files_, 7).ok());
  EXPECT_EQ(*ReadCurrent(files_), 7u);
}

TEST_F(AtomicPointerTest, EveryFlippedBitAndEveryCutIsDataLoss) {
  ASSERT_TRUE(SwapCurrent(files_, 7).ok());
  const std::string good = Content();
  for (size_t bit = 0; bit < good.size() * 8; ++bit) {
    std::string bad = good;
    bad[bit / 8] = static_cast<char>(bad[bit / 8] ^ (1 << bit % 8));
    Plant(bad);
    EXPECT_TRUE(absl::IsDataLoss(ReadCurrent(files_).status())) << bit;
  }
  for (size_t size = 0; size < good.size(); ++size) {
    Plant(good.substr(0, size));
    EXPECT_TRUE(absl::IsDataLoss(ReadCurrent(files_).status())) << size;
  }
  Plant(good + good);
  EXPECT_TRUE(absl::IsDataLoss(ReadCurrent(files_).status()));
  Plant(std::string(5000, 'x'));
  EXPECT_TRUE(absl::IsDataLoss(ReadCurrent(files_).status()));
}

TEST_F(AtomicPointerTest, ANewerVersionIsNotCorruption) {
  Plant("ashlar-current 2 something-else crc32c=b952b63a\n");
  const absl::Status newer = ReadCurrent(files_).status();
  EXPECT_EQ(newer.code(), absl::StatusCode::kUnimplemented);
  EXPECT_NE(newer.message().find("version 2 of CURRENT is newer than this program"),
            std::string::npos);
  Plant("ashlar-current 2 something-else crc32c=b952b63b\n");
  EXPECT_TRUE(absl::IsDataLoss(ReadCurrent(files_).status()));
}

TEST_F(AtomicPointerTest, OnlyAManifestCanBeNamed) {
  Plant("ashlar-current 1 segments/000000000007.seg crc32c=21999445\n");
  EXPECT_TRUE(absl::IsDataLoss(ReadCurrent(files_).status()));
  Plant("ashlar-current 0 MANIFEST-000000000007 crc32c=527f9860\n");
  EXPECT_TRUE(absl::IsDataLoss(ReadCurrent(files_).status()));
}

}  // namespace
}  // namespace ashlar::io
