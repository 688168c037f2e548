// Every file-system call of every scenario fails: once, and for ever, in each of the ways in which
// files fail.
//
// What must hold: no crash; the error is a Status; acknowledged commits stay readable through the
// same handle and after reopening; nothing of a failed commit shows, but for one of unknown outcome
// after reopening; no file is left that nobody needs.

#include <cstdio>

#include "tests/store/recovery_check.h"
#include "tests/store/scenarios.h"
#include "tests/store/store_fixture.h"
#include "tests/testing/corruption.h"
#include "tests/testing/faulty_file_system.h"
#include "tests/testing/thorough.h"

namespace ashlar::testkit {
namespace {

// A scenario's run until its first error.
struct FaultyRun {
  std::shared_ptr<io::MemoryFileSystem> disk;
  std::shared_ptr<FaultInjector> injector = std::make_shared<FaultInjector>();
  Driver driver;
  StoreModel acknowledged;
  StoreModel in_flight;              // with the step that failed
  std::vector<StoreModel> unsynced;  // what was acknowledged before, back to what was durable
  absl::Status error;
};

std::unique_ptr<FaultyRun> Prepared(const Scenario& scenario) {
  auto run = std::make_unique<FaultyRun>();
  run->disk = Prepare(scenario, &run->acknowledged);
  run->driver.files = std::make_shared<FaultyFileSystem>(run->disk->NewHandle(), run->injector);
  run->driver.small_commits = scenario.small_commits;
  run->in_flight = run->acknowledged;
  return run;
}

// Rows whose stored copy could not be opened just then are written once more: a version that
// changes nothing.
void AcceptRewriting(FaultyRun* run) {
  if (run->driver.store == nullptr || run->acknowledged.newest_only) return;
  const uint64_t expected = run->acknowledged.versions.rbegin()->first;
  if (run->driver.store->GetSnapshot().version() != expected + 1) return;
  run->acknowledged.Commit(Content(run->acknowledged.newest()));
}

void RunUntilError(const Scenario& scenario, FaultyRun* run) {
  for (const Step& step : scenario.steps) {
    run->driver.clock.Advance(std::chrono::seconds(100));
    run->in_flight = run->acknowledged;
    step.expect(run->in_flight);
    run->error = step.run(run->driver);
    if (!run->error.ok()) return;
    run->unsynced.push_back(run->acknowledged);
    if (step.durable) run->unsynced.clear();
    run->acknowledged = run->in_flight;
    AcceptRewriting(run);
  }
}

bool SaysOutcomeUnknown(const absl::Status& error) {
  return std::string_view(error.message().data(), error.message().size()).find("outcome unknown") !=
         std::string_view::npos;
}

// Through the handle that met the fault, once the fault is gone.
void CheckSameHandle(FaultyRun& run) {
  if (run.driver.store == nullptr) return;
  const absl::StatusOr<StoreModel> read = ReadModel(*run.driver.store);
  ASSERT_OK(read);
  const std::string before = DifferenceBetween(run.acknowledged, *read);
  // Upkeep may fail after its publication, when files are removed.
  const std::string after = DifferenceBetween(run.in_flight, *read);
  EXPECT_TRUE(before.empty() || after.empty()) << before << " / " << after;
}

void CheckReopened(FaultyRun& run) {
  run.driver.Close().IgnoreError();
  absl::StatusOr<FileTree> tree = ReadTree(*run.disk);
  ASSERT_OK(tree);
  LegalModels legal = {&run.acknowledged, &run.in_flight};
  for (const StoreModel& model : run.unsynced) legal.push_back(&model);
  EXPECT_OK(CheckRecovery(WithSmallReserve(*std::move(tree)), legal));
}

// Sanitized builds let every third call fail.
constexpr uint64_t kStride = kThorough ? 1 : 3;

class FaultTest : public ::testing::TestWithParam<Scenario> {
 protected:
  // Lets the k-th call fail for every k; returns how many faults were met.
  uint64_t Loop(const Fault& kind, const std::string& name) {
    uint64_t injected = 0;
    for (uint64_t k = 1;; k += kStride) {
      const auto run = Prepared(GetParam());
      Fault fault = kind;
      fault.nth = k;
      run->injector->Arm(fault);
      RunUntilError(GetParam(), run.get());
      if (run->injector->hits() == 0) break;
      ++injected;
      SCOPED_TRACE(base::StrCat(name, kind.forever ? " for ever" : " once", " at call ", k, ": ",
                                run->error.ToString()));
      run->injector->Disarm();
      CheckSameHandle(*run);
      CheckReopened(*run);
      if (HasFailure()) break;
    }
    return injected;
  }
};

TEST_P(FaultTest, EveryCallFails) {
  const absl::Status broken = absl::DataLossError("injected I/O error");
  const absl::Status full = absl::ResourceExhaustedError("injected: no space left");
  uint64_t injected = 0;
  for (const bool forever : {false, true}) {
    injected += Loop({.calls = kAllCalls, .forever = forever, .status = broken}, "I/O error");
    injected += Loop({.calls = kCreateCall | kAppendCall | kWriteBlocksCall | kSyncCall |
                               kCreateDirectoryCall | kRenameCall | kSyncDirectoryCall,
                      .forever = forever,
                      .status = full},
                     "no space");
    injected +=
        Loop({.calls = kSyncCall, .forever = forever, .status = broken, .lose_unsynced = true},
             "lost sync");
    injected += Loop({.calls = kAppendCall | kWriteBlocksCall,
                      .forever = forever,
                      .status = full,
                      .short_write = false},
                     "no space at all");
  }
  std::printf("%s: %llu faults\n", GetParam().name.c_str(),
              static_cast<unsigned long long>(injected));
}

INSTANTIATE_TEST_SUITE_P(Scenarios, FaultTest, ::testing::ValuesIn(AllScenarios()),
                         [](const auto& scenario) { return ScenarioTestName(scenario.param); });

Scenario OneReplace() {
  for (Scenario& scenario : AllScenarios()) {
    if (scenario.name == "changed row") return std::move(scenario);
  }
  return {};
}

TEST(FaultyStoreTest, FailedSyncOfTheManifestMakesTheStoreReadOnlyAndSaysSo) {
  for (const bool lose : {false, true}) {
    const auto run = Prepared(OneReplace());
    ASSERT_OK(run->driver.Open());
    ASSERT_OK(AppendAll(*run->driver.store, "a", CityRows(800, 9)));
    ASSERT_OK_AND_ASSIGN(const StoreModel before, ReadModel(*run->driver.store));
    // The tag's only sync is that of the manifest.
    run->injector->Arm({.calls = kSyncCall, .lose_unsynced = lose});
    const absl::Status tagged = run->driver.store->Tag("t", 1);
    run->injector->Disarm();
    EXPECT_TRUE(SaysOutcomeUnknown(tagged)) << tagged;
    ASSERT_OK_AND_ASSIGN(const StoreModel after, ReadModel(*run->driver.store));
    EXPECT_EQ(DifferenceBetween(before, after), "");
    const absl::Status next = AppendAll(*run->driver.store, "a", CityRows(0, 3)).status();
    EXPECT_TRUE(absl::IsFailedPrecondition(next)) << next;
    EXPECT_NE(next.ToString().find("read-only"), std::string::npos) << next;
    EXPECT_TRUE(
        absl::IsFailedPrecondition(run->driver.store->Expire(Retention{1}, false).status()));
    run->driver.Close().IgnoreError();
    ASSERT_OK(run->driver.Open());
    EXPECT_OK(AppendAll(*run->driver.store, "a", CityRows(0, 3)));
  }
}

// The disk takes so many more bytes, in the middle of some commit; then it has space again.
void FillDisk(uint64_t limit, int* refused) {
  SCOPED_TRACE(base::StrCat("byte limit ", limit));
  const auto run = Prepared(OneReplace());
  ASSERT_OK(run->driver.Open());
  StoreModel model = run->acknowledged;
  run->injector->SetByteBudget(limit);
  for (int64_t round = 0; round < 3; ++round) {
    const RecordBatch rows = CityRows(0, 150, 10 + round);
    const auto stats = ReplaceAll(*run->driver.store, "a", rows);
    if (stats.ok()) {
      model.Commit({{"a", rows}});
      continue;
    }
    ++*refused;
    EXPECT_TRUE(absl::IsResourceExhausted(stats.status())) << stats.status();
    EXPECT_FALSE(SaysOutcomeUnknown(stats.status())) << stats.status();
  }
  ASSERT_OK_AND_ASSIGN(const StoreModel read, ReadModel(*run->driver.store));
  EXPECT_EQ(DifferenceBetween(model, read), "");
  run->injector->SetByteBudget(std::nullopt);
  ASSERT_OK(ReplaceAll(*run->driver.store, "a", CityRows(0, 80, 77)));
  model.Commit({{"a", CityRows(0, 80, 77)}});
  ASSERT_OK_AND_ASSIGN(const StoreModel healed, ReadModel(*run->driver.store));
  EXPECT_EQ(DifferenceBetween(model, healed), "");
  EXPECT_OK(CheckFilesOf(*run->driver.core));
  run->acknowledged = run->in_flight = model;
  CheckReopened(*run);
}

TEST(FaultyStoreTest, FullDiskHealsByItself) {
  int refused = 0;
  for (uint64_t limit = 0; limit < 30'000; limit += 211) FillDisk(limit, &refused);
  std::printf("143 byte limits, %d commits refused\n", refused);
  EXPECT_GT(refused, 50);
}

TEST(FaultyStoreTest, ExpiryWorksOnAFullDisk) {
  const auto run = Prepared(OneReplace());
  ASSERT_OK(run->driver.Open());
  for (int64_t round = 0; round < 5; ++round) {
    ASSERT_OK(ReplaceAll(*run->driver.store, "a", CityRows(0, 150, 20 + round)));
  }
  run->injector->SetByteBudget(0);
  EXPECT_TRUE(absl::IsResourceExhausted(
      ReplaceAll(*run->driver.store, "a", CityRows(0, 150, 40)).status()));
  ASSERT_OK_AND_ASSIGN(const ExpireReport expired,
                       run->driver.store->Expire(Retention{.count = 1}, false));
  EXPECT_GT(expired.bytes_removed, 0u);
  ASSERT_OK(ReplaceAll(*run->driver.store, "a", CityRows(0, 150, 40)));
  ASSERT_OK_AND_ASSIGN(const StoreModel read, ReadModel(*run->driver.store));
  EXPECT_TRUE(read.newest().at("a").Equals(CityRows(0, 150, 40)));
}

// What a failed publication may have made durable is unknown, so nothing counts as garbage.
TEST(FaultyStoreTest, NothingIsCollectedWhileAnOutcomeIsUnknown) {
  const auto run = Prepared(OneReplace());
  ASSERT_OK(run->driver.Open());
  ASSERT_OK(run->driver.store->Tag("t", 1));
  // The sync of the new segments passes, that of the manifest fails: the record may be there.
  ASSERT_OK_AND_ASSIGN(WriteTransaction transaction, run->driver.store->BeginWrite());
  const RecordBatch rows = CityRows(0, 60, 31);
  ASSERT_OK(transaction.Replace("a", rows));
  run->injector->Arm({.calls = kSyncCall, .lose_unsynced = false});
  EXPECT_TRUE(SaysOutcomeUnknown(std::move(transaction).Commit().status()));
  run->injector->Disarm();
  EXPECT_TRUE(absl::IsFailedPrecondition(run->driver.store->CollectGarbage(false).status()));
  run->driver.Close().IgnoreError();
  ASSERT_OK(run->driver.Open());
  ASSERT_OK_AND_ASSIGN(const StoreModel read, ReadModel(*run->driver.store));
  EXPECT_TRUE(read.newest().at("a").Equals(rows));  // it was there
}

}  // namespace
}  // namespace ashlar::testkit
