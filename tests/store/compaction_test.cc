// Compaction at rest: what is read stays, what is garbage goes, and history is what it was.
#include <set>
#include <tuple>

#include "tests/store/compaction_fixture.h"

namespace ashlar::testkit {
namespace {

template <typename PlaceType>
class CompactionTest : public StoreTest<PlaceType> {
 protected:
  // Everything that a version list says, but for what a compaction is about.
  std::vector<std::tuple<uint64_t, std::chrono::system_clock::time_point, uint64_t>> Versions() {
    std::vector<std::tuple<uint64_t, std::chrono::system_clock::time_point, uint64_t>> all;
    for (const VersionInfo& info : this->store_->versions()) {
      all.emplace_back(info.version, info.committed_at, info.rows);
    }
    return all;
  }
  void ExpectBoth(const Snapshot& snapshot) {
    ASSERT_OK_AND_ASSIGN(const Dataset keyed, snapshot.GetDataset("keyed"));
    ExpectAmounts(keyed, keyed_);
    ASSERT_OK_AND_ASSIGN(const Dataset ordered, snapshot.GetDataset("ordered"));
    ExpectSequence(ordered, ordered_);
  }

  Amounts keyed_;
  Sequence ordered_;
};
TYPED_TEST_SUITE(CompactionTest, Places);

TYPED_TEST(CompactionTest, ReadsFindTheSameRowsBeforeAndAfter) {
  for (const uint64_t directory_bytes : {uint64_t{0}, uint64_t{64} << 20}) {
    const StoreOptions options{.small_commit_bytes = 0, .key_directory_bytes = directory_bytes};
    this->Reopen(options);
    if (directory_bytes != 0) {
      ASSERT_OK(this->store_->DropDataset("keyed"));
      ASSERT_OK(this->store_->DropDataset("ordered"));
      this->keyed_.clear();
      this->ordered_.clear();
    }
    WriteForCompaction(*this->store_, &this->keyed_, &this->ordered_);
    const Snapshot before = this->store_->GetSnapshot();
    this->ExpectBoth(before);
    const auto versions = this->Versions();
    const std::vector<uint64_t> old_ids = SegmentIds(this->Newest());

    const CompactReport dry = MustCompact(*this->store_, {.dry_run = true});
    EXPECT_FALSE(dry.tasks.empty());
    EXPECT_EQ(SegmentIds(this->Newest()), old_ids) << "a dry run changes nothing";

    const CompactReport report = MustCompact(*this->store_);
    ASSERT_GE(report.tasks.size(), dry.tasks.size());
    EXPECT_EQ(report.tasks_abandoned, 0u);
    for (size_t i = 0; i < dry.tasks.size(); ++i) {
      EXPECT_EQ(report.tasks[i].dataset, dry.tasks[i].dataset);
      EXPECT_EQ(report.tasks[i].segments_in, dry.tasks[i].segments_in);
      EXPECT_EQ(report.tasks[i].rows, dry.tasks[i].rows);
      EXPECT_EQ(report.tasks[i].dead_rows, dry.tasks[i].dead_rows);
      EXPECT_GT(report.tasks[i].segments_out, 0u);
      EXPECT_LT(report.tasks[i].segments_out, report.tasks[i].segments_in);
      EXPECT_GT(report.tasks[i].bytes_out, 0u);
    }
    EXPECT_LE(this->Newest().segments().size(), 4u);
    EXPECT_EQ(this->Newest("ordered").segments().size(), 2u) << "of 256 rows, and the rest";
    for (const uint64_t id : SegmentIds(this->Newest())) {
      EXPECT_EQ(std::ranges::count(old_ids, id), 0);
    }
    EXPECT_EQ(this->Versions(), versions);
    EXPECT_EQ(this->store_->GetSnapshot().sequence(), before.sequence());
    this->ExpectBoth(this->store_->GetSnapshot());
    this->ExpectBoth(before);

    const CompactReport again = MustCompact(*this->store_);
    EXPECT_TRUE(again.tasks.empty()) << "nothing is left to do";
    this->Reopen(options);
    EXPECT_EQ(this->Versions(), versions);
    this->ExpectBoth(this->store_->GetSnapshot());
    ASSERT_OK_AND_ASSIGN(const VerifyReport verified, this->store_->Verify(/*deep=*/true));
    EXPECT_TRUE(verified.ok());
    EXPECT_TRUE(MustCompact(*this->store_).tasks.empty());
  }
}

TYPED_TEST(CompactionTest, LooksAfterTheDatasetsThatItIsAskedFor) {
  this->Reopen({.small_commit_bytes = 0});
  WriteForCompaction(*this->store_, &this->keyed_, &this->ordered_);
  const CompactReport report = MustCompact(*this->store_, {.datasets = {"ordered"}});
  ASSERT_EQ(report.tasks.size(), 1u);
  EXPECT_EQ(report.tasks[0].dataset, "ordered");
  EXPECT_EQ(report.tasks[0].rows, 180u + 44u);
  EXPECT_TRUE(absl::IsNotFound(this->store_->Compact({.datasets = {"order"}}).status()));
  EXPECT_FALSE(MustCompact(*this->store_).tasks.empty());
  this->ExpectBoth(this->store_->GetSnapshot());
}

TYPED_TEST(CompactionTest, OldVersionsAndTagsReadTheSameAndGoAsBefore) {
  this->Reopen({.small_commit_bytes = 0});
  WriteForCompaction(*this->store_, &this->keyed_, &this->ordered_);
  ASSERT_OK_AND_ASSIGN(const uint64_t tagged, this->store_->TagNewest("here"));
  const Amounts keyed_then = this->keyed_;
  UpsertCities(*this->store_, 10, 30, 9, &this->keyed_);
  const uint64_t files_before = this->store_->stats().segment_files;
  MustCompact(*this->store_);
  EXPECT_GT(this->store_->stats().segment_files, files_before)
      << "older versions need the old ones";
  ASSERT_OK_AND_ASSIGN(const Snapshot at_tag, this->store_->AtTag("here"));
  EXPECT_EQ(at_tag.version(), tagged);
  ASSERT_OK_AND_ASSIGN(const Dataset keyed_at_tag, at_tag.GetDataset("keyed"));
  ExpectAmounts(keyed_at_tag, keyed_then);
  this->ExpectBoth(this->store_->GetSnapshot());

  ASSERT_OK(this->store_->DeleteTag("here"));
  ASSERT_OK(this->store_->Expire(Retention{.count = 1, .age = {}}, /*dry_run=*/false));
  ExpectAmounts(keyed_at_tag, keyed_then);
  this->ExpectBoth(this->store_->GetSnapshot());
}

TYPED_TEST(CompactionTest, OldFilesGoOnceNobodyNeedsThem) {
  this->Reopen({.small_commit_bytes = 0, .retention = Retention{.count = 1, .age = {}}});
  WriteForCompaction(*this->store_, &this->keyed_, &this->ordered_);
  // Equal segments of both datasets are one file.
  const auto listed = [&] {
    std::set<uint64_t> ids;
    for (const char* const name : {"keyed", "ordered"}) {
      for (const uint64_t id : SegmentIds(this->Newest(name))) ids.insert(id);
    }
    return ids.size();
  };
  EXPECT_EQ(this->store_->stats().segment_files, listed());
  Snapshot before = this->store_->GetSnapshot();
  EXPECT_EQ(MustCompact(*this->store_).files_removed, 0u) << "a snapshot needs them";
  this->ExpectBoth(before);
  before = Snapshot();
  ASSERT_OK(this->store_->CollectGarbage(/*dry_run=*/false));
  EXPECT_EQ(this->store_->stats().segment_files, listed());
  // At once where nobody reads.
  for (int64_t first = 0; first < 120; first += 20) {
    UpsertCities(*this->store_, first, 20, 3, &this->keyed_);
  }
  const CompactReport report = MustCompact(*this->store_);
  EXPECT_GE(report.files_removed, 6u);
  EXPECT_GT(report.bytes_removed, 0u);
  this->ExpectBoth(this->store_->GetSnapshot());
}

TYPED_TEST(CompactionTest, AMoveByCompactionIsNoChange) {
  this->Reopen({.small_commit_bytes = 0});
  WriteForCompaction(*this->store_, &this->keyed_, &this->ordered_);
  UpsertCities(*this->store_, 650, 100, 8, &this->keyed_);
  AppendCities(*this->store_, 480, 7, &this->ordered_);
  const Snapshot before = this->store_->GetSnapshot();
  const uint64_t older = before.version() - 2;  // without the last two commits
  const auto changes = [&](const Snapshot& from, const Snapshot& to) {
    uint64_t rows = 0;
    auto diff = this->store_->DiffByKey("keyed", from, to);
    EXPECT_TRUE(diff.ok()) << diff.status();
    for (RowChanges some; *(*diff)->Next(&some);) rows += some.changes.size();
    return rows;
  };
  const auto runs = [&](const Snapshot& from, const Snapshot& to) {
    std::vector<std::pair<uint64_t, uint64_t>> all;
    const auto diff = this->store_->Diff("ordered", from, to);
    EXPECT_TRUE(diff.ok()) << diff.status();
    for (const DiffRun& run : diff->runs) all.emplace_back(run.first_row, run.rows);
    return all;
  };
  const Snapshot old = *this->store_->At(older);
  const uint64_t changed = changes(old, before);
  const auto appended = runs(old, before);
  EXPECT_EQ(changed, 100u);
  ASSERT_EQ(appended.size(), 1u);
  MustCompact(*this->store_);
  const Snapshot after = this->store_->GetSnapshot();
  EXPECT_EQ(after.version(), before.version());
  EXPECT_EQ(changes(before, after), 0u);
  EXPECT_EQ(changes(after, before), 0u);
  EXPECT_TRUE(runs(before, after).empty());
  EXPECT_EQ(changes(old, after), changed);
  EXPECT_EQ(changes(after, old), changed);
  EXPECT_EQ(runs(old, after), appended);
}

TYPED_TEST(CompactionTest, RowsInMemoryMeetTheNewSegments) {
  for (const uint64_t directory_bytes : {uint64_t{0}, uint64_t{64} << 20}) {
    this->Reopen({.small_commit_bytes = 0, .key_directory_bytes = directory_bytes});
    if (directory_bytes != 0) {
      ASSERT_OK(this->store_->DropDataset("keyed"));
      ASSERT_OK(this->store_->DropDataset("ordered"));
      this->keyed_.clear();
      this->ordered_.clear();
    }
    WriteForCompaction(*this->store_, &this->keyed_, &this->ordered_);
    this->Reopen({.key_directory_bytes = directory_bytes});
    UpsertCities(*this->store_, 90, 20, 4, &this->keyed_);
    DeleteCities(*this->store_, 300, 20, &this->keyed_);
    AppendCities(*this->store_, 480, 7, &this->ordered_);
    this->ExpectBoth(this->store_->GetSnapshot());
    EXPECT_FALSE(MustCompact(*this->store_).tasks.empty());
    EXPECT_GT(this->store_->stats().memory_rows, 0u) << "it does not flush";
    this->ExpectBoth(this->store_->GetSnapshot());
    UpsertCities(*this->store_, 310, 5, 2, &this->keyed_);
    ASSERT_OK(this->store_->Flush());
    this->ExpectBoth(this->store_->GetSnapshot());
    MustCompact(*this->store_);
    this->ExpectBoth(this->store_->GetSnapshot());
  }
}

TYPED_TEST(CompactionTest, KeepsPartitionsApart) {
  this->Reopen({.small_commit_bytes = 0});
  ASSERT_OK(this->store_->CreateDataset(
      "keyed", CitySchema(),
      {.key = {"id"}, .boundaries = {.fixed_rows = kCompactionRows}, .partition_by = {"city"}}));
  for (int64_t first = 0; first < 200; first += 50) {
    UpsertCities(*this->store_, first, 60, first, &this->keyed_);
  }
  const size_t before = this->Newest().segments().size();
  EXPECT_FALSE(MustCompact(*this->store_).tasks.empty());
  EXPECT_TRUE(MustCompact(*this->store_).tasks.empty());
  const Dataset dataset = this->Newest();
  EXPECT_LT(dataset.segments().size(), before / 2);
  EXPECT_EQ(dataset.segments().size(), 50u) << "one a city";
  ASSERT_OK_AND_ASSIGN(const auto reader, dataset.Scan());
  for (RecordBatch batch;;) {  // one a segment
    ASSERT_OK_AND_ASSIGN(const bool more, reader->Next(&batch));
    if (!more) break;
    std::set<std::string> cities;
    for (int64_t row = 0; row < batch.rows(); ++row) {
      cities.emplace(batch.column(1).GetBytes(row));
    }
    EXPECT_EQ(cities.size(), 1u);
  }
  ExpectAmounts(dataset, this->keyed_);
}

TYPED_TEST(CompactionTest, RowsGetTheFieldsThatCameLater) {
  this->Reopen({.small_commit_bytes = 0});
  WriteForCompaction(*this->store_, &this->keyed_, &this->ordered_);
  {
    WriteTransaction transaction = this->Begin();
    ASSERT_OK(transaction.ChangeSchema("keyed", {.add = {{"note", Utf8()}}}));
    ASSERT_OK(transaction.ChangeSchema("ordered", {.rename = {{"city", "town"}}}));
    ASSERT_OK(std::move(transaction).Commit());
  }
  EXPECT_FALSE(MustCompact(*this->store_).tasks.empty());
  this->ExpectBoth(this->store_->GetSnapshot());
  EXPECT_EQ(ReadAll(this->Newest()).column(3).null_count(),
            static_cast<int64_t>(this->keyed_.size()));
}

TYPED_TEST(CompactionTest, ContentDefinedBoundariesAreTheDatasetsOwn) {
  this->Reopen({.small_commit_bytes = 0});
  ASSERT_OK(this->store_->CreateDataset("keyed", CitySchema(), {.key = {"id"}}));
  ASSERT_OK(this->store_->CreateDataset("ordered", CitySchema()));
  for (int64_t first = 0; first < 9000; first += 150) {
    UpsertCities(*this->store_, (first * 7) % 9000, 150, 1, &this->keyed_);
    AppendCities(*this->store_, first, 150, &this->ordered_);
  }
  EXPECT_FALSE(MustCompact(*this->store_).tasks.empty());
  EXPECT_TRUE(MustCompact(*this->store_).tasks.empty());
  this->ExpectBoth(this->store_->GetSnapshot());
  EXPECT_LT(this->Newest().segments().size(), 20u);
  // What is put again as it is finds what compaction has cut: nothing, or a little at the end, is
  // written.
  const Dataset ordered = this->Newest("ordered");
  ASSERT_OK_AND_ASSIGN(const WriteStats again,
                       ReplaceAll(*this->store_, "ordered", ReadAll(ordered)));
  EXPECT_LE(again.segments_written, 1u);
  EXPECT_GE(again.segments_skipped + 1, ordered.segments().size());
}

TYPED_TEST(CompactionTest, IsRefusedWhereNothingCanBeWritten) {
  WriteForCompaction(*this->store_, &this->keyed_, &this->ordered_);
  ASSERT_OK(this->store_->Close());
  EXPECT_TRUE(absl::IsFailedPrecondition(this->store_->Compact().status()));
}

}  // namespace
}  // namespace ashlar::testkit
