// Hostile columns: every false claim is refused, and none is believed before it was checked (which
// the address sanitizer watches).
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "src/base/random.h"
#include "src/columnar/column_data.h"
#include "tests/columnar/column_samples.h"
#include "tests/testing/random_data.h"

namespace ashlar::columnar {
namespace {

void ExpectInvalid(ColumnData data, const std::string& why) {
  const absl::Status status = MakeColumn(std::move(data)).Validate();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << why;
  EXPECT_THAT(std::string(status.message()), testing::HasSubstr(why));
}

ColumnData Int64Data() {
  const std::vector<int64_t> values = {1, 2, 3};
  return *Column::FromValues<int64_t>(Int64(), values).data();
}

ColumnData TextData() { return *Texts({"ab", "\u00e9", "cd"}).data(); }

TEST(ColumnValidateTest, Lengths) {
  ColumnData data = Int64Data();
  data.length = 4;
  ExpectInvalid(data, "too few values");
  data.length = -1;
  ExpectInvalid(data, "length -1");
  data = Int64Data();
  data.offset = 1;
  ExpectInvalid(data, "too few values");
  data.offset = INT64_MAX;
  ExpectInvalid(data, "offset");
  data = Int64Data();
  data.length = INT64_MAX / 8 + 2;
  ExpectInvalid(data, "length");
}

TEST(ColumnValidateTest, NullCountsAndBitmaps) {
  ColumnData data = Int64Data();
  data.null_count = 1;
  ExpectInvalid(data, "null count 1 where 0");
  data.validity = BitmapOf({true, false, true});
  EXPECT_TRUE(MakeColumn(data).Validate().ok());
  data.null_count = kUnknownNullCount;
  EXPECT_TRUE(MakeColumn(data).Validate().ok());
  data.null_count = -2;
  ExpectInvalid(data, "null count");
  data.validity = *PinnedBytes(data.validity).Slice(0, 1);
  data.values = BufferOf(std::vector<int64_t>(9));
  data.length = 9;
  ExpectInvalid(data, "bitmap is too short");
}

TEST(ColumnValidateTest, Offsets) {
  ColumnData data = TextData();
  data.offsets = BufferOf<int32_t>({0, 2, 1, 6});
  ExpectInvalid(data, "ascend");
  data.offsets = BufferOf<int32_t>({-1, 2, 4, 6});
  ExpectInvalid(data, "ascend");
  data.offsets = BufferOf<int32_t>({0, 2, 4, 7});
  ExpectInvalid(data, "beyond");
  data.offsets = BufferOf<int32_t>({0, 2, 4});
  ExpectInvalid(data, "too few offsets");
  data.offsets = {};
  ExpectInvalid(data, "too few offsets");
}

TEST(ColumnValidateTest, Text) {
  ColumnData data = TextData();
  data.offsets = BufferOf<int32_t>({0, 3, 4, 6});
  ExpectInvalid(data, "row 1 begins within a character");
  data = TextData();
  data.values = BufferOf<char>({'a', 'b', '\xff', '\xff', 'c', 'd'});
  ExpectInvalid(data, "UTF-8");
  data.type = Binary();
  EXPECT_TRUE(MakeColumn(data).Validate().ok());
  // What lies outside of a slice is not part of it.
  data.type = Utf8();
  data.offset = 2;
  data.length = 1;
  EXPECT_TRUE(MakeColumn(data).Validate().ok());
}

TEST(ColumnValidateTest, Dictionaries) {
  const Column values = Texts({"a", "b"});
  ExpectInvalid(DictionaryData(values, {0, 2}), "code beyond");
  ColumnData null_code = DictionaryData(values, {std::nullopt, 1});
  null_code.values = BufferOf<uint8_t>({9, 1});
  ExpectInvalid(null_code, "code beyond");
  EXPECT_TRUE(MakeColumn(DictionaryData(Texts({}), {std::nullopt})).Validate().ok());
  ExpectInvalid(DictionaryData(Texts({}), {0}), "without a dictionary");
  ExpectInvalid(DictionaryData(Texts({"a", std::nullopt}), {0}), "dictionary with nulls");
  ColumnData data = DictionaryData(values, {0, 1});
  data.code_width = 3;
  ExpectInvalid(data, "codes of 3 bytes");
  data.code_width = 4;
  ExpectInvalid(data, "too few codes");
  data.dictionary = nullptr;
  ExpectInvalid(data, "no dictionary");
  data.dictionary = std::make_shared<const ColumnData>(Int64Data());
  ExpectInvalid(data, "no dictionary");
  data.dictionary = std::make_shared<const ColumnData>(DictionaryData(values, {0}));
  ExpectInvalid(data, "encoded dictionary");
}

TEST(ColumnValidateTest, Constants) {
  ExpectInvalid(ConstantData(Texts({"a", "b"}), 2), "several values");
  ColumnData data = ConstantData(Texts({}), 2);
  data.null_count = 0;
  ExpectInvalid(data, "null count");
  data.encoding = Encoding{9};
  ExpectInvalid(data, "unknown encoding");
}

TEST(ColumnValidateTest, Children) {
  ColumnData data;
  data.type = List(Int64());
  data.length = 2;
  data.offsets = BufferOf<int32_t>({0, 1, 4});
  ExpectInvalid(data, "0 children");
  data.children = {nullptr};
  ExpectInvalid(data, "missing");
  data.children = {std::make_shared<const ColumnData>(TextData())};
  ExpectInvalid(data, "another type");
  data.children = {std::make_shared<const ColumnData>(Int64Data())};
  ExpectInvalid(data, "beyond 3");
  data.type = Struct({{"a", Int64()}});
  data.length = 4;
  ExpectInvalid(data, "a child of 3 rows instead of 4");
  data.length = 2;
  EXPECT_TRUE(MakeColumn(data).Validate().ok());
  data.type = DataType();
  ExpectInvalid(data, "no type");
  EXPECT_FALSE(Column().Validate().ok());
}

TEST(ColumnValidateTest, RequiredMembersMayBeNullOnlyUnderNullParents) {
  ColumnBuilder builder(Struct({{"a", Int64(), /*nullable=*/false}}));
  builder.AppendNull();
  EXPECT_TRUE(builder.Finish().Validate().ok());
  builder.child(0).AppendNull();
  ASSERT_TRUE(builder.AppendNested().ok());
  ExpectInvalid(*builder.Finish().data(), "\"column.a\" holds a null");
  ColumnBuilder list(List(Int64(), /*element_nullable=*/false));
  list.child(0).AppendNull();
  ASSERT_TRUE(list.AppendNested().ok());
  ExpectInvalid(*list.Finish().data(), "holds a null");
}

// Some buffer or number of a sound column is changed; whatever Validate() lets pass must be
// readable.
TEST(ColumnValidateTest, WhatPassesCanBeRead) {
  base::Random random(5);
  int refused = 0;
  for (int i = 0; i < 1500; ++i) {
    const Schema schema = testkit::RandomSchema(random, {.max_fields = 1});
    ColumnData data = *testkit::RandomBatch(schema, 20, random).column(0).data();
    const auto cut = [&random](PinnedBytes& bytes) {
      if (!bytes.empty()) bytes = *bytes.Slice(0, random.Uniform(bytes.size()));
    };
    switch (random.Uniform(5)) {
      case 0:
        cut(data.validity);
        break;
      case 1:
        cut(data.offsets);
        break;
      case 2:
        cut(data.values);
        break;
      case 3:
        data.offset += static_cast<int64_t>(random.Uniform(30));
        break;
      default:
        data.length += static_cast<int64_t>(random.Uniform(30)) - 10;
    }
    const Column column = MakeColumn(std::move(data));
    if (!column.Validate().ok()) {
      ++refused;
      continue;
    }
    EXPECT_TRUE(column.Equals(MakeColumn(*column.data())));
  }
  EXPECT_GT(refused, 100);
}

}  // namespace
}  // namespace ashlar::columnar
