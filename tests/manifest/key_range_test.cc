// Bounds of keys: never too narrow, however long the keys are.
#include "src/manifest/key_range.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <string>

#include "src/base/limits.h"
#include "src/base/random.h"

namespace ashlar::manifest {
namespace {

TEST(KeyRange, ShortBoundsAreTheKeysThemselves) {
  const KeyRange range = MakeKeyRange("b", "d");
  EXPECT_EQ(range, (KeyRange{"b", "d"}));
  EXPECT_FALSE(range.MayContain("a"));
  EXPECT_TRUE(range.MayContain("b"));
  EXPECT_TRUE(range.MayContain("d"));
  EXPECT_FALSE(range.MayContain(std::string("d\0", 2)));
  EXPECT_TRUE(range.MayOverlap("a", "b"));
  EXPECT_FALSE(range.MayOverlap("a", "azz"));
  EXPECT_TRUE(range.MayOverlap("c", "z"));
  EXPECT_FALSE(range.MayOverlap("e", "z"));
}

TEST(KeyRange, LongBoundsAreCutAndRoundedUp) {
  const size_t limit = base::kMaxKeyBoundBytes;
  const std::string exact(limit, 'x');
  EXPECT_EQ(MakeKeyRange(exact, exact), (KeyRange{exact, exact}));
  const KeyRange longer = MakeKeyRange(exact + "a", exact + "b");
  EXPECT_EQ(longer.min, exact);
  EXPECT_EQ(longer.max, std::string(limit - 1, 'x') + 'y');
  const std::string high = std::string(3, 'x') + std::string(limit, '\xff');
  EXPECT_EQ(MakeKeyRange("", high).max, "xxy");
  const KeyRange open = MakeKeyRange("", std::string(limit + 1, '\xff'));
  EXPECT_EQ(open.max, std::nullopt);
  EXPECT_TRUE(open.MayContain(std::string(1000, '\xff')));
}

TEST(KeyRange, HoldsEveryKeyBetweenItsEnds) {
  base::Random random(8);
  const auto key = [&] {
    std::string text(random.Uniform(90), '\0');
    const uint64_t letters = random.OneIn(2) ? 2 : 256;
    for (char& c : text) c = static_cast<char>(255 - random.Uniform(letters));
    return text;
  };
  for (int i = 0; i < 3000; ++i) {
    std::array<std::string, 3> keys = {key(), key(), key()};
    std::sort(keys.begin(), keys.end());
    const KeyRange range = MakeKeyRange(keys[0], keys[2]);
    for (const std::string& inside : keys) EXPECT_TRUE(range.MayContain(inside));
    EXPECT_LE(range.min.size(), base::kMaxKeyBoundBytes);
    EXPECT_LE(range.max.value_or("").size(), base::kMaxKeyBoundBytes);
  }
}

}  // namespace
}  // namespace ashlar::manifest
