// The choice of segments to write again: what is worth it, what goes together, and that it ends.
#include "src/compaction/reclaim_policy.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <numeric>
#include <string>

#include "src/base/random.h"

namespace ashlar::compaction {
namespace {

using manifest::DatasetState;
using manifest::SegmentEntry;

constexpr uint32_t kTarget = 1024;
constexpr TaskLimits kLimits{.rows = 4 * kTarget, .bytes = 1 << 20};

// Of `rows` rows of ten bytes, the first `dead` of them dead.
SegmentEntry MakeEntry(uint64_t id, uint64_t rows, uint64_t dead = 0) {
  auto meta = std::make_shared<manifest::SegmentMeta>();
  meta->file.id = id;
  meta->rows = rows;
  meta->logical_bytes = 10 * rows;
  SegmentEntry entry{std::move(meta), 0};
  std::vector<uint32_t> numbers(dead);
  std::iota(numbers.begin(), numbers.end(), 0);
  if (dead > 0) entry.dead = manifest::DeletionVector::Make(rows, numbers);
  return entry;
}

SegmentEntry WithKey(SegmentEntry entry, const std::string& least) {
  entry.keys =
      std::make_shared<const manifest::KeyRange>(manifest::MakeKeyRange(least, least + "z"));
  return entry;
}

DatasetState MakeState(bool keyed, std::vector<SegmentEntry> segments) {
  DatasetState state;
  state.chunker.target_rows = kTarget;
  state.chunker.max_bytes = 64 << 10;
  if (keyed) state.key = {1};
  state.segments = std::move(segments);
  return state;
}

std::vector<std::vector<size_t>> Positions(const std::vector<ReclaimTask>& tasks) {
  std::vector<std::vector<size_t>> all;
  for (const ReclaimTask& task : tasks) all.push_back(task.positions);
  return all;
}

using Runs = std::vector<std::vector<size_t>>;

TEST(ReclaimPolicy, TakesSegmentsOfWhichASixteenthIsDead) {
  const DatasetState state =
      MakeState(true, {MakeEntry(1, 1600, 99), MakeEntry(2, 1600, 100), MakeEntry(3, 1600)});
  const auto tasks = PlanReclaim(state, {}, kLimits);
  ASSERT_EQ(Positions(tasks), (Runs{{1}}));
  EXPECT_EQ(tasks[0].live_rows, 1500u);
  EXPECT_EQ(tasks[0].dead_rows, 100u);
}

TEST(ReclaimPolicy, MergesSmallNeighboursOfOrderedDatasetsOnly) {
  const DatasetState state =
      MakeState(false, {MakeEntry(1, 200), MakeEntry(2, 1000), MakeEntry(3, 200), MakeEntry(4, 255),
                        MakeEntry(5, 10), MakeEntry(6, 256)});
  EXPECT_EQ(Positions(PlanReclaim(state, {}, kLimits)), (Runs{{2, 3, 4}}));
}

TEST(ReclaimPolicy, MergesSmallSegmentsOfKeyedDatasetsByTheirKeys) {
  const DatasetState state =
      MakeState(true, {WithKey(MakeEntry(1, 200), "m"), MakeEntry(2, 1000),
                       WithKey(MakeEntry(3, 200), "a"), WithKey(MakeEntry(4, 1000, 900), "c")});
  EXPECT_EQ(Positions(PlanReclaim(state, {}, kLimits)), (Runs{{0, 2, 3}}));
  // Two rows at a time.
  const auto tasks = PlanReclaim(state, {}, {.rows = 400, .bytes = 1 << 20});
  EXPECT_EQ(Positions(tasks), (Runs{{2, 3}})) << "a small segment alone stays";
}

TEST(ReclaimPolicy, ASegmentIsNotSmallWhoseBytesAreMany) {
  DatasetState state = MakeState(false, {MakeEntry(1, 200), MakeEntry(2, 200)});
  EXPECT_EQ(PlanReclaim(state, {}, kLimits).size(), 1u);
  state.chunker.max_bytes = 4 * 2000;
  EXPECT_TRUE(PlanReclaim(state, {}, kLimits).empty());
}

TEST(ReclaimPolicy, KeepsPartitionsApart) {
  const DatasetState state =
      MakeState(true, {WithKey(MakeEntry(1, 20), "a"), WithKey(MakeEntry(2, 20), "b"),
                       WithKey(MakeEntry(3, 20), "c"), WithKey(MakeEntry(4, 20), "d")});
  const std::vector<uint64_t> partitions = {2, 1, 2, 3};
  EXPECT_EQ(Positions(PlanReclaim(state, partitions, kLimits)), (Runs{{0, 2}}));
}

TEST(ReclaimPolicy, TasksKeepWithinTheirLimits) {
  std::vector<SegmentEntry> segments;
  for (uint64_t id = 1; id <= 100; ++id) segments.push_back(MakeEntry(id, 200));
  for (const bool keyed : {false, true}) {
    const DatasetState state = MakeState(keyed, segments);
    for (const TaskLimits& limits :
         {TaskLimits{.rows = 1000, .bytes = 1 << 20}, TaskLimits{.rows = 5000, .bytes = 10'000}}) {
      const auto tasks = PlanReclaim(state, {}, limits);
      EXPECT_EQ(tasks.size(), 20u);
      for (const ReclaimTask& task : tasks) EXPECT_EQ(task.positions.size(), 5u);
    }
  }
  // What is larger than a task may be is one by itself.
  const DatasetState state = MakeState(true, {MakeEntry(1, 9000, 1000), MakeEntry(2, 9000, 1000)});
  EXPECT_EQ(Positions(PlanReclaim(state, {}, kLimits)), (Runs{{0}, {1}}));
}

// Cuts as a chunker might: anywhere from a quarter of the target on, and where the rows end.
std::vector<SegmentEntry> Cut(uint64_t rows, uint64_t* next_id, base::Random& random) {
  std::vector<SegmentEntry> made;
  while (rows > 0) {
    const uint64_t cut = std::min<uint64_t>(rows, kTarget / 4 + random.Uniform(2 * kTarget));
    made.push_back(MakeEntry((*next_id)++, cut));
    rows -= cut;
  }
  return made;
}

TEST(ReclaimPolicy, ComesToAnEndWhateverTheChunkerDoes) {
  for (uint64_t seed = 1; seed <= 200; ++seed) {
    base::Random random(seed);
    uint64_t next_id = 1;
    std::vector<SegmentEntry> segments;
    for (uint64_t n = random.Uniform(300); n > 0; --n) {
      const uint64_t rows = 1 + random.Uniform(random.OneIn(2) ? 100 : 3000);
      segments.push_back(MakeEntry(next_id++, rows, random.OneIn(2) ? random.Uniform(rows) : 0));
    }
    DatasetState state = MakeState(true, segments);
    int rounds = 0;
    for (; rounds < 16; ++rounds) {
      const auto tasks = PlanReclaim(state, {}, kLimits);
      if (tasks.empty()) break;
      std::vector<bool> taken(state.segments.size(), false);
      std::vector<SegmentEntry> made;
      for (const ReclaimTask& task : tasks) {
        for (const size_t at : task.positions) {
          ASSERT_FALSE(taken[at]) << "in two tasks";
          taken[at] = true;
        }
        for (SegmentEntry& entry : Cut(task.live_rows, &next_id, random)) made.push_back(entry);
      }
      for (size_t at = 0; at < taken.size(); ++at) {
        if (!taken[at]) made.push_back(state.segments[at]);
      }
      state.segments = std::move(made);
    }
    EXPECT_LT(rounds, 8) << seed;
  }
}

}  // namespace
}  // namespace ashlar::compaction
