// The tables that number words, strings and pairs: by first appearance, whatever their size, and
// within their memory.
#include <gtest/gtest.h>

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "src/base/random.h"
#include "src/base/strings.h"
#include "src/query/byte_ids.h"
#include "src/query/laned_cells.h"
#include "src/query/pair_ids.h"
#include "src/query/word_ids.h"

namespace ashlar::query {
namespace {

class GroupTablesTest : public ::testing::Test {
 protected:
  MemoryBudget budget_{uint64_t{256} << 20};
  MemoryMeter meter_{&budget_, "group by"};
};

TEST_F(GroupTablesTest, WordsAreNumberedByFirstAppearance) {
  WordIds ids(&meter_);
  base::Random random(1);
  std::map<uint64_t, uint32_t> expected;
  std::vector<uint64_t> words(kZoneRows);
  std::vector<uint32_t> found(kZoneRows);
  uint32_t next = 0;
  for (int zone = 0; zone < 100; ++zone) {
    ASSERT_TRUE(ids.Reserve(kZoneRows + 1).ok());
    if (zone == 3) {
      EXPECT_EQ(ids.AddUnkeyed(), next++);  // takes a number, but no word has it
    }
    for (uint64_t& word : words) word = random.Uniform(50'000);
    ids.FindOrAddAll(words.data(), words.size(), found.data());
    for (size_t i = 0; i < words.size(); ++i) {
      const auto [at, is_new] = expected.emplace(words[i], next);
      if (is_new) ++next;
      ASSERT_EQ(found[i], at->second);
      ASSERT_EQ(ids.word(found[i]), words[i]);
    }
  }
  EXPECT_EQ(ids.size(), next);
}

TEST_F(GroupTablesTest, StringsAreCopiedAndNumberedByFirstAppearance) {
  ByteIds ids(&meter_);
  base::Random random(2);
  std::map<std::string, uint32_t> expected;
  uint32_t next = 0;
  for (int i = 0; i < 20'000; ++i) {
    ASSERT_TRUE(ids.Reserve(1).ok());
    if (i == 5) {
      EXPECT_EQ(ids.AddUnkeyed(), next++);
    }
    std::string text = base::StrCat(random.Uniform(9000));
    text.resize(text.size() * random.Uniform(3));  // some empty, some with zeros behind
    if (random.OneIn(1000)) text.assign(100'000, 'x');
    const auto [at, is_new] = expected.emplace(text, next);
    if (is_new) ++next;
    const uint32_t id = ids.FindOrAdd(text);
    text.assign(text.size(), '!');  // what was passed in may go
    ASSERT_EQ(id, at->second);
  }
  ASSERT_TRUE(ids.status().ok());
  for (const auto& [text, id] : expected) ASSERT_EQ(ids.bytes(id), text);
}

TEST_F(GroupTablesTest, StringsBeyondTheMemoryAreRefused) {
  MemoryBudget small(uint64_t{1} << 20);
  MemoryMeter meter(&small, "group by");
  ByteIds ids(&meter);
  ASSERT_TRUE(ids.Reserve(2).ok());
  ids.FindOrAdd("short");
  EXPECT_TRUE(ids.status().ok());
  ids.FindOrAdd(std::string(size_t{2} << 20, 'x'));
  EXPECT_EQ(ids.status().code(), absl::StatusCode::kResourceExhausted);
}

// While small an array, then a hash table: the numbers stay.
TEST_F(GroupTablesTest, PairsKeepTheirNumbersWhenTheTableChanges) {
  for (const uint32_t growth : {1U, 7U, 100U}) {
    PairIds ids(&meter_);
    base::Random random(growth);
    std::map<std::pair<uint32_t, uint32_t>, uint32_t> expected;
    uint32_t lefts_below = 1;
    uint32_t rights_below = 1;
    for (int zone = 0; zone < 60; ++zone) {
      lefts_below += static_cast<uint32_t>(random.Uniform(growth));
      rights_below += static_cast<uint32_t>(random.Uniform(2 * growth));
      ASSERT_TRUE(ids.Reserve(kZoneRows, lefts_below, rights_below).ok());
      std::vector<uint32_t> lefts(kZoneRows);
      std::vector<uint32_t> rights(kZoneRows);
      for (size_t i = 0; i < lefts.size(); ++i) {
        lefts[i] = static_cast<uint32_t>(random.Uniform(lefts_below));
        rights[i] = static_cast<uint32_t>(random.Uniform(rights_below));
      }
      std::vector<uint32_t> found = lefts;
      ids.FindOrAddAll(found.data(), rights.data(), found.size(), found.data());
      for (size_t i = 0; i < lefts.size(); ++i) {
        const std::pair<uint32_t, uint32_t> pair(lefts[i], rights[i]);
        const auto next = static_cast<uint32_t>(expected.size());
        ASSERT_EQ(found[i], expected.emplace(pair, next).first->second);
        ASSERT_EQ(ids.pair(found[i]), pair);
      }
    }
    EXPECT_EQ(ids.size(), expected.size());
  }
}

TEST_F(GroupTablesTest, ReleasedMemoryCanBeUsedAgain) {
  MemoryBudget small(uint64_t{1} << 20);
  MemoryMeter meter(&small, "group by");
  for (int i = 0; i < 10; ++i) {
    MeteredArray<uint64_t> array(&meter);
    ASSERT_TRUE(array.Resize(100'000, 0).ok());
    array.Release();
  }
  MeteredArray<uint64_t> array(&meter);
  const absl::Status status = array.Resize(200'000, 0);
  EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_NE(status.message().find("group by"), std::string::npos) << status;
}

// Sums stay what they were when the cells of a group become one.
TEST_F(GroupTablesTest, CellsSurviveTheLossOfTheirLanes) {
  LanedCells<int64_t, AddFold> cells(&meter_, 0);
  SelectedRows rows;
  const Bits all = Bits::FirstRows(kZoneRows);
  RowNumbers groups;
  std::map<size_t, int64_t> expected;
  for (size_t count : {1U, 3U, 256U, 257U, 5000U}) {
    ASSERT_TRUE(cells.Resize(count).ok());
    rows.Assign({0, kZoneRows}, all, kZoneRows);
    for (size_t i = 0; i < kZoneRows; ++i) {
      groups.ids[i] = static_cast<uint32_t>(i * 7 % count);
      expected[groups.ids[i]] += static_cast<int64_t>(i);
    }
    cells.FoldRows(rows, groups, nullptr, [](int64_t row) { return row; });
    for (const auto& [group, sum] : expected) ASSERT_EQ(cells.Get(group), sum);
  }
  EXPECT_EQ(cells.Get(4999), expected.contains(4999) ? expected[4999] : 0);
}

}  // namespace
}  // namespace ashlar::query
