// Diff of datasets: what is reported is what changed, and shared segments stay unread.

#include <string>
#include <vector>

#include "src/base/random.h"
#include "tests/store/store_fixture.h"

namespace ashlar::testkit {
namespace {

using Kind = DiffRun::Kind;

class Diff : public StoreTest<MemoryPlace> {
 protected:
  void SetUp() override {
    StoreTest::SetUp();
    ASSERT_OK(store_->CreateDataset("orders", CitySchema()));
  }
  Snapshot Write(const RecordBatch& rows) {
    EXPECT_OK(ReplaceAll(*store_, "orders", rows));
    return store_->GetSnapshot();
  }
  DiffResult Compare(const Snapshot& from, const Snapshot& to) {
    auto result = store_->Diff("orders", from, to);
    EXPECT_TRUE(result.ok()) << result.status();
    return result.ok() ? *std::move(result) : DiffResult();
  }
};

RecordBatch SliceOf(const RecordBatch& rows, uint64_t first, uint64_t count) {
  return *rows.Slice(static_cast<int64_t>(first), static_cast<int64_t>(count));
}

// `from` without its removed runs, with the added ones of `to` put in.
RecordBatch Applied(const RecordBatch& from, const RecordBatch& to, const DiffResult& diff) {
  std::vector<RecordBatch> pieces;
  uint64_t from_row = 0;
  uint64_t to_row = 0;
  for (const DiffRun& run : diff.runs) {
    const uint64_t row = run.kind == Kind::kRemoved ? from_row : to_row;
    EXPECT_GE(run.first_row, row);
    const uint64_t kept = run.first_row - row;
    pieces.push_back(SliceOf(from, from_row, kept));
    from_row += kept;
    to_row += kept;
    if (run.kind == Kind::kAdded) pieces.push_back(SliceOf(to, to_row, run.rows));
    (run.kind == Kind::kRemoved ? from_row : to_row) += run.rows;
  }
  pieces.push_back(SliceOf(from, from_row, static_cast<uint64_t>(from.rows()) - from_row));
  return Concatenate(pieces);
}

TEST_F(Diff, DoesNotReadSharedSegments) {
  const Snapshot before = Write(CityRows(0, 40000));
  const RecordBatch rows = CityRows(0, 40000);
  const Snapshot after = Write(
      Concatenate({SliceOf(rows, 0, 20000), CityRows(90000, 1), SliceOf(rows, 20001, 19999)}));
  Reopen();
  const uint64_t opened = store_->stats().reads.segments_opened;
  ASSERT_OK_AND_ASSIGN(const Snapshot from, store_->At(before.version()));
  const DiffResult diff = Compare(from, store_->GetSnapshot());
  ASSERT_EQ(diff.runs.size(), 2u);
  EXPECT_EQ(diff.runs[0].kind, Kind::kRemoved);
  EXPECT_EQ(diff.runs[1].kind, Kind::kAdded);
  for (const DiffRun& run : diff.runs) {
    EXPECT_EQ(run.first_row, 20000u);
    EXPECT_EQ(run.rows, 1u);
  }
  ASSERT_OK_AND_ASSIGN(const Dataset orders, from.GetDataset("orders"));
  EXPECT_GT(diff.segments_shared, 5u);
  EXPECT_LE(diff.segments_read, 6u);
  EXPECT_LT(diff.segments_shared, orders.segments().size());
  // Files of the segments read, and at most one holder each.
  EXPECT_LE(store_->stats().reads.segments_opened - opened, 2 * diff.segments_read);
}

TEST_F(Diff, OfAppendedRowsReadsNothing) {
  const Snapshot before = Write(CityRows(0, 5000));
  ASSERT_OK(AppendAll(*store_, "orders", CityRows(5000, 10)));
  const DiffResult diff = Compare(before, store_->GetSnapshot());
  ASSERT_EQ(diff.runs.size(), 1u);
  EXPECT_EQ(diff.runs[0].kind, Kind::kAdded);
  EXPECT_EQ(diff.runs[0].first_row, 5000u);
  EXPECT_EQ(diff.runs[0].rows, 10u);
  EXPECT_EQ(diff.segments_read, 0u);
}

TEST_F(Diff, OfOneVersionWithItselfIsEmpty) {
  const Snapshot only = Write(CityRows(0, 3000));
  const DiffResult diff = Compare(only, only);
  EXPECT_TRUE(diff.runs.empty());
  EXPECT_EQ(diff.segments_read, 0u);
  EXPECT_GT(diff.segments_shared, 0u);
}

TEST_F(Diff, OfADatasetThatDidNotExistIsItsRows) {
  const Snapshot before = store_->GetSnapshot();
  ASSERT_OK(store_->CreateDataset("late", CitySchema()));
  ASSERT_OK(AppendAll(*store_, "late", CityRows(0, 70)));
  const Snapshot after = store_->GetSnapshot();
  ASSERT_OK_AND_ASSIGN(const DiffResult added, store_->Diff("late", before, after));
  ASSERT_EQ(added.runs.size(), 1u);
  EXPECT_EQ(added.runs[0].kind, Kind::kAdded);
  EXPECT_EQ(added.runs[0].rows, 70u);
  ASSERT_OK_AND_ASSIGN(const DiffResult removed, store_->Diff("late", after, before));
  ASSERT_EQ(removed.runs.size(), 1u);
  EXPECT_EQ(removed.runs[0].kind, Kind::kRemoved);
  EXPECT_TRUE(absl::IsNotFound(store_->Diff("never", before, after).status()));
}

TEST_F(Diff, OfAnotherSchemaIsTheWholeContent) {
  const Snapshot before = Write(CityRows(0, 100));
  ASSERT_OK(store_->DropDataset("orders"));
  const Schema ids = *Schema::Make({{"id", Int64()}});
  ASSERT_OK(store_->CreateDataset("orders", ids));
  RecordBatchBuilder builder(ids);
  ASSERT_OK(builder.column(0).AppendInt64(1));
  ASSERT_OK(AppendAll(*store_, "orders", *builder.Finish()));
  const DiffResult diff = Compare(before, store_->GetSnapshot());
  ASSERT_EQ(diff.runs.size(), 2u);
  EXPECT_EQ(diff.runs[0].rows, 100u);
  EXPECT_EQ(diff.runs[1].rows, 1u);
}

TEST_F(Diff, AppliedToTheOldRowsGivesTheNewOnes) {
  base::Random random(11);
  RecordBatch old_rows = CityRows(0, 12000);
  Snapshot before = Write(old_rows);
  for (int round = 0; round < 6; ++round) {
    std::vector<RecordBatch> pieces;
    uint64_t row = 0;
    while (row < static_cast<uint64_t>(old_rows.rows())) {
      const uint64_t kept = std::min<uint64_t>(random.Uniform(4000), old_rows.rows() - row);
      pieces.push_back(SliceOf(old_rows, row, kept));
      pieces.push_back(CityRows(static_cast<int64_t>(random.Uniform(500)),
                                static_cast<int64_t>(random.Uniform(5)), round));
      row += kept + random.Uniform(4);
    }
    const RecordBatch new_rows = Concatenate(pieces);
    Snapshot after = Write(new_rows);
    EXPECT_TRUE(Applied(old_rows, new_rows, Compare(before, after)).Equals(new_rows)) << round;
    old_rows = new_rows;
    before = std::move(after);
  }
}

}  // namespace
}  // namespace ashlar::testkit
