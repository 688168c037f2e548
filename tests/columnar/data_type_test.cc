// Types: their text, both ways, and the rules of equality.
#include <string>

#include "ashlar/types.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "src/base/random.h"
#include "tests/testing/random_data.h"

namespace ashlar {
namespace {

TEST(DataTypeTest, TextOfNestedTypes) {
  const DataType type = List(Struct({{"year", Int64(), false}, {"te am", Utf8()}}), false);
  EXPECT_EQ(type.ToString(), R"(list<struct<year: int64 not null, "te am": utf8> not null>)");
  EXPECT_EQ(Vector(128).ToString(), "fixed_size_list<float32>(128)");
  EXPECT_EQ(FixedSizeBinary(16).ToString(), "fixed_size_binary(16)");
}

TEST(DataTypeTest, TextReadsBackAsTheSameType) {
  base::Random random(1);
  for (int i = 0; i < 200; ++i) {
    const Schema schema = testkit::RandomSchema(random, {.max_depth = 5});
    const DataType type = Struct(schema.fields());
    const absl::StatusOr<DataType> parsed = DataType::Parse(type.ToString());
    ASSERT_TRUE(parsed.ok()) << parsed.status();
    EXPECT_EQ(*parsed, type);
  }
}

TEST(DataTypeTest, StrangeNamesReadBack) {
  for (const char* name : {"a b", "\"", "\\", "x:y", "a,b", "<>", "\u00e9t\u00e9", "not", "list"}) {
    const DataType type = Struct({{name, Int8()}});
    const absl::StatusOr<DataType> parsed = DataType::Parse(type.ToString());
    ASSERT_TRUE(parsed.ok()) << parsed.status();
    EXPECT_EQ(*parsed, type) << type.ToString();
  }
}

TEST(DataTypeTest, BlanksBetweenWordsDoNotMatter) {
  const absl::StatusOr<DataType> parsed =
      DataType::Parse("  struct < a :int8  not  null,b: fixed_size_binary ( 3 )>");
  ASSERT_TRUE(parsed.ok()) << parsed.status();
  EXPECT_EQ(*parsed, Struct({{"a", Int8(), false}, {"b", FixedSizeBinary(3)}}));
}

TEST(DataTypeTest, MistakesNameTheirPosition) {
  struct Case {
    const char* text;
    const char* message;
  };
  for (const Case& c :
       {Case{"", "a type at position 0"}, Case{"int65", "a type at position 0"},
        Case{"int64 x", "the end at position 6"}, Case{"list<int64", "\">\" at position 10"},
        Case{"struct<>", "a name at position 7"}, Case{"struct<a int8>", "\":\" at position 9"},
        Case{"struct<\"a: int8>", "at position 16"},
        Case{"list<int8 not>", "\"null\" at position 13"},
        Case{"fixed_size_binary(0)", "width from 1 on at position 18"},
        Case{"fixed_size_binary(99999999999)", "at position 18"},
        Case{"fixed_size_list<int8>(3)", "\"float32\" at position 16"}}) {
    const absl::StatusOr<DataType> parsed = DataType::Parse(c.text);
    EXPECT_EQ(parsed.status().code(), absl::StatusCode::kInvalidArgument) << c.text;
    EXPECT_THAT(std::string(parsed.status().message()), testing::HasSubstr(c.message));
  }
}

std::string NestedListText(int lists) {
  std::string text;
  for (int i = 0; i < lists; ++i) text += "list<";
  text += "int8";
  return text + std::string(static_cast<size_t>(lists), '>');
}

TEST(DataTypeTest, DepthIsBounded) {
  EXPECT_TRUE(DataType::Parse(NestedListText(63)).ok());
  EXPECT_FALSE(DataType::Parse(NestedListText(64)).ok());
  EXPECT_FALSE(DataType::Parse(NestedListText(1'000'000)).ok());
}

TEST(DataTypeTest, RefusesWhatNoSchemaMayHold) {
  EXPECT_FALSE(DataType::Parse("struct<a: int8, a: int16>").ok());
  EXPECT_FALSE(DataType::Parse("fixed_size_binary(1048577)").ok());
  EXPECT_TRUE(DataType::Parse("fixed_size_binary(1048576)").ok());
  EXPECT_FALSE(DataType::Parse("fixed_size_list<float32>(262145)").ok());
}

TEST(DataTypeTest, EqualityIgnoresWhatHasNoMeaning) {
  EXPECT_EQ(MakeDataType(TypeId::kList, 0, {Field{"item", Int8(), true, 7}}), List(Int8()));
  EXPECT_NE(List(Int8()), List(Int8(), false));
  EXPECT_NE(List(Int8()), List(Int16()));
  EXPECT_NE(FixedSizeBinary(3), FixedSizeBinary(4));
  EXPECT_EQ(Struct({{"a", Int8(), true, 5}}), Struct({{"a", Int8()}}));
}

TEST(DataTypeTest, Widths) {
  EXPECT_EQ(Bool().byte_width(), 0);
  EXPECT_EQ(Date32().byte_width(), 4);
  EXPECT_EQ(Timestamp().byte_width(), 8);
  EXPECT_EQ(FixedSizeBinary(7).byte_width(), 7);
  EXPECT_EQ(Vector(3).byte_width(), 12);
  EXPECT_EQ(Utf8().byte_width(), 0);
}

}  // namespace
}  // namespace ashlar
