// Verify: every kind of damage is found, and named with the rows that it costs.

#include <functional>
#include <utility>

#include "tests/store/damage_fixture.h"
#include "tests/testing/faulty_file_system.h"

namespace ashlar::testkit {
namespace {

class Verify : public DamagedStoreTest {
 protected:
  // One damage, in `file`.
  DamagedRange Only(const VerifyReport& report, const std::string& file) {
    EXPECT_EQ(report.damage.size(), 1u);
    if (report.damage.empty()) return {};
    EXPECT_EQ(report.damage[0].file, file);
    return report.damage[0];
  }
};

constexpr uint64_t kPage = 65536;
constexpr uint64_t kBody = 256;  // where the first chunk begins

TEST_F(Verify, FindsNothingInAWholeStore) {
  WriteWide();
  ASSERT_OK(store_->CreateDataset("orders", CitySchema()));
  ASSERT_OK(ReplaceAll(*store_, "orders", CityRows(0, 20000)));
  ASSERT_OK(ReplaceAll(*store_, "orders", CityRows(0, 20000, 1)));
  for (const bool deep : {false, true}) {
    const VerifyReport beside_writer = Report(deep);
    EXPECT_TRUE(beside_writer.ok());
    EXPECT_TRUE(beside_writer.notes.empty());
    EXPECT_EQ(beside_writer.files, 2 + FilesLike("segments/").size());
    EXPECT_EQ(beside_writer.rows, 40000u + 20000u + 20000u);
    EXPECT_GT(beside_writer.chunks, 2u);
    EXPECT_GT(beside_writer.bytes, uint64_t{16} * kRows);
  }
  Close();
  EXPECT_TRUE(Report(true).ok());
}

TEST_F(Verify, ListsDamagedPageAndTheRowsItCosts) {
  WriteWide();
  Close();
  FlipByte(*files_, Segment(), kPage + 10);
  const VerifyReport report = Report();
  const DamagedRange damage = Only(report, Segment());
  EXPECT_EQ(damage.offset, kPage);
  EXPECT_EQ(damage.bytes, kPage);
  EXPECT_NE(damage.what.find("page 1"), std::string::npos) << damage.what;
  EXPECT_NE(damage.what.find("id"), std::string::npos) << damage.what;
  EXPECT_EQ(damage.dataset, "wide");
  EXPECT_EQ(damage.version, 2u);
  EXPECT_EQ(damage.first_row, (kPage - kBody) / 8);
  EXPECT_EQ(damage.rows, kPage / 8);
  EXPECT_TRUE(report.notes.empty());
}

TEST_F(Verify, CountsRowsWithinTheDatasetNotTheSegment) {
  WriteWide();
  ASSERT_OK(AppendAll(*store_, "wide", WideRows(kRows, kRows)));
  Close();
  FlipByte(*files_, Segment(), kBody);
  EXPECT_EQ(Only(Report(), Segment()).first_row, uint64_t{kRows});
}

TEST_F(Verify, ListsAMissingSegmentWithAllItsRows) {
  WriteWide();
  Close();
  const std::string gone = Segment();
  ASSERT_OK(files_->Unlink(gone));
  const DamagedRange damage = Only(Report(), gone);
  EXPECT_EQ(damage.what, "missing");
  EXPECT_EQ(damage.dataset, "wide");
  EXPECT_EQ(damage.rows, uint64_t{kRows});
}

TEST_F(Verify, FindsDamageOfHeaderFooterAndLength) {
  WriteWide();
  Close();
  const std::string name = Segment();
  const std::string intact = ReadFile(*files_, name);
  const std::vector<std::string> damaged = {
      std::string(1, static_cast<char>(intact[0] ^ 1)) + intact.substr(1),
      intact.substr(0, intact.size() - 1) + static_cast<char>(intact.back() ^ 1),
      intact.substr(0, intact.size() - 1),
      intact + "x",
      "",
      ReadFile(*files_, Manifest())};
  for (const std::string& content : damaged) {
    WriteFile(*files_, name, content);
    EXPECT_EQ(Only(Report(), name).rows, uint64_t{kRows});
  }
}

TEST_F(Verify, ChargesAHoldersDamageToThoseWhoUseItsChunks) {
  WriteWide();
  ASSERT_OK(store_->CreateDataset("other", WideSchema(), {.boundaries = {.fixed_rows = kRows}}));
  // Equal ids, other values: the new segment refers to the chunk of ids.
  RecordBatchBuilder builder(WideSchema());
  for (int64_t i = 0; i < kRows; ++i) {
    ASSERT_OK(builder.column(0).AppendInt64(i * 1'000'003));
    ASSERT_OK(builder.column(1).AppendDouble(-static_cast<double>(i)));
  }
  ASSERT_OK(AppendAll(*store_, "other", *builder.Finish()));
  Close();
  const std::vector<std::string> segments = FilesLike("segments/");
  ASSERT_EQ(segments.size(), 2u);
  FlipByte(*files_, segments[0], kPage);
  const VerifyReport report = Report();
  ASSERT_EQ(report.damage.size(), 2u);
  for (const DamagedRange& damage : report.damage) {
    EXPECT_EQ(damage.file, segments[0]);
    EXPECT_EQ(damage.rows, kPage / 8);
  }
  EXPECT_NE(report.damage[0].dataset, report.damage[1].dataset);

  ASSERT_OK(files_->Unlink(segments[0]));
  const VerifyReport missing = Report();
  ASSERT_EQ(missing.damage.size(), 2u);
  for (const DamagedRange& damage : missing.damage) EXPECT_EQ(damage.rows, uint64_t{kRows});
}

TEST_F(Verify, NamesTheNewestVersionThatDamageHits) {
  WriteWide();
  const std::string old_segment = Segment();
  ASSERT_OK(ReplaceAll(*store_, "wide", WideRows(5, kRows)));
  Close();
  FlipByte(*files_, old_segment, kPage);
  EXPECT_EQ(Only(Report(), old_segment).version, 2u);
}

TEST_F(Verify, ChargesADroppedColumnToTheVersionsThatStillHaveIt) {
  WriteWide();
  ASSERT_OK_AND_ASSIGN(WriteTransaction transaction, store_->BeginWrite());
  ASSERT_OK(transaction.ChangeSchema("wide", {.drop = {"value"}}));
  ASSERT_OK(std::move(transaction).Commit());
  Close();
  // The values lie behind the ids.
  FlipByte(*files_, Segment(), kBody + 8 * kRows + 2 * kPage);
  EXPECT_EQ(Only(Report(), Segment()).version, 2u);
  FlipByte(*files_, Segment(), kPage);
  ASSERT_EQ(Report().damage.size(), 2u);
  EXPECT_EQ(Report().damage[0].version, 3u);
}

TEST_F(Verify, ListsDamageOfCurrentAndGoesOn) {
  WriteWide();
  Close();
  FlipByte(*files_, "CURRENT", 3);
  FlipByte(*files_, Segment(), kPage);
  const VerifyReport report = Report();
  ASSERT_EQ(report.damage.size(), 2u);
  EXPECT_EQ(report.damage[0].file, "CURRENT");
  EXPECT_EQ(report.damage[1].dataset, "wide");
  EXPECT_FALSE(report.notes.empty());

  ASSERT_OK(files_->Unlink("CURRENT"));
  EXPECT_EQ(Report().damage[0].what, "missing");
}

TEST_F(Verify, ListsDamageOfTheManifestAndGoesOnWithItsIntactRecords) {
  WriteWide();
  const uint64_t before_last = ReadFile(*files_, Manifest()).size();
  ASSERT_OK(AppendAll(*store_, "wide", WideRows(kRows, 10)));
  Close();
  FlipByte(*files_, Manifest(), before_last + 50);
  const VerifyReport report = Report();
  EXPECT_EQ(Only(report, Manifest()).offset, before_last);
  EXPECT_TRUE(AnyContains(report.notes, "newest version is 2"));
  EXPECT_EQ(report.rows, uint64_t{kRows});
}

TEST_F(Verify, EveryFlippedByteOfASmallStoreIsFoundOrHarmless) {
  Open();
  ASSERT_OK(store_->CreateDataset("orders", CitySchema()));
  ASSERT_OK(AppendAll(*store_, "orders", CityRows(0, 30)));
  Close();
  for (const std::string& name : {std::string("CURRENT"), Manifest(), Segment()}) {
    const uint64_t size = ReadFile(*files_, name).size();
    for (uint64_t offset = 0; offset < size; offset += name == "CURRENT" ? 1 : 7) {
      FlipByte(*files_, name, offset, 0x10);
      const auto report = store::VerifyFiles(*files_, /*deep=*/true);
      EXPECT_FALSE(report.ok() && report->ok()) << name << " at " << offset;
      FlipByte(*files_, name, offset, 0x10);
    }
  }
  EXPECT_TRUE(Report(true).ok());
}

TEST_F(Verify, NotesForeignFilesAndOrphans) {
  WriteWide();
  Close();
  WriteFile(*files_, "notes.txt", "mine");
  WriteFile(*files_, "segments/000000000000.seg", "?");
  WriteFile(*files_, "segments/000000000099.seg", "?");
  ASSERT_OK(files_->Unlink("RESERVE"));
  const VerifyReport report = Report();
  EXPECT_TRUE(report.ok());
  EXPECT_TRUE(AnyContains(report.notes, "foreign file: notes.txt"));
  EXPECT_TRUE(AnyContains(report.notes, "unpublished: segments/000000000099.seg"));
  EXPECT_TRUE(AnyContains(report.notes, "RESERVE"));
}

TEST_F(Verify, RefusesWhatIsNoStore) {
  EXPECT_TRUE(absl::IsNotFound(store::VerifyFiles(*files_, false).status()));
  WriteFile(*files_, "letter.txt", "dear");
  EXPECT_TRUE(absl::IsFailedPrecondition(store::VerifyFiles(*files_, false).status()));
}

// Does something, once, right before the first segment is opened.
class InterruptedFileSystem final : public FaultyFileSystem {
 public:
  InterruptedFileSystem(std::unique_ptr<io::FileSystem> base, std::function<void()> interrupt)
      : FaultyFileSystem(std::move(base), std::make_shared<FaultInjector>()),
        interrupt_(std::move(interrupt)) {}

