// Hashes are part of the format: these values may never change.
#include "src/base/hash.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "src/base/bytes.h"

namespace ashlar::base {
namespace {

TEST(Hash, FixedValues) {
  EXPECT_EQ(Mix64(0), 0xe220a8397b1dcdafu) << "splitmix64's published first output";
  EXPECT_EQ(Hash64({}, 0), 0x2d06800538d394c2u) << "XXH3's published hash of nothing";
  EXPECT_EQ(Combine(0, 0), Mix64(0));
  EXPECT_EQ(Combine(1, 2), 0xd25e270107c612f4u);
  EXPECT_EQ(Hash64(AsBytes("ashlar"), 42), 0x9ef16a80188405b9u);
  EXPECT_EQ(Hash64(AsBytes(std::string(1000, 'a')), 7), 0x3f9e6c865a1faf29u);
}

TEST(Hash, SeedAndOrderMatter) {
  EXPECT_NE(Hash64(AsBytes("a"), 1), Hash64(AsBytes("a"), 2));
  EXPECT_NE(Combine(1, 2), Combine(2, 1));
  EXPECT_NE(Combine(Combine(0, 1), 2), Combine(Combine(0, 2), 1));
}

TEST(Hash, StringsInOneCallEqualOneByOne) {
  const std::vector<std::string> strings = {"", "a", "ashlar", std::string(300, 'z'), ""};
  std::string data;
  std::vector<int32_t> offsets = {0};
  for (const std::string& text : strings) {
    data += text;
    offsets.push_back(static_cast<int32_t>(data.size()));
  }
  std::vector<uint64_t> hashes = {1, 2, 3, 4, 5};
  HashStrings(offsets.data(), AsBytes(data).data(), strings.size(), 9, hashes.data());
  for (size_t i = 0; i < strings.size(); ++i) {
    EXPECT_EQ(hashes[i], Combine(i + 1, Hash64(AsBytes(strings[i]), 9))) << i;
  }
}

TEST(Hash, ManyValuesInOneCallEqualOneByOne) {
  const std::string data = "the quick brown fox jumps over the lazy dog";
  for (const size_t width : {1u, 4u, 8u, 13u}) {
    std::vector<uint64_t> hashes(data.size() / width);
    HashFixed(AsBytes(data).data(), width, hashes.size(), 9, hashes.data());
    for (size_t i = 0; i < hashes.size(); ++i) {
      EXPECT_EQ(hashes[i], Hash64(AsBytes(data).subspan(i * width, width), 9)) << width;
    }
  }
  const std::vector<uint32_t> offsets = {0, 0, 3, 9, 43};
  std::vector<uint64_t> hashes(4);
  HashRanges(offsets.data(), AsBytes(data).data(), hashes.size(), 9, hashes.data());
  for (size_t i = 0; i < hashes.size(); ++i) {
    EXPECT_EQ(hashes[i], Hash64(AsBytes(data).subspan(offsets[i], offsets[i + 1] - offsets[i]), 9));
  }
}

}  // namespace
}  // namespace ashlar::base
