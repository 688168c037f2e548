// Each call of the commit log to the file system fails, once and for ever: what was acknowledged is
// there, what was refused is not, and a full disk is outlived.
#include <gtest/gtest.h>

#include <cstdio>

#include "src/base/strings.h"
#include "tests/log/log_run.h"
#include "tests/testing/crash_states.h"

namespace ashlar::log {
namespace {

class LogFaultTest : public testing::TestWithParam<LogScenario> {
 protected:
  // True when the fault was met.
  bool RunWith(const testkit::Fault& fault, const std::string& where) {
    LogRun run(GetParam().options);
    run.faults().Arm(fault);
    GetParam().run(run);
    const bool hit = run.faults().hits() > 0;
    run.faults().Disarm();
    const Expectation& last = run.expectations().back();
    const absl::Status found = CheckFound(run.files(), last);
    EXPECT_TRUE(found.ok()) << where << ": " << found;
    const testkit::OpLog ops = run.ops();
    for (const testkit::CrashState& state : testkit::CrashStates(
             ops, ops.ops.size(),
             {.torn_writes = 1, .max_cuts_per_write = 2, .random_states = 4, .seed = fault.nth})) {
      const absl::Status left = CheckFound(*testkit::Materialize(state), last);
      EXPECT_TRUE(left.ok()) << where << ", then cut off, " << state.description << ": " << left;
    }
    // Whatever happened, the next process goes on.
    run.Reopen();
    run.Append({10});
    run.Sync();
    EXPECT_TRUE(run.failure().ok()) << where << ": " << run.failure();
    EXPECT_TRUE(CheckFound(run.files(), run.expectations().back()).ok()) << where;
    EXPECT_EQ(run.expectations().back().acknowledged, run.expectations().back().records.size());
    return hit;
  }
};

TEST_P(LogFaultTest, EveryCallFailsOnceAndForEver) {
  size_t faults = 0;
  for (const bool forever : {false, true}) {
    for (const bool full : {false, true}) {
      for (const bool lose : {false, true}) {
        for (uint64_t nth = 1; !HasFailure(); ++nth) {
          const testkit::Fault fault = {
              .calls = testkit::kMutatingCalls | testkit::kOpenForAppendCall,
              .nth = nth,
              .forever = forever,
              .status = full ? absl::ResourceExhaustedError("full") : absl::DataLossError("EIO"),
              .lose_unsynced = lose};
          if (!RunWith(fault, base::StrCat("call ", nth, forever ? " for ever" : " once",
                                           full ? ", no space" : ", I/O error"))) {
            break;
          }
          ++faults;
        }
      }
    }
  }
  std::printf("%s: %zu faults\n", GetParam().name.c_str(), faults);
  EXPECT_GT(faults, 100u);
}

INSTANTIATE_TEST_SUITE_P(Scenarios, LogFaultTest, testing::ValuesIn(LogScenarios()),
                         [](const auto& scenario) { return scenario.param.name; });

}  // namespace
}  // namespace ashlar::log
