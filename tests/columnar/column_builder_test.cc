// Builders: values in, columns out, bad values refused.
#include "ashlar/builder.h"

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "src/columnar/bitmap.h"

namespace ashlar {
namespace {

TEST(ColumnBuilderTest, IntegersKeepTheirRange) {
  ColumnBuilder builder(Int8());
  EXPECT_TRUE(builder.AppendInt64(-128).ok());
  EXPECT_TRUE(builder.AppendInt64(127).ok());
  EXPECT_EQ(builder.AppendInt64(128).code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(builder.AppendInt64(INT64_MIN).code(), absl::StatusCode::kInvalidArgument);
  ColumnBuilder wide(UInt64());
  EXPECT_TRUE(wide.AppendUInt64(UINT64_MAX).ok());
  ColumnBuilder narrow(UInt16());
  EXPECT_FALSE(narrow.AppendUInt64(65536).ok());
  const Column column = builder.Finish();
  ASSERT_EQ(column.length(), 2);
  EXPECT_EQ(column.GetInt64(0), -128);
  EXPECT_EQ(wide.Finish().GetUInt64(0), UINT64_MAX);
}

TEST(ColumnBuilderTest, WrongVerbsAndValuesAreRefused) {
  ColumnBuilder text(Utf8());
  EXPECT_FALSE(text.AppendInt64(1).ok());
  EXPECT_FALSE(text.AppendBool(true).ok());
  EXPECT_FALSE(text.AppendNested().ok());
  EXPECT_FALSE(text.AppendBytes("\xc3").ok());
  ColumnBuilder fixed(FixedSizeBinary(3));
  EXPECT_FALSE(fixed.AppendBytes("ab").ok());
  EXPECT_TRUE(fixed.AppendBytes("abc").ok());
  ColumnBuilder list(List(Int8()));
  EXPECT_FALSE(list.AppendBytes("x").ok());
  ColumnBuilder vector(Vector(2));
  EXPECT_FALSE(vector.AppendVector(std::vector<float>{1}).ok());
  EXPECT_EQ(text.length() + list.length() + vector.length(), 0);
}

TEST(ColumnBuilderTest, NullSlotsAreZero) {
  ColumnBuilder builder(Int64());
  ASSERT_TRUE(builder.AppendInt64(-1).ok());
  ASSERT_TRUE(builder.AppendInt64(-1).ok());
  builder.Truncate(1);
  builder.AppendNull();
  const Column column = builder.Finish();
  EXPECT_EQ(column.data()->values.view().substr(8), std::string(8, '\0'));
  EXPECT_EQ(column.null_count(), 1);
  EXPECT_TRUE(column.Validate().ok());
}

TEST(ColumnBuilderTest, BuffersAreAlignedAndPadded) {
  ColumnBuilder builder(Utf8());
  for (int i = 0; i < 1000; ++i) ASSERT_TRUE(builder.AppendBytes("abcde").ok());
  builder.AppendNull();
  const Column column = builder.Finish();
  for (const PinnedBytes* buffer :
       {&column.data()->validity, &column.data()->offsets, &column.data()->values}) {
    EXPECT_EQ(reinterpret_cast<uintptr_t>(buffer->data()) % 64, 0U);
    for (size_t i = buffer->size(); i % 64 != 0; ++i) EXPECT_EQ(buffer->data()[i], std::byte{0});
  }
  EXPECT_EQ(column.data()->offsets.size(), 1002U * 4);
}

TEST(ColumnBuilderTest, WithoutNullsThereIsNoBitmap) {
  ColumnBuilder builder(Bool());
  for (int i = 0; i < 100; ++i) ASSERT_TRUE(builder.AppendBool(i % 2 == 1).ok());
  builder.AppendNull();
  builder.Truncate(100);
  const Column column = builder.Finish();
  EXPECT_TRUE(column.data()->validity.empty());
  EXPECT_EQ(columnar::CountSetBits(column.data()->values.data(), 0, 100), 50);
}

TEST(ColumnBuilderTest, ListsDropTheElementsOfNullAndUnfinishedRows) {
  ColumnBuilder builder(List(Int64()));
  ASSERT_TRUE(builder.child(0).AppendInt64(1).ok());
  ASSERT_TRUE(builder.AppendNested().ok());
  ASSERT_TRUE(builder.child(0).AppendInt64(2).ok());
  builder.AppendNull();
  ASSERT_TRUE(builder.AppendNested().ok());
  ASSERT_TRUE(builder.child(0).AppendInt64(3).ok());
  const Column column = builder.Finish();
  EXPECT_EQ(column.length(), 3);
  EXPECT_EQ(column.child(0).length(), 1);
  EXPECT_TRUE(column.IsNull(1));
  EXPECT_EQ(column.GetListRange(2), (std::pair<int64_t, int64_t>{1, 1}));
}

TEST(ColumnBuilderTest, StructRowsNeedEveryMember) {
  ColumnBuilder builder(Struct({{"a", Int64()}, {"b", Utf8()}}));
  ASSERT_TRUE(builder.child(0).AppendInt64(1).ok());
  const absl::Status status = builder.AppendNested();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(status.message()), testing::HasSubstr("\"b\""));
  builder.Truncate(0);
  builder.AppendNull();
  ASSERT_TRUE(builder.child(0).AppendInt64(2).ok());
  ASSERT_TRUE(builder.child(1).AppendBytes("x").ok());
  ASSERT_TRUE(builder.AppendNested().ok());
  const Column column = builder.Finish();
  EXPECT_TRUE(column.IsNull(0));
  EXPECT_TRUE(column.child(1).IsNull(0));
  EXPECT_EQ(column.child(0).GetInt64(1), 2);
}

TEST(ColumnBuilderTest, FinishLeavesAUsableBuilder) {
  ColumnBuilder builder(Utf8());
  builder.AppendNull();
  ASSERT_TRUE(builder.AppendBytes("first").ok());
  const Column first = builder.Finish();
  EXPECT_EQ(builder.length(), 0);
  ASSERT_TRUE(builder.AppendBytes("second").ok());
  const Column second = builder.Finish();
  EXPECT_EQ(first.GetBytes(1), "first");
  EXPECT_EQ(second.GetBytes(0), "second");
  EXPECT_EQ(second.null_count(), 0);
  const Column empty = builder.Finish();
  EXPECT_EQ(empty.length(), 0);
  EXPECT_TRUE(empty.Validate().ok()) << empty.Validate();
}

TEST(ColumnBuilderTest, FloatsAreRounded) {
  ColumnBuilder builder(Float32());
  ASSERT_TRUE(builder.AppendDouble(0.1).ok());
  EXPECT_EQ(builder.Finish().GetDouble(0), static_cast<double>(0.1F));
}

TEST(ColumnBuilderTest, ByteSizeIsThatOfTheBuffers) {
  ColumnBuilder builder(Utf8());
  ASSERT_TRUE(builder.AppendBytes("abc").ok());
  EXPECT_EQ(builder.byte_size(), 3U + 2 * 4);
  builder.AppendNull();
  EXPECT_EQ(builder.byte_size(), 3U + 3 * 4 + 1);
}

}  // namespace
}  // namespace ashlar
