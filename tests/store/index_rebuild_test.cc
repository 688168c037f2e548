// Rebuilding indexes: whatever is wrong with them, gets refuse until it is done, and are right
// afterwards; nothing else changes.
#include <string>
#include <utility>
#include <vector>

#include "src/io/file_names.h"
#include "src/store/keyed_segment_check.h"
#include "tests/store/forged_index.h"
#include "tests/store/index_rebuild_fixture.h"

namespace ashlar::testkit {
namespace {

TEST_F(IndexRebuild, OfAWholeStoreDoesNothing) {
  WriteKeyed();
  const auto before = ReadTree(*files_);
  EXPECT_EQ(Rebuild(), 0u);
  EXPECT_EQ(before->files, ReadTree(*files_)->files);
}

TEST_F(IndexRebuild, EveryDamagedByteOfTheSectionsIsMendedInPlace) {
  WriteKeyed();
  Close();
  const FileTree whole = *ReadTree(*files_);
  for (const std::string& name : FilesLike("segments/")) {
    Open();
    const auto places = store::FindKeyedSegments(*core_->current());
    const uint64_t id = io::ParseFileName(name)->number;
    const auto file = *core_->cache->Open(*places.at(id).entry.meta);
    const uint64_t begin = file->keys().sections.front().range.offset;
    const uint64_t end = file->body().size();
    Close();
    int refused = 0;
    for (uint64_t at = begin; at < end; at += 3) {
      files_ = MakeFileSystem(whole);
      FlipByte(*files_, name, at, static_cast<uint8_t>(1 << at % 8));
      EXPECT_FALSE(Report().ok()) << at;
      Open();
      refused += ExpectGetsRight(/*all=*/false);
      const uint64_t version = store_->GetSnapshot().version();
      ASSERT_EQ(Rebuild(), 1u) << at;
      ExpectGetsRight(/*all=*/true);
      EXPECT_EQ(store_->GetSnapshot().version(), version);
      EXPECT_TRUE(Report(/*deep=*/true).ok()) << at;
      EXPECT_FALSE(files_->OpenForRead(name).ok()) << "the damaged file is still there";
      Close();
      Open();
      ExpectGetsRight(/*all=*/true);
      EXPECT_TRUE(Report(/*deep=*/true).ok()) << at;
      Close();
    }
    EXPECT_GT(refused, 0);
    files_ = MakeFileSystem(whole);
  }
}

class ForgedIndex : public IndexRebuild, public ::testing::WithParamInterface<IndexForgery> {};

TEST_P(ForgedIndex, IsDetectedAndMendedInEveryVersion) {
  WriteKeyed();
  const RecordBatch rows = ReadAll(*store_->GetSnapshot().GetDataset("keyed"));
  ASSERT_OK(ForgeIndexes(*core_, GetParam()));
  Close();
  for (const bool deep : {false, true}) {
    const VerifyReport report = Report(deep);
    ASSERT_FALSE(report.ok()) << NameOf(GetParam());
    for (const DamagedRange& damage : report.damage) EXPECT_EQ(damage.dataset, "keyed");
  }
  Open();
  if (GetParam() == IndexForgery::kMissing || GetParam() == IndexForgery::kStale) {
    EXPECT_GT(ExpectGetsRight(/*all=*/false), 0);
  }
  const auto versions = store_->versions();
  EXPECT_EQ(Rebuild(), 2u);
  EXPECT_EQ(store_->versions().size(), versions.size());
  ExpectGetsRight(/*all=*/true);
  EXPECT_TRUE(ReadAll(*store_->GetSnapshot().GetDataset("keyed")).Equals(rows));
  const Dataset first = *store_->AtTag("first")->GetDataset("keyed");
  ASSERT_OK_AND_ASSIGN(const auto old_row, first.Get(Key(50)));
  ASSERT_TRUE(old_row.has_value());
  EXPECT_EQ(old_row->GetDouble(2), 50 * 0.37);
  EXPECT_EQ(FilesLike("segments/").size(), 2u);
  Upsert(CityRows(0, 5, 1));
  Close();
  EXPECT_TRUE(Report(/*deep=*/true).ok());
  Open();
  EXPECT_EQ(Rebuild(), 0u);
}

INSTANTIATE_TEST_SUITE_P(Kinds, ForgedIndex, ::testing::ValuesIn(kAllForgeries),
                         [](const auto& of) { return std::string(NameOf(of.param)); });

TEST_F(IndexRebuild, ASnapshotKeepsTheOldFilesUntilItGoes) {
  WriteKeyed();
  ASSERT_OK(ForgeIndexes(*core_, IndexForgery::kStale));
  const std::vector<std::string> forged = FilesLike("segments/");
  {
    const Snapshot held = store_->GetSnapshot();
    const Dataset before = *held.GetDataset("keyed");
    EXPECT_EQ(Rebuild(), 2u);
    EXPECT_EQ(ReadAll(before).rows(), 88);
    EXPECT_TRUE(absl::IsDataLoss(before.Get(Key(1)).status())) << "it reads what it has read";
    ExpectGetsRight(/*all=*/true);
    EXPECT_GT(FilesLike("segments/").size(), 2u);
  }
  ASSERT_OK(store_->CollectGarbage(false));
  EXPECT_EQ(FilesLike("segments/").size(), 2u);
}

TEST_F(IndexRebuild, RowsInMemoryAndOpenTransactionsGoOn) {
  WriteKeyed();
  Close();
  ASSERT_OK_AND_ASSIGN(core_, store::OpenCore(files_, {}, base::SystemClock(), TestTuning()));
  store_ = std::make_unique<Store>(std::make_shared<Store::Impl>(Store::Impl{core_}));
  ASSERT_OK_AND_ASSIGN(WriteTransaction transaction, store_->BeginWrite());
  ASSERT_OK(transaction.Upsert("keyed", CityRows(200, 3)));
  ASSERT_OK_AND_ASSIGN(const Dataset seen, transaction.Read("keyed"));
  ASSERT_OK(seen.Has(Key(1)));
  Upsert(CityRows(300, 2));  // in memory
  ASSERT_OK(ForgeIndexes(*core_, IndexForgery::kEmptyFilter));
  EXPECT_EQ(Rebuild(), 2u);
  ASSERT_OK(std::move(transaction).Commit());
  EXPECT_EQ(store_->GetSnapshot().GetDataset("keyed")->rows(), 88u + 5u);
  ASSERT_OK(store_->Flush());
  EXPECT_EQ(store_->GetSnapshot().GetDataset("keyed")->rows(), 88u + 5u);
  Close();
  EXPECT_TRUE(Report(/*deep=*/true).ok());
}

TEST_F(IndexRebuild, ADryRunSaysWhatItWouldDoAndDoesNot) {
  WriteKeyed();
  ASSERT_OK(ForgeIndexes(*core_, IndexForgery::kMissing));
  const auto before = ReadTree(*files_);
  ASSERT_OK_AND_ASSIGN(const RebuildReport report, store_->RebuildIndexes({.dry_run = true}));
  EXPECT_EQ(report.segments_checked, 2u);
  ASSERT_EQ(report.segments.size(), 2u);
  EXPECT_EQ(report.segments[0].replacement, 0u);
  EXPECT_NE(report.segments[0].what.find("missing"), std::string::npos);
  EXPECT_EQ(before->files, ReadTree(*files_)->files);
}

TEST_F(IndexRebuild, WhatCannotBeMendedIsNamedAndTheRestIsDone) {
  WriteKeyed();
  ASSERT_OK(ForgeIndexes(*core_, IndexForgery::kStale));
  Close();
  const std::string broken = FilesLike("segments/").front();
  FlipByte(*files_, broken, 256);  // of the first chunk
  Open();
  ASSERT_OK_AND_ASSIGN(const RebuildReport report, store_->RebuildIndexes());
  EXPECT_FALSE(report.ok());
  ASSERT_EQ(report.segments.size(), 2u);
  EXPECT_FALSE(report.segments[0].problem.empty());
  EXPECT_EQ(report.segments[0].replacement, 0u);
  EXPECT_TRUE(report.segments[1].problem.empty()) << report.segments[1].problem;
  EXPECT_NE(report.segments[1].replacement, 0u);
  EXPECT_EQ(FilesLike("segments/").size(), 2u) << "nothing half made is left";
}

TEST_F(IndexRebuild, RefusesWhatHasNoIndex) {
  WriteKeyed();
  ASSERT_OK(store_->CreateDataset("plain", CitySchema()));
  EXPECT_TRUE(absl::IsNotFound(store_->RebuildIndexes({.datasets = {"kyed"}}).status()));
  EXPECT_TRUE(absl::IsInvalidArgument(store_->RebuildIndexes({.datasets = {"plain"}}).status()));
  EXPECT_TRUE(store_->RebuildIndexes({.datasets = {"keyed"}}).ok());
  ASSERT_OK(store_->Close());
  EXPECT_TRUE(absl::IsFailedPrecondition(store_->RebuildIndexes().status()));
}

}  // namespace
}  // namespace ashlar::testkit
