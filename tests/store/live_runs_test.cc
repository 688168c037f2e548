// Runs of live rows against rows looked at one by one, in both directions.
#include "src/store/live_runs.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <vector>

#include "src/base/random.h"

namespace ashlar::store {
namespace {

constexpr uint64_t kRows = 5000;  // some zones, the last one not whole

// Long and short runs of dead rows, or none.
std::vector<uint32_t> DeadRuns(base::Random& random) {
  std::vector<uint32_t> dead;
  for (uint64_t row = random.Uniform(100); row < kRows;) {
    const uint64_t end = row + random.Uniform(random.OneIn(5) ? 2500 : 70);
    for (; row < end && row < kRows; ++row) dead.push_back(static_cast<uint32_t>(row));
    row += 1 + random.Uniform(random.OneIn(5) ? 2500 : 70);
  }
  return dead;
}

TEST(LiveRuns, AreWhereRowsAreAlive) {
  for (uint64_t seed = 1; seed <= 40; ++seed) {
    SCOPED_TRACE(seed);
    base::Random random(seed);
    const std::vector<uint32_t> rows = DeadRuns(random);
    std::vector<bool> alive(kRows, true);
    for (const uint32_t row : rows) alive[row] = false;
    const auto dead =
        rows.empty() ? manifest::DeletionVectorPtr() : manifest::DeletionVector::Make(kRows, rows);
    LiveRuns runs(dead.get());
    for (int i = 0; i < 200; ++i) {
      const uint64_t begin = random.Uniform(kRows + 1);
      const uint64_t end = begin + random.Uniform(kRows + 1 - begin);
      const auto next = [&](bool wanted) {
        uint64_t row = begin;
        while (row < end && alive[row] != wanted) ++row;
        return row;
      };
      const auto last = [&](bool wanted) {
        uint64_t row = end;
        while (row > begin && alive[row - 1] != wanted) --row;
        return row;
      };
      EXPECT_EQ(runs.NextAlive(begin, end), next(true));
      EXPECT_EQ(runs.NextDead(begin, end), next(false));
      EXPECT_EQ(runs.EndOfAlive(begin, end), last(true));
      EXPECT_EQ(runs.EndOfDead(begin, end), last(false));
    }
  }
}

}  // namespace
}  // namespace ashlar::store
