// ScanTable and WideTable hold what their headers say.
#include <cstdint>
#include <set>
#include <string>
#include <string_view>

#include "bench/generators/scan_table.h"
#include "bench/generators/wide_table.h"
#include "gtest/gtest.h"

namespace ashlar::bench {
namespace {

std::set<std::string_view> DistinctBytes(const Column& column) {
  std::set<std::string_view> distinct;
  for (int64_t row = 0; row < column.length(); ++row) distinct.insert(column.GetBytes(row));
  return distinct;
}

TEST(ScanTableTest, KeysAscendAndNothingIsNull) {
  const RecordBatch batch = MakeScanTableRows(1)->Rows(5'000, 1'000);
  for (const Column& column : batch.columns()) EXPECT_EQ(column.null_count(), 0);
  for (int64_t row = 0; row < batch.rows(); ++row) {
    EXPECT_EQ(batch.column(0).GetInt64(row), 5'000 + row);
  }
}

TEST(ScanTableTest, PricesSelectTheSharesThatTheyPromise) {
  constexpr int64_t kRows = 100'000;
  const Column prices = MakeScanTableRows(2)->Rows(0, kRows).column(2);
  for (const double share : {0.01, 0.5}) {
    int64_t selected = 0;
    for (int64_t row = 0; row < kRows; ++row) {
      selected += prices.GetDouble(row) > ScanPriceAbove(share) ? 1 : 0;
    }
    EXPECT_NEAR(static_cast<double>(selected) / kRows, share, 0.01);
  }
}

TEST(ScanTableTest, SumsOfDoublesAreTheSameInAnyOrder) {
  constexpr int64_t kRows = 50'000;
  const RecordBatch batch = MakeScanTableRows(3)->Rows(0, kRows);
  for (const size_t column : {2, 3}) {
    double forwards = 0;
    double backwards = 0;
    for (int64_t row = 0; row < kRows; ++row) {
      forwards += batch.column(column).GetDouble(row);
      backwards += batch.column(column).GetDouble(kRows - 1 - row);
    }
    EXPECT_EQ(forwards, backwards);
    EXPECT_GT(forwards, 0);
  }
}

TEST(ScanTableTest, TextsHaveTheirSizesAndNumbersOfValues) {
  constexpr uint64_t kRows = 20'000;
  for (const uint32_t cities : {1U, 100U, 1'000U}) {
    const RecordBatch batch = MakeScanTableRows(4, {.cities = cities})->Rows(0, kRows);
    const auto distinct = DistinctBytes(batch.column(4));
    EXPECT_EQ(distinct.size(), cities);
    for (const std::string_view city : distinct) EXPECT_EQ(city.size(), 12);
    const auto notes = DistinctBytes(batch.column(5));
    EXPECT_EQ(notes.size(), kRows);
    for (const std::string_view note : notes) EXPECT_EQ(note.size(), 40);
  }
}

TEST(WideTableTest, HasAsManyColumnsAsAskedFor) {
  EXPECT_EQ(MakeWideTableRows(1)->schema().size(), 500);
  EXPECT_EQ(MakeWideTableRows(1)->schema().field(499).name, "c499");
  EXPECT_EQ(MakeWideTableRows(1, {.columns = 50})->schema().size(), 50);
  EXPECT_EQ(MakeWideTableRows(1, {.columns = 7})->schema().size(), kWideUsedColumns);
}

TEST(WideTableTest, UsedColumnsHoldWhatQueriesAskFor) {
  constexpr int64_t kRows = 5'000;
  const RecordBatch batch = MakeWideTableRows(2, {.columns = 7})->Rows(0, kRows);
  EXPECT_EQ(DistinctBytes(batch.column(2)).size(), 40);
  EXPECT_EQ(DistinctBytes(batch.column(3)).size(), 5);
  EXPECT_GT(batch.column(4).null_count(), kRows / 100);
  EXPECT_LT(batch.column(4).null_count(), kRows / 25);
  for (int64_t row = 1; row < kRows; ++row) {
    EXPECT_GT(batch.column(1).GetInt64(row), batch.column(1).GetInt64(row - 1));
  }
}

TEST(WideTableTest, MostColumnsAreConstantSparseOrEmpty) {
  constexpr int64_t kRows = 2'000;
  const RecordBatch batch = MakeWideTableRows(3)->Rows(0, kRows);
  int constant = 0;
  int empty = 0;
  int sparse = 0;
  std::set<std::string> filled_types;
  for (size_t i = kWideUsedColumns; i < batch.columns().size(); ++i) {
    const Column& column = batch.column(i);
    const int64_t nulls = column.null_count();
    if (nulls == kRows) {
      ++empty;
      continue;
    }
    filled_types.insert(column.type().ToString());
    if (nulls > 0) {
      ++sparse;
      EXPECT_GT(nulls, kRows * 97 / 100);
    } else if (column.Slice(0, kRows - 1)->Equals(*column.Slice(1, kRows - 1))) {
      ++constant;
    }
  }
  EXPECT_EQ(empty, 49);
  EXPECT_EQ(sparse, 148);
  EXPECT_EQ(constant, 198);
  EXPECT_EQ(filled_types.size(), 8);
}

}  // namespace
}  // namespace ashlar::bench
