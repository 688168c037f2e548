// DuckDB, fed with generated rows, answers as a naive pass over the same rows does.
#include "bench/duckdb_peer.h"

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "bench/generators/mixed_types.h"
#include "bench/generators/scan_table.h"
#include "bench/generators/wide_table.h"
#include "gtest/gtest.h"
#include "src/base/strings.h"

namespace ashlar::bench {
namespace {

// Of more than one chunk and row group of DuckDB's, and not a multiple of either.
constexpr uint64_t kRows = 130'001;

class DuckDbPeerTest : public testing::Test {
 protected:
  void SetUp() override {
    auto opened = DuckDbPeer::Open(1);
    if (absl::IsNotFound(opened.status())) GTEST_SKIP() << opened.status();
    ASSERT_EQ(opened.status(), absl::OkStatus());
    peer_ = *std::move(opened);
  }

  DuckDbAnswer Run(const std::string& sql) {
    absl::StatusOr<DuckDbAnswer> answer = peer_->Run(sql);
    EXPECT_EQ(answer.status(), absl::OkStatus()) << sql;
    return answer.ok() ? *std::move(answer) : DuckDbAnswer();
  }
  DuckDbValue First(const std::string& sql) {
    const DuckDbAnswer answer = Run(sql);
    return answer.rows.size() == 1 ? answer.rows[0].at(0) : DuckDbValue("not one row");
  }

  std::unique_ptr<DuckDbPeer> peer_;
};

TEST_F(DuckDbPeerTest, AnswersTheQueriesThatAreMeasured) {
  ASSERT_EQ(peer_->Load("t", *MakeScanTable(5, kRows, 10'000)), absl::OkStatus());
  const RecordBatch rows = MakeScanTableRows(5)->Rows(0, kRows);
  for (const double share : {0.01, 0.5}) {
    const double bound = ScanPriceAbove(share);
    int64_t count = 0;
    double sum = 0;
    for (int64_t row = 0; row < rows.rows(); ++row) {
      if (!(rows.column(2).GetDouble(row) > bound)) continue;
      ++count;
      sum += rows.column(3).GetDouble(row);
    }
    const std::string where = base::StrCat(" FROM t WHERE price > ", bound);
    EXPECT_EQ(First("SELECT count(*)" + where), DuckDbValue(count));
    EXPECT_EQ(First("SELECT sum(weight)" + where), DuckDbValue(sum));
  }

  std::map<std::string, std::pair<int64_t, int64_t>> groups;
  for (int64_t row = 0; row < rows.rows(); ++row) {
    auto& [count, sum] = groups[std::string(rows.column(4).GetBytes(row))];
    ++count;
    sum += rows.column(1).GetInt64(row);
  }
  const DuckDbAnswer answer = Run("SELECT city, count(*), sum(count) FROM t GROUP BY city");
  EXPECT_EQ(answer.row_count, groups.size());
  for (const auto& row : answer.rows) {
    const auto& [count, sum] = groups.at(std::get<std::string>(row.at(0)));
    EXPECT_EQ(row.at(1), DuckDbValue(count));
    EXPECT_EQ(row.at(2), DuckDbValue(sum));
  }
  EXPECT_GT(answer.wall_seconds, 0);
}

TEST_F(DuckDbPeerTest, NullsAndTextOfAnyLengthArrive) {
  const Schema schema = MakeWideTableRows(6, {.columns = 120})->schema();
  ASSERT_EQ(peer_->Load("wide", *MakeWideTable(6, 5'000, 700, {.columns = 120})), absl::OkStatus());
  const RecordBatch rows = MakeWideTableRows(6, {.columns = 120})->Rows(0, 5'000);
  for (size_t column = 0; column < schema.size(); ++column) {
    const std::string& name = schema.field(column).name;
    EXPECT_EQ(First(base::StrCat("SELECT count(\"", name, "\") FROM wide")),
              DuckDbValue(5'000 - rows.column(column).null_count()))
        << name;
  }
  ASSERT_EQ(peer_->Load("scan", *MakeScanTable(6, 3, 3)), absl::OkStatus());
  const RecordBatch scan = MakeScanTableRows(6)->Rows(0, 3);
  const DuckDbAnswer answer = Run("SELECT city, note FROM scan ORDER BY key");
  ASSERT_EQ(answer.rows.size(), 3);
  for (int64_t row = 0; row < 3; ++row) {
    EXPECT_EQ(answer.rows[row][0], DuckDbValue(std::string(scan.column(4).GetBytes(row))));
    EXPECT_EQ(answer.rows[row][1], DuckDbValue(std::string(scan.column(5).GetBytes(row))));
  }
}

TEST_F(DuckDbPeerTest, LongResultsAreCountedAndTheirFirstRowsKept) {
  const DuckDbAnswer answer = Run("SELECT range::BIGINT, NULL FROM range(5000)");
  EXPECT_EQ(answer.row_count, 5'000);
  ASSERT_EQ(answer.rows.size(), kDuckDbKeptRows);
  EXPECT_EQ(answer.rows[999].at(0), DuckDbValue(int64_t{999}));
  EXPECT_EQ(answer.rows[999].at(1), DuckDbValue());
}

TEST_F(DuckDbPeerTest, MistakesAreErrors) {
  EXPECT_TRUE(absl::IsInvalidArgument(peer_->Run("SELEKT 1").status()));
  EXPECT_TRUE(absl::IsInvalidArgument(peer_->Run("").status()));
  EXPECT_TRUE(absl::IsInvalidArgument(peer_->Run("SELECT * FROM nowhere").status()));
  EXPECT_FALSE(peer_->Run("SELECT error('stop')").ok());
  EXPECT_TRUE(absl::IsUnimplemented(peer_->Run("SELECT [1, 2]").status()));
  EXPECT_TRUE(absl::IsUnimplemented(peer_->Load("mixed", *MakeMixedTypes(1, 10, 10))));
}

TEST(DuckDbApiTest, EveryColumnTypeOfOursIsReadBackAsItWas) {
  auto opened = DuckDbPeer::Open(1);
  if (absl::IsNotFound(opened.status())) GTEST_SKIP() << opened.status();
  const auto answer = (*opened)->Run(
      "SELECT true, -1::TINYINT, -2::SMALLINT, -3::INTEGER, -4::BIGINT, 200::UTINYINT, "
      "60000::USMALLINT, 4000000000::UINTEGER, 5::UBIGINT, 0.5::FLOAT, -0.25::DOUBLE, "
      "(-7)::HUGEINT, 'abc', '\\xFF'::BLOB, DATE '1970-01-11', TIMESTAMP '1970-01-01 00:00:01'");
  ASSERT_EQ(answer.status(), absl::OkStatus());
  const std::vector<DuckDbValue> expected = {int64_t{1},
                                             int64_t{-1},
                                             int64_t{-2},
                                             int64_t{-3},
                                             int64_t{-4},
                                             int64_t{200},
                                             int64_t{60'000},
                                             int64_t{4'000'000'000},
                                             int64_t{5},
                                             0.5,
                                             -0.25,
                                             int64_t{-7},
                                             std::string("abc"),
                                             std::string("\xff"),
                                             int64_t{10},
                                             int64_t{1'000'000}};
  EXPECT_EQ(answer->rows.at(0), expected);
}

}  // namespace
}  // namespace ashlar::bench
