// CRC32C agrees with RFC 3720's vectors, however the bytes are cut.
#include "src/base/crc32c.h"

#include <gtest/gtest.h>

#include <string>

#include "src/base/bytes.h"

namespace ashlar::base {
namespace {

TEST(Crc32c, KnownValues) {
  EXPECT_EQ(Crc32c({}), 0u);
  EXPECT_EQ(Crc32c(AsBytes("123456789")), 0xe3069283u);
  EXPECT_EQ(Crc32c(AsBytes(std::string(32, '\0'))), 0x8a9136aau);
  EXPECT_EQ(Crc32c(AsBytes(std::string(32, '\xff'))), 0x62a8ab43u);
}

TEST(Crc32c, ExtendsAtEveryCut) {
  std::string text;
  for (int i = 0; i < 300; ++i) text += static_cast<char>(i * 7);
  const uint32_t whole = Crc32c(AsBytes(text));
  for (size_t cut = 0; cut <= text.size(); ++cut) {
    const auto bytes = AsBytes(text);
    EXPECT_EQ(Crc32cExtend(Crc32c(bytes.first(cut)), bytes.subspan(cut)), whole) << cut;
  }
}

TEST(Crc32c, SeesEveryBit) {
  std::string page(4096, 'x');
  const uint32_t before = Crc32c(AsBytes(page));
  for (size_t at = 0; at < page.size(); at += 97) {
    for (int bit = 0; bit < 8; ++bit) {
      page[at] = static_cast<char>(page[at] ^ (1 << bit));
      EXPECT_NE(Crc32c(AsBytes(page)), before);
      page[at] = static_cast<char>(page[at] ^ (1 << bit));
    }
  }
}

}  // namespace
}  // namespace ashlar::base
