// What a review of the store found: transactions that end in odd ways, contents that are known
// while their files go, handles that outlive their snapshots.
//
// Owns: regressions that belong to no single part of the store.

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "tests/store/store_fixture.h"
#include "tests/testing/failing_reader.h"

namespace ashlar {
namespace {

using testkit::AppendAll;
using testkit::CityRows;
using testkit::CitySchema;
using testkit::Places;
using testkit::ReadAll;
using testkit::ReplaceAll;
using testkit::StatusOf;

template <typename PlaceType>
class ReviewTest : public testkit::StoreTest<PlaceType> {
 protected:
  [[nodiscard]] uint64_t Garbage() {
    const auto report = this->store_->CollectGarbage(/*dry_run=*/true);
    EXPECT_TRUE(report.ok()) << report.status();
    return report.ok() ? report->files_removed : 0;
  }
};
TYPED_TEST_SUITE(ReviewTest, Places);

Schema PairSchema() { return *Schema::Make({{"a", Int64()}, {"b", Int64()}}); }

// Ten rows; each column's values follow from its seed.
RecordBatch Pair(int64_t a, int64_t b) {
  RecordBatchBuilder builder(PairSchema());
  for (int64_t row = 0; row < 10; ++row) {
    EXPECT_TRUE(builder.column(0).AppendInt64(a * 1000 + row * row).ok());
    EXPECT_TRUE(builder.column(1).AppendInt64(b * 1000 - row * row * row).ok());
  }
  return *builder.Finish();
}

// A transaction keeps a file for one of its chunks, while the file that holds the others goes.
TYPED_TEST(ReviewTest, ASegmentIsNotReusedWithoutTheFilesThatItRefersTo) {
  this->Reopen({.retention = Retention{.count = 1}});
  ASSERT_OK(this->store_->CreateDataset("d", PairSchema()));
  ASSERT_OK(this->store_->CreateDataset("e", PairSchema()));
  ASSERT_OK(ReplaceAll(*this->store_, "d", Pair(1, 1)));
  ASSERT_OK(ReplaceAll(*this->store_, "d", Pair(1, 2)));  // refers to the first file for a
  ASSERT_OK_AND_ASSIGN(WriteTransaction other, this->store_->BeginWrite());
  ASSERT_OK(other.Append("e", Pair(3, 2)));               // refers to the second file for b
  ASSERT_OK(ReplaceAll(*this->store_, "d", Pair(4, 4)));  // the first file goes
  ASSERT_OK(ReplaceAll(*this->store_, "d", Pair(1, 2)));
  std::move(other).Abort();
  this->Reopen();
  ASSERT_OK_AND_ASSIGN(const Dataset d, this->store_->GetSnapshot().GetDataset("d"));
  EXPECT_TRUE(ReadAll(d).Equals(Pair(1, 2)));
  ASSERT_OK_AND_ASSIGN(const VerifyReport report, this->store_->Verify(/*deep=*/true));
  EXPECT_TRUE(report.ok());
}

TYPED_TEST(ReviewTest, WhatACommitDoesNotListIsRemoved) {
  ASSERT_OK(this->store_->CreateDataset("d", CitySchema(), {.boundaries = {.fixed_rows = 100}}));
  ASSERT_OK(this->store_->CreateDataset("e", CitySchema()));
  ASSERT_OK_AND_ASSIGN(WriteTransaction transaction, this->store_->BeginWrite());
  testkit::FailingReader failing({CityRows(0, 1000)});
  EXPECT_TRUE(absl::IsDataLoss(transaction.Append("d", failing)));
  ASSERT_OK(transaction.Replace("e", CityRows(5000, 50)));
  ASSERT_OK(transaction.Replace("e", CityRows(7000, 50)));
  ASSERT_OK(transaction.CreateDataset("f", CitySchema()));
  ASSERT_OK(transaction.Append("f", CityRows(9000, 50)));
  ASSERT_OK(transaction.DropDataset("f"));
  ASSERT_OK(std::move(transaction).Commit());
  EXPECT_EQ(this->Garbage(), 0u);
  ASSERT_OK_AND_ASSIGN(const Dataset d, this->store_->GetSnapshot().GetDataset("d"));
  EXPECT_EQ(d.rows(), 0u);
  ASSERT_OK_AND_ASSIGN(const Dataset e, this->store_->GetSnapshot().GetDataset("e"));
  EXPECT_TRUE(ReadAll(e).Equals(CityRows(7000, 50)));
}

// The first call fails halfway; the second refers to chunks that the first one wrote.
TYPED_TEST(ReviewTest, AFileOfAFailedCallStaysWhenALaterCallRefersToIt) {
  ASSERT_OK(this->store_->CreateDataset("d", PairSchema(), {.boundaries = {.fixed_rows = 10}}));
  ASSERT_OK_AND_ASSIGN(WriteTransaction transaction, this->store_->BeginWrite());
  testkit::FailingReader failing({Pair(1, 1)});
  EXPECT_TRUE(absl::IsDataLoss(transaction.Append("d", failing)));
  ASSERT_OK(transaction.Append("d", Pair(1, 2)));
  ASSERT_OK(std::move(transaction).Commit());
  EXPECT_EQ(this->Garbage(), 0u);
  this->Reopen();
  ASSERT_OK_AND_ASSIGN(const Dataset d, this->store_->GetSnapshot().GetDataset("d"));
  EXPECT_TRUE(ReadAll(d).Equals(Pair(1, 2)));
}

TYPED_TEST(ReviewTest, DatasetsAndReadersOutliveTheirSnapshotsVersion) {
  this->Reopen({.small_commit_bytes = 0, .retention = Retention{.count = 1}});
  ASSERT_OK(this->store_->CreateDataset("d", PairSchema(), {.boundaries = {.fixed_rows = 10}}));
  ASSERT_OK(ReplaceAll(*this->store_, "d", Pair(1, 1)));
  ASSERT_OK(AppendAll(*this->store_, "d", Pair(2, 2)));
  std::unique_ptr<BatchReader> reader;
  {
    ASSERT_OK_AND_ASSIGN(const Dataset d, this->store_->GetSnapshot().GetDataset("d"));
    EXPECT_EQ(this->store_->stats().pins.snapshots, 0u);
    ASSERT_OK(ReplaceAll(*this->store_, "d", Pair(3, 3)));
    ASSERT_OK(this->store_->CollectGarbage(/*dry_run=*/false));
    EXPECT_EQ(ReadAll(d).rows(), 20);
    ASSERT_OK_AND_ASSIGN(reader, d.Scan());
  }
  ASSERT_OK(this->store_->CollectGarbage(/*dry_run=*/false));
  EXPECT_EQ(this->Garbage(), 0u);
  RecordBatch batch;
  ASSERT_OK_AND_ASSIGN(bool more, reader->Next(&batch));
  EXPECT_TRUE(more && batch.Equals(Pair(1, 1)));
  ASSERT_OK_AND_ASSIGN(more, reader->Next(&batch));
  EXPECT_TRUE(more && batch.Equals(Pair(2, 2)));
  reader.reset();
  ASSERT_OK_AND_ASSIGN(const ExpireReport gone, this->store_->CollectGarbage(/*dry_run=*/false));
  EXPECT_EQ(gone.files_removed, 2u);
}

TYPED_TEST(ReviewTest, ADroppedDatasetIsUnknownToItsTransaction) {
  ASSERT_OK(this->store_->CreateDataset("d", PairSchema()));
  ASSERT_OK_AND_ASSIGN(WriteTransaction transaction, this->store_->BeginWrite());
  ASSERT_OK(transaction.DropDataset("d"));
  EXPECT_TRUE(absl::IsNotFound(transaction.Append("d", Pair(1, 1))));
  EXPECT_TRUE(absl::IsNotFound(transaction.DropDataset("d")));
  EXPECT_TRUE(absl::IsNotFound(transaction.Read("d").status()));
}

TYPED_TEST(ReviewTest, OneFixedRowASegmentIsAllowed) {
  ASSERT_OK(this->store_->CreateDataset("d", PairSchema(), {.boundaries = {.fixed_rows = 1}}));
  ASSERT_OK(ReplaceAll(*this->store_, "d", Pair(1, 1)));
  ASSERT_OK_AND_ASSIGN(const Dataset d, this->store_->GetSnapshot().GetDataset("d"));
  EXPECT_EQ(d.segments().size(), 10u);
  EXPECT_TRUE(ReadAll(d).Equals(Pair(1, 1)));
}

TYPED_TEST(ReviewTest, FieldIdsThatLeaveNoNextOneAreRefused) {
  const Schema schema = *Schema::Make({{"a", Int64(), true, UINT32_MAX}});
  EXPECT_TRUE(absl::IsInvalidArgument(this->store_->CreateDataset("d", schema)));
}

TYPED_TEST(ReviewTest, TheEmptyStoreIsNoVersion) {
  EXPECT_TRUE(absl::IsNotFound(this->store_->Tag("nothing", 0)));
  ASSERT_OK(this->store_->CreateDataset("d", PairSchema()));
  const auto before = this->store_->versions().front().committed_at - std::chrono::seconds(1);
  EXPECT_TRUE(absl::IsNotFound(this->store_->At(before).status()));
  // Beyond the range of the system clock's type.
  ASSERT_OK_AND_ASSIGN(const Snapshot last, this->store_->AtText("9999-12-31T00:00:00Z"));
  EXPECT_EQ(last.version(), 1u);
  EXPECT_TRUE(absl::IsInvalidArgument(
      this->store_->Expire(Retention{.age = std::chrono::microseconds(-1)}, true).status()));
}

}  // namespace
}  // namespace ashlar
