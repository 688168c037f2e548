// Export writers and schema spellings.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/tools/import_testing.h"

namespace ashlar::tools {
namespace {

using ::testing::HasSubstr;
using testing::Import;
using testing::Json;
using testing::Table;

Table Sample() {
  return Import(
             "{\"id\":1,\"s\":\"a,b\",\"p\":{\"x\":1}}\n{\"id\":-20,\"s\":\"\"}\n{\"id\":3,\"p\":{}"
             "}\n",
             Json())
      .value();
}

std::string Write(const Table& table, ExportWriter& writer, const StringOutput& output) {
  for (const RecordBatch& batch : table.batches) EXPECT_TRUE(writer.Write(batch).ok());
  EXPECT_TRUE(writer.Finish().ok());
  return output.text();
}

std::string WriteTable(const Table& table, const TableOptions& options) {
  StringOutput output;
  return Write(table, *MakeTableWriter(output, table.schema, options), output);
}

TEST(ImportExportTest, WritesJsonLinesWithAndWithoutNulls) {
  StringOutput bare;
  EXPECT_EQ(
      Write(Sample(), *MakeJsonLinesWriter(bare), bare),
      "{\"id\":1,\"s\":\"a,b\",\"p\":{\"x\":1}}\n{\"id\":-20,\"s\":\"\"}\n{\"id\":3,\"p\":{}}\n");
  StringOutput full;
  EXPECT_THAT(Write(Sample(), *MakeJsonLinesWriter(full, {.include_nulls = true}), full),
              HasSubstr("{\"id\":3,\"s\":null,\"p\":{\"x\":null}}"));
}

TEST(ImportExportTest, WritesOneJsonArray) {
  StringOutput output;
  const Table table = Import("{\"a\":1}\n{\"a\":2}\n", Json()).value();
  EXPECT_EQ(Write(table, *MakeJsonWriter(output), output), "[\n{\"a\":1},\n{\"a\":2}\n]\n");
  StringOutput empty;
  EXPECT_EQ(Write({.schema = table.schema, .batches = {}}, *MakeJsonWriter(empty), empty), "[]\n");
}

TEST(ImportExportTest, WritesCsvWithAHeaderAlways) {
  StringOutput output;
  const Table table = Sample();
  EXPECT_EQ(Write(table, *MakeCsvWriter(output, table.schema), output),
            "id,s,p\n1,\"a,b\",\"{\"\"x\"\":1}\"\n-20,\"\",\n3,,\"{\"\"x\"\":null}\"\n");
  StringOutput empty;
  EXPECT_EQ(
      Write({.schema = table.schema, .batches = {}}, *MakeCsvWriter(empty, table.schema), empty),
      "id,s,p\n");
}

TEST(ImportExportTest, AlignsTablesAndShowsNulls) {
  EXPECT_EQ(WriteTable(Sample(), {}),
            " id  s     p\n"
            "---  ----  -------\n"
            "  1  a,b   {\"x\":1}\n"
            "-20        null\n"
            "  3  null  {}\n");
  EXPECT_THAT(WriteTable(Sample(), {.width = 0, .color = true}), HasSubstr("\x1b[2mnull\x1b[0m"));
}

TEST(ImportExportTest, CutsTablesToTheWidth) {
  const Table table =
      Import("{\"a\":\"" + std::string(100, 'x') + "\",\"b\":\"ééééé\",\"c\":7}\n", Json()).value();
  EXPECT_EQ(WriteTable(table, {.width = 20}),
            "a           b      c\n"
            "----------  -----  -\n"
            "xxxxxxxxx…  ééééé  7\n");
  EXPECT_THAT(WriteTable(table, {.width = 10}), HasSubstr("(1 more columns do not fit)"));
}

TEST(ImportExportTest, TablesCannotDriveTheTerminal) {
  const Table table = Import("{\"a\":\"\\u001b[2J\\n\"}\n", Json()).value();
  const std::string text = WriteTable(table, {});
  EXPECT_THAT(text, HasSubstr("\\x1b[2J\\n"));
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
}

class FullOutput final : public Output {
 public:
  absl::Status Write(std::string_view) override { return absl::ResourceExhaustedError("full"); }
  absl::Status Flush() override { return absl::OkStatus(); }
};

TEST(ImportExportTest, ReturnsErrorsOfTheOutput) {
  FullOutput output;
  const Table table = Sample();
  auto reader = MakeBatchReader(table.schema, table.batches);
  EXPECT_TRUE(absl::IsResourceExhausted(ExportAll(*reader, *MakeJsonLinesWriter(output))));
}

TEST(ImportSchemaTextTest, ReadsTheThreeSpellings) {
  const std::string notation = "id: int64 not null, p: struct<y: list<utf8>>";
  const Schema schema = ParseSchemaText("\n " + notation + " \n").value();
  EXPECT_EQ(schema.ToString(), notation);
  EXPECT_EQ(ParseSchemaText("{\"id\":\"int64 not null\",\"p\":\"struct<y: list<utf8>>\"}").value(),
            schema);
  const std::string array =
      "[{\"name\":\"id\",\"type\":\"int64\",\"nullable\":false},"
      "{\"type\":\"struct<y: list<utf8>>\",\"name\":\"p\"}]";
  EXPECT_EQ(ParseSchemaText(array).value(), schema);
  EXPECT_EQ(ParseSchemaText("{\"fields\":" + array + "}").value(), schema);
  EXPECT_EQ(ParseSchemaText("{\"fields\":\"utf8\"}").value().ToString(), "fields: utf8");
}

TEST(ImportSchemaTextTest, RefusesWhatIsNoSchema) {
  for (const std::string text :
       {"", "  ", "id", "id: int65", "id: int64,", "id: int64> , x: struct<y: utf8", "{", "{}",
        "[]", "{\"a\":1}", "{\"a\":\"int65\"}", "[1]", "[{\"name\":\"a\"}]",
        "[{\"type\":\"utf8\"}]", "[{\"name\":\"a\",\"type\":\"utf8\",\"extra\":1}]",
        "[{\"name\":\"a\",\"name\":\"b\",\"type\":\"utf8\"}]", "{\"a\":\"utf8\",\"a\":\"utf8\"}",
        "a: utf8, a: utf8", "7"}) {
    const auto schema = ParseSchemaText(text);
    EXPECT_TRUE(absl::IsInvalidArgument(schema.status())) << text << ": " << schema.status();
  }
}

}  // namespace
}  // namespace ashlar::tools
