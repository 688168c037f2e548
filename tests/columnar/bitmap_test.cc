// Bit runs against a bit-by-bit model, at every alignment, in buffers without a byte to spare
// (which the address sanitizer watches).
#include "src/columnar/bitmap.h"

#include <cstddef>
#include <vector>

#include "gtest/gtest.h"

namespace ashlar::columnar {
namespace {

std::vector<std::byte> PatternBytes(int64_t bits) {
  std::vector<std::byte> bytes(static_cast<size_t>(BitmapBytes(bits)));
  uint32_t state = 12345;
  for (std::byte& byte : bytes) {
    state = state * 1664525 + 1013904223;
    byte = static_cast<std::byte>(state >> 24);
  }
  return bytes;
}

TEST(BitmapTest, SetAndClearTouchOneBit) {
  std::vector<std::byte> bits(2);
  SetBit(bits.data(), 9);
  EXPECT_EQ(bits[0], std::byte{0});
  EXPECT_EQ(bits[1], std::byte{2});
  EXPECT_TRUE(GetBit(bits.data(), 9));
  EXPECT_FALSE(GetBit(bits.data(), 8));
  ClearBit(bits.data(), 9);
  EXPECT_EQ(bits[1], std::byte{0});
}

TEST(BitmapTest, CountsAtEveryAlignment) {
  for (int64_t offset = 0; offset < 17; ++offset) {
    for (int64_t length : {0, 1, 7, 8, 9, 63, 64, 65, 127, 128, 200}) {
      const std::vector<std::byte> bits = PatternBytes(offset + length);
      int64_t expected = 0;
      for (int64_t i = 0; i < length; ++i) expected += GetBit(bits.data(), offset + i) ? 1 : 0;
      EXPECT_EQ(CountSetBits(bits.data(), offset, length), expected) << offset << ' ' << length;
    }
  }
}

void CheckCopy(int64_t src_offset, int64_t dst_offset, int64_t length) {
  const std::vector<std::byte> src = PatternBytes(src_offset + length);
  std::vector<std::byte> dst(static_cast<size_t>(BitmapBytes(dst_offset + length)),
                             std::byte{0xff});
  CopyBits(src.data(), src_offset, dst.data(), dst_offset, length);
  for (int64_t i = 0; i < dst_offset; ++i) ASSERT_TRUE(GetBit(dst.data(), i)) << i;
  for (int64_t i = 0; i < length; ++i) {
    ASSERT_EQ(GetBit(dst.data(), dst_offset + i), GetBit(src.data(), src_offset + i)) << i;
  }
  if (length == 0) return;
  const int64_t end = static_cast<int64_t>(dst.size()) * 8;
  for (int64_t i = dst_offset + length; i < end; ++i) ASSERT_FALSE(GetBit(dst.data(), i)) << i;
}

TEST(BitmapTest, CopiesBetweenAllAlignments) {
  for (int64_t src_offset = 0; src_offset < 9; ++src_offset) {
    for (int64_t dst_offset = 0; dst_offset < 9; ++dst_offset) {
      for (int64_t length : {0, 1, 5, 8, 57, 64, 65, 71, 128, 191}) {
        SCOPED_TRACE(testing::Message() << src_offset << ' ' << dst_offset << ' ' << length);
        CheckCopy(src_offset, dst_offset, length);
      }
    }
  }
}

TEST(BitmapTest, AppendSetBitsKeepsWhatStandsBefore) {
  for (int64_t offset = 0; offset < 10; ++offset) {
    for (int64_t length : {1, 3, 8, 13, 64, 77}) {
      std::vector<std::byte> bits(static_cast<size_t>(BitmapBytes(offset + length)));
      AppendSetBits(bits.data(), offset, length);
      EXPECT_EQ(CountSetBits(bits.data(), 0, static_cast<int64_t>(bits.size()) * 8), length);
      EXPECT_EQ(CountSetBits(bits.data(), offset, length), length);
    }
  }
}

}  // namespace
}  // namespace ashlar::columnar
