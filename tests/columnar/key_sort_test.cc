// The order of rows by key, against std::stable_sort on the keys themselves.
#include "src/columnar/key_sort.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <string>
#include <vector>

#include "src/columnar/key_codec.h"
#include "tests/columnar/key_testing.h"

namespace ashlar::columnar {
namespace {

std::vector<uint32_t> NaiveOrder(const EncodedKeys& keys) {
  std::vector<uint32_t> order(keys.rows);
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(),
                   [&](uint32_t a, uint32_t b) { return keys.key(a) < keys.key(b); });
  return order;
}

void ExpectSorted(const EncodedKeys& keys) {
  const std::vector<uint32_t> wanted = NaiveOrder(keys);
  std::vector<uint32_t> order = SortKeys(keys);
  ASSERT_EQ(order, wanted);
  size_t duplicates = 0;
  std::optional<size_t> first;
  for (size_t i = 1; i < wanted.size(); ++i) {
    if (keys.key(wanted[i]) != keys.key(wanted[i - 1])) continue;
    ++duplicates;
    if (!first.has_value()) first = i;
  }
  EXPECT_EQ(FindDuplicate(keys, order), first);
  EXPECT_EQ(KeepLastOfEqualKeys(keys, &order), duplicates);
  ASSERT_EQ(order.size(), wanted.size() - duplicates);
  for (size_t i = 1; i < order.size(); ++i) {
    ASSERT_LT(keys.key(order[i - 1]), keys.key(order[i]));
  }
  size_t at = 0;
  for (size_t i = 0; i < wanted.size(); ++i) {
    const bool last = i + 1 == wanted.size() || keys.key(wanted[i]) != keys.key(wanted[i + 1]);
    if (last) {
      ASSERT_EQ(order[at++], wanted[i]);
    }
  }
}

EncodedKeys KeysOf(const std::vector<std::string>& texts) {
  std::vector<Key> keys;
  for (const std::string& text : texts) keys.push_back(Key::Binary(text));
  return CodecFor({Binary()}).Encode(keys).value();
}

TEST(KeySort, EveryTypeAndSize) {
  base::Random random(1);
  for (const auto& shape : KeyShapes()) {
    for (const size_t rows : {0u, 1u, 2u, 100u, 257u, 900u}) {
      std::vector<Key> keys;
      for (size_t i = 0; i < rows; ++i) keys.push_back(RandomKey(shape, random));
      ExpectSorted(CodecFor(shape).Encode(keys).value());
    }
  }
}

TEST(KeySort, ManyRandomIntegers) {
  base::Random random(2);
  for (const int shift : {0, 20, 31, 32, 47, 60}) {
    std::vector<uint64_t> values(20000);
    for (uint64_t& value : values) value = random.Next64() >> shift;
    const Column column = Column::FromValues<uint64_t>(UInt64(), values);
    ExpectSorted(CodecFor({UInt64()}).EncodeColumns({&column, 1}).value());
  }
}

// One far value leaves all others equal in the bits of the first passes.
TEST(KeySort, ClustersThatShareTheirHighBits) {
  base::Random random(3);
  std::vector<int64_t> values = {INT64_MAX, INT64_MIN};
  for (int i = 0; i < 5000; ++i) values.push_back(static_cast<int64_t>(random.Uniform(3000)));
  const Column column = Column::FromValues<int64_t>(Int64(), values);
  ExpectSorted(CodecFor({Int64()}).EncodeColumns({&column, 1}).value());
}

TEST(KeySort, LongSharedPrefixes) {
  base::Random random(4);
  for (const size_t shared : {7u, 8u, 9u, 40u, 63u, 64u, 200u}) {
    std::vector<std::string> texts;
    for (int i = 0; i < 2000; ++i) {
      std::string text(random.OneIn(50) ? random.Uniform(shared + 1) : shared, '\0');
      for (uint64_t left = random.Uniform(20); left != 0; --left) {
        text += static_cast<char>(random.Uniform(2));
      }
      texts.push_back(text);
    }
    ExpectSorted(KeysOf(texts));
  }
}

TEST(KeySort, NoticesWhatIsSorted) {
  EXPECT_EQ(ClassifyKeys(KeysOf({})), KeySequence::kStrictlyAscending);
  EXPECT_EQ(ClassifyKeys(KeysOf({"a", "b"})), KeySequence::kStrictlyAscending);
  EXPECT_EQ(ClassifyKeys(KeysOf({"prefix-of-8a", "prefix-of-8b"})),
            KeySequence::kStrictlyAscending);
  EXPECT_EQ(ClassifyKeys(KeysOf({std::string(1, 'a'), std::string("a\0", 2)})),
            KeySequence::kStrictlyAscending);
  EXPECT_EQ(ClassifyKeys(KeysOf({"a", "a"})), KeySequence::kAscending);
  EXPECT_EQ(ClassifyKeys(KeysOf({"b", "a"})), KeySequence::kUnordered);
  EXPECT_EQ(ClassifyKeys(KeysOf({"prefix-of-8b", "prefix-of-8a"})), KeySequence::kUnordered);
}

}  // namespace
}  // namespace ashlar::columnar
