// JSON Lines import: inference, given schemas, the place named by every error, single rows.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/tools/import_testing.h"
#include "tools/import/json_rows.h"

namespace ashlar::tools {
namespace {

using testing::Export;
using ::testing::HasSubstr;
using testing::Import;
using testing::Json;

std::string SchemaOf(const std::string& text, bool mixed_text = false) {
  ImportOptions options = Json();
  options.mixed_text = mixed_text;
  const auto table = Import(text, options);
  return table.ok() ? table->schema.ToString() : std::string(table.status().message());
}

std::string ErrorOf(const std::string& text, std::string_view schema = "") {
  const auto table = Import(text, Json(schema));
  if (table.ok()) return "no error: " + table->schema.ToString();
  EXPECT_EQ(table.status().code(), absl::StatusCode::kInvalidArgument);
  return std::string(table.status().message());
}

TEST(ImportJsonTest, InfersNestedTypes) {
  EXPECT_EQ(SchemaOf("{\"id\":1,\"birth\":{\"year\":1900}}\n"
                     "{\"id\":-2,\"tags\":[\"a\"],\"birth\":{\"city\":\"x\"},\"ok\":true}\n"
                     "{\"pay\":[{\"y\":1.5},{\"y\":2,\"z\":null}],\"day\":\"2020-01-01\"}\n"),
            "id: int64, birth: struct<year: int64, city: utf8>, tags: list<utf8>, ok: bool, "
            "pay: list<struct<y: float64, z: utf8>>, day: utf8");
  EXPECT_EQ(SchemaOf("{\"a\":null,\"b\":[],\"c\":[null]}"),
            "a: utf8, b: list<utf8>, c: list<utf8>");
}

TEST(ImportJsonTest, InfersNumbers) {
  EXPECT_EQ(SchemaOf("{\"a\":18446744073709551615}\n{\"a\":1}"), "a: uint64");
  EXPECT_EQ(SchemaOf("{\"a\":1}\n{\"a\":1.5}\n{\"a\":1e3}"), "a: float64");
  EXPECT_EQ(SchemaOf("{\"a\":9007199254740992}\n{\"a\":1.5}"), "a: float64");
  EXPECT_THAT(SchemaOf("{\"a\":1.5}\n{\"a\":9007199254740993}"), HasSubstr("line 2, field 'a'"));
  EXPECT_THAT(SchemaOf("{\"a\":18446744073709551615}\n{\"a\":-1}"), HasSubstr("line 1, field 'a'"));
  EXPECT_THAT(SchemaOf("{\"a\":18446744073709551616}"), HasSubstr("beyond 64 bits"));
}

TEST(ImportJsonTest, TakesNonFiniteNumbersBareAndAsStrings) {
  EXPECT_EQ(SchemaOf("{\"a\":\"NaN\"}\n{\"a\":1}\n{\"a\":-Infinity}"), "a: float64");
  EXPECT_EQ(SchemaOf("{\"a\":1}\n{\"a\":\"Infinity\"}"), "a: float64");
  EXPECT_EQ(SchemaOf("{\"a\":\"NaN\"}\n{\"a\":\"x\"}"), "a: utf8");
  EXPECT_THAT(SchemaOf("{\"a\":\"NaN\"}\n{\"a\":\"x\"}\n{\"a\":1}"),
              HasSubstr("line 3, field 'a'"));
  EXPECT_THAT(SchemaOf("{\"a\":Infinit}"), HasSubstr("line 1, field 'a': broken"));
  EXPECT_THAT(ErrorOf("{\"a\":NaN}", "a: int64"), HasSubstr("'NaN' is not an int64"));
  const auto table =
      Import("{\"a\":NaN}\n{\"a\":Infinity}\n{\"a\":-Infinity}\n{\"a\":-1}\n", Json());
  ASSERT_TRUE(table.ok()) << table.status();
  EXPECT_EQ(Export(*table, ImportFormat::kJsonLines),
            "{\"a\":\"NaN\"}\n{\"a\":\"Infinity\"}\n{\"a\":\"-Infinity\"}\n{\"a\":-1.0}\n");
}

TEST(ImportJsonTest, KeepsEmptyObjectsApartFromMissingOnes) {
  const std::string text = "{\"id\":1,\"e\":{}}\n{\"id\":2}\n{\"id\":3,\"e\":{}}\n";
  const auto table = Import(text, Json());
  ASSERT_TRUE(table.ok()) << table.status();
  EXPECT_TRUE(table->column(1).IsNull(1));
  EXPECT_FALSE(table->column(1).IsNull(2));
  EXPECT_EQ(table->column(1).GetBytes(2), "{}");
  EXPECT_EQ(SchemaOf(text + "{\"e\":{\"x\":1}}"), "id: int64, e: struct<x: int64>");
  const std::string nested = "{\"id\":1,\"e\":{\"x\":1}}\n{\"id\":2}\n{\"id\":3,\"e\":{}}\n";
  const auto structs = Import(nested, Json());
  ASSERT_TRUE(structs.ok()) << structs.status();
  EXPECT_EQ(Export(*structs, ImportFormat::kJsonLines), nested);
}

TEST(ImportJsonTest, NamesBothLinesOfAConflict) {
  EXPECT_EQ(SchemaOf("{\"p\":{\"a\":1}}\n\n{\"p\":{\"a\":\"x\"}}\n"),
            "input: line 3, field 'p.a': is a string here but a number on line 1");
  EXPECT_THAT(SchemaOf("{\"a\":[1]}\n{\"a\":{}}"), HasSubstr("is an object here but an array"));
  EXPECT_THAT(SchemaOf("{\"a\":[1,true]}"), HasSubstr("line 1, field 'a': is a boolean here"));
}

TEST(ImportJsonTest, MixedTextKeepsRawJson) {
  ImportOptions options = Json();
  options.mixed_text = true;
  const auto table = Import(
      "{\"a\":1,\"b\":1}\n{\"a\":\"x\\ny\"}\n{\"a\": {\"k\": [1, 2] } }\n{\"a\":null}\n"
      "{\"a\":123456789012345678901234567890}\n",
      options);
  ASSERT_TRUE(table.ok()) << table.status();
  EXPECT_EQ(table->schema.ToString(), "a: utf8, b: int64");
  EXPECT_EQ(table->column(0).GetBytes(0), "1");
  EXPECT_EQ(table->column(0).GetBytes(1), "x\ny");
  EXPECT_EQ(table->column(0).GetBytes(2), "{\"k\": [1, 2] }");
  EXPECT_TRUE(table->column(0).IsNull(3));
  EXPECT_EQ(table->column(0).GetBytes(4), "123456789012345678901234567890");
  EXPECT_THAT(SchemaOf("{\"a\":1}\n{\"a\":{\"k\":nope}}\n", true),
              HasSubstr("line 2, field 'a': broken"));
}

TEST(ImportJsonTest, ReadsLinesOfAnyCut) {
  const std::string text =
      "\xEF\xBB\xBF{\"a\":1,\"s\":\"\\u00e9\\\"\"}\r\n\n  \r\n{\"s\":\"long enough to pass a "
      "block\",\"a\":2}";
  for (const size_t block : {1, 2, 5, 64, 1000}) {
    const auto table = Import(text, Json("", block));
    ASSERT_TRUE(table.ok()) << table.status() << " with blocks of " << block;
    ASSERT_EQ(table->rows(), 2);
    EXPECT_EQ(table->column(0).GetInt64(1), 2);
    EXPECT_EQ(table->column(1).GetBytes(0), "é\"");
    EXPECT_EQ(table->column(1).GetBytes(1), "long enough to pass a block");
  }
}

TEST(ImportJsonTest, NamesTheLineOfBrokenJson) {
  for (const std::string bad : {"{\"a\":1",
                                "{\"a\":01}",
                                "{\"a\":1,}",
                                "{\"a\" 1}",
                                "{\"a\":tru}",
                                "{\"a\":nul}",
                                "{\"a\":1}}",
                                "{\"a\":1} {\"a\":2}",
                                "[1]",
                                "7",
                                "x",
                                "{\"a\":\"\xff\"}",
                                "{\"a\":\"\\ud800\"}",
                                "{\"a\":\"\\udc00\"}",
                                "{\"a\":\"\t\"}",
                                "{\"a\":\"open}",
                                "{\"a\":[1 2]}",
                                "{\"a\":1e999}",
                                "{a:1}",
                                "{\"a\":\"\\q\"}",
                                "{",
                                "{\"a\":[1}",
                                "\"a\"",
                                "{\"a\":-}",
                                "{\"a\":.5}"}) {
    const std::string error = ErrorOf("{\"b\":1}\n" + bad + "\n");
    EXPECT_THAT(error, HasSubstr("line 2")) << bad;
  }
}

TEST(ImportJsonTest, RefusesDuplicateMembers) {
  EXPECT_THAT(ErrorOf("{\"a\":1,\"a\":2}"),
              HasSubstr("line 1, field 'a': the member is there twice"));
  EXPECT_THAT(ErrorOf("{\"p\":{\"a\":1,\"\\u0061\":2}}"), HasSubstr("field 'p.a'"));
  EXPECT_THAT(ErrorOf("{\"a\":1,\"a\":2}", "a: int64"),
              HasSubstr("field 'a': the member is there"));
}

TEST(ImportJsonTest, LimitsDepthAndNames) {
  std::string deep = "{\"a\":";
  deep += std::string(63, '[') + std::string(63, ']') + "}";
  EXPECT_EQ(ErrorOf(deep).substr(0, 8), "no error");
  deep = "{\"a\":" + std::string(64, '[') + std::string(64, ']') + "}";
  EXPECT_THAT(ErrorOf(deep), HasSubstr("deeper than 64"));
  EXPECT_THAT(ErrorOf("{\"" + std::string(256, 'n') + "\":1}"), HasSubstr("line 1"));
  EXPECT_THAT(ErrorOf("{\"\":1}"), HasSubstr("line 1"));
}

TEST(ImportJsonTest, RefusesInputsWithoutAnyMember) {
  EXPECT_THAT(ErrorOf(""), HasSubstr("is empty"));
  EXPECT_THAT(ErrorOf("\n\n"), HasSubstr("is empty"));
  EXPECT_THAT(ErrorOf("{}\n"), HasSubstr("no object has a member"));
}

TEST(ImportJsonTest, ReadsEveryTypeOfASchema) {
  const std::string schema =
      "b: bool, i8: int8, u64: uint64, f32: float32, f64: float64, s: utf8, bin: binary, "
      "fix: fixed_size_binary(2), d: date32, t: timestamp, v: fixed_size_list<float32>(2), "
      "l: list<int16>, o: struct<x: int32 not null>";
  const std::string text =
      "{\"b\":true,\"i8\":-128,\"u64\":18446744073709551615,\"f32\":1.5,\"f64\":\"-Infinity\","
      "\"s\":\"x\",\"bin\":\"aGk=\",\"fix\":\"AAE=\",\"d\":\"2021-02-03\","
      "\"t\":\"2021-02-03T04:05:06Z\",\"v\":[1.0,\"NaN\"],\"l\":[1,null,-2],\"o\":{\"x\":7}}\n"
      "{}\n";
  const auto table = Import(text, Json(schema));
  ASSERT_TRUE(table.ok()) << table.status();
  EXPECT_EQ(Export(*table, ImportFormat::kJsonLines), text);
}

TEST(ImportJsonTest, NamesThePathOfBadValues) {
  const std::string schema = "id: int64 not null, o: struct<x: uint8, l: list<struct<y: date32>>>";
  EXPECT_EQ(ErrorOf("{\"id\":1}\n{\"id\":2,\"o\":{\"l\":[{\"y\":\"x\"}]}}", schema),
            "input: line 2, field 'o.l.y': 'x' is not a date32");
  EXPECT_THAT(ErrorOf("{\"id\":1,\"o\":{\"x\":256}}", schema),
              HasSubstr("'o.x': '256' is not a uint8"));
  EXPECT_THAT(ErrorOf("{\"id\":1.5}", schema), HasSubstr("field 'id': '1.5' is not an int64"));
  EXPECT_THAT(ErrorOf("{\"id\":\"1\"}", schema), HasSubstr("field 'id': '\"1\"' is not an int64"));
  EXPECT_THAT(ErrorOf("{\"id\":{}}", schema),
              HasSubstr("field 'id': an object stands where int64"));
  EXPECT_THAT(ErrorOf("{\"id\":1,\"o\":{\"z\":1}}", schema),
              HasSubstr("'o.z': the schema has no such"));
  EXPECT_THAT(ErrorOf("{\"o\":{}}", schema), HasSubstr("field 'id': is required"));
  EXPECT_THAT(ErrorOf("{\"v\":[1]}", "v: fixed_size_list<float32>(2)"),
              HasSubstr("an array of 1 numbers"));
  EXPECT_THAT(ErrorOf("{\"f\":1e39}", "f: float32"), HasSubstr("'1e39' is not a float32"));
}

TEST(ImportJsonTest, NamesWithQuotesAndBackslashesAreFound) {
  const std::string text = "{\"a\\\\\":1,\"q\\\"\":2}\n{\"q\\\"\":3,\"a\\\\\":4}\n";
  const auto table = Import(text, Json());
  ASSERT_TRUE(table.ok()) << table.status();
  EXPECT_EQ(table->schema.field(0).name, "a\\");
  EXPECT_EQ(table->column(0).GetInt64(1), 4);
}

TEST(ImportJsonTest, ABadRowLeavesTheBuilderAsItWas) {
  const Schema schema = ParseSchemaText("id: int64, l: list<struct<y: utf8>>").value();
  RecordBatchBuilder builder(schema);
  ASSERT_TRUE(AppendJsonRow("{\"id\":1,\"l\":[{\"y\":\"a\"}]}", builder).ok());
  const absl::Status bad = AppendJsonRow("{\"id\":2,\"l\":[{\"y\":\"b\"},{\"y\":3}]}", builder);
  EXPECT_EQ(bad.message(), "field 'l.y': '3' is not a utf8");
  EXPECT_FALSE(AppendJsonRow("", builder).ok());
  EXPECT_FALSE(AppendJsonRow("{\"id\":1}x", builder).ok());
  ASSERT_TRUE(AppendJsonRow("{\"id\":3,\"l\":[]}", builder).ok());
  const auto batch = builder.Finish();
  ASSERT_TRUE(batch.ok()) << batch.status();
  const testing::Table table{.schema = schema, .batches = {*batch}};
  EXPECT_EQ(Export(table, ImportFormat::kJsonLines),
            "{\"id\":1,\"l\":[{\"y\":\"a\"}]}\n{\"id\":3,\"l\":[]}\n");
}

}  // namespace
}  // namespace ashlar::tools
