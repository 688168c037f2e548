// The runs that crash and fault tests record and cut off.
#include "tests/store/scenarios.h"

#include <algorithm>
#include <utility>

#include "ashlar/status_macros.h"
#include "src/base/check.h"
#include "src/base/strings.h"
#include "src/io/file_names.h"
#include "src/store/store_impl.h"
#include "tests/store/forged_index.h"
#include "tests/store/store_fixture.h"
#include "tests/testing/corruption.h"
#include "tests/testing/recording_file_system.h"

namespace ashlar::testkit {
namespace {

constexpr size_t kSmallReserve = 64;
// A few commits, so that logs follow each other.
constexpr uint64_t kSmallLog = 4096;
// Larger segments are several appends, are written behind and around the page cache.
constexpr size_t kSmallBuffer = 4096;

Step Open(const StoreOptions& options = {}) {
  return {"open", [options](Driver& driver) { return driver.Open(options); },
          [options](StoreModel& model) {
            if (options.retention.has_value()) model.retention = options.retention->count;
          }};
}

Step Close() {
  return {"close", [](Driver& driver) { return driver.Close(); }};
}

Step Create(const std::string& name) {
  return {"create",
          [name](Driver& driver) {
            return driver.store->CreateDataset(name, CitySchema(),
                                               {.boundaries = {.fixed_rows = 64}});
          },
          [name](StoreModel& model) {
            Content next = model.newest();
            next[name] = CityRows(0, 0);
            model.Commit(std::move(next));
          }};
}

Step Replace(const std::string& name, const RecordBatch& rows) {
  return {"replace", [=](Driver& driver) { return ReplaceAll(*driver.store, name, rows).status(); },
          [=](StoreModel& model) {
            Content next = model.newest();
            if (next[name].rows() == rows.rows() && next[name].Equals(rows)) return;
            next[name] = rows;
            model.Commit(std::move(next));
          }};
}

Step Append(const std::string& name, const RecordBatch& rows) {
  return {"append",
          [=](Driver& driver) {
            return AppendAll(*driver.store, name, rows, {driver.durability}).status();
          },
          [=](StoreModel& model) {
            Content next = model.newest();
            next[name] = Concatenate({next[name], rows});
            model.Commit(std::move(next));
          }};
}

Step CreateKeyed(const std::string& name, uint32_t segment_rows = 64) {
  return {"create keyed",
          [=](Driver& driver) {
            return driver.store->CreateDataset(
                name, CitySchema(), {.key = {"id"}, .boundaries = {.fixed_rows = segment_rows}});
          },
          [name](StoreModel& model) {
            Content next = model.newest();
            next[name] = CityRows(0, 0);
            model.Commit(std::move(next));
          }};
}

// Without the rows whose ids are in [first, end).
RecordBatch Without(const RecordBatch& rows, int64_t first, int64_t end) {
  std::vector<RecordBatch> kept = {CityRows(0, 0)};
  for (int64_t row = 0; row < rows.rows(); ++row) {
    const int64_t id = rows.column(0).GetInt64(row);
    if (id < first || id >= end) kept.push_back(*rows.Slice(row, 1));
  }
  return Concatenate(kept);
}

// Rows [first, first + count) of `salt`: they come behind the ones that stay.
Step Upsert(const std::string& name, int64_t first, int64_t count, int64_t salt) {
  return {"upsert",
          [=](Driver& driver) -> absl::Status {
            ASSIGN_OR_RETURN(WriteTransaction transaction, driver.store->BeginWrite());
            RETURN_IF_ERROR(transaction.Upsert(name, CityRows(first, count, salt)));
            return std::move(transaction).Commit({driver.durability}).status();
          },
          [=](StoreModel& model) {
            Content next = model.newest();
            next[name] = Concatenate(
                {Without(next[name], first, first + count), CityRows(first, count, salt)});
            model.Commit(std::move(next));
          }};
}

// The same, as segments whatever its size, and after a look at what is in memory.
Step Merge(const std::string& name, int64_t first, int64_t count, int64_t salt) {
  Step step = Upsert(name, first, count, salt);
  step.name = "merge";
  step.run = [=](Driver& driver) -> absl::Status {
    ASSIGN_OR_RETURN(WriteTransaction transaction, driver.store->BeginWrite());
    const auto source = MakeBatchReader(CitySchema(), {CityRows(first, count, salt)});
    RETURN_IF_ERROR(transaction.Merge(name, *source, {}).status());
    return std::move(transaction).Commit({driver.durability}).status();
  };
  return step;
}

Step Delete(const std::string& name, int64_t first, int64_t end) {
  return {"delete",
          [=](Driver& driver) -> absl::Status {
            ASSIGN_OR_RETURN(WriteTransaction transaction, driver.store->BeginWrite());
            std::vector<Key> keys;
            for (int64_t id = first; id < end; ++id) keys.emplace_back(id);
            RETURN_IF_ERROR(transaction.Delete(name, keys));
            return std::move(transaction).Commit({driver.durability}).status();
          },
          [=](StoreModel& model) {
            Content next = model.newest();
            next[name] = Without(next[name], first, end);
            model.Commit(std::move(next));
          }};
}

Step Drop(const std::string& name) {
  return {"drop", [name](Driver& driver) { return driver.store->DropDataset(name); },
          [name](StoreModel& model) {
            Content next = model.newest();
            next.erase(name);
            model.Commit(std::move(next));
          }};
}

// Four datasets at once: one replaced, one appended to, one dropped, one new.
absl::Status CommitSeveral(Driver& driver) {
  ASSIGN_OR_RETURN(WriteTransaction transaction, driver.store->BeginWrite());
  RETURN_IF_ERROR(transaction.Replace("a", CityRows(0, 90, 3)));
  RETURN_IF_ERROR(transaction.Append("b", CityRows(100, 30)));
  RETURN_IF_ERROR(transaction.DropDataset("c"));
  RETURN_IF_ERROR(transaction.CreateDataset("d", CitySchema(), {.storage = Storage::kCompact}));
  RETURN_IF_ERROR(transaction.Append("d", CityRows(0, 40)));
  return std::move(transaction).Commit({driver.durability}).status();
}

void ExpectSeveral(StoreModel& model) {
  Content next = model.newest();
  next["a"] = CityRows(0, 90, 3);
  next["b"] = Concatenate({next["b"], CityRows(100, 30)});
  next.erase("c");
  next["d"] = CityRows(0, 40);
  model.Commit(std::move(next));
}

absl::Status WriteAndAbort(Driver& driver) {
  ASSIGN_OR_RETURN(WriteTransaction transaction, driver.store->BeginWrite());
  RETURN_IF_ERROR(transaction.Replace("a", CityRows(0, 100, 9)));
  std::move(transaction).Abort();
  return absl::OkStatus();
}

Step Roll() {
  return {"roll", [](Driver& driver) { return driver.core->publisher->Roll(); }};
}

Step Expire(uint64_t count) {
  return {"expire",
          [count](Driver& driver) {
            return driver.store->Expire(Retention{.count = count}, false).status();
          },
          [count](StoreModel& model) { model.Expire(count); }};
}

Step Tag(const std::string& name, uint64_t version) {
  return {"tag", [=](Driver& driver) { return driver.store->Tag(name, version); },
          [=](StoreModel& model) { model.tags[name] = version; }};
}

Step DeleteTag(const std::string& name) {
  return {"delete tag", [name](Driver& driver) { return driver.store->DeleteTag(name); },
          [name](StoreModel& model) { model.tags.erase(name); }};
}

Step CollectGarbage() {
  return {"gc", [](Driver& driver) { return driver.store->CollectGarbage(false).status(); }};
}

Step Hold() {
  return {"hold", [](Driver& driver) {
            driver.held = driver.store->GetSnapshot();
            return absl::OkStatus();
          }};
}

Step Release() {
  return {"release", [](Driver& driver) {
            driver.held = Snapshot();
            return absl::OkStatus();
          }};
}

RecordBatch ChangedRow() {
  return Concatenate({CityRows(0, 70), CityRows(70, 1, 5), CityRows(71, 79)});
}

std::vector<Scenario> BasicScenarios() {
  const Step full = Replace("a", CityRows(0, 150));
  return {
      {"create store", {}, false, {Open(), Create("a"), Close()}},
      {"first replace", {Open(), Create("a")}, false, {Open(), full}},
      {"changed row", {Open(), Create("a"), full}, false, {Open(), Replace("a", ChangedRow())}},
      {"identical replace", {Open(), Create("a"), full}, false, {Open(), full, Close()}},
      {"append",
       {Open(), Create("a"), full},
       false,
       {Open(), Append("a", CityRows(150, 20)), Append("a", CityRows(170, 20))}},
      {"several datasets",
       {Open(), Create("a"), Create("b"), Create("c"), full, Append("c", CityRows(0, 20))},
       false,
       {Open(), {"several", CommitSeveral, ExpectSeveral}, Close()}},
      {"keyed",
       {Open(), CreateKeyed("k"), Upsert("k", 0, 150, 0)},
       false,
       {Open(), Upsert("k", 100, 90, 1), Delete("k", 20, 140), Upsert("k", 30, 10, 2), Close()}},
      {"large load",
       {Open(), CreateKeyed("k", 256)},
       false,
       {Open(), Upsert("k", 0, 600, 0), Upsert("k", 500, 300, 1), Close()}},
      {"abort", {Open(), Create("a"), full}, false, {Open(), {"abort", WriteAndAbort}, Close()}},
  };
}

std::vector<Scenario> UpkeepScenarios() {
  const std::vector<Step> history = {Open(), Create("a"), Replace("a", CityRows(0, 150)),
                                     Replace("a", ChangedRow()), Append("a", CityRows(150, 20))};
  return {
      {"checkpoint roll",
       history,
       false,
       {Open(), Append("a", CityRows(0, 9)), Roll(), Append("a", CityRows(9, 9)), Roll()}},
      {"expire", history, false, {Open(), Expire(2), Expire(1)}},
      {"gc",
       history,
       false,
       {Open(), Hold(), Replace("a", CityRows(500, 70)), Expire(1), Release(), CollectGarbage()}},
      {"tag", history, false, {Open(), Tag("first", 2), Expire(1), DeleteTag("first"), Expire(1)}},
      {"drop dataset", history, false, {Open(), Drop("a"), Expire(1), Close()}},
      {"retention",
       {Open({.retention = Retention{.count = 2}}), Create("a"), Replace("a", CityRows(0, 150))},
       false,
       {Open(), Replace("a", CityRows(0, 70, 1)), Replace("a", CityRows(0, 70, 2)),
        Replace("a", CityRows(0, 70, 3))}},
      {"clean reopen",
       history,
       false,
       {Open(), Close(), Open(), Append("a", CityRows(0, 5)), Close(), Open()}},
      {"recovery",
       history,
       true,
       {Open(), Close(), Open(), Append("a", CityRows(0, 5)), Expire(1)}},
      {"change of retention", history, false, {Open({.retention = Retention{.count = 3}})}},
  };
}

Step Flush() {
  return {"flush", [](Driver& driver) { return driver.store->Flush(); }};
}

// Two datasets in one small commit.
absl::Status CommitBoth(Driver& driver) {
  ASSIGN_OR_RETURN(WriteTransaction transaction, driver.store->BeginWrite());
  RETURN_IF_ERROR(transaction.Append("a", CityRows(300, 7)));
  RETURN_IF_ERROR(transaction.Upsert("k", CityRows(140, 20, 4)));
  return std::move(transaction).Commit({driver.durability}).status();
}

void ExpectBoth(StoreModel& model) {
  Content next = model.newest();
  next["a"] = Concatenate({next["a"], CityRows(300, 7)});
  next["k"] = Concatenate({Without(next["k"], 140, 160), CityRows(140, 20, 4)});
  model.Commit(std::move(next));
}

// The segments of keyed datasets get other files.
std::vector<Scenario> IndexScenarios() {
  const Step forge = {
      "forge", [](Driver& driver) { return ForgeIndexes(*driver.core, IndexForgery::kStale); }};
  const Step rebuild = {"rebuild indexes", [](Driver& driver) -> absl::Status {
                          ASSIGN_OR_RETURN(const RebuildReport report,
                                           driver.store->RebuildIndexes());
                          const bool all = report.ok() && report.segments.size() == 2;
                          return all ? absl::OkStatus() : absl::InternalError("not rebuilt");
                        }};
  const std::vector<Step> keyed = {Open(),
                                   Create("a"),
                                   CreateKeyed("k"),
                                   Upsert("k", 0, 60, 0),
                                   Upsert("k", 40, 50, 1),
                                   Delete("k", 20, 30),
                                   forge};
  return {
      {"index rebuild", keyed, false, {Open(), rebuild, Upsert("k", 50, 20, 2), Close()}},
      {"index rebuild under a snapshot",
       keyed,
       true,
       {Open(), Hold(), rebuild, Replace("a", CityRows(0, 10)), Release(), Expire(1)}},
  };
}

// Segments of the newest version become others; what it holds stays what it is.
Step Compact() {
  return {"compact", [](Driver& driver) -> absl::Status {
            ASSIGN_OR_RETURN(const CompactReport report, driver.store->Compact());
            return report.tasks.empty() ? absl::InternalError("not compacted") : absl::OkStatus();
          }};
}

std::vector<Scenario> CompactionScenarios() {
  const std::vector<Step> small = {Open(),
                                   Create("a"),
                                   Append("a", CityRows(0, 70)),
                                   Append("a", CityRows(70, 5)),
                                   Append("a", CityRows(75, 4)),
                                   CreateKeyed("k"),
                                   Upsert("k", 0, 60, 0),
                                   Upsert("k", 40, 50, 1),
                                   Delete("k", 20, 30)};
  return {
      {"compaction", small, false, {Open(), Compact(), Upsert("k", 50, 20, 2), Close()}},
      {"compaction and collection",
       small,
       false,
       {Open(), Compact(), Expire(1), Append("a", CityRows(79, 3)), Roll(), Close()}},
      {"compaction under a snapshot",
       small,
       true,
       {Open(), Hold(), Compact(), Replace("a", CityRows(0, 10)), Release(), Expire(1)}},
  };
}

// A step whose commit waits for no sync.
Step Unsynced(Step step) {
  step.name += ", unsynced";
  step.durable = false;
  step.run = [run = std::move(step.run)](Driver& driver) {
    driver.durability = Durability::kNone;
    const absl::Status done = run(driver);
    driver.durability = Durability::kSync;
    return done;
  };
  return step;
}

// Of small commits: what is in memory, in logs and in segments, and on the way between them.
std::vector<Scenario> LogScenarios() {
  const std::vector<Step> tables = {Open(), Create("a"), Replace("a", CityRows(0, 150)),
                                    CreateKeyed("k"), Upsert("k", 0, 150, 0)};
  std::vector<Step> garbage = tables;
  for (const Step& step : {Flush(), Upsert("k", 60, 45, 3), Flush(), Upsert("k", 100, 30, 1)}) {
    garbage.push_back(step);
  }
  std::vector<Step> logged = tables;
  logged.push_back(Append("a", CityRows(150, 20)));
  logged.push_back(Upsert("k", 100, 90, 1));
  return {
      {"small appends",
       tables,
       false,
       {Open(), Append("a", CityRows(150, 20)), Append("a", CityRows(170, 5)), Flush(),
        Append("a", CityRows(175, 9)), Close()}},
      {"small upserts",
       tables,
       false,
       {Open(), Upsert("k", 100, 90, 1), Delete("k", 20, 140), Upsert("k", 30, 10, 2), Flush(),
        Upsert("k", 35, 10, 3), Delete("k", 0, 33), Close()}},
      {"unsynced commits",
       tables,
       false,
       {Open(), Unsynced(Upsert("k", 100, 90, 1)), Unsynced(Append("a", CityRows(150, 20))),
        Append("a", CityRows(170, 5)), Unsynced(Delete("k", 20, 140)),
        Unsynced(Upsert("k", 30, 10, 2)), Flush(), Unsynced(Append("a", CityRows(175, 9)))}},
      {"two datasets in one commit",
       tables,
       false,
       {Open(), {"both", CommitBoth, ExpectBoth}, {"both", CommitBoth, ExpectBoth}, Flush()}},
      {"small and large",
       logged,
       true,
       {Open(), Replace("a", CityRows(0, 40)), Append("a", CityRows(40, 9)),
        Append("a", CityRows(49, 9)), Drop("a"), Upsert("k", 0, 20, 7)}},
      {"merges over memory",
       logged,
       true,
       {Open(),
        Delete("k", 20, 120),
        Merge("k", 110, 60, 2),
        Append("a", CityRows(170, 5)),
        {"both", CommitBoth, ExpectBoth},
        Merge("k", 0, 30, 3),
        Close()}},
      {"log recovery",
       logged,
       true,
       {Open(), Upsert("k", 10, 30, 5), Flush(), Delete("k", 0, 20), Close(), Open()}},
      {"compaction beside logs",
       garbage,
       true,
       {Open(), Compact(), Delete("k", 100, 120), Flush(), Compact()}},
  };
}

}  // namespace

absl::Status Driver::Open(const StoreOptions& options) {
  StoreOptions chosen = options;
  if (!small_commits) chosen.small_commit_bytes = 0;
  store::Tuning tuning = TestTuning();
  tuning.log_file_bytes = kSmallLog;
  tuning.write_buffer_bytes = kSmallBuffer;
  tuning.direct_above = kSmallBuffer;
  ASSIGN_OR_RETURN(core, store::OpenCore(files, chosen, &clock, tuning));
  store = std::make_unique<Store>(std::make_shared<Store::Impl>(Store::Impl{core}));
  return absl::OkStatus();
}

absl::Status Driver::Close() {
  held = Snapshot();
  const absl::Status closed = store == nullptr ? absl::OkStatus() : store->Close();
  store.reset();
  core.reset();
  return closed;
}

std::vector<Scenario> AllScenarios() {
  std::vector<Scenario> scenarios = BasicScenarios();
  for (Scenario& scenario : UpkeepScenarios()) scenarios.push_back(std::move(scenario));
  for (Scenario& scenario : IndexScenarios()) scenarios.push_back(std::move(scenario));
  for (Scenario& scenario : CompactionScenarios()) scenarios.push_back(std::move(scenario));
  for (Scenario& scenario : LogScenarios()) {
    scenario.small_commits = true;
    scenarios.push_back(std::move(scenario));
  }
  return scenarios;
}

std::string ScenarioTestName(const Scenario& scenario) {
  std::string name = scenario.name;
  std::replace(name.begin(), name.end(), ' ', '_');
  return name;
}

void PrintTo(const Scenario& scenario, std::ostream* stream) { *stream << scenario.name; }

std::unique_ptr<io::MemoryFileSystem> Prepare(const Scenario& scenario, StoreModel* model) {
  Driver driver;
  const auto files = std::make_shared<io::MemoryFileSystem>();
  driver.files = files;
  driver.small_commits = scenario.small_commits;
  model->newest_only = scenario.small_commits;
  for (const Step& step : scenario.before) {
    driver.clock.Advance(std::chrono::seconds(1));
    ASHLAR_CHECK_OK(step.run(driver));
    step.expect(*model);
  }
  if (!scenario.killed_before) ASHLAR_CHECK_OK(driver.Close());
  absl::StatusOr<FileTree> tree = ReadTree(*files);
  ASHLAR_CHECK_OK(tree.status());
  return MakeFileSystem(*tree);
}

RecordedRun Record(const Scenario& scenario) {
  RecordedRun run;
  run.models.resize(1);
  auto files = std::make_shared<RecordingFileSystem>(Prepare(scenario, &run.models[0]));
  run.op_counts.push_back(0);
  run.durable.push_back(0);
  Driver driver;
  driver.files = files;
  driver.small_commits = scenario.small_commits;
  for (const Step& step : scenario.steps) {
    driver.clock.Advance(std::chrono::seconds(100));
    const absl::Status done = step.run(driver);
    EXPECT_TRUE(done.ok()) << scenario.name << ", " << step.name << ": " << done;
    run.models.push_back(run.models.back());
    step.expect(run.models.back());
    run.op_counts.push_back(files->op_count());
    run.durable.push_back(step.durable ? run.op_counts.size() - 1 : run.durable.back());
  }
  run.log = files->log();
  ShrinkReserve(&run.log);
  return run;
}

size_t AcknowledgedAt(const RecordedRun& run, size_t op_count) {
  size_t steps = 0;
  while (steps + 1 < run.op_counts.size() && run.op_counts[steps + 1] <= op_count) ++steps;
  return steps;
}

std::vector<const StoreModel*> LegalAt(const RecordedRun& run, size_t op_count) {
  const size_t done = AcknowledgedAt(run, op_count);
  std::vector<const StoreModel*> legal;
  for (size_t step = run.durable[done]; step <= done + 1 && step < run.models.size(); ++step) {
    legal.push_back(&run.models[step]);
  }
  return legal;
}

void ShrinkReserve(OpLog* log) {
  log->initial = WithSmallReserve(std::move(log->initial));
  for (Op& op : log->ops) {
    if (op.name == io::kReserveName && op.bytes.size() > kSmallReserve) {
      op.bytes.resize(kSmallReserve);
    }
  }
}

FileTree WithSmallReserve(FileTree tree) {
  const auto reserve = tree.files.find(std::string(io::kReserveName));
  if (reserve != tree.files.end() && reserve->second.size() > kSmallReserve) {
    reserve->second.resize(kSmallReserve);
  }
  return tree;
}

}  // namespace ashlar::testkit
