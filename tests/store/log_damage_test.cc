// Damaged commit logs: refused where an acknowledged commit is lost, found by verify, and saved up
// to the damage by repair. Of a log that was not ended the last group alone may vanish unnoticed.

#include <cstdio>
#include <string>
#include <utility>

#include "ashlar/status_macros.h"
#include "src/io/file_names.h"
#include "src/store/repair.h"
#include "tests/store/damage_fixture.h"
#include "tests/testing/thorough.h"

namespace ashlar::testkit {
namespace {

constexpr int64_t kCommits = 5;
constexpr uint64_t kBlock = 512;

class LogDamage : public ::testing::Test {
 protected:
  // A store that was killed with commits in its log alone; each is a group of its own.
  void SetUp() override {
    auto files = std::make_shared<io::MemoryFileSystem>();
    auto core = store::OpenCore(files, {}, base::SystemClock(), TestTuning());
    ASSERT_OK(core);
    Store store(std::make_shared<Store::Impl>(Store::Impl{*std::move(core)}));
    ASSERT_OK(store.CreateDataset("ordered", CitySchema()));
    ASSERT_OK(store.CreateDataset("keyed", CitySchema(), {.key = {"id"}}));
    ASSERT_OK(AppendAll(store, "ordered", CityRows(0, 10)));
    ASSERT_OK(store.Flush());
    for (int64_t i = 1; i <= kCommits; ++i) {
      auto transaction = store.BeginWrite();
      ASSERT_TRUE(transaction.ok()) << transaction.status();
      ASSERT_OK(transaction->Append("ordered", CityRows(10 * i, 10)));
      ASSERT_OK(transaction->Upsert("keyed", CityRows(5 * i, 10, i)));
      ASSERT_OK(std::move(*transaction).Commit());
    }
    auto tree = ReadTree(*files);
    ASSERT_OK(tree);
    tree_ = *std::move(tree);
    // The newest log: others are spares.
    for (const auto& [name, bytes] : tree_.files) {
      if (name.starts_with("log/")) log_ = name;
    }
    ASSERT_FALSE(log_.empty());
    const std::string& bytes = tree_.files[log_];
    end_ = bytes.size();
    while (end_ > 0 && bytes[end_ - 1] == '\0') --end_;
    end_ = (end_ + kBlock - 1) / kBlock * kBlock;
  }

  // The commits that a process finds, all of them whole; or why it refuses the store.
  static absl::StatusOr<int64_t> CommitsIn(std::shared_ptr<io::MemoryFileSystem> files) {
    ASSIGN_OR_RETURN(auto core, store::OpenCore(files, {}, base::SystemClock(), TestTuning()));
    Store store(std::make_shared<Store::Impl>(Store::Impl{std::move(core)}));
    ASSIGN_OR_RETURN(const Dataset ordered, store.GetSnapshot().GetDataset("ordered"));
    const RecordBatch rows = ReadAll(ordered);
    EXPECT_EQ(rows.rows() % 10, 0);
    EXPECT_TRUE(rows.Equals(CityRows(0, rows.rows())));
    const int64_t commits = rows.rows() / 10 - 1;
    ASSIGN_OR_RETURN(const Dataset keyed, store.GetSnapshot().GetDataset("keyed"));
    EXPECT_EQ(keyed.rows(), commits == 0 ? 0u : static_cast<uint64_t>(5 * commits + 5));
    return commits;
  }

