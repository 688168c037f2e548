// Base64: RFC 4648's vectors, and exactly one text for each value.
#include "src/base/base64.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "src/base/bytes.h"

namespace ashlar::base {
namespace {

TEST(Base64, KnownValues) {
  const std::vector<std::pair<std::string, std::string>> vectors = {{"", ""},
                                                                    {"f", "Zg=="},
                                                                    {"fo", "Zm8="},
                                                                    {"foo", "Zm9v"},
                                                                    {"foob", "Zm9vYg=="},
                                                                    {"fooba", "Zm9vYmE="},
                                                                    {"foobar", "Zm9vYmFy"}};
  for (const auto& [bytes, text] : vectors) {
    EXPECT_EQ(Base64Encode(AsBytes(bytes)), text);
    EXPECT_EQ(Base64Decode(text), bytes);
  }
  EXPECT_EQ(Base64Encode(AsBytes("\xfb\xff\xfe")), "+//+");
}

TEST(Base64, EveryByteRoundTrips) {
  std::string bytes;
  for (int i = 0; i < 256; ++i) {
    bytes += static_cast<char>(i);
    EXPECT_EQ(Base64Decode(Base64Encode(AsBytes(bytes))), bytes);
  }
}

TEST(Base64, RefusesEveryOtherText) {
  for (const std::string_view bad : {"Z", "Zg", "Zg=", "Zh==", "Zm9=", "Zm8 ", "Zm-_", "====",
                                     "Z===", "=Zg=", "Zg==Zg==", "Zg==\n", "Zm=v", "\xffm9v"}) {
    EXPECT_EQ(Base64Decode(bad), std::nullopt) << bad;
  }
}

}  // namespace
}  // namespace ashlar::base
