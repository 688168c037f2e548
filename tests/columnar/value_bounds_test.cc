// Bounds by vectors, held to those found one by one.
#include "src/columnar/value_bounds.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <span>
#include <vector>

#include "gtest/gtest.h"
#include "src/base/random.h"

namespace ashlar::columnar {
namespace {

template <typename T>
class ValueBoundsTest : public testing::Test {};
using Integers =
    testing::Types<int8_t, int16_t, int32_t, int64_t, uint8_t, uint16_t, uint32_t, uint64_t>;
TYPED_TEST_SUITE(ValueBoundsTest, Integers);

TYPED_TEST(ValueBoundsTest, AgreeWithASearchOneByOne) {
  base::Random random(7);
  for (size_t count = 1; count <= 300; ++count) {
    std::vector<TypeParam> values(count);
    for (TypeParam& value : values) value = static_cast<TypeParam>(random.Next64());
    // At an odd address, as a slice of a file may be.
    std::vector<std::byte> bytes(1 + count * sizeof(TypeParam));
    std::memcpy(bytes.data() + 1, values.data(), count * sizeof(TypeParam));
    const ValueBounds<TypeParam> bounds =
        BoundsOf<TypeParam>(bytes.data() + 1, static_cast<int64_t>(count));
    const auto [min, max] = std::ranges::minmax(values);
    EXPECT_EQ(bounds.min, min) << count;
    EXPECT_EQ(bounds.max, max) << count;
  }
}

// Each place of a block may be the one that counts, and both ends of the type may be there.
TYPED_TEST(ValueBoundsTest, FindTheOneThatDiffers) {
  using Limits = std::numeric_limits<TypeParam>;
  for (size_t at = 0; at < 150; ++at) {
    for (const TypeParam odd : {Limits::min(), Limits::max()}) {
      std::vector<TypeParam> values(150, TypeParam{5});
      values[at] = odd;
      const ValueBounds<TypeParam> bounds = BoundsOf<TypeParam>(
          std::as_bytes(std::span(values)).data(), static_cast<int64_t>(values.size()));
      EXPECT_EQ(bounds.min, std::min<TypeParam>(odd, 5)) << at;
      EXPECT_EQ(bounds.max, std::max<TypeParam>(odd, 5)) << at;
    }
  }
}

}  // namespace
}  // namespace ashlar::columnar
