// Views, checked sums, alignment and little-endian access.
#include "src/base/bytes.h"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

namespace ashlar::base {
namespace {

TEST(Bytes, ViewsTextAndValues) {
  EXPECT_EQ(AsBytes("abc").size(), 3u);
  EXPECT_EQ(AsStringView(AsBytes(std::string("abc"))), "abc");
  const std::vector<uint32_t> values = {1, 2};
  EXPECT_EQ(AsBytes(values).size(), 8u);
  EXPECT_EQ(AsBytes(std::span<const uint32_t>(values)).data(), AsBytes(values).data());
}

TEST(Bytes, CheckedArithmeticRefusesOverflow) {
  EXPECT_EQ(CheckedAdd(UINT64_MAX - 1, 1), UINT64_MAX);
  EXPECT_EQ(CheckedAdd(UINT64_MAX, 1), std::nullopt);
  EXPECT_EQ(CheckedMul(uint64_t{1} << 32, (uint64_t{1} << 32) - 1), 0xffffffff00000000u);
  EXPECT_EQ(CheckedMul(uint64_t{1} << 32, uint64_t{1} << 32), std::nullopt);
}

TEST(Bytes, AlignsUp) {
  EXPECT_EQ(AlignUp(0, 64), 0u);
  EXPECT_EQ(AlignUp(1, 64), 64u);
  EXPECT_EQ(AlignUp(64, 64), 64u);
  EXPECT_EQ(AlignUp(UINT64_MAX - 63, 64), UINT64_MAX - 63);
}

TEST(BytesDeathTest, AlignUpRefusesWhatItCannotAnswer) {
  EXPECT_DEATH((void)AlignUp(UINT64_MAX, 64), "check failed");
  EXPECT_DEATH((void)AlignUp(1, 48), "check failed");
}

TEST(Bytes, LoadsAndStoresLittleEndianAtAnyAddress) {
  std::array<std::byte, 9> buffer{};
  StoreLittle<uint64_t>(buffer.data() + 1, 0x0102030405060708);
  EXPECT_EQ(buffer[1], std::byte{8});
  EXPECT_EQ(buffer[8], std::byte{1});
  EXPECT_EQ(LoadLittle<uint64_t>(buffer.data() + 1), 0x0102030405060708u);
  StoreLittle<double>(buffer.data() + 1, -0.5);
  EXPECT_EQ(LoadLittle<double>(buffer.data() + 1), -0.5);
}

}  // namespace
}  // namespace ashlar::base
