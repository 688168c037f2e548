// UTF-8: every boundary of RFC 3629's table, at every alignment of the fast path.
#include "src/base/utf8.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace ashlar::base {
namespace {

std::string Encode(uint32_t code) {
  const auto tail = [code](int shift) { return static_cast<char>(0x80 | (code >> shift & 0x3f)); };
  if (code < 0x80) return {static_cast<char>(code)};
  if (code < 0x800) return {static_cast<char>(0xc0 | code >> 6), tail(0)};
  if (code < 0x10000) return {static_cast<char>(0xe0 | code >> 12), tail(6), tail(0)};
  return {static_cast<char>(0xf0 | code >> 18), tail(12), tail(6), tail(0)};
}

TEST(Utf8, EveryCodePoint) {
  for (uint32_t code = 0; code < 0x120000; ++code) {
    const bool surrogate = code >= 0xd800 && code <= 0xdfff;
    ASSERT_EQ(IsValidUtf8(Encode(code)), !surrogate && code <= 0x10ffff) << code;
  }
}

TEST(Utf8, RefusesBrokenSequencesAtEveryPosition) {
  for (const std::string_view bad :
       {"\x80", "\xbf", "\xc0\x80", "\xc1\xbf", "\xc2", "\xc2\x41", "\xe0\x9f\xbf", "\xe2\x82",
        "\xe2\x82\x41", "\xed\xa0\x80", "\xf0\x8f\xbf\xbf", "\xf0\x90\x80", "\xf4\x90\x80\x80",
        "\xf5\x80\x80\x80", "\xff"}) {
    for (size_t before = 0; before < 18; ++before) {
      const std::string text = std::string(before, 'a') + std::string(bad);
      EXPECT_FALSE(IsValidUtf8(text)) << before;
      EXPECT_FALSE(IsValidUtf8(text + std::string(9, 'a'))) << before;
    }
  }
}

TEST(Utf8, AcceptsMixedText) {
  EXPECT_TRUE(IsValidUtf8(""));
  EXPECT_TRUE(IsValidUtf8(std::string_view("\0", 1)));
  EXPECT_TRUE(IsValidUtf8("a long run of plain text, naïve, €, 𝄞, and plain again at the end"));
}

TEST(Utf8, SequenceLength) {
  EXPECT_EQ(Utf8SequenceLength(""), 0u);
  EXPECT_EQ(Utf8SequenceLength("a€"), 1u);
  EXPECT_EQ(Utf8SequenceLength("€a"), 3u);
  EXPECT_EQ(Utf8SequenceLength("\xe2\x82"), 0u);
}

}  // namespace
}  // namespace ashlar::base
