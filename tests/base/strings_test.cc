// Concatenation, hexadecimal and human byte counts.
#include "src/base/strings.h"

#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "src/base/bytes.h"

namespace ashlar::base {
namespace {

TEST(StrCat, TakesEveryKind) {
  const absl::Status status = absl::NotFoundError("gone");
  EXPECT_EQ(StrCat("a", std::string("b"), std::string_view("c"), 'd', status.message(), true),
            "abcdgonetrue");
  EXPECT_EQ(StrCat(-1, ' ', uint8_t{200}, ' ', int8_t{-5}, ' ', size_t{7}), "-1 200 -5 7");
  EXPECT_EQ(StrCat(), "");
}

TEST(StrCat, KeepsExtremes) {
  EXPECT_EQ(StrCat(std::numeric_limits<uint64_t>::max()), "18446744073709551615");
  EXPECT_EQ(StrCat(std::numeric_limits<int64_t>::min()), "-9223372036854775808");
  EXPECT_EQ(StrCat(0.1), "0.1");
  EXPECT_EQ(StrCat(-2.2250738585072014e-308), "-2.2250738585072014e-308");
}

TEST(StrCat, KeepsNulBytes) {
  EXPECT_EQ(StrCat(std::string_view("a\0b", 3), "c"), std::string("a\0bc", 4));
}

TEST(HexEncode, IsLowerCase) {
  EXPECT_EQ(HexEncode(AsBytes("\x01\xaf\xff")), "01afff");
  EXPECT_EQ(HexEncode({}), "");
}

TEST(HumanBytes, PicksTheUnit) {
  EXPECT_EQ(HumanBytes(0), "0 B");
  EXPECT_EQ(HumanBytes(1023), "1023 B");
  EXPECT_EQ(HumanBytes(1024), "1 KiB");
  EXPECT_EQ(HumanBytes(1536), "1.5 KiB");
  EXPECT_EQ(HumanBytes(10 * 1024 + 512), "10 KiB");
  EXPECT_EQ(HumanBytes(uint64_t{3} << 30), "3 GiB");
  EXPECT_EQ(HumanBytes(UINT64_MAX), "15 EiB");
}

}  // namespace
}  // namespace ashlar::base