  absl::StatusOr<std::shared_ptr<io::ReadableFile>> OpenForRead(std::string_view name) override {
    if (interrupt_ && name.starts_with("segments/")) std::exchange(interrupt_, nullptr)();
    return FaultyFileSystem::OpenForRead(name);
  }

 private:
  std::function<void()> interrupt_;
};

TEST_F(Verify, TakesNoFileForLostThatALiveWriterCollected) {
  WriteWide();
  ASSERT_OK(ReplaceAll(*store_, "wide", WideRows(5, kRows)));
  const std::vector<std::string> segments = FilesLike("segments/");
  InterruptedFileSystem files(files_->NewHandle(), [this] {
    EXPECT_OK(store_->Expire(Retention{.count = 1, .age = {}}, /*dry_run=*/false));
  });
  const auto report = store::VerifyFiles(files, /*deep=*/false);
  ASSERT_OK(report);
  ASSERT_LT(FilesLike("segments/").size(), segments.size());
  EXPECT_TRUE(report->ok());
  EXPECT_TRUE(AnyContains(report->notes, "collected by the writer"));
}

TEST_F(Verify, TakesAFileForLostThatNobodyCollected) {
  WriteWide();
  InterruptedFileSystem files(files_->NewHandle(),
                              [this] { EXPECT_OK(files_->Unlink(Segment())); });
  const auto report = store::VerifyFiles(files, /*deep=*/false);
  ASSERT_OK(report);
  EXPECT_EQ(report->damage.size(), 1u);
}

TEST_F(Verify, NeverWrites) {
  WriteWide();
  Close();
  FlipByte(*files_, Segment(), kPage);
  FlipByte(*files_, Manifest(), 100);
  const auto before = ReadTree(*files_);
  EXPECT_FALSE(Report(true).ok());
  const auto after = ReadTree(*files_);
  EXPECT_EQ(before->files, after->files);
}

}  // namespace
}  // namespace ashlar::testkit
