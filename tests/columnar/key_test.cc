// Key: what converts, what equals what, order, hash and text.
#include "ashlar/key.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "src/base/bytes.h"
#include "tests/columnar/key_testing.h"

namespace ashlar {
namespace {

static_assert(!std::is_constructible_v<Key, bool>);
static_assert(!std::is_constructible_v<Key, char>);
static_assert(!std::is_constructible_v<Key, double>);

TEST(Key, KindsAndValues) {
  EXPECT_EQ(Key(42).AsInt64(), 42);
  EXPECT_EQ(Key(42).AsUInt64(), 42u);
  EXPECT_EQ(Key(-1).AsInt64(), -1);
  EXPECT_EQ(Key(-1).AsUInt64(), std::nullopt);
  EXPECT_EQ(Key(UINT64_MAX).AsInt64(), std::nullopt);
  EXPECT_EQ(Key(UINT64_MAX).AsUInt64(), UINT64_MAX);
  EXPECT_EQ(Key("abc").bytes(), "abc");
  EXPECT_EQ(Key(std::string("a\0b", 3)).bytes().size(), 3u);
  EXPECT_EQ(Key("abc").AsInt64(), std::nullopt);
  EXPECT_EQ(Key::Binary("x").kind(), Key::Kind::kBinary);
  for (const size_t size : {15, 16, 31, 32, 33, 1000}) {  // in the key, and outside
    const std::string bytes(size, 'k');
    Key key(bytes);
    const Key copy = key;
    EXPECT_EQ(copy.bytes(), bytes);
    const Key moved = std::move(key);
    EXPECT_EQ(moved.bytes(), bytes);
    EXPECT_EQ(moved, copy);
  }
  const Key pair({1, "a"});
  EXPECT_EQ(pair.kind(), Key::Kind::kComposite);
  ASSERT_EQ(pair.parts().size(), 2u);
  EXPECT_EQ(pair.parts()[1].bytes(), "a");
  EXPECT_EQ(Key({"a", "b"}).parts().size(), 2u) << "no range of characters";
  EXPECT_EQ(Key({0, 5}).parts().size(), 2u);
  EXPECT_EQ(Key(7).parts().size(), 1u);
  EXPECT_EQ(Key({7}), Key(7));
}

TEST(Key, IntegersOfOneValueAreEqual) {
  EXPECT_EQ(Key(int8_t{5}), Key(uint64_t{5}));
  EXPECT_EQ(Key(int8_t{5}).Hash(), Key(uint64_t{5}).Hash());
  EXPECT_NE(Key(-1), Key(UINT64_MAX));
  EXPECT_NE(Key("1"), Key(1));
  EXPECT_NE(Key("a"), Key::Binary("a"));
}

TEST(Key, HoldsBytesOfEveryLength) {
  const std::string all = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ\xff+-";
  for (size_t size = 0; size <= all.size(); ++size) {
    const std::string bytes = all.substr(all.size() - size);
    Key text(bytes);
    const Key binary = Key::Binary(bytes);
    EXPECT_EQ(text.bytes(), bytes);
    EXPECT_EQ(binary.bytes(), bytes);
    EXPECT_LT(text, binary);
    const Key copy = text;
    const Key moved = std::move(text);
    EXPECT_EQ(moved, copy);
    EXPECT_EQ(text, copy);  // NOLINT(bugprone-use-after-move): it is what it was
    EXPECT_EQ(copy.bytes(), bytes);
    EXPECT_EQ(copy.Hash(), Key(bytes).Hash());
    EXPECT_EQ(Key({copy, binary}), Key({moved, binary}));
    EXPECT_NE(copy.bytes().data(), nullptr);
  }
}

TEST(Key, Order) {
  const std::vector<Key> ascending = {
      Key(INT64_MIN), Key(-1),          Key(0),          Key(UINT64_MAX), Key(""),
      Key("a"),       Key("a\x7f"),     Key("\xc3\xa9"), Key::Binary(""), Key({1, "a"}),
      Key({1, "b"}),  Key({1, "b", 0}), Key({2, "a"})};
  for (size_t i = 0; i < ascending.size(); ++i) {
    for (size_t j = 0; j < ascending.size(); ++j) {
      EXPECT_EQ(ascending[i] <=> ascending[j], i <=> j) << ascending[i] << " " << ascending[j];
    }
  }
}

TEST(Key, Text) {
  EXPECT_EQ(Key(-7).ToString(), "-7");
  EXPECT_EQ(Key("a\nb").ToString(), "\"a\\nb\"");
  EXPECT_EQ(Key::Binary(std::string_view("\0\xff", 2)).ToString(), "x'00ff'");
  EXPECT_EQ(Key({1, "a"}).ToString(), "(1, \"a\")");
  EXPECT_LT(Key::Binary(std::string(70000, 'x')).ToString().size(), 100u);
}

TEST(Key, EqualKeysHashEquallyAndOthersRarelyDo) {
  base::Random random(1);
  std::unordered_set<Key> keys;
  std::unordered_set<size_t> hashes;
  for (const auto& shape : columnar::KeyShapes()) {
    for (int i = 0; i < 200; ++i) {
      const Key key = columnar::RandomKey(shape, random);
      EXPECT_EQ(Key(key).Hash(), key.Hash());
      keys.insert(key);
      hashes.insert(key.Hash());
    }
  }
  EXPECT_EQ(hashes.size(), keys.size()) << "64 bits do not collide in a few thousand keys";
}

}  // namespace
}  // namespace ashlar
