// A store killed, or its power cut, at every point of every scenario.
//
// ASHLAR_CRASH_SEEDS=n judges n rounds of random states a crash point instead of one. Scenarios
// around the commit log and checkpoints have many more states than the others: that is where order
// on disk decides.

#include <cstdlib>
#include <unordered_set>

#include "src/base/hash.h"
#include "src/base/random.h"
#include "tests/store/kill_log.h"
#include "tests/store/recovery_check.h"
#include "tests/store/scenarios.h"
#include "tests/store/store_fixture.h"
#include "tests/testing/corruption.h"
#include "tests/testing/crash_count.h"
#include "tests/testing/crash_states.h"
#include "tests/testing/recording_file_system.h"
#include "tests/testing/thorough.h"

namespace ashlar::testkit {
namespace {

constexpr int kMaxReported = 3;

uint64_t SeedCount() {
  const char* const text = std::getenv("ASHLAR_CRASH_SEEDS");
  return text == nullptr ? 1 : std::max<uint64_t>(1, std::strtoull(text, nullptr, 10));
}

// Sanitized builds see a third of the points of a run, and of those at which a recovery begins that
// is cut off itself: what they look for does not hide in one state alone.
constexpr size_t kStride = kThorough ? 1 : 3;

// Whether the scenario is about log append, group commit, rotation, flush or checkpoint.
bool IsAboutLogs(const Scenario& scenario) {
  return kThorough && (scenario.small_commits || scenario.name == "checkpoint roll");
}

// Of the states of one crash point.
CrashOptions OptionsFor(const Scenario& scenario, uint64_t seed) {
  if (!IsAboutLogs(scenario)) {
    return {.torn_writes = 1, .max_cuts_per_write = 1, .random_states = 2, .seed = seed};
  }
  return {.torn_writes = 3, .max_cuts_per_write = 8, .random_states = 36, .seed = seed};
}

// Judges crash states, each once.
class Judge {
 public:
  explicit Judge(std::string scenario) : scenario_(std::move(scenario)) {}

  // Whether the state was new.
  bool Check(const CrashState& state, const LegalModels& legal, const std::string& where) {
    const uint64_t image = ContentHash(state.tree);
    const auto key = base::Mix64(image) ^ std::hash<const void*>()(legal[0]);
    if (!seen_.insert(key).second) return false;
    images_.Add(image);
    const absl::Status status = CheckRecovery(state.tree, legal);
    if (!status.ok() && ++failures_ <= kMaxReported) {
      ADD_FAILURE() << scenario_ << ", " << where << ", " << state.description << ": " << status;
    }
    return true;
  }

  [[nodiscard]] bool gave_up() const { return failures_ >= kMaxReported; }
  void Report(const std::string& kind) const {
    images_.Report(base::StrCat(scenario_, ", ", kind));
  }

