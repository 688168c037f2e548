// The text of values, as JSON and as CSV.
#include "src/columnar/json_value.h"

#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "src/base/random.h"
#include "src/columnar/csv_value.h"
#include "tests/columnar/column_samples.h"

namespace ashlar::columnar {
namespace {

std::string Json(const Column& column, int64_t row, const JsonOptions& options = {}) {
  std::string text;
  AppendJsonValue(column, row, &text, options);
  return text;
}

std::string Csv(const Column& column, int64_t row) {
  std::string text;
  AppendCsvValue(column, row, &text);
  return text;
}

template <typename T>
Column One(DataType type, T value) {
  return Column::FromValues<T>(std::move(type), std::vector<T>{value});
}

TEST(JsonValueTest, IntegersAreExact) {
  EXPECT_EQ(Json(One(Int64(), INT64_MIN), 0), "-9223372036854775808");
  EXPECT_EQ(Json(One(UInt64(), UINT64_MAX), 0), "18446744073709551615");
  EXPECT_EQ(Json(One(Int8(), int8_t{-5}), 0), "-5");
}

TEST(JsonValueTest, FloatsReadBackEqualAndStayFloats) {
  EXPECT_EQ(Json(One(Float64(), 0.1), 0), "0.1");
  EXPECT_EQ(Json(One(Float64(), 3.0), 0), "3.0");
  EXPECT_EQ(Json(One(Float64(), -0.0), 0), "-0.0");
  EXPECT_EQ(Json(One(Float64(), 1e300), 0), "1e+300");
  EXPECT_EQ(Json(One(Float32(), 0.1F), 0), "0.1");
  EXPECT_EQ(Json(One(Float64(), std::numeric_limits<double>::quiet_NaN()), 0), "\"NaN\"");
  EXPECT_EQ(Json(One(Float64(), -std::numeric_limits<double>::infinity()), 0), "\"-Infinity\"");
  base::Random random(1);
  for (int i = 0; i < 1000; ++i) {
    const double value = (random.Double() - 0.5) * std::exp2(static_cast<double>(i) - 500);
    EXPECT_EQ(std::strtod(Json(One(Float64(), value), 0).c_str(), nullptr), value);
  }
}

TEST(JsonValueTest, TextIsEscaped) {
  const Column column = Texts({"a\"b\\c\n\t\x01\u00e9/\x7f", std::nullopt});
  EXPECT_EQ(Json(column, 0), "\"a\\\"b\\\\c\\n\\t\\u0001\u00e9/\x7f\"");
  EXPECT_EQ(Json(column, 1), "null");
}

TEST(JsonValueTest, BytesAndTimesAreStrings) {
  ColumnBuilder binary(Binary());
  ASSERT_TRUE(binary.AppendBytes(std::string("\0\xff", 2)).ok());
  EXPECT_EQ(Json(binary.Finish(), 0), "\"AP8=\"");
  EXPECT_EQ(Json(One(Date32(), int32_t{1}), 0), "\"1970-01-02\"");
  EXPECT_EQ(Json(One(Timestamp(), int64_t{1}), 0), "\"1970-01-01T00:00:00.000001Z\"");
}

Column NestedColumn() {
  ColumnBuilder builder(List(Struct({{"year", Int64()}, {"team", Utf8()}})));
  ColumnBuilder& element = builder.child(0);
  EXPECT_TRUE(element.child(0).AppendInt64(1999).ok());
  element.child(1).AppendNull();
  EXPECT_TRUE(element.AppendNested().ok());
  element.AppendNull();
  EXPECT_TRUE(builder.AppendNested().ok());
  EXPECT_TRUE(builder.AppendNested().ok());
  return builder.Finish();
}

TEST(JsonValueTest, NestedValues) {
  const Column column = NestedColumn();
  EXPECT_EQ(Json(column, 0), R"([{"year":1999},null])");
  EXPECT_EQ(Json(column, 0, {.include_nulls = true}), R"([{"year":1999,"team":null},null])");
  EXPECT_EQ(Json(column, 1), "[]");
  const std::vector<float> values = {1, 2.5};
  EXPECT_EQ(Json(Column::FromValues<float>(Vector(2), values), 0), "[1.0,2.5]");
}

TEST(JsonValueTest, RowsLeaveNullsOutUnlessAsked) {
  const Schema schema = *Schema::Make({{"a", Int64()}, {"b \"", Utf8()}});
  const RecordBatch batch =
      *RecordBatch::Make(schema, {One(Int64(), int64_t{1}), Texts({std::nullopt})});
  std::string text;
  AppendJsonRow(batch, 0, &text);
  EXPECT_EQ(text, R"({"a":1})");
  text.clear();
  AppendJsonRow(batch, 0, &text, {.include_nulls = true});
  EXPECT_EQ(text, R"({"a":1,"b \"":null})");
}

TEST(CsvValueTest, QuotesOnlyWhatNeedsThem) {
  const Column column = Texts({"plain", "a,b", "say \"hi\"", "two\nlines", "", std::nullopt, " x"});
  EXPECT_EQ(Csv(column, 0), "plain");
  EXPECT_EQ(Csv(column, 1), "\"a,b\"");
  EXPECT_EQ(Csv(column, 2), "\"say \"\"hi\"\"\"");
  EXPECT_EQ(Csv(column, 3), "\"two\nlines\"");
  EXPECT_EQ(Csv(column, 4), "\"\"");
  EXPECT_EQ(Csv(column, 5), "");
  EXPECT_EQ(Csv(column, 6), "\" x\"");
}

TEST(CsvValueTest, OtherTypes) {
  EXPECT_EQ(Csv(One(Float64(), std::numeric_limits<double>::quiet_NaN()), 0), "NaN");
  EXPECT_EQ(Csv(One(Date32(), int32_t{0}), 0), "1970-01-01");
  EXPECT_EQ(Csv(NestedColumn(), 0), R"("[{""year"":1999,""team"":null},null]")");
  ColumnBuilder binary(Binary());
  ASSERT_TRUE(binary.AppendBytes("").ok());
  EXPECT_EQ(Csv(binary.Finish(), 0), "\"\"");
}

}  // namespace
}  // namespace ashlar::columnar
