// CSV import: RFC 4180, inference, given schemas, and the place named by every error.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/tools/import_testing.h"

namespace ashlar::tools {
namespace {

using testing::Csv;
using ::testing::HasSubstr;
using testing::Import;

std::string SchemaOf(const std::string& text) {
  const auto table = Import(text, Csv());
  return table.ok() ? table->schema.ToString() : std::string(table.status().message());
}

std::string ErrorOf(const std::string& text, std::string_view schema = "") {
  const auto table = Import(text, Csv(schema));
  if (table.ok()) return "no error: " + table->schema.ToString();
  EXPECT_EQ(table.status().code(), absl::StatusCode::kInvalidArgument);
  return std::string(table.status().message());
}

// Every text must mean the same however the input is cut into blocks.
void ExpectCells(const std::string& text, const std::vector<std::vector<std::string>>& rows) {
  for (const size_t block : {1, 2, 3, 7, 64, 1000}) {
    const auto table = Import(text, Csv("a: utf8, b: utf8", block));
    ASSERT_TRUE(table.ok()) << table.status() << " with blocks of " << block;
    ASSERT_EQ(table->rows(), static_cast<int64_t>(rows.size())) << "blocks of " << block;
    for (size_t row = 0; row < rows.size(); ++row) {
      for (size_t i = 0; i < 2; ++i) {
        const Column& column = table->column(i);
        const auto r = static_cast<int64_t>(row);
        const std::string cell = column.IsNull(r) ? "null" : std::string(column.GetBytes(r));
        EXPECT_EQ(cell, rows[row][i]) << "row " << row << ", blocks of " << block;
      }
    }
  }
}

TEST(ImportCsvTest, ReadsQuotesCommasAndLineEnds) {
  ExpectCells("a,b\n1,2\n", {{"1", "2"}});
  ExpectCells("a,b\r\n1,2\r\n3,4\r\n", {{"1", "2"}, {"3", "4"}});
  ExpectCells("a,b\n1,2", {{"1", "2"}});
  ExpectCells("a,b\n1,", {{"1", "null"}});
  ExpectCells("\"a\",\"b\"\n\"x,y\",\"line\nbreak\"\n", {{"x,y", "line\nbreak"}});
  ExpectCells("a,b\n\"say \"\"hi\"\"\",\"\"\"\"\n", {{"say \"hi\"", "\""}});
  ExpectCells("a,b\n\"x\r\ny\",\"\"\r\n", {{"x\r\ny", ""}});
  ExpectCells("a,b\n\"last\",\"one\"", {{"last", "one"}});
  ExpectCells("a,b\n\"last\",\"one\"\r", {{"last", "one"}});
}

TEST(ImportCsvTest, KeepsBlanksAndLoneCarriageReturns) {
  ExpectCells("a,b\n x , y \n", {{" x ", " y "}});
  ExpectCells("a,b\nx\ry,\r\r\n", {{"x\ry", "\r"}});
}

TEST(ImportCsvTest, SkipsTheByteOrderMarkAndBlankLines) {
  ExpectCells(
      "\xEF\xBB\xBF"
      "a,b\n1,2\n",
      {{"1", "2"}});
  ExpectCells("a,b\n\n1,2\n\r\n\n3,4\n\n", {{"1", "2"}, {"3", "4"}});
}

TEST(ImportCsvTest, TellsNullFromTheEmptyString) {
  ExpectCells("a,b\n,\"\"\n\"\",\n", {{"null", ""}, {"", "null"}});
}

TEST(ImportCsvTest, ABlankLineOfASingleColumnIsNull) {
  const auto table = Import("a\n1\n\n2\n", Csv());
  ASSERT_TRUE(table.ok()) << table.status();
  ASSERT_EQ(table->rows(), 3);
  EXPECT_TRUE(table->column(0).IsNull(1));
  EXPECT_EQ(table->column(0).GetInt64(2), 2);
}

TEST(ImportCsvTest, InfersTheNarrowestType) {
  EXPECT_EQ(SchemaOf("b,i,f,d,t,s\ntrue,-5,1.5,2020-02-29,2020-01-01T10:00:00.5Z,x\n"
                     "false,7,-1e3,1999-12-31,1970-01-01T00:00:00Z,1\n"),
            "b: bool, i: int64, f: float64, d: date32, t: timestamp, s: utf8");
  EXPECT_EQ(SchemaOf("a,b\n,\n,\n"), "a: utf8, b: utf8");
  EXPECT_EQ(SchemaOf("a,b\n1,true\n,\n"), "a: int64, b: bool");
}

TEST(ImportCsvTest, KeepsWhatWouldNotComeBackAsText) {
  for (const std::string text : {"007",
                                 "+1",
                                 "-0",
                                 "1_000",
                                 "0x10",
                                 "1 ",
                                 "inf",
                                 "nan",
                                 "1e999",
                                 "2020-02-30",
                                 "2020-1-1",
                                 "2020-01-01 10:00:00Z",
                                 "2020-01-01T10:00:00",
                                 "True",
                                 "-9223372036854775809",
                                 "18446744073709551616",
                                 ".",
                                 "-",
                                 "1e",
                                 "--1",
                                 "00.5"}) {
    EXPECT_EQ(SchemaOf("a\n" + text + "\n"), "a: utf8") << text;
  }
  EXPECT_EQ(SchemaOf("a\n1\n\"\"\n"), "a: utf8");
  EXPECT_EQ(SchemaOf("a\n1\ntrue\n"), "a: utf8");
  EXPECT_EQ(SchemaOf("a\n2020-01-01\n2020-01-01T00:00:00Z\n"), "a: utf8");
}

TEST(ImportCsvTest, InfersLargeAndMixedNumbers) {
  EXPECT_EQ(SchemaOf("a\n9223372036854775807\n-9223372036854775808\n"), "a: int64");
  EXPECT_EQ(SchemaOf("a\n18446744073709551615\n1\n"), "a: uint64");
  EXPECT_EQ(SchemaOf("a\n18446744073709551615\n-1\n"), "a: utf8");
  EXPECT_EQ(SchemaOf("a\n9007199254740992\n0.5\n"), "a: float64");
  EXPECT_EQ(SchemaOf("a\n0.5\n9007199254740993\n"), "a: utf8");
  EXPECT_EQ(SchemaOf("a\n.5\n5.\n+1.5\n1E-3\n"), "a: float64");
}

TEST(ImportCsvTest, ReadsEveryTypeOfASchema) {
  const auto table = Import(
      "i8,u16,f,bin,fix,d,t,list,s,vec\n"
      "-128,65535,-inf,aGk=,AAE=,2021-02-03,2021-02-03T04:05:06+01:00,\"[1,null]\","
      "\"{\"\"x\"\":{\"\"y\"\":7}}\",\"[1,NaN]\"\n"
      ",,,,,,,,,\n",
      Csv("i8: int8, u16: uint16, f: float32, bin: binary, fix: fixed_size_binary(2), d: date32, "
          "t: timestamp, list: list<int64>, s: struct<x: struct<y: int64>>, "
          "vec: list<utf8>"));
  // A bare NaN is no JSON.
  EXPECT_THAT(std::string(table.status().message()), HasSubstr("line 2, field 'vec'"));

  const auto good = Import(
      "t,list,s,vec,u\n2021-02-03T04:05:06+01:00,\"[1,null]\",\"{\"\"x\"\":{\"\"y\"\":7}}\","
      "\"[1,\"\"NaN\"\"]\",255\n",
      Csv("vec: fixed_size_list<float32>(2), t: timestamp, list: list<int64>, "
          "s: struct<x: struct<y: int64>>, u: uint8, absent: int32"));
  ASSERT_TRUE(good.ok()) << good.status();
  EXPECT_EQ(good->column(0).child(0).GetDouble(0), 1.0);
  EXPECT_EQ(good->column(1).GetInt64(0), 1612321506000000);
  EXPECT_TRUE(good->column(2).child(0).IsNull(1));
  EXPECT_EQ(good->column(3).child(0).child(0).GetInt64(0), 7);
  EXPECT_EQ(good->column(4).GetUInt64(0), 255u);
  EXPECT_TRUE(good->column(5).IsNull(0));
}

TEST(ImportCsvTest, NamesLineAndFieldOfBadValues) {
  EXPECT_EQ(ErrorOf("id,birthYear\n1,1900\n2,abc\n", "id: int64, birthYear: int64"),
            "input: line 3, field 'birthYear': 'abc' is not an int64");
  EXPECT_THAT(ErrorOf("a\n300\n", "a: uint8"),
              HasSubstr("line 2, field 'a': '300' is not a uint8"));
  EXPECT_THAT(ErrorOf("a\n\"\"\n", "a: int64"), HasSubstr("'' is not an int64"));
  EXPECT_THAT(ErrorOf("a\n1e300\n", "a: float32"), HasSubstr("'1e300' is not a float32"));
  EXPECT_THAT(ErrorOf("a\n*\n", "a: binary"), HasSubstr("'*' is not a binary in base64"));
  EXPECT_THAT(ErrorOf("a,b\n1,2\n,2\n", "a: int64 not null, b: int64"),
              HasSubstr("line 3, field 'a': is required but empty"));
  EXPECT_THAT(ErrorOf("a\n" + std::string(1000, 'x') + "\n", "a: bool"),
              HasSubstr("'" + std::string(64, 'x') + "...' is not a bool"));
  EXPECT_THAT(ErrorOf("a\n\x1b[31m\n", "a: bool"), HasSubstr("'\\x1b[31m' is not a bool"));
  EXPECT_THAT(ErrorOf("a,s\n1,\"{\"\"x\"\":\"\"q\"\"}\"\n", "a: int64, s: struct<x: int64>"),
              HasSubstr("line 2, field 's.x': '\"q\"' is not an int64"));
}

TEST(ImportCsvTest, CountsLinesWithinQuotes) {
  EXPECT_THAT(ErrorOf("a,b\n\"x\ny\nz\",1\n2,q\n", "a: utf8, b: int64"),
              HasSubstr("line 5, field 'b'"));
}

TEST(ImportCsvTest, RefusesBadQuoting) {
  EXPECT_THAT(ErrorOf("a,b\n1,x\"y\n"), HasSubstr("line 2, field '2': a quote inside"));
  EXPECT_THAT(ErrorOf("a,b\n\"x\"y,1\n"), HasSubstr("line 2, field '1': text follows"));
  EXPECT_THAT(ErrorOf("a,b\n\"x\" ,1\n"), HasSubstr("line 2, field '1': text follows"));
  EXPECT_THAT(ErrorOf("a,b\n\"x\" \"y\",1\n"), HasSubstr("text follows"));
  EXPECT_THAT(ErrorOf("a,b\n1,\"x\n"), HasSubstr("line 2, field '2': the quoted value never ends"));
  EXPECT_THAT(ErrorOf("a,b\n1,\"x\"y"), HasSubstr("text follows"));
}

TEST(ImportCsvTest, RefusesRaggedRecords) {
  EXPECT_THAT(ErrorOf("a,b\n1,2\n3\n"),
              HasSubstr("line 3: the record has 1 fields, the header has 2"));
  EXPECT_THAT(ErrorOf("a,b\n1,2,3\n"), HasSubstr("line 2: the record has 3 fields"));
}

TEST(ImportCsvTest, RefusesBadHeaders) {
  EXPECT_THAT(ErrorOf(""), HasSubstr("is empty"));
  EXPECT_THAT(ErrorOf("\xEF\xBB\xBF"), HasSubstr("is empty"));
  EXPECT_THAT(ErrorOf("a,b,a\n"), HasSubstr("'a' is there twice"));
  EXPECT_THAT(ErrorOf("a,,b\n"), HasSubstr("line 1, field '2': the column has no name"));
  EXPECT_THAT(ErrorOf(std::string(300, 'n') + "\n"), HasSubstr("line 1, field '1'"));
  EXPECT_THAT(ErrorOf("a\xff\n"), HasSubstr("line 1, field '1'"));
}

TEST(ImportCsvTest, RefusesHeadersThatDoNotFitTheSchema) {
  EXPECT_THAT(ErrorOf("a,c\n", "a: int64, b: int64"),
              HasSubstr("field 'c': the schema has no such"));
  EXPECT_THAT(ErrorOf("a\n", "a: int64, b: int64 not null"),
              HasSubstr("field 'b': the header lacks"));
}

TEST(ImportCsvTest, RefusesWhatIsNotUtf8) {
  EXPECT_THAT(ErrorOf("a,b\n1,2\n3,x\xff\n"),
              HasSubstr("line 3, field 'b': 'x\\xff' is not valid UTF-8"));
}

TEST(ImportCsvTest, RefusesARecordWithoutEnd) {
  const std::string text = "a\n\"" + std::string(kMaxRecordBytes + kImportBlockBytes, 'x');
  EXPECT_THAT(ErrorOf(text), HasSubstr("line 2: the record is longer than 64 MiB"));
}

TEST(ImportCsvTest, KnowsRowsAndStaysFailed) {
  auto reader = OpenImport(io::MakeMemoryInput("input", "a\n1\n2\n"), Csv());
  ASSERT_TRUE(reader.ok());
  EXPECT_EQ((*reader)->rows(), 2u);
  RecordBatch batch;
  EXPECT_TRUE((*reader)->Next(&batch).value());
  EXPECT_FALSE((*reader)->Next(&batch).value());
  EXPECT_EQ((*reader)->bytes_read(), 6u);

  auto bad = OpenImport(io::MakeMemoryInput("input", "a\nx\n1\n"), Csv("a: int64"));
  ASSERT_TRUE(bad.ok());
  EXPECT_FALSE((*bad)->Next(&batch).ok());
  EXPECT_FALSE((*bad)->Next(&batch).ok());
}

TEST(ImportCsvTest, CutsBatchesAt64KiRows) {
  std::string text = "a\n";
  for (int i = 0; i < 70'000; ++i) text += "1\n";
  const auto table = Import(text, Csv());
  ASSERT_TRUE(table.ok());
  ASSERT_EQ(table->batches.size(), 2u);
  EXPECT_EQ(table->batches[0].rows(), 65536);
  EXPECT_EQ(table->rows(), 70'000);
}

}  // namespace
}  // namespace ashlar::tools
