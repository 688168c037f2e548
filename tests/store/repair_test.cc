// Repair: exactly the intact rows are saved, and the losses are named.

#include "src/store/repair.h"
#include "src/store/keyed_segment_check.h"

#include "tests/store/damage_fixture.h"

namespace ashlar::testkit {
namespace {

class Repair : public DamagedStoreTest {
 protected:
  RepairReport RunRepair() {
    const auto before = ReadTree(*files_);
    auto report = store::RepairInto(files_, saved_files_);
    EXPECT_TRUE(report.ok()) << report.status();
    EXPECT_EQ(before->files, ReadTree(*files_)->files) << "repair wrote to the damaged store";
    if (!report.ok()) return {};
    auto core = store::OpenCore(saved_files_, {}, base::SystemClock());
    EXPECT_TRUE(core.ok()) << core.status();
    saved_ = std::make_unique<Store>(std::make_shared<Store::Impl>(Store::Impl{*std::move(core)}));
    EXPECT_TRUE(saved_->Verify(true)->ok());
    return *std::move(report);
  }
  RecordBatch Saved(std::string_view dataset) {
    auto found = saved_->GetSnapshot().GetDataset(dataset);
    EXPECT_TRUE(found.ok()) << found.status();
    return found.ok() ? ReadAll(*found) : RecordBatch();
  }

