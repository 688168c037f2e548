// Key fences against a linear definition: candidates hold every row of a prefix, and hardly more.
#include "src/segment/key_fences.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <vector>

#include "src/base/random.h"
#include "tests/query/simd_targets.h"

namespace ashlar::segment {
namespace {

constexpr uint64_t kMax = std::numeric_limits<uint64_t>::max();

KeyFences MakeFences(const std::string& bytes, uint64_t rows) {
  const absl::StatusOr<KeyFences> fences = KeyFences::Make(base::AsBytes(bytes), rows);
  EXPECT_TRUE(fences.ok()) << fences.status();
  EXPECT_TRUE(fences->Prove().ok()) << fences->Prove();
  return *fences;
}

// Rows before the candidates are smaller, rows behind them greater, and there are at most so many
// too many as lie between two fences at either end.
void ExpectRight(const std::vector<uint64_t>& prefixes, const KeyFences& fences, uint64_t prefix) {
  const CandidateRows found = fences.Find(prefix);
  EXPECT_EQ(fences.FindIn(fences.NodeOf(prefix), prefix), found);
  ASSERT_LE(found.first, found.last);
  ASSERT_LE(found.last, prefixes.size());
  const auto [low, high] = std::equal_range(prefixes.begin(), prefixes.end(), prefix);
  const auto first = static_cast<uint64_t>(low - prefixes.begin());
  const auto last = static_cast<uint64_t>(high - prefixes.begin());
  EXPECT_LE(found.first, first) << prefix;
  EXPECT_GE(found.last, last) << prefix;
  EXPECT_LT(first - found.first, format::fences::kRows) << prefix;
  EXPECT_LT(found.last - last, format::fences::kRows) << prefix;
}

void ExpectRightAround(std::vector<uint64_t> prefixes, base::Random& random) {
  std::ranges::sort(prefixes);
  const std::string bytes = BuildKeyFences(prefixes);
  const KeyFences fences = MakeFences(bytes, prefixes.size());
  for (const uint64_t prefix : {uint64_t{0}, uint64_t{1}, kMax - 1, kMax}) {
    ExpectRight(prefixes, fences, prefix);
  }
  for (int i = 0; i < 300; ++i) {
    const uint64_t prefix = prefixes[random.Uniform(prefixes.size())];
    for (const uint64_t near : {prefix - 1, prefix, prefix + 1, random.Next64()}) {
      ExpectRight(prefixes, fences, near);
    }
  }
}

class KeyFencesOfRows : public ::testing::TestWithParam<size_t> {};

TEST_P(KeyFencesOfRows, FindEveryPrefix) {
  const size_t rows = GetParam();
  base::Random random(rows);
  std::vector<uint64_t> prefixes(rows);
  for (uint64_t& prefix : prefixes) prefix = random.Next64();
  ExpectRightAround(prefixes, random);
  for (size_t row = 0; row < rows; ++row) prefixes[row] = 1000 + row;
  ExpectRightAround(prefixes, random);
  // Prefixes that repeat over none, a few and very many fences, up to all; at both ends of the
  // range of numbers, where padding must not be taken for a fence.
  for (const uint64_t distinct : {uint64_t{1}, uint64_t{2}, uint64_t{5}, rows / 20 + 1, rows}) {
    for (const uint64_t base : {uint64_t{0}, uint64_t{77}, kMax - (distinct - 1)}) {
      for (uint64_t& prefix : prefixes) prefix = base + random.Uniform(distinct);
      ExpectRightAround(prefixes, random);
    }
  }
}

// Around every size at which a node, a level or the last run of rows becomes full.
INSTANTIATE_TEST_SUITE_P(Sizes, KeyFencesOfRows,
                         ::testing::Values(1, 2, 15, 16, 17, 127, 128, 129, 144, 145, 1023, 1024,
                                           1025, 1152, 1153, 8191, 8192, 8193, 9217, 65535, 65536,
                                           70001));

TEST(KeyFences, FindOnEveryTarget) {
  base::Random random(8);
  std::vector<uint64_t> prefixes(3000);
  for (uint64_t& prefix : prefixes) {
    prefix = random.OneIn(2) ? random.Next64() : kMax - random.Uniform(3);
  }
  query::ForEachSimdTarget([&] { ExpectRightAround(prefixes, random); });
}

TEST(KeyFences, TakeAboutHalfAByteARow) {
  EXPECT_EQ(KeyFencesBytes(1), 64U);
  EXPECT_EQ(KeyFencesBytes(128), 64U);
  EXPECT_EQ(KeyFencesBytes(129), 128U + 64U);
  EXPECT_EQ(KeyFencesBytes(65536), (4096 + 512 + 64 + 8) * sizeof(uint64_t));
}

TEST(KeyFences, ProofFindsDisorderAndWrongLevels) {
  base::Random random(5);
  std::vector<uint64_t> prefixes(5000);
  for (uint64_t& prefix : prefixes) prefix = random.Next64();
  std::ranges::sort(prefixes);
  const std::string intact = BuildKeyFences(prefixes);
  const auto prove = [](const std::string& bytes) {
    return KeyFences::Make(base::AsBytes(bytes), 5000)->Prove();
  };
  ASSERT_TRUE(prove(intact).ok());
  // The top byte of any fence of any level, padding included.
  for (size_t at = 7; at < intact.size(); at += sizeof(uint64_t)) {
    std::string damaged = intact;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x80);
    EXPECT_EQ(prove(damaged).code(), absl::StatusCode::kDataLoss) << at;
  }
}

// Unproven bytes may answer wrongly, but not with rows that there are not.
TEST(KeyFences, HostileBytesStayWithinTheRows) {
  base::Random random(6);
  for (const uint64_t rows : {1, 17, 129, 2000, 9217}) {
    std::string bytes(KeyFencesBytes(rows), '\0');
    for (int round = 0; round < 50; ++round) {
      for (char& c : bytes) c = static_cast<char>(random.Next64());
      const absl::StatusOr<KeyFences> fences = KeyFences::Make(base::AsBytes(bytes), rows);
      ASSERT_TRUE(fences.ok());
      for (int i = 0; i < 50; ++i) {
        const CandidateRows found = fences->Find(random.Next64());
        EXPECT_LE(found.first, found.last);
        EXPECT_LE(found.last, rows);
      }
    }
  }
}

TEST(KeyFences, OtherSizesAreRefused) {
  const std::string bytes(KeyFencesBytes(2000), '\0');
  for (const uint64_t rows : {0, 1, 1000, 4000}) {
    EXPECT_EQ(KeyFences::Make(base::AsBytes(bytes), rows).status().code(),
              absl::StatusCode::kDataLoss);
  }
}

}  // namespace
}  // namespace ashlar::segment