  FileTree tree_;
  std::string log_;
  uint64_t end_ = 0;  // of the groups
};

TEST_F(LogDamage, IsFoundOrCostsNoMoreThanTheLastCommit) {
  uint64_t refused = 0;
  uint64_t lost_last = 0;
  uint64_t harmless = 0;
  for (uint64_t at = 0; at < end_ + 2 * kBlock; at += kThorough ? 1 : 5) {
    FileTree damaged = tree_;
    damaged.files[log_][at] ^= static_cast<char>(1 << (at % 8));
    const std::shared_ptr<io::MemoryFileSystem> files = MakeFileSystem(damaged);
    const auto verified = store::VerifyFiles(*files, /*deep=*/false);
    ASSERT_OK(verified);
    const absl::StatusOr<int64_t> commits = CommitsIn(files);
    if (!commits.ok()) {
      ++refused;
      EXPECT_TRUE(absl::IsDataLoss(commits.status()) || absl::IsUnimplemented(commits.status()))
          << at << ": " << commits.status();
      EXPECT_NE(commits.status().ToString().find(log_), std::string::npos) << commits.status();
      ASSERT_EQ(verified->damage.size(), 1u) << at;
      EXPECT_EQ(verified->damage[0].file, log_);
      continue;
    }
    EXPECT_TRUE(verified->ok()) << at;
    EXPECT_GE(*commits, kCommits - 1) << at;
    ++(*commits == kCommits ? harmless : lost_last);
  }
  EXPECT_GT(refused, kThorough ? 4 * kBlock : 4 * kBlock / 5);
  std::printf("bytes of a log: %llu refused, %llu cost the last commit, %llu harmless\n",
              static_cast<unsigned long long>(refused), static_cast<unsigned long long>(lost_last),
              static_cast<unsigned long long>(harmless));
}

TEST_F(LogDamage, RepairSavesWhatStandsBeforeIt) {
  // In the third of the groups.
  FileTree damaged = tree_;
  const uint64_t groups = (end_ - kBlock) / kBlock;
  const uint64_t each = groups / kCommits * kBlock;
  damaged.files[log_][kBlock + 2 * each + 100] ^= 1;
  const std::shared_ptr<io::MemoryFileSystem> files = MakeFileSystem(damaged);
  ASSERT_FALSE(CommitsIn(files).ok());
  const auto to = std::make_shared<io::MemoryFileSystem>();
  ASSERT_OK_AND_ASSIGN(const RepairReport report,
                       store::RepairInto(MakeFileSystem(damaged), to->NewHandle()));
  EXPECT_TRUE(AnyContains(report.notes, "commits from here on are lost"));
  ASSERT_OK_AND_ASSIGN(const int64_t commits, CommitsIn(to));
  EXPECT_EQ(commits, 2);
  // Of a whole log all is saved.
  const auto whole = std::make_shared<io::MemoryFileSystem>();
  ASSERT_OK(store::RepairInto(MakeFileSystem(tree_), whole->NewHandle()));
  ASSERT_OK_AND_ASSIGN(const int64_t all, CommitsIn(whole));
  EXPECT_EQ(all, kCommits);
}

// Whoever looks for what went wrong finds what there was, without a log of what was read before.
TEST_F(LogDamage, AStoreThatIsRefusedKeepsItsFiles) {
  std::shared_ptr<io::MemoryFileSystem> files = MakeFileSystem(tree_);
  {
    // Unsynced, so in doubt, until the last two.
    ASSERT_OK_AND_ASSIGN(auto core, store::OpenCore(files, {}, base::SystemClock(), TestTuning()));
    Store store(std::make_shared<Store::Impl>(Store::Impl{core}));
    for (int64_t i = 0; i < 20; ++i) {
      auto transaction = store.BeginWrite();
      ASSERT_OK(transaction->Upsert("keyed", CityRows(5 + i, 1)));
      const auto durability = i < 18 ? Durability::kNone : Durability::kSync;
      ASSERT_OK(std::move(*transaction).Commit({durability}));
    }
    ASSERT_OK_AND_ASSIGN(tree_, ReadTree(*files));
  }
  std::string newest;
  for (const auto& [name, bytes] : tree_.files) {
    if (name.starts_with("log/")) newest = name;
  }
  FileTree damaged = tree_;
  const std::string& bytes = damaged.files[newest];
  size_t last = bytes.size();
  while (last > 0 && bytes[last - 1] == '\0') --last;
  // The group before the last one, which that promises.
  damaged.files[newest][(last - 1) / kBlock * kBlock - kBlock + 100] ^= 1;
  for (const bool is_damaged : {true, false}) {
    files = MakeFileSystem(is_damaged ? damaged : tree_);
    const auto opened = CommitsIn(files).status();
    EXPECT_EQ(absl::IsDataLoss(opened), is_damaged) << opened;
    if (!is_damaged) continue;
    ASSERT_OK_AND_ASSIGN(const FileTree after, ReadTree(*files));
    EXPECT_TRUE(after == damaged);
  }
}

// The manifest knows which logs there are, so none can go without a word.
TEST_F(LogDamage, AMissingLogIsNamed) {
  FileTree damaged = tree_;
  damaged.files.erase(log_);
  const auto refused = CommitsIn(MakeFileSystem(damaged)).status();
  EXPECT_TRUE(absl::IsDataLoss(refused)) << refused;
  EXPECT_NE(refused.message().find(log_), std::string::npos) << refused;
  const std::shared_ptr<io::MemoryFileSystem> files = MakeFileSystem(damaged);
  ASSERT_OK_AND_ASSIGN(const VerifyReport verified, store::VerifyFiles(*files, /*deep=*/false));
  ASSERT_EQ(verified.damage.size(), 1u);
  EXPECT_EQ(verified.damage[0].file, log_);
  EXPECT_FALSE(
      store::OpenCore(files, {.mode = AccessMode::kReadOnly}, base::SystemClock(), {}).ok());
  const auto to = std::make_shared<io::MemoryFileSystem>();
  ASSERT_OK_AND_ASSIGN(const RepairReport report, store::RepairInto(files, to->NewHandle()));
  EXPECT_TRUE(AnyContains(report.notes, "the commit log is missing")) << log_;
  ASSERT_OK_AND_ASSIGN(const int64_t commits, CommitsIn(to));
  EXPECT_EQ(commits, 0);
}

// Also of logs on both sides of the one that is missing.
TEST_F(LogDamage, RepairSavesWhatIsLeftAroundAMissingLog) {
  const auto files = std::make_shared<io::MemoryFileSystem>();
  FileTree tree;
  {
    store::Tuning tuning = TestTuning();
    tuning.log_file_bytes = 2048;
    ASSERT_OK_AND_ASSIGN(auto core, store::OpenCore(files, {}, base::SystemClock(), tuning));
    Store store(std::make_shared<Store::Impl>(Store::Impl{core}));
    ASSERT_OK(store.CreateDataset("keyed", CitySchema(), {.key = {"id"}}));
    for (int64_t i = 0; i < 12; ++i) {
      auto transaction = store.BeginWrite();
      ASSERT_OK(transaction->Upsert("keyed", CityRows(10 * i, 10)));
      ASSERT_OK(std::move(*transaction).Commit());
    }
    ASSERT_OK_AND_ASSIGN(tree, ReadTree(*files));
  }
  std::vector<std::string> logs;
  for (const auto& [name, bytes] : tree.files) {
    if (name.starts_with("log/")) logs.push_back(name);
  }
  ASSERT_GE(logs.size(), 3u);
  tree.files.erase(logs[1]);
  ASSERT_FALSE(store::OpenCore(MakeFileSystem(tree), {}, base::SystemClock(), TestTuning()).ok());
  const auto to = std::make_shared<io::MemoryFileSystem>();
  ASSERT_OK_AND_ASSIGN(const RepairReport report,
                       store::RepairInto(MakeFileSystem(tree), to->NewHandle()));
  EXPECT_TRUE(AnyContains(report.notes, "the commit log is missing"));
  ASSERT_OK_AND_ASSIGN(auto core, store::OpenCore(to, {}, base::SystemClock(), TestTuning()));
  Store store(std::make_shared<Store::Impl>(Store::Impl{core}));
  const Dataset keyed = *store.GetSnapshot().GetDataset("keyed");
  EXPECT_TRUE(*keyed.Has(Key(int64_t{0})));
  EXPECT_TRUE(*keyed.Has(Key(int64_t{119})));
  EXPECT_LT(keyed.rows(), 120u);
}

TEST_F(LogDamage, ALogThatWasCutIsRefused) {
  for (const uint64_t bytes : {uint64_t{0}, kBlock, 3 * kBlock, end_}) {
    FileTree damaged = tree_;
    damaged.files[log_].resize(bytes);
    const auto refused = CommitsIn(MakeFileSystem(damaged)).status();
    EXPECT_TRUE(absl::IsDataLoss(refused)) << bytes << ": " << refused;
    EXPECT_NE(refused.message().find(log_), std::string::npos) << refused;
  }
}

// After an unclean end the last commits are written once more, into a new log. Those before them
// stand in the old one alone, whose end nobody promises any more but the manifest.
TEST_F(LogDamage, OfTheLogBeforeIsFoundAfterASecondEnd) {
  std::shared_ptr<io::MemoryFileSystem> files = MakeFileSystem(tree_);
  FileTree later;
  {
    ASSERT_OK_AND_ASSIGN(auto core, store::OpenCore(files, {}, base::SystemClock(), TestTuning()));
    Store store(std::make_shared<Store::Impl>(Store::Impl{core}));
    auto transaction = store.BeginWrite();
    ASSERT_OK(transaction->Append("ordered", CityRows(10 * (kCommits + 1), 10)));
    ASSERT_OK(transaction->Upsert("keyed", CityRows(5 * (kCommits + 1), 10)));
    ASSERT_OK(std::move(*transaction).Commit());
    ASSERT_OK_AND_ASSIGN(later, ReadTree(*files));
  }
  ASSERT_TRUE(later.files.contains(log_));
  ASSERT_OK_AND_ASSIGN(const int64_t all, CommitsIn(MakeFileSystem(later)));
  EXPECT_EQ(all, kCommits + 1);
  const uint64_t each = (end_ - kBlock) / kCommits / kBlock * kBlock;
  for (int64_t first = 0; first < kCommits; ++first) {
    FileTree damaged = later;
    std::string& bytes = damaged.files[log_];
    const auto from = static_cast<ptrdiff_t>(kBlock + each * static_cast<uint64_t>(first));
    std::fill(bytes.begin() + from, bytes.end(), '\0');
    const absl::StatusOr<int64_t> commits = CommitsIn(MakeFileSystem(damaged));
    // The last one is in both.
    if (first == kCommits - 1) {
      ASSERT_OK(commits);
      EXPECT_EQ(*commits, kCommits + 1);
    } else {
      EXPECT_TRUE(absl::IsDataLoss(commits.status())) << first << ": " << commits.status();
    }
  }
  FileTree missing = later;
  missing.files.erase(log_);
  EXPECT_TRUE(absl::IsDataLoss(CommitsIn(MakeFileSystem(missing)).status()));
}

TEST_F(LogDamage, ACloseLeavesNoLog) {
  const std::shared_ptr<io::MemoryFileSystem> files = MakeFileSystem(tree_);
  ASSERT_OK_AND_ASSIGN(const int64_t commits, CommitsIn(files));  // opens and closes
  EXPECT_EQ(commits, kCommits);
  ASSERT_OK_AND_ASSIGN(const FileTree closed, ReadTree(*files));
  for (const auto& [name, bytes] : closed.files) EXPECT_FALSE(name.starts_with("log/")) << name;
  ASSERT_OK_AND_ASSIGN(const int64_t again, CommitsIn(files));
  EXPECT_EQ(again, kCommits);
}

}  // namespace
}  // namespace ashlar::testkit