  std::shared_ptr<io::MemoryFileSystem> saved_files_ = std::make_shared<io::MemoryFileSystem>();
  std::unique_ptr<Store> saved_;
};

constexpr int64_t kPage = 65536;
constexpr int64_t kBody = 256;

// The rows of WideRows outside of [first, end).
void ExpectWideWithout(const RecordBatch& saved, int64_t first, int64_t end, int64_t rows) {
  ASSERT_EQ(saved.rows(), rows - (end - first));
  for (int64_t row = 0; row < saved.rows(); ++row) {
    const int64_t original = row < first ? row : row + (end - first);
    ASSERT_EQ(saved.column(0).GetInt64(row), original * 1'000'003);
    ASSERT_EQ(saved.column(1).GetDouble(row), static_cast<double>(original) * 0.71);
  }
}

TEST_F(Repair, SavesAllIntactRowsIntoNewStore) {
  WriteWide();
  Close();
  FlipByte(*files_, Segment(), kPage + 77);
  const RepairReport report = RunRepair();
  const int64_t first = (kPage - kBody) / 8;
  const int64_t end = first + kPage / 8;
  ExpectWideWithout(Saved("wide"), first, end, kRows);
  EXPECT_EQ(report.rows_lost, static_cast<uint64_t>(end - first));
  EXPECT_EQ(report.rows_saved, static_cast<uint64_t>(kRows - (end - first)));
  EXPECT_TRUE(AnyContains(report.notes, "8160 to 16351"));
  EXPECT_TRUE(AnyContains(report.notes, Segment()));
}

// Key sections share a page with rows here. They are made anew, and no row is lost with them.
TEST_F(Repair, ADamagedIndexCostsNoRow) {
  Open();
  ASSERT_OK(store_->CreateDataset("keyed", CitySchema(), {.key = {"id"}, .hash_index = true}));
  ASSERT_OK_AND_ASSIGN(WriteTransaction transaction, store_->BeginWrite());
  ASSERT_OK(transaction.Upsert("keyed", CityRows(0, 60)));
  ASSERT_OK(std::move(transaction).Commit());
  const auto place = store::FindKeyedSegments(*core_->current()).begin()->second;
  const auto file = *core_->cache->Open(*place.entry.meta);
  const uint64_t begin = file->keys().sections.front().range.offset;
  const uint64_t end = file->body().size();
  Close();
  for (uint64_t at = begin; at < end; at += 29) {
    FlipByte(*files_, Segment(), at);
    saved_.reset();
    saved_files_ = std::make_shared<io::MemoryFileSystem>();
    const RepairReport report = RunRepair();
    EXPECT_EQ(report.rows_lost, 0u);
    EXPECT_EQ(report.rows_saved, 60u);
    EXPECT_TRUE(Saved("keyed").Equals(CityRows(0, 60)));
    EXPECT_TRUE(*saved_->GetSnapshot().GetDataset("keyed")->Has(Key(59)));
    FlipByte(*files_, Segment(), at);
  }
}

TEST_F(Repair, OfAWholeStoreSavesEverything) {
  WriteWide();
  ASSERT_OK(store_->CreateDataset("orders", CitySchema()));
  ASSERT_OK(ReplaceAll(*store_, "orders", CityRows(0, 20000)));
  ASSERT_OK(store_->CreateDataset("empty", CitySchema()));
  const uint64_t newest = store_->GetSnapshot().version();
  ASSERT_OK(store_->Tag("release", newest, {{"by", "me"}}));
  ASSERT_OK(store_->Tag("old", newest - 1));
  Close();
  const RepairReport report = RunRepair();
  EXPECT_EQ(report.rows_lost, 0u);
  EXPECT_EQ(report.rows_saved, 60000u);
  EXPECT_TRUE(Saved("wide").Equals(WideRows(0, kRows)));
  EXPECT_TRUE(Saved("orders").Equals(CityRows(0, 20000)));
  EXPECT_EQ(Saved("empty").rows(), 0);
  ASSERT_EQ(saved_->tags().size(), 1u);
  EXPECT_EQ(saved_->tags()[0].name, "release");
  EXPECT_EQ(saved_->tags()[0].attributes.at("by"), "me");
  EXPECT_TRUE(AnyContains(report.notes, "tags of older versions were not saved"));
  EXPECT_TRUE(AnyContains(report.notes, "older versions were not saved"));
}

TEST_F(Repair, KeepsStorageAndEverySegmentButTheDamagedOne) {
  Open();
  ASSERT_OK(store_->CreateDataset(
      "orders", CitySchema(), {.boundaries = {.fixed_rows = 5000}, .storage = Storage::kCompact}));
  ASSERT_OK(AppendAll(*store_, "orders", CityRows(0, 5000)));
  ASSERT_OK(AppendAll(*store_, "orders", CityRows(5000, 5000)));
  Close();
  FlipByte(*files_, Segment(), kBody + 10);
  const RepairReport report = RunRepair();
  EXPECT_EQ(report.rows_lost, 5000u);
  EXPECT_TRUE(Saved("orders").Equals(CityRows(0, 5000)));
  EXPECT_EQ(saved_->GetSnapshot().GetDataset("orders")->storage(), Storage::kCompact);
}

TEST_F(Repair, LosesOnlyTheSegmentThatIsMissing) {
  WriteWide();
  ASSERT_OK(AppendAll(*store_, "wide", WideRows(kRows, kRows)));
  Close();
  ASSERT_OK(files_->Unlink(FilesLike("segments/")[0]));
  const RepairReport report = RunRepair();
  EXPECT_EQ(report.rows_lost, uint64_t{kRows});
  EXPECT_TRUE(Saved("wide").Equals(WideRows(kRows, kRows)));
}

TEST_F(Repair, SavesStringsAroundADamagedPage) {
  Open();
  const Schema schema = *Schema::Make({{"name", Utf8()}});
  RecordBatchBuilder builder(schema);
  for (int64_t i = 0; i < kRows; ++i) {
    ASSERT_OK(builder.column(0).AppendBytes(base::StrCat("somewhat long name ", i * 7919)));
  }
  const RecordBatch rows = *builder.Finish();
  ASSERT_OK(store_->CreateDataset("names", schema, {.boundaries = {.fixed_rows = kRows}}));
  ASSERT_OK(AppendAll(*store_, "names", rows));
  Close();
  // Behind the offsets lie the strings; page 8 holds only these.
  FlipByte(*files_, Segment(), 8 * kPage + 5);
  const RepairReport report = RunRepair();
  EXPECT_GT(report.rows_lost, 2000u);
  EXPECT_LT(report.rows_lost, 3500u);
  const RecordBatch saved = Saved("names");
  ASSERT_EQ(static_cast<uint64_t>(saved.rows()), kRows - report.rows_lost);
  int64_t original = 0;
  for (int64_t row = 0; row < saved.rows(); ++row, ++original) {
    if (saved.column(0).GetBytes(row) != rows.column(0).GetBytes(original)) {
      original += static_cast<int64_t>(report.rows_lost);
    }
    ASSERT_EQ(saved.column(0).GetBytes(row), rows.column(0).GetBytes(original));
  }
}

TEST_F(Repair, FallsBackWhenTheManifestIsDamaged) {
  WriteWide();
  const uint64_t before_last = ReadFile(*files_, Manifest()).size();
  ASSERT_OK(AppendAll(*store_, "wide", WideRows(kRows, 10)));
  Close();
  FlipByte(*files_, Manifest(), before_last + 50);
  const RepairReport report = RunRepair();
  EXPECT_TRUE(Saved("wide").Equals(WideRows(0, kRows)));
  EXPECT_TRUE(AnyContains(report.notes, "fell back to"));
}

TEST_F(Repair, UsesThePreviousManifestWhenTheNewestIsGone) {
  WriteWide();
  // An unclean end makes the next opening write a new MANIFEST at its first commit.
  const auto crashed = ReadTree(*files_);
  Close();
  files_ = MakeFileSystem(*crashed);
  Open();
  ASSERT_OK(AppendAll(*store_, "wide", WideRows(kRows, 10)));
  Close();
  ASSERT_EQ(FilesLike("MANIFEST-").size(), 2u);
  ASSERT_OK(files_->Unlink(Manifest()));
  const RepairReport report = RunRepair();
  EXPECT_TRUE(Saved("wide").Equals(WideRows(0, kRows)));
  EXPECT_TRUE(AnyContains(report.notes, "MANIFEST-000000000001"));
}

TEST_F(Repair, SavesWhenCurrentIsGone) {
  WriteWide();
  Close();
  ASSERT_OK(files_->Unlink("CURRENT"));
  EXPECT_EQ(RunRepair().rows_saved, uint64_t{kRows});
}

TEST_F(Repair, KeepsFieldIdsAndBoundaries) {
  WriteWide();
  const Schema schema = store_->GetSnapshot().GetDataset("wide")->schema();
  Close();
  RunRepair();
  const Dataset wide = *saved_->GetSnapshot().GetDataset("wide");
  EXPECT_EQ(wide.schema(), schema);
  // Cut by the same fixed rows as before.
  EXPECT_EQ(wide.segments().size(), 1u);
}

TEST_F(Repair, RefusesATargetThatIsNotEmpty) {
  WriteWide();
  Close();
  WriteFile(*saved_files_, "mine.txt", "text");
  EXPECT_TRUE(absl::IsFailedPrecondition(store::RepairInto(files_, saved_files_).status()));
  EXPECT_EQ(ReadTree(*saved_files_)->files.size(), 1u);
}

TEST_F(Repair, RefusesWhileAWriterIsAtWork) {
  WriteWide();
  EXPECT_TRUE(absl::IsUnavailable(store::RepairInto(files_, saved_files_).status()));
}

TEST_F(Repair, SaysWhenNothingCanBeSaved) {
  WriteWide();
  Close();
  WriteFile(*files_, Manifest(), "gone");
  const absl::Status status = store::RepairInto(files_, saved_files_).status();
  EXPECT_TRUE(absl::IsDataLoss(status)) << status;
}

}  // namespace
}  // namespace ashlar::testkit
