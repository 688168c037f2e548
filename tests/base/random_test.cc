// One seed is one sequence, on every machine, and choices from it are fair.
#include "src/base/random.h"

#include <gtest/gtest.h>

#include <array>

namespace ashlar::base {
namespace {

TEST(Random, SequenceIsFixed) {
  Random zero(0);
  EXPECT_EQ(zero.Next64(), 0x99ec5f36cb75f2b4u) << "xoshiro256** seeded by splitmix64 from 0";
  Random again(5);
  Random same(5);
  Random other(6);
  const uint64_t first = again.Next64();
  EXPECT_EQ(first, same.Next64());
  EXPECT_NE(first, other.Next64());
}

TEST(Random, UniformIsFairAndInRange) {
  Random random(1);
  std::array<int, 7> hits{};
  for (int i = 0; i < 70'000; ++i) ++hits.at(random.Uniform(hits.size()));
  for (const int count : hits) {
    EXPECT_GT(count, 9'500);
    EXPECT_LT(count, 10'500);
  }
  EXPECT_EQ(random.Uniform(1), 0u);
}

TEST(Random, DoubleAndOneIn) {
  Random random(2);
  double sum = 0;
  int hits = 0;
  for (int i = 0; i < 10'000; ++i) {
    const double value = random.Double();
    ASSERT_GE(value, 0.0);
    ASSERT_LT(value, 1.0);
    sum += value;
    hits += random.OneIn(10) ? 1 : 0;
  }
  EXPECT_NEAR(sum / 10'000, 0.5, 0.02);
  EXPECT_NEAR(hits, 1'000, 150);
}

TEST(RandomDeathTest, RefusesAnEmptyRange) {
  Random random(0);
  EXPECT_DEATH((void)random.Uniform(0), "bound > 0");
}

}  // namespace
}  // namespace ashlar::base
