// Typed access, slices and equality, for every encoding.
#include "ashlar/column.h"

#include <cmath>
#include <limits>
#include <vector>

#include "gtest/gtest.h"
#include "tests/columnar/column_samples.h"

namespace ashlar::columnar {
namespace {

Column Int64s(const std::vector<int64_t>& values) {
  return Column::FromValues<int64_t>(Int64(), values);
}

Column SliceOf(const Column& column, int64_t offset, int64_t length) {
  absl::StatusOr<Column> slice = column.Slice(offset, length);
  EXPECT_TRUE(slice.ok()) << slice.status();
  return *std::move(slice);
}

TEST(ColumnTest, PlainAndEncodedReadTheSame) {
  const Column plain = Texts({"ash", std::nullopt, "oak", "ash"});
  const Column encoded = MakeColumn(DictionaryData(Texts({"ash", "oak"}), {0, std::nullopt, 1, 0}));
  for (const Column& column : {plain, encoded}) {
    EXPECT_EQ(column.GetBytes(0), "ash");
    EXPECT_TRUE(column.IsNull(1));
    EXPECT_EQ(column.GetBytes(1), "");
    EXPECT_EQ(column.GetBytes(2), "oak");
    EXPECT_EQ(column.null_count(), 1);
    EXPECT_TRUE(column.Validate().ok()) << column.Validate();
  }
  EXPECT_TRUE(plain.Equals(encoded));
  EXPECT_TRUE(SliceOf(encoded, 1, 3).Equals(SliceOf(plain, 1, 3)));
}

TEST(ColumnTest, WideCodesAreReadWhole) {
  ColumnData data = DictionaryData(Int64s({5, 6, 7}), {});
  data.length = 3;
  data.code_width = 2;
  data.values = BufferOf<uint16_t>({2, 0, 1});
  EXPECT_EQ(MakeColumn(data).GetInt64(0), 7);
  data.code_width = 4;
  data.values = BufferOf<uint32_t>({2, 0, 1});
  EXPECT_EQ(MakeColumn(data).GetInt64(2), 6);
  EXPECT_TRUE(MakeColumn(data).Validate().ok());
}

TEST(ColumnTest, SlicedDictionariesAreHonoured) {
  const Column values = SliceOf(Int64s({1, 2, 3}), 1, 2);
  EXPECT_EQ(MakeColumn(DictionaryData(values, {1})).GetInt64(0), 3);
  EXPECT_EQ(MakeColumn(ConstantData(SliceOf(values, 1, 1), 4)).GetInt64(3), 3);
}

TEST(ColumnTest, ConstantsReadTheirValueOrNull) {
  const Column ones = MakeColumn(ConstantData(Int64s({7}), 3));
  EXPECT_EQ(ones.GetInt64(2), 7);
  EXPECT_EQ(ones.null_count(), 0);
  EXPECT_TRUE(ones.Equals(Int64s({7, 7, 7})));
  const Column nulls = MakeColumn(ConstantData(Int64s({}), 3));
  EXPECT_TRUE(nulls.IsNull(2));
  EXPECT_EQ(nulls.GetInt64(2), 0);
  EXPECT_EQ(SliceOf(nulls, 1, 2).null_count(), 2);
  EXPECT_FALSE(nulls.Equals(ones));
  EXPECT_TRUE(nulls.Validate().ok()) << nulls.Validate();
}

TEST(ColumnTest, NullsReadAsZeroWhateverTheirSlotHolds) {
  ColumnData data = *Int64s({1, 2}).data();
  data.validity = BitmapOf({true, false});
  data.null_count = 1;
  EXPECT_EQ(MakeColumn(data).GetInt64(1), 0);
}

TEST(ColumnTest, SlicesCountTheirNulls) {
  ColumnBuilder builder(Int64());
  for (int64_t i = 0; i < 200; ++i) {
    if (i % 3 == 0) {
      builder.AppendNull();
    } else {
      ASSERT_TRUE(builder.AppendInt64(i).ok());
    }
  }
  const Column column = builder.Finish();
  EXPECT_EQ(column.null_count(), 67);
  EXPECT_EQ(SliceOf(column, 10, 100).null_count(), 33);
  EXPECT_EQ(SliceOf(SliceOf(column, 10, 100), 2, 1).null_count(), 1);
  EXPECT_EQ(SliceOf(column, 10, 100).GetInt64(1), 11);
}

TEST(ColumnTest, SlicesOutsideAreRefused) {
  const Column column = Int64s({1, 2, 3});
  EXPECT_EQ(column.Slice(2, 2).status().code(), absl::StatusCode::kOutOfRange);
  EXPECT_EQ(column.Slice(-1, 1).status().code(), absl::StatusCode::kOutOfRange);
  EXPECT_EQ(column.Slice(1, INT64_MAX).status().code(), absl::StatusCode::kOutOfRange);
  EXPECT_EQ(SliceOf(column, 3, 0).length(), 0);
}

TEST(ColumnTest, VectorsExposeTheirElements) {
  const std::vector<float> values = {1, 2, 3, 4, 5, 6};
  const Column column = Column::FromValues<float>(Vector(2), values);
  ASSERT_EQ(column.length(), 3);
  const Column tail = SliceOf(column, 1, 2);
  const auto [begin, end] = tail.GetListRange(1);
  EXPECT_EQ(end - begin, 2);
  EXPECT_EQ(tail.child(0).GetDouble(begin), 5);
  EXPECT_TRUE(tail.Validate().ok());
}

TEST(ColumnTest, EqualityOfFloatsIsByValue) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double other_nan = std::nan("7");
  const auto column = [](std::vector<double> values) {
    return Column::FromValues<double>(Float64(), values);
  };
  EXPECT_TRUE(column({nan, 1}).Equals(column({other_nan, 1})));
  EXPECT_FALSE(column({0.0}).Equals(column({-0.0})));
  EXPECT_FALSE(column({nan}).Equals(column({0.0})));
}

TEST(ColumnTest, UnequalColumns) {
  EXPECT_FALSE(Int64s({1, 2}).Equals(Int64s({1, 3})));
  EXPECT_FALSE(Int64s({1, 2}).Equals(Int64s({1})));
  const std::vector<int64_t> values = {1, 2};
  EXPECT_FALSE(Int64s(values).Equals(Column::FromValues<int64_t>(Timestamp(), values)));
  EXPECT_FALSE(Texts({""}).Equals(Texts({std::nullopt})));
}

TEST(ColumnDeathTest, MisuseStopsTheProcess) {
  const Column column = Int64s({1, 2});
  EXPECT_DEATH((void)column.GetInt64(2), "check failed");
  EXPECT_DEATH((void)column.GetInt64(-1), "check failed");
  EXPECT_DEATH((void)column.GetBytes(0), "check failed");
  EXPECT_DEATH((void)column.child(0), "check failed");
}

}  // namespace
}  // namespace ashlar::columnar
