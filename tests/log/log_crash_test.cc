// The commit log cut off at every point of every scenario: what was acknowledged is there, in
// order, without holes, and nothing else but what was being written.
//
// ASHLAR_CRASH_SEEDS=n judges n rounds of random states a crash point instead of one.
#include <gtest/gtest.h>

#include <cstdlib>
#include <unordered_set>

#include "src/base/hash.h"
#include "src/base/strings.h"
#include "tests/log/log_run.h"
#include "tests/testing/crash_count.h"
#include "tests/testing/crash_states.h"
#include "tests/testing/thorough.h"

namespace ashlar::log {
namespace {

uint64_t SeedCount() {
  const char* const text = std::getenv("ASHLAR_CRASH_SEEDS");
  return text == nullptr ? 1 : std::max<uint64_t>(1, std::strtoull(text, nullptr, 10));
}

// A state of a log alone is judged in some 30 us.
constexpr uint64_t kRounds = testkit::kThorough ? 64 : 2;

class LogCrashTest : public testing::TestWithParam<LogScenario> {};

TEST_P(LogCrashTest, EveryPointLeavesWhatWasAcknowledged) {
  LogRun run(GetParam().options);
  GetParam().run(run);
  ASSERT_TRUE(run.failure().ok()) << run.failure();
  const testkit::OpLog ops = run.ops();
  std::unordered_set<uint64_t> seen;
  testkit::CrashCount images;
  int failures = 0;
  for (size_t point = 0; point <= ops.ops.size(); ++point) {
    const Expectation& expected = run.At(point);
    for (uint64_t seed = 1; seed <= kRounds * SeedCount() && failures < 3; ++seed) {
      for (const testkit::CrashState& state :
           testkit::CrashStates(ops, point,
                                {.strict = seed % 2 == 1,
                                .max_cuts_per_write = 12,
                                .random_states = 12,
                                .seed = base::Mix64(seed * 1000 + point)})) {
        const uint64_t key = testkit::ContentHash(state.tree) ^ base::Mix64(expected.op_count);
        if (!seen.insert(key).second) continue;
        images.Add(testkit::ContentHash(state.tree));
        const absl::Status found = CheckFound(*testkit::Materialize(state), expected);
        if (found.ok()) continue;
        ++failures;
        ADD_FAILURE() << "operation " << point << ", " << state.description << ": " << found;
      }
    }
  }
  images.Report(base::StrCat(GetParam().name, ", ", ops.ops.size(), " operations"));
  EXPECT_EQ(run.refused() > 0, GetParam().name == "FullDisk");
}

// A log that loses something must be seen to: the judge is judged.
TEST(LogCrashJudge, SeesLossHolesAndInventions) {
  LogRun run({.file_bytes = 8192});
  run.Begin();
  for (size_t i = 0; i < 3; ++i) run.Append({10});
  run.Sync();
  Expectation expected = run.expectations().back();
  EXPECT_TRUE(CheckFound(run.files(), expected).ok());
  expected.records.push_back(MakeRecord(4, 1));
  EXPECT_TRUE(CheckFound(run.files(), expected).ok());
  expected.acknowledged = 4;
  EXPECT_FALSE(CheckFound(run.files(), expected).ok());
  expected = run.expectations().back();
  expected.records.pop_back();
  expected.acknowledged = 2;
  EXPECT_FALSE(CheckFound(run.files(), expected).ok());
  expected = run.expectations().back();
  expected.records.erase(expected.records.begin() + 1);
  expected.acknowledged = 2;
  EXPECT_FALSE(CheckFound(run.files(), expected).ok());
}

INSTANTIATE_TEST_SUITE_P(Scenarios, LogCrashTest, testing::ValuesIn(LogScenarios()),
                         [](const auto& scenario) { return scenario.param.name; });

}  // namespace
}  // namespace ashlar::log
