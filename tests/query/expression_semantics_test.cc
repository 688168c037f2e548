// What expressions mean, case by case; every expected value is written by hand.
//
// Most cases need no column: constants are folded by the interpreter itself. Where columns matter
// (nulls of data, encodings, short circuits behind a column) a small table of four rows stands.
#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "ashlar/builder.h"
#include "src/base/check.h"
#include "tests/query/expression_testing.h"

namespace ashlar::query {
namespace {

struct Case {
  std::string_view expression;
  std::string_view expected;  // "!…": an error that says …
};

// i: 1, 2, null, -3 · u: 0, 5, null, 18446744073709551615 · d: 0.5, NaN, null, -0.0
// s: 'apple', 'Zoë', null, '' · b: true, false, null, true · day, ts, small (int8), raw (binary)
RecordBatch FourRows() {
  const auto schema = Schema::Make({{"i", Int64()},
                                    {"u", UInt64()},
                                    {"d", Float64()},
                                    {"s", Utf8()},
                                    {"b", Bool()},
                                    {"day", Date32()},
                                    {"ts", Timestamp()},
                                    {"small", Int8()},
                                    {"raw", Binary()},
                                    {"v", ashlar::Vector(2)}});
  ASHLAR_CHECK_OK(schema.status());
  RecordBatchBuilder builder(*schema);
  const auto fill = [&builder](size_t column, auto append) {
    for (int row = 0; row < 4; ++row) {
      if (row == 2) {
        builder.column(column).AppendNull();
      } else {
        ASHLAR_CHECK_OK(append(builder.column(column), row < 2 ? row : 2));
      }
    }
  };
  fill(0, [](ColumnBuilder& c, int k) { return c.AppendInt64(std::vector<int64_t>{1, 2, -3}[k]); });
  fill(1, [](ColumnBuilder& c, int k) {
    return c.AppendUInt64(std::vector<uint64_t>{0, 5, UINT64_MAX}[k]);
  });
  fill(2, [](ColumnBuilder& c, int k) {
    return c.AppendDouble(
        std::vector<double>{0.5, std::numeric_limits<double>::quiet_NaN(), -0.0}[k]);
  });
  fill(3, [](ColumnBuilder& c, int k) {
    return c.AppendBytes(std::vector<std::string>{"apple", "Zo\u00eb", ""}[k]);
  });
  fill(4, [](ColumnBuilder& c, int k) { return c.AppendBool(k != 1); });
  // 1970-01-02, 2020-02-29, 1969-12-31
  fill(5, [](ColumnBuilder& c, int k) {
    return c.AppendInt64(std::vector<int64_t>{1, 18321, -1}[k]);
  });
  // 1970-01-02T00:00:00Z, 2020-02-29T12:34:56.789Z, one microsecond before 1970
  fill(6, [](ColumnBuilder& c, int k) {
    return c.AppendInt64(std::vector<int64_t>{86'400'000'000, 1'582'979'696'789'000, -1}[k]);
  });
  fill(7, [](ColumnBuilder& c, int k) {
    return c.AppendInt64(std::vector<int64_t>{-128, 0, 127}[k]);
  });
  fill(8, [](ColumnBuilder& c, int k) {
    return c.AppendBytes(std::vector<std::string>{"apple", "\xff", ""}[k]);
  });
  fill(9, [](ColumnBuilder& c, int k) {
    const std::vector<std::vector<float>> vectors = {{3, 4}, {0, 0}, {1, 0}};
    return c.AppendVector(vectors[static_cast<size_t>(k)]);
  });
  auto batch = builder.Finish();
  ASHLAR_CHECK_OK(batch.status());
  return *batch;
}

std::string Outcome(const absl::StatusOr<std::vector<std::string>>& texts) {
  if (!texts.ok()) return "!" + std::string(texts.status().message());
  std::string joined;
  for (const std::string& text : *texts) joined += (joined.empty() ? "" : " | ") + text;
  return joined;
}

void ExpectCases(const std::vector<Case>& cases, const RecordBatch& batch) {
  for (const Case& c : cases) {
    const std::string outcome = Outcome(EvaluateText(c.expression, batch));
    if (c.expected.starts_with("!")) {
      EXPECT_TRUE(outcome.starts_with("!") && outcome.find(c.expected.substr(1)) != outcome.npos)
          << c.expression << "\n  gives    " << outcome << "\n  expected " << c.expected;
    } else {
      EXPECT_EQ(outcome, c.expected) << c.expression;
    }
  }
}

// One row, so that constants give one value.
RecordBatch FirstRow() {
  const auto slice = FourRows().Slice(0, 1);
  ASHLAR_CHECK_OK(slice.status());
  return *slice;
}

TEST(ExpressionSemantics, Arithmetic) {
  ExpectCases({{"1 + 2 * 3", "7"},
               {"(1 + 2) * 3", "9"},
               {"7 / 2", "3"},
               {"-7 / 2", "-3"},
               {"7 % 3", "1"},
               {"-7 % 3", "-1"},
               {"7 % -3", "1"},
               {"7.0 / 2", "3.5"},
               {"7 / 2.0", "3.5"},
               {"-7.5 % 2", "-1.5"},
               {"1 + 0.5", "1.5"},
               {"- (5)", "-5"},
               {"- -5", "5"},
               {"1 - -1", "2"},
               {"9223372036854775807 + 0", "9223372036854775807"},
               {"9223372036854775807 + 1", "!integer overflow for 9223372036854775807 and 1"},
               {"-9223372036854775808 - 1", "!integer overflow"},
               {"4611686018427387904 * 2", "!integer overflow"},
               {"-4611686018427387904 * 2", "-9223372036854775808"},
               {"-9223372036854775808 / -1", "!integer overflow"},
               {"-9223372036854775808 % -1", "0"},
               {"-(-9223372036854775808)", "!integer overflow"},
               {"18446744073709551615 + 0", "18446744073709551615"},
               {"18446744073709551615 + 1", "!integer overflow"},
               {"18446744073709551615 - 18446744073709551614", "1"},
               {"1 / 0", "!at 2: division by zero for 1 and 0"},
               {"1 % 0", "!division by zero"},
               {"1.0 / 0", "!division by zero"},
               {"1.0 % 0.0", "!division by zero"},
               {"0.0 / -0.0", "!division by zero"},
               {"1e308 * 10", "float64 'Infinity'"},
               {"null + 1", "null"},
               {"null + null", "null"},
               {"null / 0", "null"},
               {"null + 1.5", "null"},
               {"-null", "null"},
               {"'a' + 1", "!at 4: cannot compute utf8 + int64"},
               {"'a' + 'b'", "!use concat()"},
               {"true + 1", "!cannot compute bool + int64"},
               {"-'a'", "!cannot negate a value of type utf8"}},
              FirstRow());
}

TEST(ExpressionSemantics, Comparison) {
  ExpectCases({{"1 = 1.0", "true"},
               {"1 < 1.5", "true"},
               {"2 <= 1.5", "false"},
               {"9007199254740993 = 9007199254740992.0", "false"},
               {"9007199254740993 > 9007199254740992.0", "true"},
               {"9223372036854775807 < 9223372036854775808.0", "true"},
               {"18446744073709551615 > -1", "true"},
               {"18446744073709551615 < 18446744073709551616.0", "true"},
               {"float64 'NaN' = float64 'NaN'", "true"},
               {"float64 'NaN' > float64 'Infinity'", "true"},
               {"float64 'NaN' > 9223372036854775807", "true"},
               {"float64 'NaN' < 1", "false"},
               {"1 < float64 'NaN'", "true"},
               {"-0.0 = 0.0", "true"},
               {"-0.0 < 0.0", "false"},
               {"float64 '-Infinity' < -9223372036854775808", "true"},
               {"'a' < 'b'", "true"},
               {"'Z' < 'a'", "true"},
               {"'a' < 'ab'", "true"},
               {"'' = ''", "true"},
               {"'\u00e9' > 'z'", "true"},
               {"x'61' = 'a'", "true"},
               {"x'ff' > 'z'", "true"},
               {"false < true", "true"},
               {"null = null", "null"},
               {"1 = null", "null"},
               {"1 != null", "null"},
               {"null < 'a'", "null"},
               {"1 = 'a'", "!at 2: cannot compare int64 with utf8"},
               {"true = 1", "!cannot compare bool with int64"},
               {"date '2020-01-01' = timestamp '2020-01-01T00:00:00Z'", "true"},
               {"date '2020-01-01' < timestamp '2020-01-01T00:00:01Z'", "true"},
               {"date '2020-01-02' > timestamp '2020-01-01T23:59:59Z'", "true"},
               {"date '2020-01-01' = 5", "!cannot compare date32 with int64"},
               {"date '2020-01-01' = '2020-01-01'", "true"},
               {"timestamp '2020-01-01T00:00:00Z' = '2020-01-01'", "true"},
               {"'2020-01-02' > date '2020-01-01'", "true"},
               {"date '2020-01-01' = 'soon'", "!at 20: 'soon' is no date"}},
              FirstRow());
}

TEST(ExpressionSemantics, ThreeValuedLogic) {
  ExpectCases({{"true and true", "true"},
               {"true and false", "false"},
               {"true and null", "null"},
               {"false and null", "false"},
               {"null and false", "false"},
               {"null and null", "null"},
               {"true or null", "true"},
               {"null or true", "true"},
               {"false or null", "null"},
               {"null or null", "null"},
               {"not null", "null"},
               {"not true", "false"},
               {"not (1 = 2)", "true"},
               {"false and 1 / 0 = 1", "false"},
               {"true or 1 / 0 = 1", "true"},
               {"null and 1 / 0 = 1", "!division by zero"},
               {"1 / 0 = 1 and false", "!division by zero"},
               {"1 / 0 = 1 or true", "!division by zero"},
               {"true && !false", "!write 'not'"},
               {"true && not false || false", "true"},
               {"null is null", "true"},
               {"1 is null", "false"},
               {"1 is not null", "true"},
               {"(null and true) is null", "true"},
               {"1 and true", "!at 0: expected a condition"},
               {"not 1", "!expected a condition"}},
              FirstRow());
}

TEST(ExpressionSemantics, CaseCoalesceInBetween) {
  ExpectCases(
      {{"case when 1 = 1 then 'a' else 'b' end", "'a'"},
       {"case when null then 'a' else 'b' end", "'b'"},
       {"case when false then 'a' end", "null"},
       {"case when true then 1 else 1 / 0 end", "1"},
       {"case when false then 1 / 0 else 2 end", "2"},
       {"case when false then 1 when true then 2 else 3 end", "2"},
       {"case when true then 1 else 2.5 end", "1.0"},
       {"case when true then null else 2 end", "null"},
       {"case when true then 1 else 'x' end", "!have no common type: int64 and utf8"},
       {"case when 1 then 1 end", "!at 10: expected a condition"},
       {"case when true then date '2020-01-01' else '2020-01-02' end", "date '2020-01-01'"},
       {"case when false then date '2020-01-01' else '2020-01-02' end", "date '2020-01-02'"},
       {"coalesce(null, 2, 1 / 0)", "2"},
       {"coalesce(null, null)", "null"},
       {"coalesce(1 / 0, 2)", "!division by zero"},
       {"coalesce(null, 1, 2.5)", "1.0"},
       {"1 in (1, 2)", "true"},
       {"3 in (1, 2)", "false"},
       {"3 in (1, null)", "null"},
       {"1 in (1, null)", "true"},
       {"null in (1, 2)", "null"},
       {"3 not in (1, 2)", "true"},
       {"3 not in (1, null)", "null"},
       {"1 in (1.0, 2.5)", "true"},
       {"2 in (2.5)", "false"},
       {"float64 'NaN' in (float64 'NaN')", "true"},
       {"'b' in ('a', 'b', 'c')", "true"},
       {"18446744073709551615 in (-1, 18446744073709551615)", "true"},
       {"1 in (1, 'a')", "!cannot compare int64 with utf8"},
       {"1 in (i)", "!at 6: in (…) takes constants only"},
       {"1 in ()", "false"},
       {"2 between 1 and 3", "true"},
       {"1 between 1 and 1", "true"},
       {"0 between 1 and 3", "false"},
       {"0 between 1 and null", "false"},
       {"2 between 1 and null", "null"},
       {"2 not between 1 and 3", "false"},
       {"'b' between 'a' and 'c' and true", "true"}},
      FirstRow());
}

TEST(ExpressionSemantics, Text) {
  ExpectCases({{"lower('ABC \u00c9 \u03a3 \u0416 1')", "'abc \u00e9 \u03c3 \u0436 1'"},
               {"upper('abc \u00e9 \u03c2 \u0436 \u00ff \u00df')",
                "'ABC \u00c9 \u03a3 \u0416 \u0178 \u00df'"},
               {"length('Zo\u00eb')", "3"},
               {"length('')", "0"},
               {"length(x'c3ab')", "2"},
               {"length('\U0001f9f1')", "1"},
               {"substr('abcdef', 2, 3)", "'bcd'"},
               {"substr('abcdef', 3)", "'cdef'"},
               {"substr('abcdef', 0, 2)", "'a'"},
               {"substr('abcdef', -1, 2)", "''"},
               {"substr('abcdef', -1, 3)", "'a'"},
               {"substr('abcdef', 7)", "''"},
               {"substr('abcdef', 1, 0)", "''"},
               {"substr('abcdef', 1, -5)", "''"},
               {"substr('abcdef', 9223372036854775807, 9223372036854775807)", "''"},
               {"substr('abcdef', -9223372036854775808, 5)", "''"},
               {"substr('Zo\u00eb!', 3, 1)", "'\u00eb'"},
               {"substr(null, 1)", "null"},
               {"substr('abc', null)", "null"},
               {"substr('abc', 1.5)", "!whole numbers"},
               {"starts_with('abc', 'ab')", "true"},
               {"starts_with('abc', '')", "true"},
               {"starts_with('abc', null)", "null"},
               {"ends_with('abc', 'bc')", "true"},
               {"contains('abc', 'b')", "true"},
               {"contains('abc', 'x')", "false"},
               {"trim('  a b\t\n')", "'a b'"},
               {"trim('   ')", "''"},
               {"concat('a', 'b', 'c')", "'abc'"},
               {"concat('a', null)", "null"},
               {"concat('a', 1)", "!concat() takes text, not int64"},
               {"'it''s' = concat('it', '''', 's')", "true"},
               {"UPPER('x')", "'X'"},
               {"lower(1)", "!at 6: lower() takes text, not int64"}},
              FirstRow());
}

TEST(ExpressionSemantics, Like) {
  ExpectCases({{"'abc' like 'abc'", "true"},
               {"'abc' like 'a%'", "true"},
               {"'abc' like '%c'", "true"},
               {"'abc' like '%b%'", "true"},
               {"'abc' like 'a_c'", "true"},
               {"'abc' like '____'", "false"},
               {"'abc' like '%_%_%_%'", "true"},
               {"'' like '%'", "true"},
               {"'' like ''", "true"},
               {"'' like '_'", "false"},
               {"'Zo\u00eb' like 'Zo_'", "true"},
               {"'Zo\u00eb' like '___'", "true"},
               {"'a%c' like 'a\\%c'", "true"},
               {"'abc' like 'a\\%c'", "false"},
               {"'a_c' like 'a\\_c'", "true"},
               {"'a\\c' like 'a\\\\c'", "true"},
               {"'aXbXc' like 'a%X%c'", "true"},
               {"'abab' like '%ab'", "true"},
               {"'aab' like 'a%ab'", "true"},
               {"'ab' like 'ab%ab'", "false"},
               {"'ABC' like 'abc'", "false"},
               {"'abc' not like 'b%'", "true"},
               {"null like 'a'", "null"},
               {"'a' like null", "null"},
               {"'a\nb' like 'a_b'", "true"},
               {"'a' like 'a\\'", "!at 9: in a pattern"},
               {"'a' like '\\n'", "!in a pattern"},
               {"'a' like s", "!constant pattern"},
               {"1 like 'a'", "!like compares text"}},
              FirstRow());
}

TEST(ExpressionSemantics, Numbers) {
  ExpectCases({{"abs(-5)", "5"},
               {"abs(-2.5)", "2.5"},
               {"abs(-9223372036854775808)", "!integer overflow"},
               {"abs(18446744073709551615)", "18446744073709551615"},
               {"round(2.5)", "3.0"},
               {"round(-2.5)", "-3.0"},
               {"round(2)", "2"},
               {"floor(-1.5)", "-2.0"},
               {"ceil(1.2)", "2.0"},
               {"sqrt(9)", "3.0"},
               {"sqrt(-1)", "!square root of a negative number"},
               {"sqrt(float64 'NaN')", "float64 'NaN'"},
               {"is_nan(float64 'NaN')", "true"},
               {"is_nan(1)", "false"},
               {"is_nan(null)", "null"},
               {"floor(null)", "null"},
               {"abs('x')", "!takes a number"}},
              FirstRow());
}

TEST(ExpressionSemantics, Dates) {
  ExpectCases({{"year(date '2020-02-29')", "2020"},
               {"month(date '2020-02-29')", "2"},
               {"day(date '2020-02-29')", "29"},
               {"quarter(date '2020-12-31')", "4"},
               {"day_of_year(date '2020-12-31')", "366"},
               {"day_of_year(date '2021-03-01')", "60"},
               {"day_of_week(date '1970-01-01')", "4"},
               {"day_of_week(date '2024-01-07')", "7"},
               {"hour(timestamp '2020-02-29T12:34:56.789Z')", "12"},
               {"minute(timestamp '2020-02-29T12:34:56.789Z')", "34"},
               {"second(timestamp '2020-02-29T12:34:56.789Z')", "56"},
               {"year(timestamp '1969-12-31T23:59:59.999999Z')", "1969"},
               {"second(timestamp '1969-12-31T23:59:59.999999Z')", "59"},
               {"hour(timestamp '2020-01-01T01:00:00+02:00')", "23"},
               {"date(timestamp '1969-12-31T23:59:59Z')", "date '1969-12-31'"},
               {"date('2020-01-31')", "date '2020-01-31'"},
               {"date('2020-02-30')", "!'2020-02-30' is no date32"},
               {"hour(date '2020-01-01')", "!hour() takes a timestamp"},
               {"year(null)", "null"},
               {"year(1)", "!year() takes a date or timestamp"},
               {"date '2020-03-01' - date '2020-02-28'", "2"},
               {"date '2020-02-28' + 2", "date '2020-03-01'"},
               {"1 + date '2020-02-28'", "date '2020-02-29'"},
               {"date '2020-03-01' - 1", "date '2020-02-29'"},
               {"timestamp '2020-01-01T00:00:01Z' - timestamp '2020-01-01T00:00:00Z'", "1000000"},
               {"timestamp '2020-01-01T00:00:00Z' + 1", "timestamp '2020-01-01T00:00:00.000001Z'"},
               {"timestamp '2020-01-02T00:00:00Z' - date '2020-01-01'", "86400000000"},
               {"date '2020-01-01' - '2019-12-31'", "1"},
               {"date '2020-01-01' + 9000000000", "!out of range for date32"},
               {"date '2020-01-01' + date '2020-01-01'", "!cannot compute date32 + date32"},
               {"date '2020-01-01' * 2", "!cannot compute date32 * int64"},
               {"date '2020-01-01' + null", "null"}},
              FirstRow());
}

TEST(ExpressionSemantics, Casts) {
  ExpectCases({{"cast(127 as int8)", "127"},
               {"cast(128 as int8)", "!at 0: 128 is out of range for int8"},
               {"cast(-128 as int8)", "-128"},
               {"cast(-129 as int8)", "!out of range"},
               {"cast(255 as uint8)", "255"},
               {"cast(256 as uint8)", "!out of range"},
               {"cast(-1 as uint64)", "!out of range"},
               {"cast(18446744073709551615 as int64)", "!out of range"},
               {"cast(9223372036854775807 as uint64)", "9223372036854775807"},
               {"cast(2147483648 as int32)", "!out of range"},
               {"cast(2147483647 as int32)", "2147483647"},
               {"cast(2.9 as int64)", "2"},
               {"cast(-2.9 as int64)", "-2"},
               {"cast(127.9 as int8)", "127"},
               {"cast(128.0 as int8)", "!out of range"},
               {"cast(-0.9 as uint8)", "0"},
               {"cast(-1.0 as uint8)", "!out of range"},
               {"cast(9223372036854775807.0 as int64)", "!out of range"},
               {"cast(-9223372036854775808.0 as int64)", "-9223372036854775808"},
               {"cast(18446744073709551616.0 as uint64)", "!out of range"},
               {"cast(float64 'NaN' as int64)", "!out of range"},
               {"cast(float64 'Infinity' as float32)", "float64 'Infinity'"},
               {"cast(1e300 as float32)", "!out of range"},
               {"cast(0.1 as float32) = 0.1", "false"},
               {"cast(16777217 as float32)", "16777216.0"},
               {"cast('12' as int64)", "12"},
               {"cast('+12' as int64)", "12"},
               {"cast('-12' as int8)", "-12"},
               {"cast(' 12' as int64)", "!' 12' is no int64"},
               {"cast('' as int64)", "!'' is no int64"},
               {"cast('12x' as int64)", "!is no int64"},
               {"cast('9223372036854775808' as int64)", "!out of range for int64"},
               {"cast('300' as uint8)", "!out of range for uint8"},
               {"cast('1.5e3' as float64)", "1500.0"},
               {"cast('NaN' as float64)", "float64 'NaN'"},
               {"cast('inf' as float64)", "!is no float64"},
               {"cast('1e-400' as float64)", "0.0"},
               {"cast('1e400' as float64)", "!is no float64"},
               {"cast('true' as bool)", "true"},
               {"cast('FALSE' as bool)", "false"},
               {"cast('yes' as bool)", "!is no bool"},
               {"cast(true as int32)", "1"},
               {"cast(false as float64)", "0.0"},
               {"cast(2 as bool)", "true"},
               {"cast(0 as bool)", "false"},
               {"cast(1.5 as bool)", "!cannot cast float64 to bool"},
               {"cast(1.0 as utf8)", "'1.0'"},
               {"cast(15 as utf8)", "'15'"},
               {"cast(true as utf8)", "'true'"},
               {"cast(cast(0.1 as float32) as utf8)", "'0.1'"},
               {"cast(date '2020-01-31' as utf8)", "'2020-01-31'"},
               {"cast('2020-01-31' as date32)", "date '2020-01-31'"},
               {"cast(date '2020-01-31' as timestamp)", "timestamp '2020-01-31T00:00:00Z'"},
               {"cast(timestamp '1969-12-31T23:59:59Z' as date32)", "date '1969-12-31'"},
               {"cast(cast(2147483647 as date32) as timestamp)", "!out of range for timestamp"},
               {"cast(date '1970-01-11' as int32)", "10"},
               {"cast(10 as date32)", "date '1970-01-11'"},
               {"cast(2147483648 as date32)", "!out of range for date32"},
               {"cast('abc' as binary)", "x'616263'"},
               {"cast(x'616263' as utf8)", "'abc'"},
               {"cast(x'ff' as utf8)", "!is no utf8"},
               {"cast('abc' as fixed_size_binary(3))", "x'616263'"},
               {"cast('ab' as fixed_size_binary(3))", "!is no fixed_size_binary(3)"},
               {"cast(null as int64)", "null"},
               {"cast(1 as list<int64>)", "!cannot cast int64 to list<int64>"},
               {"cast(1.5 as date32)", "!cannot cast float64 to date32"}},
              FirstRow());
}

TEST(ExpressionSemantics, Columns) {
  ExpectCases(
      {{"i", "1 | 2 | null | -3"},
       {"i + 1", "2 | 3 | null | -2"},
       {"u", "0 | 5 | null | 18446744073709551615"},
       {"u > i", "false | true | null | true"},
       {"i < u", "false | true | null | true"},
       {"u = i", "false | false | null | false"},
       {"u > -1", "true | true | null | true"},
       {"u < 0", "false | false | null | false"},
       {"u >= 4.5", "false | true | null | true"},
       {"i > 1.5", "false | true | null | false"},
       {"1.5 < i", "false | true | null | false"},
       {"i = 1.5", "false | false | null | false"},
       {"i != 1.5", "true | true | null | true"},
       {"i < 1e300", "true | true | null | true"},
       {"i < float64 'NaN'", "true | true | null | true"},
       {"u + i", "!18446744073709551615 is out of range for int64"},
       {"u + 1", "!integer overflow for 18446744073709551615 and 1 in 'u + 1'"},
       {"d", "0.5 | float64 'NaN' | null | -0.0"},
       {"d > 1", "false | true | null | false"},
       {"d = 0", "false | false | null | true"},
       {"d < i", "true | false | null | false"},
       {"d = d", "true | true | null | true"},
       {"s like '%p%'", "true | false | null | false"},
       {"length(s)", "5 | 3 | null | 0"},
       {"upper(s)", "'APPLE' | 'ZO\u00cb' | null | ''"},
       {"s = raw", "true | false | null | true"},
       {"raw < 'b'", "true | false | null | true"},
       {"s is null", "false | false | true | false"},
       {"b and i > 0", "true | false | null | false"},
       {"b or i > 0", "true | true | null | true"},
       {"not b", "false | true | null | false"},
       {"small + small", "-256 | 0 | null | 254"},
       {"-small", "128 | 0 | null | -127"},
       {"small < 1000", "true | true | null | true"},
       {"cast(small as uint8)", "!-128 is out of range for uint8 in 'cast(small as uint8)'"},
       {"day", "date '1970-01-02' | date '2020-02-29' | null | date '1969-12-31'"},
       {"day < '1970-01-01'", "false | false | null | true"},
       {"day = timestamp '2020-02-29T00:00:00Z'", "false | true | null | false"},
       {"day < timestamp '1970-01-02T00:00:01Z'", "true | false | null | true"},
       {"ts < date '1970-01-01'", "false | false | null | true"},
       {"ts = '1970-01-02'", "true | false | null | false"},
       {"ts > day", "false | true | null | true"},
       {"day_of_week(day)", "5 | 6 | null | 3"},
       {"second(ts)", "0 | 56 | null | 59"},
       {"date(ts)", "date '1970-01-02' | date '2020-02-29' | null | date '1969-12-31'"},
       {"coalesce(i, 0)", "1 | 2 | 0 | -3"},
       {"coalesce(u, 7)", "0 | 5 | 7 | 18446744073709551615"},
       {"coalesce(small, 0)", "-128 | 0 | 0 | 127"},
       {"case when i > 1 then s else 'x' end", "'x' | 'Zo\u00eb' | 'x' | 'x'"},
       {"case when i > 0 then 10 / i else 0 end", "10 | 5 | 0 | 0"},
       {"i > 0 and 10 / (i - 1) > 1", "!division by zero for 10 and 0"},
       {"i > 1 and 10 / (i - 1) > 1", "false | true | null | false"},
       {"i in (1, 2.0, 2.5, null)", "true | true | null | null"},
       {"u in (-1, 5)", "false | true | null | false"},
       {"d in (0, float64 'NaN')", "false | true | null | true"},
       {"day in ('2020-02-29', date '1970-01-02')", "true | true | null | false"},
       {"distance(v, [0, 0])", "5.0 | 0.0 | null | 1.0"},
       {"distance(v, [1, 0], 'dot')", "-3.0 | -0.0 | null | -1.0"},
       {"distance(v, [1, 0], 'cosine')", "0.4 | null | null | 0.0"},
       {"distance(v, [1, 0, 0])", "!at 12: the vector has 3 dimensions, but the column has 2"},
       {"distance(v, [1, 0], 'l3')", "!at 20: the metric"},
       {"distance(s, [1, 0])", "!takes a vector column, not utf8"},
       {"v is null", "false | false | true | false"},
       {"v = v", "!values of type fixed_size_list<float32>(2) cannot be compared"},
       {"coalesce(v, v)", "[3.0,4.0] | [0.0,0.0] | null | [1.0,0.0]"},
       {"nope", "!at 0: no column 'nope'"},
       {"smal = 1", "!did you mean 'small'?"}},
      FourRows());
}

TEST(ExpressionSemantics, FilterKeepsTrueRowsOnly) {
  const RecordBatch batch = FourRows();
  EXPECT_EQ(*FilterText("b", batch), (std::vector<int64_t>{0, 3}));
  EXPECT_EQ(*FilterText("not b", batch), (std::vector<int64_t>{1}));
  EXPECT_EQ(*FilterText("b is null", batch), (std::vector<int64_t>{2}));
  EXPECT_EQ(*FilterText("null", batch), (std::vector<int64_t>{}));
  EXPECT_FALSE(FilterText("i", batch).ok());
  EXPECT_FALSE(FilterText("10 / (i - 2) > 0", batch).ok());
}

// A list of structs with a list inside, and a list of numbers; the outer row has a threshold.
//   row 0: teams [{n: 'a', y: [1, 2]}, {n: null, y: [3]}] · xs [5, null, 1] · least 2
//   row 1: teams [] · xs [] · least 1
//   row 2: teams null · xs null · least null
//   row 3: teams [null, {n: 'b', y: null}] · xs [null] · least 0
RecordBatch NestedRows() {
  const auto schema =
      Schema::Make({{"teams", List(Struct({{"n", Utf8()}, {"y", List(Int64())}}))},
                    {"xs", List(Float64())},
                    {"least", Int64()},
                    {"grid", List(List(Int32()))},
                    {"who", Struct({{"birth", Struct({{"year", Int32()}})}, {"a.b", Bool()}})}});
  ASHLAR_CHECK_OK(schema.status());
  RecordBatchBuilder builder(*schema);
  ColumnBuilder& teams = builder.column(0);
  ColumnBuilder& team = teams.child(0);
  const auto add_team = [&team](const char* name, std::vector<int64_t> years) {
    if (name == nullptr) {
      team.child(0).AppendNull();
    } else {
      ASHLAR_CHECK_OK(team.child(0).AppendBytes(name));
    }
    for (const int64_t year : years) ASHLAR_CHECK_OK(team.child(1).child(0).AppendInt64(year));
    ASHLAR_CHECK_OK(team.child(1).AppendNested());
    ASHLAR_CHECK_OK(team.AppendNested());
  };
  add_team("a", {1, 2});
  add_team(nullptr, {3});
  ASHLAR_CHECK_OK(teams.AppendNested());
  ASHLAR_CHECK_OK(teams.AppendNested());
  teams.AppendNull();
  team.AppendNull();
  ASHLAR_CHECK_OK(team.child(0).AppendBytes("b"));
  team.child(1).AppendNull();
  ASHLAR_CHECK_OK(team.AppendNested());
  ASHLAR_CHECK_OK(teams.AppendNested());

  ColumnBuilder& xs = builder.column(1);
  ASHLAR_CHECK_OK(xs.child(0).AppendDouble(5));
  xs.child(0).AppendNull();
  ASHLAR_CHECK_OK(xs.child(0).AppendDouble(1));
  ASHLAR_CHECK_OK(xs.AppendNested());
  ASHLAR_CHECK_OK(xs.AppendNested());
  xs.AppendNull();
  xs.child(0).AppendNull();
  ASHLAR_CHECK_OK(xs.AppendNested());

  for (const int64_t least : {2, 1}) ASHLAR_CHECK_OK(builder.column(2).AppendInt64(least));
  builder.column(2).AppendNull();
  ASHLAR_CHECK_OK(builder.column(2).AppendInt64(0));

  ColumnBuilder& grid = builder.column(3);
  for (int row = 0; row < 4; ++row) {
    for (int inner = 0; inner < row; ++inner) {
      for (int k = 0; k <= inner; ++k) {
        ASHLAR_CHECK_OK(grid.child(0).child(0).AppendInt64(row * 10 + k));
      }
      ASHLAR_CHECK_OK(grid.child(0).AppendNested());
    }
    ASHLAR_CHECK_OK(grid.AppendNested());
  }

  ColumnBuilder& who = builder.column(4);
  for (int row = 0; row < 4; ++row) {
    if (row == 1) {
      who.AppendNull();
      continue;
    }
    ASHLAR_CHECK_OK(who.child(0).child(0).AppendInt64(1900 + row));
    ASHLAR_CHECK_OK(who.child(0).AppendNested());
    ASHLAR_CHECK_OK(who.child(1).AppendBool(row == 0));
    ASHLAR_CHECK_OK(who.AppendNested());
  }
  auto batch = builder.Finish();
  ASHLAR_CHECK_OK(batch.status());
  return *batch;
}

TEST(ExpressionSemantics, PathsAndLists) {
  ExpectCases(
      {{"who.birth.year", "1900 | null | 1902 | 1903"},
       {"who.birth.year < 1903", "true | null | true | false"},
       {"who.a.b", "true | null | false | false"},
       {"who.\"a.b\"", "true | null | false | false"},
       {"\"who\".birth.\"year\" is null", "false | true | false | false"},
       {"len(teams)", "2 | 0 | null | 2"},
       {"len(teams.n)", "2 | 0 | null | 2"},
       {"len(teams.y)", "3 | 0 | null | 0"},
       {"len(xs)", "3 | 0 | null | 1"},
       {"len(grid)", "0 | 1 | 2 | 3"},
       {"any(xs > 4)", "true | false | null | null"},
       {"any(xs > 9)", "null | false | null | null"},
       {"all(xs > 0)", "null | true | null | null"},
       {"all(xs > 1)", "false | true | null | null"},
       {"any(xs is null)", "true | false | null | true"},
       {"sum(xs)", "6.0 | null | null | null"},
       {"avg(xs)", "3.0 | null | null | null"},
       {"min(xs)", "1.0 | null | null | null"},
       {"max(xs)", "5.0 | null | null | null"},
       {"sum(xs * 2 + least)", "16.0 | null | null | null"},
       {"any(teams.n = 'a')", "true | false | null | null"},
       {"any(teams.n = 'b')", "null | false | null | true"},
       {"min(teams.n)", "'a' | null | null | 'b'"},
       {"max(upper(teams.n))", "'A' | null | null | 'B'"},
       {"sum(teams.y)", "6 | null | null | null"},
       {"any(teams.y > least)", "true | false | null | false"},
       {"avg(teams.y)", "2.0 | null | null | null"},
       {"any(teams.y > avg(teams.y))", "true | false | null | false"},
       {"sum(grid)", "null | 10 | 61 | 184"},
       {"any(10 / (xs - 5) > 0)", "!division by zero"},
       {"any(xs > 4 or 10 / (xs - 5) > 0)", "true | false | null | null"},
       {"teams is null", "false | false | true | false"},
       {"sum(case when teams.n is null then 1 else 0 end)", "1 | null | null | 1"},
       {"teams.n = 'a'", "!at 0: 'teams.n' runs through the list 'teams'"},
       {"sum(least)", "!at 0: sum() runs over the elements of a list"},
       {"any(least > 1)", "!no list is named"},
       {"any(xs > 1 and teams.n = 'a')", "!at 15: 'teams.n' runs through another list than 'xs'"},
       {"sum(teams.n)", "!at 4: sum() takes numbers, not utf8"},
       {"any(xs)", "!at 4: expected a condition"},
       {"len(least)", "!len() takes a list, not int64"},
       {"teams.m", "!did you mean 'teams.n', 'teams.y'"},
       {"teams = teams", "!cannot be compared"}},
      NestedRows());
}

}  // namespace
}  // namespace ashlar::query
