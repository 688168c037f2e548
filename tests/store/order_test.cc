// The order in which a store's files become durable, checked on recorded runs.
//
// A crash test finds a wrong order when some crash state shows it; this one says which operation
// came too early.

#include <set>

#include "src/io/atomic_pointer.h"
#include "src/io/file_names.h"
#include "src/manifest/manifest_store.h"
#include "tests/store/recovery_check.h"
#include "tests/store/scenarios.h"
#include "tests/store/store_fixture.h"
#include "tests/testing/corruption.h"
#include "tests/testing/order_checker.h"
#include "tests/testing/pending_ops.h"
#include "tests/testing/recording_file_system.h"

namespace ashlar::testkit {
namespace {

bool IsKind(std::string_view name, io::FileKind kind) {
  const auto parsed = io::ParseFileName(name);
  return parsed.has_value() && parsed->kind == kind;
}

std::set<std::string> SegmentsOf(const manifest::VersionSet& set) {
  std::set<std::string> names;
  for (const auto& version : set.versions) {
    manifest::ForEachFile(*version,
                          [&](const auto& meta) { names.insert(io::SegmentName(meta->file.id)); });
  }
  return names;
}

// The tree after `op_count` operations when everything in doubt met the same fate.
FileTree TreeAt(const OpLog& log, size_t op_count, Fate::Kind fate) {
  const PendingOps pending(log, op_count);
  return pending.Build(std::vector<Fate>(pending.ops().size(), Fate{fate, 0, 0}));
}

absl::StatusOr<manifest::RecoveredManifest> ManifestIn(const FileTree& tree) {
  return manifest::ReadManifest(*MakeFileSystem(tree));
}

class OrderTest : public ::testing::TestWithParam<Scenario> {
 protected:
  const RecordedRun run_ = Record(GetParam());
  const OpLog& log_ = run_.log;
};

// A record may reach the disk as soon as it is appended, so that is when its segments must be
// there.
TEST_P(OrderTest, NoManifestRecordNamesASegmentThatIsNotDurable) {
  for (size_t i = 0; i < log_.ops.size(); ++i) {
    const Op& op = log_.ops[i];
    if (op.kind != OpKind::kAppend || !IsKind(op.name, io::FileKind::kManifest)) continue;
    const FileTree tree = TreeAt(log_, i + 1, Fate::kKept);
    const auto read =
        manifest::ReadManifestFile(*MakeFileSystem(tree), io::ParseFileName(op.name)->number);
    if (!read.ok()) continue;  // its header alone, so far
    for (const std::string& segment : SegmentsOf(*read->set)) {
      EXPECT_TRUE(IsDurable(log_, i, segment))
          << "operation " << i << " on " << op.name << " names " << segment;
    }
  }
}

TEST_P(OrderTest, CurrentNamesOnlyADurableManifest) {
  for (size_t i = 0; i < log_.ops.size(); ++i) {
    const Op& op = log_.ops[i];
    if (op.kind != OpKind::kRename || op.target != io::kCurrentName) continue;
    ASSERT_OK_AND_ASSIGN(const uint64_t number,
                         io::ReadCurrent(*MakeFileSystem(TreeAt(log_, i + 1, Fate::kKept))));
    EXPECT_TRUE(IsDurable(log_, i, io::ManifestName(number))) << "operation " << i;
    EXPECT_TRUE(FindOps(log_, OpKind::kSync, op.name).size() > 0);
  }
}

TEST_P(OrderTest, NoUnlinkOfAFileThatADurableManifestNames) {
  for (size_t i = 0; i < log_.ops.size(); ++i) {
    const Op& op = log_.ops[i];
    if (op.kind != OpKind::kUnlink) continue;
    const auto durable = ManifestIn(TreeAt(log_, i, Fate::kLost));
    if (!durable.ok()) continue;  // the store was not created yet
    EXPECT_FALSE(SegmentsOf(*durable->set).contains(op.name))
        << "operation " << i << " " << op.name;
    EXPECT_NE(op.name, io::ManifestName(durable->manifest_number)) << "operation " << i;
    EXPECT_NE(op.name, io::kCurrentName);
  }
}

TEST_P(OrderTest, NoAcknowledgementBeforeItsSync) {
  for (size_t step = 1; step < run_.op_counts.size(); ++step) {
    if (run_.models[step].newest_only) {
      // Commits are in the log: whoever opens the store finds them.
      SCOPED_TRACE(step);
      LegalModels legal;
      for (size_t at = run_.durable[step]; at <= step; ++at) legal.push_back(&run_.models[at]);
      EXPECT_OK(CheckRecovery(TreeAt(log_, run_.op_counts[step], Fate::kLost), legal));
      continue;
    }
    ASSERT_OK_AND_ASSIGN(const auto durable,
                         ManifestIn(TreeAt(log_, run_.op_counts[step], Fate::kLost)));
    std::vector<uint64_t> expected;
    for (const auto& [version, content] : run_.models[step].versions) expected.push_back(version);
    std::vector<uint64_t> actual;
    for (const auto& version : durable.set->versions) actual.push_back(version->version);
    EXPECT_EQ(actual, expected) << "step " << step;
    EXPECT_EQ(durable.set->tags.size(), run_.models[step].tags.size()) << "step " << step;
  }
}

TEST_P(OrderTest, OneSeedIsOneRun) {
  const RecordedRun again = Record(GetParam());
  ASSERT_EQ(again.log.ops.size(), log_.ops.size());
  for (size_t i = 0; i < log_.ops.size(); ++i) {
    EXPECT_EQ(again.log.ops[i].name, log_.ops[i].name);
    EXPECT_EQ(again.log.ops[i].bytes, log_.ops[i].bytes) << "operation " << i;
  }
}

// What a crash loses of relaxed commits is a suffix, also where a large one follows.
TEST(Order, RelaxedCommitsAreDurableBeforeALargeOneIs) {
  Driver driver;
  const auto files =
      std::make_shared<RecordingFileSystem>(std::make_unique<io::MemoryFileSystem>());
  driver.files = files;
  driver.small_commits = true;
  ASSERT_OK(driver.Open());
  ASSERT_OK(driver.store->CreateDataset("a", CitySchema()));
  ASSERT_OK(driver.store->CreateDataset("b", CitySchema()));
  ASSERT_OK_AND_ASSIGN(WriteTransaction small, driver.store->BeginWrite());
  ASSERT_OK(small.Append("a", CityRows(0, 5)));
  ASSERT_OK(std::move(small).Commit({.durability = Durability::kNone}));
  ASSERT_OK(ReplaceAll(*driver.store, "b", CityRows(0, 9)));
  Driver after;
  after.files = MakeFileSystem(TreeAt(files->log(), files->op_count(), Fate::kLost));
  after.small_commits = true;
  ASSERT_OK(after.Open());
  EXPECT_EQ(after.store->GetSnapshot().GetDataset("b")->rows(), 9u);
  EXPECT_EQ(after.store->GetSnapshot().GetDataset("a")->rows(), 5u);
}

INSTANTIATE_TEST_SUITE_P(Scenarios, OrderTest, ::testing::ValuesIn(AllScenarios()),
                         [](const auto& scenario) { return ScenarioTestName(scenario.param); });

}  // namespace
}  // namespace ashlar::testkit
