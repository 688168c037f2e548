// Cuts: their sizes, their stability under edits, and golden positions.
#include "src/columnar/chunker.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <set>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "src/base/hash.h"
#include "src/base/random.h"

namespace ashlar::columnar {
namespace {

using Hashes = std::vector<uint64_t>;

Hashes RandomHashes(size_t rows, uint64_t seed) {
  base::Random random(seed);
  Hashes hashes(rows);
  for (uint64_t& hash : hashes) hash = random.Next64();
  return hashes;
}

ChunkerParams ByContent(uint32_t target, uint64_t max_bytes = 0) {
  return {ChunkingMode::kContentDefined, target, max_bytes};
}

std::vector<int64_t> Cut(const ChunkerParams& params, const Hashes& hashes,
                         const std::vector<uint32_t>& bytes = {}, uint64_t uniform = 8) {
  Chunker chunker(params);
  std::vector<int64_t> cuts;
  chunker.Feed(hashes, bytes, uniform, &cuts);
  const int64_t last = cuts.empty() ? 0 : cuts.back();
  EXPECT_EQ(chunker.pending_rows(), hashes.size() - static_cast<size_t>(last));
  return cuts;
}

// Contents of the segments, the unfinished last one included.
std::multiset<Hashes> Segments(const Hashes& hashes, std::vector<int64_t> cuts) {
  cuts.push_back(static_cast<int64_t>(hashes.size()));
  std::multiset<Hashes> segments;
  int64_t begin = 0;
  for (const int64_t end : cuts) {
    segments.emplace(hashes.begin() + begin, hashes.begin() + end);
    begin = end;
  }
  return segments;
}

size_t SegmentsOnlyIn(const std::multiset<Hashes>& a, const std::multiset<Hashes>& b) {
  std::vector<Hashes> difference;
  std::set_difference(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(difference));
  return difference.size();
}

// The rule of chunker.h, row by row.
std::vector<int64_t> NaiveCut(uint64_t target, const Hashes& h) {
  std::vector<int64_t> cuts;
  const uint64_t quarter = target / 4;
  uint64_t rows = 0;
  const auto at = [&](size_t row, size_t back) { return row < back ? 0 : h[row - back]; };
  for (size_t row = 0; row < h.size(); ++row) {
    ++rows;
    const uint64_t window =
        std::rotl(at(row, 1), 17) + std::rotl(at(row, 2), 31) + std::rotl(at(row, 3), 47);
    const uint64_t judged = base::Mix64(h[row] + (rows < 2 * target ? 0 : window));
    const uint64_t limit =
        rows < 13 * target / 16 ? ~uint64_t{0} / 16 / quarter : ~uint64_t{0} / quarter;
    if (rows == 8 * target || (rows >= quarter && judged < limit)) {
      cuts.push_back(static_cast<int64_t>(row) + 1);
      rows = 0;
    }
  }
  return cuts;
}

TEST(ChunkerTest, FollowsTheRule) {
  for (const uint32_t target : {4U, 7U, 64U, 1024U, 5000U}) {
    const Hashes hashes = RandomHashes(50000, target);
    EXPECT_EQ(Cut(ByContent(target), hashes), NaiveCut(target, hashes));
  }
}

TEST(ChunkerTest, CutsStayWhereTheyAre) {
  EXPECT_THAT(Cut(ByContent(1024), RandomHashes(8000, 1)),
              testing::ElementsAre(1055, 1971, 2470, 2844, 4139, 5052, 6151, 7109));
  EXPECT_THAT(Cut(ByContent(16), Hashes(400, 0)), testing::ElementsAre(128, 256, 384));
}

TEST(ChunkerTest, SizesAreNearTheTarget) {
  const Hashes hashes = RandomHashes(4'000'000, 2);
  const double target = 4096;
  const std::vector<int64_t> cuts = Cut(ByContent(4096), hashes);
  double sum = 0;
  double squares = 0;
  int64_t begin = 0;
  for (const int64_t end : cuts) {
    const auto size = static_cast<double>(end - begin);
    sum += size;
    squares += size * size;
    begin = end;
  }
  const double mean = sum / static_cast<double>(cuts.size());
  EXPECT_NEAR(mean / target, 1, 0.15);
  const double variance = squares / static_cast<double>(cuts.size()) - mean * mean;
  EXPECT_LT(std::sqrt(variance) / mean, 0.4);
}

TEST(ChunkerTest, AnEditChangesFewSegments) {
  for (uint64_t seed = 0; seed < 50; ++seed) {
    base::Random random(seed);
    const Hashes before = RandomHashes(200'000, seed + 1000);
    Hashes after = before;
    const auto at = after.begin() + static_cast<int64_t>(random.Uniform(after.size()));
    if (seed % 3 == 0) after.insert(at, random.Next64());
    if (seed % 3 == 1) after.erase(at);
    if (seed % 3 == 2) *at = random.Next64();
    const ChunkerParams params = ByContent(ChooseTargetRows(before.size()));
    const auto old_segments = Segments(before, Cut(params, before));
    const auto new_segments = Segments(after, Cut(params, after));
    EXPECT_LE(SegmentsOnlyIn(new_segments, old_segments), 3U) << seed;
  }
}

TEST(ChunkerTest, CuttingsMeetAgainAfterALostCut) {
  const Hashes before = RandomHashes(400'000, 3);
  const ChunkerParams params = ByContent(2048);
  const std::vector<int64_t> cuts = Cut(params, before);
  const auto old_segments = Segments(before, cuts);
  size_t changed = 0;
  constexpr size_t kEdits = 40;
  for (size_t i = 10; i < 10 + kEdits; ++i) {
    Hashes after = before;
    after[static_cast<size_t>(cuts[i]) - 1] ^= 1;  // the row that made the cut
    changed += SegmentsOnlyIn(Segments(after, Cut(params, after)), old_segments);
  }
  EXPECT_LE(changed, 5 * kEdits);
}

TEST(ChunkerTest, AChangedRowBesideACutLeavesTheCut) {
  const Hashes before = RandomHashes(400'000, 5);
  const ChunkerParams params = ByContent(2048);
  const std::vector<int64_t> cuts = Cut(params, before);
  size_t moved = 0;
  for (const int64_t cut : cuts) {
    Hashes after = before;
    after[static_cast<size_t>(cut) - 2] ^= 1;
    moved += Cut(params, after) != cuts ? 1U : 0U;
  }
  // But for those that came late, about one in a hundred, and the odd new cut.
  EXPECT_LE(moved, cuts.size() / 20);
}

TEST(ChunkerTest, RowsOfFewValuesAreCutByTheirSequence) {
  base::Random random(6);
  Hashes hashes(2'000'000);
  for (uint64_t& hash : hashes) hash = random.Uniform(50);  // none of them cuts by itself
  const ChunkerParams params = ByContent(4096);
  const std::vector<int64_t> cuts = Cut(params, hashes);
  EXPECT_GT(cuts.size(), hashes.size() / (4 * 4096));
  Hashes after = hashes;
  after.insert(after.begin() + 1000, 7);
  EXPECT_LE(SegmentsOnlyIn(Segments(after, Cut(params, after)), Segments(hashes, cuts)), 4U);
}

TEST(ChunkerTest, SplitsBetweenCallsDoNotMatter) {
  const Hashes hashes = RandomHashes(30'000, 4);
  base::Random random(4);
  std::vector<uint32_t> bytes(hashes.size());
  for (uint32_t& size : bytes) size = static_cast<uint32_t>(random.Uniform(200));
  for (const ChunkerParams& params :
       {ByContent(1024), ByContent(1024, 90'000), ChunkerParams{ChunkingMode::kFixedRows, 777, 0},
        ChunkerParams{ChunkingMode::kFixedRows, 777, 70'000}}) {
    const std::vector<int64_t> expected = Cut(params, hashes, bytes);
    for (const uint64_t longest : {2, 50, 5000}) {
      Chunker chunker(params);
      std::vector<int64_t> cuts;
      for (size_t begin = 0; begin < hashes.size();) {
        const size_t count = std::min(hashes.size() - begin, random.Uniform(longest + 1));
        std::vector<int64_t> part;
        chunker.Feed(std::span(hashes).subspan(begin, count),
                     std::span(bytes).subspan(begin, count), 0, &part);
        for (const int64_t cut : part) cuts.push_back(cut + static_cast<int64_t>(begin));
        begin += count;
      }
      EXPECT_EQ(cuts, expected) << longest;
    }
  }
}

TEST(ChunkerTest, FixedModeCountsRows) {
  EXPECT_THAT(Cut({ChunkingMode::kFixedRows, 1000, 0}, RandomHashes(3500, 5)),
              testing::ElementsAre(1000, 2000, 3000));
}

TEST(ChunkerTest, EqualRowsAreCutAtEightTargets) {
  // Of any hash but one in T/4 the judged value never falls below the threshold.
  EXPECT_THAT(Cut(ByContent(1024), Hashes(20'000, 42)), testing::ElementsAre(8192, 16384));
}

TEST(ChunkerTest, SegmentsHoldAtMostMaxBytes) {
  const ChunkerParams params{ChunkingMode::kFixedRows, 1000, 100};
  EXPECT_THAT(Cut(params, RandomHashes(30, 6), {}, 10), testing::ElementsAre(10, 20));
  const std::vector<uint32_t> bytes = {60, 40, 1, 500, 99, 1, 1};
  EXPECT_THAT(Cut(params, RandomHashes(7, 6), bytes), testing::ElementsAre(2, 3, 4, 6));
}

TEST(ChunkerTest, TargetIsASixteenthWithinLimits) {
  EXPECT_EQ(ChooseTargetRows(0), kMinTargetRows);
  EXPECT_EQ(ChooseTargetRows(160'000), 10'000U);
  EXPECT_EQ(ChooseTargetRows(uint64_t{1} << 40), kMaxTargetRows);
}

}  // namespace
}  // namespace ashlar::columnar