 private:
  const std::string scenario_;
  std::unordered_set<uint64_t> seen_;
  CrashCount images_;
  int failures_ = 0;
};

// Every state of every point of a log from `first` on; `visit` sees the new ones.
template <typename Legal, typename Visit>
void CheckEveryPoint(Judge& judge, const OpLog& log, size_t first, const std::string& where,
                     const CrashOptions& options, const Legal& legal, const Visit& visit) {
  for (size_t point = first; point <= log.ops.size() && !judge.gave_up(); point += kStride) {
    const std::string at = base::StrCat(where, "operation ", point);
    CrashOptions here = options;
    here.seed = base::Mix64(options.seed + point);
    for (const CrashState& state : CrashStates(log, point, here)) {
      if (judge.gave_up()) return;
      if (judge.Check(state, legal(point), at)) visit(state, point, at);
    }
  }
}

class CrashTest : public ::testing::TestWithParam<Scenario> {};

TEST_P(CrashTest, EveryPointLeavesAcknowledgedCommitsWhole) {
  const RecordedRun run = Record(GetParam());
  Judge judge(GetParam().name);
  const bool many = IsAboutLogs(GetParam());
  const uint64_t seeds = SeedCount() * (many ? 6 : 1);
  for (uint64_t seed = 1; seed <= seeds && !judge.gave_up(); ++seed) {
    for (const bool strict : {true, false}) {
      CheckEveryPoint(
          judge, run.log, 0, base::StrCat("seed ", seed, strict ? " strict, " : " ordered, "),
          {.strict = strict,
           .torn_writes = many ? 4u : 2u,
           .max_cuts_per_write = many ? 16u : 3u,
           .random_states = many ? 24u : 6u,
           .seed = seed},
          [&](size_t point) { return LegalAt(run, point); },
          [](const CrashState&, size_t, const std::string&) {});
    }
  }
  judge.Report(base::StrCat(run.log.ops.size(), " operations, seeds 1 to ", seeds));
}

// A recovery that is cut off itself, down to the given depth.
void CrashRecovery(Judge& judge, const FileTree& tree, const LegalModels& legal, int depth,
                   uint64_t seed, const std::string& where) {
  auto files = std::make_shared<RecordingFileSystem>(MakeFileSystem(tree));
  if (!Recover(files).ok()) return;  // judged already
  OpLog log = files->log();
  ShrinkReserve(&log);
  base::Random random(seed);
  const CrashOptions options = {
      .torn_writes = 1, .max_cuts_per_write = 1, .random_states = 2, .seed = seed};
  CheckEveryPoint(
      judge, log, 0, base::StrCat(where, ", recovery to "), options, [&](size_t) { return legal; },
      [&](const CrashState& state, size_t, const std::string& at) {
        if (depth > 1 && random.OneIn(40)) {
          CrashRecovery(judge, state.tree, legal, depth - 1, random.Next64(), at);
        }
      });
}

TEST_P(CrashTest, RecoveryIsCutOffAgainAndAgain) {
  // Recoveries that replay logs have three times as many states.
  const size_t stride = (GetParam().small_commits && !kThorough ? 9 : 3) * kStride;
  const RecordedRun run = Record(GetParam());
  Judge judge(GetParam().name);
  for (uint64_t seed = 1; seed <= SeedCount() && !judge.gave_up(); ++seed) {
    base::Random random(seed);
    for (size_t point = 0; point <= run.log.ops.size() && !judge.gave_up(); ++point) {
      if (SeedCount() == 1 && point % stride != 0) continue;
      const std::vector<CrashState> states = CrashStates(
          run.log, point,
          {.torn_writes = 1, .max_cuts_per_write = 1, .random_states = 2, .seed = random.Next64()});
      const CrashState& state = states[random.Uniform(states.size())];
      CrashRecovery(judge, state.tree, LegalAt(run, point), 3, random.Next64(),
                    base::StrCat("operation ", point, ", ", state.description));
    }
  }
  judge.Report("recovery cut off");
}

// The next process trusts what the killed one never synced; then the power is cut.
TEST_P(CrashTest, KilledReopenedAndThenWithoutPower) {
  const RecordedRun run = Record(GetParam());
  Judge judge(GetParam().name);
  for (size_t point = 0; point <= run.log.ops.size() && !judge.gave_up(); point += kStride) {
    const FileTree live = LiveTree(run.log, point);
    auto files = std::make_shared<RecordingFileSystem>(MakeFileSystem(live));
    size_t opened = 0;
    {
      Driver driver;
      driver.files = files;
      driver.small_commits = GetParam().small_commits;
      if (!driver.Open().ok()) continue;  // judged already
      opened = point + files->op_count();
    }
    OpLog recovery = files->log();
    ShrinkReserve(&recovery);
    const OpLog joined = JoinLogs(run.log, point, recovery);
    const LegalModels legal = LegalAt(run, point);
    // What the second process showed to its callers stays.
    absl::StatusOr<FileTree> shown = ReadTree(*files);
    ASSERT_OK(shown);
    const FileTree recovered = WithSmallReserve(*std::move(shown));
    LegalModels found = {legal.front()};
    for (const StoreModel* const model : legal) {
      if (CheckRecovery(recovered, {model}).ok()) found = {model};
    }
    CheckEveryPoint(
        judge, joined, point, base::StrCat("killed at ", point, ", "),
        OptionsFor(GetParam(), point + 1), [&](size_t at) { return at >= opened ? found : legal; },
        [](const CrashState&, size_t, const std::string&) {});
  }
  judge.Report("after a kill");
}

INSTANTIATE_TEST_SUITE_P(Scenarios, CrashTest, ::testing::ValuesIn(AllScenarios()),
                         [](const auto& scenario) { return ScenarioTestName(scenario.param); });

}  // namespace
}  // namespace ashlar::testkit
