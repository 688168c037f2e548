// What compaction takes away from under others: files that a flush, a commit or a rebuild is about
// to read stay as long as these need them, and what it is to free is freed.
#include <algorithm>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "tests/store/compaction_fixture.h"
#include "tests/store/damage_fixture.h"
#include "tests/store/watched_file_system.h"

namespace ashlar::testkit {
namespace {

constexpr int64_t kHalf = kCompactionRows / 2;

class CompactionPins : public DamagedStoreTest {
 protected:
  void OpenWatched(const StoreOptions& options) {
    watched_ = std::make_shared<WatchedFileSystem>(files_->NewHandle(), injector_);
    ASSERT_OK_AND_ASSIGN(core_,
                         store::OpenCore(watched_, options, base::SystemClock(), TestTuning()));
    store_ = std::make_unique<Store>(std::make_shared<Store::Impl>(Store::Impl{core_}));
    ASSERT_OK(core_->publisher->BeginWriting());
    ASSERT_OK(store_->CreateDataset(
        "keyed", CitySchema(), {.key = {"id"}, .boundaries = {.fixed_rows = kCompactionRows}}));
  }
  // Two small segments, of which only the newest version has the second.
  void WriteTwoSegments() {
    for (const int64_t first : {0, 10}) {
      UpsertCities(*store_, first, 10, 0, &keyed_);
      ASSERT_OK(store_->Flush());
    }
  }
  std::function<void()> Compacting() {
    return [this] { EXPECT_FALSE(MustCompact(*store_).tasks.empty()); };
  }
  void ExpectKeyed() {
    const Snapshot now = store_->GetSnapshot();
    ASSERT_OK_AND_ASSIGN(const Dataset keyed, now.GetDataset("keyed"));
    ExpectAmounts(keyed, keyed_);
  }

  Amounts keyed_;
  std::shared_ptr<FaultInjector> injector_ = std::make_shared<FaultInjector>();
  std::shared_ptr<WatchedFileSystem> watched_;
};

TEST_F(CompactionPins, AFlushReadsWhatWasThereWhenItBegan) {
  OpenWatched({});
  WriteTwoSegments();
  UpsertCities(*store_, 5, 10, 2, &keyed_);
  watched_->on_create = Compacting();
  ASSERT_OK(store_->Flush());
  EXPECT_EQ(watched_->on_create, nullptr);
  ExpectKeyed();
}

TEST_F(CompactionPins, ALargeCommitFlushesWhatWasThereWhenItBegan) {
  OpenWatched({.small_commit_bytes = 4096});
  WriteTwoSegments();
  ASSERT_OK_AND_ASSIGN(WriteTransaction transaction, store_->BeginWrite());
  ASSERT_OK(UpsertCities(transaction, 12, 500, 3, &keyed_));
  UpsertCities(*store_, 10, 2, 2, &keyed_);
  watched_->on_create = Compacting();
  ASSERT_OK(std::move(transaction).Commit());
  EXPECT_EQ(watched_->on_create, nullptr);
  ExpectKeyed();
}

TEST_F(CompactionPins, ARebuildLeavesOutWhatIsGone) {
  OpenWatched({});
  WriteTwoSegments();
  ASSERT_OK(store_->Expire(Retention{.count = 1, .age = {}}, false));
  watched_->on_open = Compacting();
  ASSERT_OK_AND_ASSIGN(const RebuildReport report, store_->RebuildIndexes({}));
  EXPECT_EQ(watched_->on_open, nullptr);
  EXPECT_TRUE(report.segments.empty()) << report.segments.front().problem;
  ExpectKeyed();
}

// Where all values of a column are equal, so are its chunks of equal length.
TEST_F(CompactionPins, NoFileIsKeptForAChunkThatTheNewOneCouldHold) {
  Open();
  const Schema schema = Schema::Make({{"id", Int64(), false}, {"same", Int64(), false}}).value();
  ASSERT_OK(store_->CreateDataset("keyed", schema,
                                  {.key = {"id"}, .boundaries = {.fixed_rows = kCompactionRows}}));
  const auto upsert = [&](int64_t first, int64_t count) {
    std::vector<int64_t> ids;
    for (int64_t id = first; id < first + count; ++id) ids.push_back(id);
    const std::vector<int64_t> zeros(ids.size(), 0);
    const RecordBatch rows =
        RecordBatch::Make(schema, {Column::FromValues<int64_t>(Int64(), ids),
                                   Column::FromValues<int64_t>(Int64(), zeros)})
            .value();
    ASSERT_OK_AND_ASSIGN(WriteTransaction transaction, store_->BeginWrite());
    ASSERT_OK(transaction.Upsert("keyed", rows));
    ASSERT_OK(std::move(transaction).Commit());
    ASSERT_OK(store_->Flush());
  };
  upsert(0, kCompactionRows);
  upsert(1000, kCompactionRows);
  ASSERT_OK_AND_ASSIGN(WriteTransaction transaction, store_->BeginWrite());
  std::vector<Key> dead;
  for (int64_t id = 0; id < kHalf; ++id) {
    dead.emplace_back(id);
    dead.emplace_back(1000 + id);
  }
  ASSERT_OK(transaction.Delete("keyed", dead));
  ASSERT_OK(std::move(transaction).Commit());
  ASSERT_OK(store_->Flush());
  const auto before = FilesLike("segments/");
  const CompactReport report = MustCompact(*store_);
  ASSERT_FALSE(report.tasks.empty());
  ASSERT_OK(store_->Expire(Retention{.count = 1, .age = {}}, false));
  const auto after = FilesLike("segments/");
  EXPECT_EQ(after.size(), 1u);
  for (const std::string& name : before) {
    EXPECT_EQ(std::ranges::count(after, name), 0) << name;
  }
}

}  // namespace
}  // namespace ashlar::testkit
