// The key table against a map, with hashes that collide.
#include "src/log/key_table.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "src/base/hash.h"
#include "src/base/random.h"

namespace ashlar::log {
namespace {

struct Entry {
  uint64_t key;
  uint64_t hash;
};

// `distinct_tags` high halves of hashes: few make every probe run long.
void CompareWithMap(uint64_t distinct_tags, uint64_t keys, int steps) {
  base::Random random(distinct_tags);
  KeyTable table;
  std::vector<Entry> rows;
  std::map<uint64_t, uint32_t> newest;
  const auto hash_of = [&](uint64_t key) {
    return base::Mix64(key % distinct_tags) << 32 | base::Mix64(key) >> 32;
  };
  for (int i = 0; i < steps; ++i) {
    const uint64_t key = random.Uniform(keys);
    const uint64_t hash = hash_of(key);
    const auto same = [&](uint32_t row) { return rows[row].key == key; };
    const auto known = newest.find(key);
    const uint32_t wanted = known == newest.end() ? kNoRow : known->second;
    ASSERT_EQ(table.Find(hash, same), wanted);
    table.Reserve(1);
    table.Prefetch(hash);
    const KeyTable::Place place = table.Locate(hash, same);
    ASSERT_EQ(place.row, wanted);
    rows.push_back({key, hash});
    newest[key] = static_cast<uint32_t>(rows.size() - 1);
    table.Publish(place, hash, newest[key]);
    ASSERT_EQ(table.keys(), newest.size());
  }
  for (const auto& [key, row] : newest) {
    EXPECT_EQ(table.Find(hash_of(key), [&, k = key](uint32_t r) { return rows[r].key == k; }), row);
  }
  EXPECT_LE(table.bytes(), 8 * (8 * newest.size() + 512));
}

TEST(KeyTable, ManyTags) { CompareWithMap(1 << 20, 20'000, 60'000); }
TEST(KeyTable, FewTags) { CompareWithMap(3, 300, 2'000); }
TEST(KeyTable, OneTag) { CompareWithMap(1, 200, 1'000); }

TEST(KeyTable, ReservesForManyAtOnce) {
  KeyTable table;
  table.Reserve(100'000);
  const uint64_t bytes = table.bytes();
  for (uint32_t row = 0; row < 100'000; ++row) {
    const uint64_t hash = base::Mix64(row);
    table.Publish(table.Locate(hash, [](uint32_t) { return false; }), hash, row);
  }
  EXPECT_EQ(table.keys(), 100'000u);
  EXPECT_EQ(table.bytes(), bytes);
}

}  // namespace
}  // namespace ashlar::log
