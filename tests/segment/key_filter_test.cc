// The key filter: never a false absence, few false positives, the same on every instruction set.
#include "src/segment/key_filter.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "src/base/random.h"
#include "tests/query/simd_targets.h"

namespace ashlar::segment {
namespace {

std::vector<uint64_t> RandomHashes(size_t count, base::Random& random) {
  std::vector<uint64_t> hashes(count);
  for (uint64_t& hash : hashes) hash = random.Next64();
  return hashes;
}

KeyFilter MakeFilter(const std::string& bytes, uint64_t rows) {
  const absl::StatusOr<KeyFilter> filter = KeyFilter::Make(base::AsBytes(bytes), rows);
  EXPECT_TRUE(filter.ok()) << filter.status();
  return *filter;
}

TEST(KeyFilter, EveryKeyMayBeThere) {
  for (const size_t rows : {1, 2, 41, 42, 43, 86, 1000, 65536}) {
    base::Random random(rows);
    const std::vector<uint64_t> hashes = RandomHashes(rows, random);
    const std::string bytes = BuildKeyFilter(hashes);
    const KeyFilter filter = MakeFilter(bytes, rows);
    for (const uint64_t hash : hashes) EXPECT_TRUE(filter.MayContain(hash)) << rows;
    for (size_t i = 0; i < rows; i += KeyFilter::kMaxBatch) {
      const size_t count = std::min(KeyFilter::kMaxBatch, rows - i);
      const uint64_t all = count == 64 ? ~uint64_t{0} : (uint64_t{1} << count) - 1;
      EXPECT_EQ(filter.MayContainEach(std::span(hashes).subspan(i, count)), all) << rows;
    }
  }
}

// Over many seeds and sizes; one that rounds up to few blocks may be a little better, none worse.
TEST(KeyFilter, FalsePositivesAreAtMostOneIn200) {
  constexpr uint64_t kProbes = 100'000;
  uint64_t all = 0;
  uint64_t asked = 0;
  for (uint64_t seed = 0; seed < 30; ++seed) {
    base::Random random(seed);
    const size_t rows = std::vector<size_t>{900, 4'096, 65'536}[seed % 3];
    const std::string bytes = BuildKeyFilter(RandomHashes(rows, random));
    EXPECT_LE(static_cast<double>(bytes.size()) * 8, 12.0 * static_cast<double>(rows) + 512);
    const KeyFilter filter = MakeFilter(bytes, rows);
    uint64_t positives = 0;
    for (uint64_t i = 0; i < kProbes; ++i) positives += filter.MayContain(random.Next64()) ? 1 : 0;
    EXPECT_LE(positives, kProbes * 6 / 1000) << "seed " << seed;
    all += positives;
    asked += kProbes;
  }
  EXPECT_LE(all, asked / 200);
  RecordProperty("false_positives_per_million", static_cast<int>(all * 1'000'000 / asked));
}

TEST(KeyFilter, BatchesAgreeWithSingleProbesOnEveryTarget) {
  base::Random random(3);
  const std::string bytes = BuildKeyFilter(RandomHashes(5000, random));
  const KeyFilter filter = MakeFilter(bytes, 5000);
  // Few bits missing: hashes that are nearly there are where a lane may go wrong.
  base::Random again(3);
  std::vector<uint64_t> hashes = RandomHashes(2500, again);
  for (size_t i = 0; i < 2500; ++i) hashes.push_back(hashes[i] ^ uint64_t{1} << random.Uniform(64));
  uint64_t positives = 0;
  query::ForEachSimdTarget([&filter, &hashes, &positives] {
    for (size_t i = 0; i < hashes.size();) {
      const size_t count = std::min(hashes.size() - i, i % (KeyFilter::kMaxBatch + 1));
      const uint64_t answer = filter.MayContainEach(std::span(hashes).subspan(i, count));
      for (size_t j = 0; j < count; ++j) {
        EXPECT_EQ((answer >> j & 1) != 0, filter.MayContain(hashes[i + j]));
        positives += answer >> j & 1;
      }
      EXPECT_TRUE(count == 64 || answer >> count == 0);
      i += std::max<size_t>(count, 1);
    }
  });
  EXPECT_GT(positives, 2000U);
}

TEST(KeyFilter, OtherSizesAreRefused) {
  const std::string bytes(KeyFilterBytes(1000), '\0');
  EXPECT_TRUE(KeyFilter::Make(base::AsBytes(bytes), 1000).ok());
  for (const uint64_t rows : {0, 1, 900, 1100}) {
    EXPECT_EQ(KeyFilter::Make(base::AsBytes(bytes), rows).status().code(),
              absl::StatusCode::kDataLoss);
  }
  EXPECT_FALSE(KeyFilter::Make({}, 0).ok());
}

}  // namespace
}  // namespace ashlar::segment
