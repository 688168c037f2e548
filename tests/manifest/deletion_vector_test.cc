// Deletion vectors against a set of row numbers, and their bytes against damage.
#include "src/manifest/deletion_vector.h"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <thread>
#include <vector>

#include "src/base/bytes.h"
#include "src/base/random.h"

namespace ashlar::manifest {
namespace {

using RowSet = std::set<uint32_t>;

DeletionVectorPtr MakeVector(uint64_t rows, const RowSet& dead) {
  const std::vector<uint32_t> list(dead.begin(), dead.end());
  return DeletionVector::Make(rows, list);
}

std::string Encode(const DeletionVector& vector) {
  base::ByteWriter out;
  vector.EncodeBody(out);
  return out.Take();
}

// Null when the bytes are refused.
DeletionVectorPtr Decode(uint64_t rows, std::string bytes, absl::Status* status = nullptr) {
  const auto owner = std::make_shared<const std::string>(std::move(bytes));
  base::ByteReader in(base::AsBytes(*owner), "test");
  const uint64_t cardinality = ProveDeadBlocks(rows, in);
  if (status != nullptr) *status = in.status();
  if (!in.ok()) return nullptr;
  return DeletionVector::FromProven(rows, cardinality, {base::AsBytes(*owner), owner});
}

// Rows alone, runs, or most of the segment.
RowSet RandomRows(uint64_t rows, base::Random& random) {
  RowSet dead;
  const uint64_t pieces = 1 + random.Uniform(random.OneIn(3) ? 2000 : 20);
  const uint64_t longest = random.OneIn(2) ? 1 : 1 + random.Uniform(rows);
  for (uint64_t i = 0; i < pieces && dead.size() < 50'000; ++i) {
    const uint64_t first = random.Uniform(rows);
    const uint64_t end = std::min(rows, first + 1 + random.Uniform(longest));
    for (uint64_t row = first; row < end; ++row) dead.insert(static_cast<uint32_t>(row));
  }
  return dead;
}

void ExpectIs(const DeletionVector& vector, uint64_t rows, const RowSet& dead) {
  ASSERT_EQ(vector.segment_rows(), rows);
  ASSERT_EQ(vector.cardinality(), dead.size());
  EXPECT_EQ(vector.Rows(), std::vector<uint32_t>(dead.begin(), dead.end()));
  for (uint64_t zone = 0; zone * 1024 < rows; ++zone) {
    const auto mask = vector.ZoneMask(zone);
    DeletionVector::ZoneMaskBits expected{};
    for (uint64_t i = 0; i < 1024 && zone * 1024 + i < rows; ++i) {
      const auto row = static_cast<uint32_t>(zone * 1024 + i);
      if (!dead.contains(row)) expected[i / 64] |= uint64_t{1} << (i % 64);
    }
    ASSERT_EQ(mask, expected) << "zone " << zone;
  }
}

RowSet UnionOf(RowSet a, const RowSet& b) {
  a.insert(b.begin(), b.end());
  return a;
}
RowSet DifferenceOf(const RowSet& a, const RowSet& b) {
  RowSet rest;
  std::set_difference(a.begin(), a.end(), b.begin(), b.end(), std::inserter(rest, rest.end()));
  return rest;
}

TEST(DeletionVector, IsTheSetThatItWasMadeFrom) {
  base::Random random(1);
  for (int round = 0; round < 40; ++round) {
    SCOPED_TRACE(round);
    const uint64_t rows = 1 + random.Uniform(random.OneIn(2) ? 3000 : 140'000);
    const RowSet a = RandomRows(rows, random);
    const RowSet b = RandomRows(rows, random);
    const auto x = MakeVector(rows, a);
    const auto y = MakeVector(rows, b);
    ExpectIs(*x, rows, a);
    ExpectIs(*x->With(*y), rows, UnionOf(a, b));
    const RowSet rest = DifferenceOf(a, b);
    const auto difference = x->Without(*y);
    ASSERT_EQ(difference == nullptr, rest.empty());
    if (difference != nullptr) ExpectIs(*difference, rows, rest);
    EXPECT_EQ(x->Includes(*y), DifferenceOf(b, a).empty());
    EXPECT_EQ(x->Intersects(*y), rest.size() != a.size());
    EXPECT_EQ(*x == *y, a == b);
    for (int i = 0; i < 50; ++i) {
      const auto row = static_cast<uint32_t>(random.Uniform(rows));
      EXPECT_EQ(x->Contains(row), a.contains(row));
    }
    const uint64_t begin = random.Uniform(rows + 1);
    const uint64_t end = begin + random.Uniform(rows - begin + 1);
    const auto inside = std::distance(a.lower_bound(static_cast<uint32_t>(begin)),
                                      a.lower_bound(static_cast<uint32_t>(end)));
    EXPECT_EQ(x->CountIn(begin, end), static_cast<uint64_t>(inside));
  }
}

// As flushes do it: a few rows at a time, over older vectors that stay what they were.
TEST(DeletionVector, GrowsByDeltasAndOlderOnesStay) {
  base::Random random(2);
  const uint64_t rows = 140'000;
  RowSet dead = {7};
  std::vector<std::pair<DeletionVectorPtr, RowSet>> history = {{MakeVector(rows, dead), dead}};
  for (int step = 0; step < 200; ++step) {
    RowSet more;
    while (more.size() < 1 + random.Uniform(40)) {
      const auto row = static_cast<uint32_t>(random.Uniform(rows));
      if (!dead.contains(row)) more.insert(row);
    }
    dead = UnionOf(dead, more);
    const auto newly = MakeVector(rows, more);
    history.emplace_back(history.back().first->With(*newly), dead);
    const auto& [now, expected] = history.back();
    EXPECT_TRUE(*now->Without(*history[history.size() - 2].first) == *newly);
    EXPECT_EQ(Encode(*now), Encode(*MakeVector(rows, expected)));
  }
  for (const auto& [vector, expected] : history) ExpectIs(*vector, rows, expected);
}

TEST(DeletionVector, SurvivesItsBytes) {
  base::Random random(3);
  for (int round = 0; round < 40; ++round) {
    SCOPED_TRACE(round);
    const uint64_t rows = 1 + random.Uniform(random.OneIn(2) ? 3000 : 140'000);
    const RowSet dead = RandomRows(rows, random);
    const std::string bytes = Encode(*MakeVector(rows, dead));
    const auto back = Decode(rows, bytes);
    ASSERT_NE(back, nullptr);
    EXPECT_EQ(Encode(*back), bytes) << "before it is decoded";
    ExpectIs(*back, rows, dead);
    // Never worse than a bitmap of its blocks.
    EXPECT_LE(bytes.size(), (rows + 63) / 64 * 8 + 5 * (rows / 65536 + 2));
  }
}

TEST(DeletionVector, TakesTheSmallestForm) {
  RowSet run;
  for (uint32_t row = 100; row < 60'100; ++row) run.insert(row);
  EXPECT_EQ(Encode(*MakeVector(65'536, run)).size(), 8u);  // one run
  RowSet odd;
  for (uint32_t row = 1; row < 65'536; row += 2) odd.insert(row);
  EXPECT_EQ(Encode(*MakeVector(65'536, odd)).size(), 3u + 8192);
  EXPECT_EQ(Encode(*MakeVector(65'536, {1, 5, 60'000})).size(), 4u + 3 * 2);
}

TEST(DeletionVector, TheLastPossibleRow) {
  const uint64_t rows = UINT32_MAX;
  const auto vector = MakeVector(rows, {0, UINT32_MAX - 1});
  EXPECT_TRUE(vector->Contains(UINT32_MAX - 1));
  EXPECT_FALSE(vector->Contains(UINT32_MAX - 2));
  const auto mask = vector->ZoneMask(rows / 1024);
  EXPECT_EQ(mask[15], (uint64_t{1} << 62) - 1);  // of 1,023 rows the last one is dead
  EXPECT_EQ(vector->ZoneMask(1)[0], ~uint64_t{0});
  const auto back = Decode(rows, Encode(*vector));
  ASSERT_NE(back, nullptr);
  EXPECT_TRUE(*back == *vector);
}

// Whatever a byte becomes: refused, or another set in canonical form. Nothing is read outside.
TEST(DeletionVector, EveryChangeOfAByteIsRefusedOrCanonical) {
  base::Random random(4);
  for (int round = 0; round < 12; ++round) {
    const uint64_t rows = 1 + random.Uniform(70'000);
    const std::string whole = Encode(*MakeVector(rows, RandomRows(rows, random)));
    const size_t step = 1 + whole.size() / 400;
    for (size_t at = 0; at < whole.size(); at += step) {
      for (const int mask : {0x01, 0x80, 0xff}) {
        std::string changed = whole;
        changed[at] = static_cast<char>(changed[at] ^ mask);
        const auto vector = Decode(rows, changed);
        if (vector == nullptr) continue;
        const std::vector<uint32_t> list = vector->Rows();
        EXPECT_EQ(Encode(*DeletionVector::Make(rows, list)), changed) << at;
      }
      EXPECT_EQ(Decode(rows, whole.substr(0, at)), nullptr) << at;
    }
    EXPECT_EQ(Decode(rows, whole + std::string(1, '\0')), nullptr);
  }
}

TEST(DeletionVector, HostileBytesAreNamed) {
  const std::vector<std::tuple<std::string, uint64_t, std::string>> bad = {
      {std::string("\0", 1), 100, "without a dead row"},
      {std::string("\1\0\1\0\0\0", 6), 100, "without a dead row"},
      {std::string("\1\1\1\1\5\0", 6), 100, "do not ascend, or lie behind"},
      {std::string("\1\0\4\1\5\0", 6), 100, "unknown form"},
      {std::string("\1\0\1\1\144\0", 6), 100, "behind the end"},
      {std::string("\1\0\1\2\5\0\5\0", 8), 100, "do not ascend"},
      {std::string("\1\0\1\3\5\0\6\0\7\0", 10), 100, "smallest form"},
      {std::string("\1\0\3\1\5\0\0\0", 8), 100, "smallest form"},
      {std::string("\1\0\3\1\5\0\137\0", 8), 100, "behind the end"},
      {std::string("\1\0\3\2\5\0\5\0\13\0\5\0", 12), 100, "overlap or touch"},
      {std::string("\1\0\1\1\5\0\0", 7), 100, "behind the last block"},
  };
  for (const auto& [bytes, rows, why] : bad) {
    absl::Status status;
    EXPECT_EQ(Decode(rows, bytes, &status), nullptr) << why;
    EXPECT_TRUE(absl::IsDataLoss(status));
    EXPECT_NE(status.ToString().find(why), std::string::npos) << status;
  }
}

TEST(DeletionVector, IsDecodedOnceByWhoeverComesFirst) {
  base::Random random(5);
  const RowSet dead = RandomRows(100'000, random);
  const auto vector = Decode(100'000, Encode(*MakeVector(100'000, dead)));
  std::vector<std::thread> threads;
  std::vector<uint64_t> counts(4);
  for (size_t i = 0; i < counts.size(); ++i) {
    threads.emplace_back([&, i] { counts[i] = vector->Rows().size(); });
  }
  for (std::thread& thread : threads) thread.join();
  for (const uint64_t count : counts) EXPECT_EQ(count, dead.size());
}

}  // namespace
}  // namespace ashlar::manifest
