// Scenarios: small runs of a store, to be crashed and failed at every point.
//
// Owns: what is done, step by step, and what each step should change. Does not own: on what file
// system it happens, nor what is judged (crash_test, order_test, fault_test). A step publishes at
// most once, so that a crash leaves what was before it or what comes after it.
#ifndef ASHLAR_TESTS_STORE_SCENARIOS_H_
#define ASHLAR_TESTS_STORE_SCENARIOS_H_

#include <functional>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "ashlar/ashlar.h"
#include "src/base/clock.h"
#include "src/io/file_system.h"
#include "src/io/memory_file_system.h"
#include "src/store/open_store.h"
#include "tests/store/store_model.h"
#include "tests/testing/op_log.h"

namespace ashlar::testkit {

// The one who carries out steps.
struct Driver {
  std::shared_ptr<io::FileSystem> files;
  base::ManualClock clock{std::chrono::seconds(1'700'000'000)};
  bool small_commits = false;                 // small transactions go through the commit log
  Durability durability = Durability::kSync;  // of the commits of the steps that follow
  std::shared_ptr<store::StoreCore> core;
  std::unique_ptr<Store> store;
  Snapshot held;

  [[nodiscard]] absl::Status Open(const StoreOptions& options = {});
  [[nodiscard]] absl::Status Close();
};

struct Step {
  std::string name;
  std::function<absl::Status(Driver& driver)> run;
  std::function<void(StoreModel& model)> expect = [](StoreModel&) {};
  // Once it is acknowledged, it and all before it survive a loss of power.
  bool durable = true;
};

struct Scenario {
  std::string name;
  std::vector<Step> before;    // carried out in peace; the store is closed afterwards
  bool killed_before = false;  // … or not closed
  std::vector<Step> steps;
  bool small_commits = false;  // through the commit log, whose files are small
};

[[nodiscard]] std::vector<Scenario> AllScenarios();

// For INSTANTIATE_TEST_SUITE_P.
[[nodiscard]] std::string ScenarioTestName(const Scenario& scenario);
void PrintTo(const Scenario& scenario, std::ostream* stream);

// The files that `before` leaves; `model` becomes what they hold.
[[nodiscard]] std::unique_ptr<io::MemoryFileSystem> Prepare(const Scenario& scenario,
                                                            StoreModel* model);

// A scenario carried out whole, recorded.
struct RecordedRun {
  OpLog log;
  std::vector<StoreModel> models;  // [i]: after i steps
  std::vector<size_t> op_counts;   // [i]: operations when step i was acknowledged, [0] is 0
  std::vector<size_t> durable;     // [i]: of the first i steps, how many survive for certain
};
[[nodiscard]] RecordedRun Record(const Scenario& scenario);

// How many steps were acknowledged when `op_count` operations were done.
[[nodiscard]] size_t AcknowledgedAt(const RecordedRun& run, size_t op_count);

// The models that may be found after a loss of power at that point: a prefix of the steps, with all
// that were durable, and perhaps the one at work.
[[nodiscard]] std::vector<const StoreModel*> LegalAt(const RecordedRun& run, size_t op_count);

// Crash states are copied by the thousand: the reserve's bytes are cut to a few.
void ShrinkReserve(OpLog* log);
[[nodiscard]] FileTree WithSmallReserve(FileTree tree);

}  // namespace ashlar::testkit

#endif  // ASHLAR_TESTS_STORE_SCENARIOS_H_
