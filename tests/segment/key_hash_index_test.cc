// The hash index: every row is found by its hash, hardly any other one, and bytes are
// deterministic.
#include "src/segment/key_hash_index.h"

#include <gtest/gtest.h>

#include <vector>

#include "src/base/random.h"

namespace ashlar::segment {
namespace {

std::vector<uint64_t> RandomHashes(size_t count, uint64_t seed) {
  base::Random random(seed);
  std::vector<uint64_t> hashes(count);
  for (uint64_t& hash : hashes) hash = random.Next64();
  return hashes;
}

std::vector<uint32_t> RowsOf(const KeyHashIndex& index, uint64_t hash) {
  std::vector<uint32_t> rows;
  EXPECT_FALSE(index.ForEachRow(hash, [&rows](uint32_t row) {
    rows.push_back(row);
    return false;
  }));
  return rows;
}

void ExpectAllFound(const std::vector<uint64_t>& hashes) {
  const std::optional<std::string> bytes = BuildKeyHashIndex(hashes);
  ASSERT_TRUE(bytes.has_value());
  EXPECT_EQ(*bytes, *BuildKeyHashIndex(hashes));
  const auto index = KeyHashIndex::Make(base::AsBytes(*bytes), hashes.size());
  ASSERT_TRUE(index.ok()) << index.status();
  EXPECT_TRUE(index->Prove().ok()) << index->Prove();
  for (uint32_t row = 0; row < hashes.size(); ++row) {
    EXPECT_TRUE(index->ForEachRow(hashes[row], [row](uint32_t found) { return found == row; }));
  }
}

TEST(KeyHashIndex, FindsEveryRow) {
  for (const size_t rows : {1, 2, 9, 10, 18, 100, 1000, 65536, 200001}) {
    ExpectAllFound(RandomHashes(rows, rows));
  }
}

TEST(KeyHashIndex, OffersFewOtherRows) {
  const std::vector<uint64_t> hashes = RandomHashes(65536, 1);
  const std::string bytes = *BuildKeyHashIndex(hashes);
  EXPECT_LT(static_cast<double>(bytes.size()) / 65536, 7.12);
  const KeyHashIndex index = *KeyHashIndex::Make(base::AsBytes(bytes), 65536);
  uint64_t others = 0;
  for (const uint64_t hash : RandomHashes(100'000, 2)) others += RowsOf(index, hash).size();
  EXPECT_LT(others, 8000U);  // 9 slots of 256 tags, and the buckets that are read on the way
  EXPECT_GT(others, 1000U);
}

TEST(KeyHashIndex, EqualAndCrowdedHashesAreFoundOrRefused) {
  // A bucket and its next ones hold as many equal hashes as reach; more of them have no index.
  std::vector<uint64_t> hashes = RandomHashes(20'000, 3);
  for (size_t i = 0; i < 400; ++i) hashes[i * 7] = 0x123456789abcdef;
  ExpectAllFound(hashes);
  const auto bytes = BuildKeyHashIndex(hashes);
  const KeyHashIndex index = *KeyHashIndex::Make(base::AsBytes(*bytes), 20'000);
  EXPECT_GE(RowsOf(index, 0x123456789abcdef).size(), 400U);
  for (uint64_t& hash : hashes) hash = 0x123456789abcdef;
  EXPECT_FALSE(BuildKeyHashIndex(hashes).has_value());
  // At the end of the table they go on at its beginning.
  hashes = RandomHashes(900, 4);
  for (size_t i = 0; i < 100; ++i) hashes[i * 9] |= 0xffffffff00000000;
  ExpectAllFound(hashes);
  hashes.assign(900, ~uint64_t{0});
  ExpectAllFound(hashes);
}

TEST(KeyHashIndex, ProofFindsMalformedBuckets) {
  const std::vector<uint64_t> hashes = RandomHashes(500, 5);
  const std::string intact = *BuildKeyHashIndex(hashes);
  const auto prove = [](const std::string& bytes) {
    return KeyHashIndex::Make(base::AsBytes(bytes), 500)->Prove().code();
  };
  ASSERT_EQ(prove(intact), absl::StatusCode::kOk);
  for (size_t at = 0; at < intact.size(); ++at) {
    const size_t in_bucket = at % format::bucket::kSize;
    const bool is_count = in_bucket == format::bucket::kFilled.offset;
    const bool is_row = in_bucket >= format::bucket::kRows.offset;
    const bool is_zeros = in_bucket == 14 || in_bucket == 15;
    if (!is_count && !is_row && !is_zeros) continue;
    std::string damaged = intact;
    damaged[at] = static_cast<char>(damaged[at] ^ 1);
    EXPECT_EQ(prove(damaged), absl::StatusCode::kDataLoss) << at;
  }
  std::string damaged = intact;
  damaged[format::bucket::kReach.offset] = static_cast<char>(0xff);
  EXPECT_EQ(prove(damaged), absl::StatusCode::kDataLoss);
}

TEST(KeyHashIndex, HostileBytesStayWithinTheRows) {
  base::Random random(6);
  std::string bytes(KeyHashIndexBytes(100), '\0');
  for (int round = 0; round < 200; ++round) {
    for (char& c : bytes) c = static_cast<char>(random.OneIn(2) ? random.Next64() : 0);
    const absl::StatusOr<KeyHashIndex> index = KeyHashIndex::Make(base::AsBytes(bytes), 100);
    ASSERT_TRUE(index.ok());
    for (int i = 0; i < 20; ++i) {
      for (const uint32_t row : RowsOf(*index, random.Next64())) EXPECT_LT(row, 100U);
    }
  }
  EXPECT_FALSE(KeyHashIndex::Make(base::AsBytes(bytes), 1000).ok());
  EXPECT_FALSE(KeyHashIndex::Make(base::AsBytes(bytes), 0).ok());
}

}  // namespace
}  // namespace ashlar::segment
