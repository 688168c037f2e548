// Each hand-written loop against a naive one, for every instruction set of this machine.
#include "bench/hand_loops.h"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "hwy/targets.h"
#include "src/base/random.h"

namespace ashlar::bench {
namespace {

// Around multiples of vectors, of blocks of four vectors and of words of 64 rows.
const std::vector<size_t> kRowCounts = {0,  1,  2,   3,   7,   8,   31,  32,   33,  63,
                                        64, 65, 127, 128, 129, 191, 200, 1000, 4099};

class HandLoopsTest : public testing::TestWithParam<int64_t> {
 protected:
  // Dispatches to one instruction set only, until the test is over.
  HandLoopsTest() { Use(GetParam()); }
  ~HandLoopsTest() override { Use(0); }

  static void Use(int64_t targets) {
    hwy::SetSupportedTargetsForTest(targets);
    hwy::GetChosenTarget().Update(hwy::SupportedTargets());
  }

  // Multiples of 1/8, so that sums are exact in any order.
  std::vector<double> Doubles(size_t rows) {
    std::vector<double> values(rows);
    for (double& value : values) value = static_cast<double>(random_.Uniform(8'000)) / 8 - 500;
    return values;
  }
  std::vector<int64_t> Integers(size_t rows) {
    std::vector<int64_t> values(rows);
    for (int64_t& value : values) value = static_cast<int64_t>(random_.Uniform(2'000)) - 1'000;
    return values;
  }

  base::Random random_{7};
};

TEST_P(HandLoopsTest, CountsWhatIsGreater) {
  for (const size_t rows : kRowCounts) {
    std::vector<double> values = Doubles(rows);
    for (size_t i = 0; i < rows; i += 5) values[i] = i % 2 == 0 ? 250 : -0.0;
    if (rows > 3) values[3] = std::numeric_limits<double>::quiet_NaN();
    for (const double bound : {-1000.0, -0.0, 250.0, 499.0, 1000.0}) {
      uint64_t expected = 0;
      for (const double value : values) expected += value > bound ? 1 : 0;
      EXPECT_EQ(CountGreater(values, bound), expected) << rows << " rows, bound " << bound;
    }
  }
}

TEST_P(HandLoopsTest, SumsTheSecondColumnWhereTheFirstIsGreater) {
  for (const size_t rows : kRowCounts) {
    const std::vector<double> values = Doubles(rows);
    const std::vector<double> doubles = Doubles(rows);
    const std::vector<int64_t> integers = Integers(rows);
    for (const double bound : {-1000.0, 0.0, 490.0, 1000.0}) {
      double double_sum = 0;
      int64_t integer_sum = 0;
      for (size_t i = 0; i < rows; ++i) {
        if (values[i] > bound) double_sum += doubles[i];
        if (values[i] > bound) integer_sum += integers[i];
      }
      EXPECT_EQ(SumWhereGreater(values, doubles, bound), double_sum) << rows << " rows";
      EXPECT_EQ(SumWhereGreater(values, integers, bound), integer_sum) << rows << " rows";
    }
  }
}

TEST_P(HandLoopsTest, WhatIsNotSelectedMayBeNan) {
  const std::vector<double> values(100, 1.0);
  const std::vector<double> summed(100, std::numeric_limits<double>::quiet_NaN());
  EXPECT_EQ(SumWhereGreater(values, summed, 1.0), 0.0);
}

TEST_P(HandLoopsTest, IntegerSumsWrap) {
  const std::vector<double> values(67, 1.0);
  const std::vector<int64_t> summed(67, INT64_MAX);
  EXPECT_EQ(SumWhereGreater(values, summed, 0.0), INT64_MAX - 66);
}

TEST_P(HandLoopsTest, DeletedRowsAreLeftOut) {
  for (const size_t rows : kRowCounts) {
    const std::vector<int64_t> values = Integers(rows);
    const std::vector<int64_t> summed = Integers(rows);
    for (const uint64_t one_in : {1, 2, 90}) {
      std::vector<std::byte> deleted((rows + 7) / 8);
      int64_t expected = 0;
      for (size_t i = 0; i < rows; ++i) {
        if (random_.OneIn(one_in)) {
          deleted[i / 8] |= static_cast<std::byte>(1 << (i % 8));
        } else if (values[i] > 100) {
          expected += summed[i];
        }
      }
      EXPECT_EQ(SumLiveWhereGreater(values, summed, 100, deleted), expected) << rows << " rows";
    }
  }
}

TEST_P(HandLoopsTest, SumsAllWordsWhereverTheyLie) {
  for (const size_t words : kRowCounts) {
    std::vector<std::byte> bytes(words * 8 + 9);
    for (std::byte& byte : bytes) byte = static_cast<std::byte>(random_.Next64());
    uint64_t expected = 0;
    for (size_t i = 0; i < words; ++i) {
      uint64_t word = 0;
      std::memcpy(&word, bytes.data() + 1 + i * 8, sizeof(word));
      expected += word;
    }
    EXPECT_EQ(SumWords(std::span(bytes).subspan(1, words * 8 + 7)), expected) << words << " words";
  }
}

std::vector<int64_t> TargetsOfThisMachine() {
  std::vector<int64_t> targets;
  for (int64_t left = hwy::SupportedTargets(); left != 0; left &= left - 1) {
    targets.push_back(left & -left);
  }
  return targets;
}

INSTANTIATE_TEST_SUITE_P(Targets, HandLoopsTest, testing::ValuesIn(TargetsOfThisMachine()),
                         [](const auto& tested) {
                           return std::string(hwy::TargetName(tested.param));
                         });

// Code and T as the loops take them.
template <typename Code, typename T>
void ExpectGroupsAsNaive(size_t groups, size_t rows, bool runs) {
  base::Random random(groups + rows);
  std::vector<Code> codes(rows);
  std::vector<T> values(rows);
  std::vector<GroupSum<T>> expected(groups);
  for (size_t i = 0; i < rows; ++i) {
    const bool same = runs && i > 0 && !random.OneIn(50);
    codes[i] = same ? codes[i - 1] : static_cast<Code>(random.Uniform(groups));
    values[i] = static_cast<T>(static_cast<int64_t>(random.Uniform(2'000)) - 1'000);
    ++expected[codes[i]].count;
    expected[codes[i]].sum += values[i];
  }
  const auto sums = SumByCode(std::span<const Code>(codes), std::span<const T>(values), groups);
  ASSERT_EQ(sums.size(), groups);
  for (size_t group = 0; group < groups; ++group) {
    EXPECT_EQ(sums[group].count, expected[group].count) << group << " of " << groups;
    EXPECT_EQ(sums[group].sum, expected[group].sum) << group << " of " << groups;
  }
}

TEST(HandLoopsGroupTest, CountsAndSumsByCode) {
  for (const size_t rows : {0, 1, 3, 4, 5, 1'003, 5'000}) {
    for (const size_t groups : {1, 2, 100, 256}) {
      ExpectGroupsAsNaive<uint8_t, int64_t>(groups, rows, false);
      ExpectGroupsAsNaive<uint8_t, double>(groups, rows, true);
    }
    for (const size_t groups : {1, 300, 513, 65'536}) {
      ExpectGroupsAsNaive<uint16_t, int64_t>(groups, rows, true);
      ExpectGroupsAsNaive<uint16_t, double>(groups, rows, false);
    }
  }
}

}  // namespace
}  // namespace ashlar::bench
