// Zone maps: bounds of every kind of leaf, and pruning that never drops a value.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "ashlar/builder.h"
#include "src/segment/format.h"
#include "tests/segment/segment_testing.h"

namespace ashlar::segment {
namespace {

std::vector<ZoneMap> ZonesOf(const Field& field, const Column& column) {
  const auto files = MakeFiles();
  const Schema schema = *Schema::Make({field});
  const absl::StatusOr<WrittenSegment> written = WriteSegment(*files, schema, {column}, 1);
  EXPECT_TRUE(written.ok()) << written.status();
  const auto file = SegmentFile::Open(*files, written->file, std::make_shared<ReadStats>());
  return *SegmentReader(*file, NoProvider()).ReadZoneMaps(schema.field(0));
}

TEST(ZoneMap, BoundsOfIntegersByZone) {
  ColumnBuilder builder(Int32());
  for (int32_t row = 0; row < 2500; ++row) {
    if (row >= 1024 && row < 2048) {
      builder.AppendNull();
    } else {
      ASSERT_TRUE(builder.AppendInt64(row % 7 == 0 ? -row : row).ok());
    }
  }
  const std::vector<ZoneMap> maps = ZonesOf({"v", Int32()}, builder.Finish());
  ASSERT_EQ(maps.size(), 1U);
  ASSERT_EQ(maps[0].zones(), 3U);
  EXPECT_EQ(maps[0].MinInt64(0), -1022);
  EXPECT_EQ(maps[0].MaxInt64(0), 1023);
  EXPECT_TRUE(maps[0].all_null(1));
  EXPECT_EQ(maps[0].null_count(1), 1024U);
  EXPECT_FALSE(maps[0].has_bounds(1));
  EXPECT_EQ(maps[0].MinInt64(2), -2499);
  EXPECT_FALSE(maps[0].MayContainInt64(0, 1024, 5000));
  EXPECT_TRUE(maps[0].MayContainInt64(0, 1023, 5000));
}

TEST(ZoneMap, NanIsFlaggedAndInNoBound) {
  ColumnBuilder builder(Float64());
  for (const double value : {1.5, std::nan(""), -2.5}) {
    ASSERT_TRUE(builder.AppendDouble(value).ok());
  }
  const std::vector<ZoneMap> maps = ZonesOf({"v", Float64()}, builder.Finish());
  EXPECT_TRUE(maps[0].has_nan(0));
  EXPECT_EQ(maps[0].MinDouble(0), -2.5);
  EXPECT_EQ(maps[0].MaxDouble(0), 1.5);
}

TEST(ZoneMap, LongTextIsTruncatedConservatively) {
  const std::string common = "sixteen bytes ab";  // exactly the prefix
  ASSERT_EQ(common.size(), 16U);
  const std::string low = common + "a";
  const std::string high = common + "z";
  const std::vector<std::string_view> values = {low, high};
  const std::vector<ZoneMap> maps = ZonesOf({"v", Utf8()}, Column::FromStrings(values));
  EXPECT_TRUE(maps[0].max_truncated(0));
  EXPECT_TRUE(maps[0].MayContainBytes(0, high, high));
  EXPECT_TRUE(maps[0].MayContainBytes(0, low, low));
  EXPECT_FALSE(maps[0].MayContainBytes(0, "t", "u"));
  EXPECT_FALSE(maps[0].MayContainBytes(0, "a", "b"));
}

TEST(ZoneMap, ValuesThatBeginAlikeAreComparedToTheirEnd) {
  const std::vector<std::string_view> values = {"12345678m", "12345678z", "12345678a", "12345678k"};
  for (size_t first = 0; first < values.size(); ++first) {
    std::vector<std::string_view> turned(values.begin() + static_cast<std::ptrdiff_t>(first),
                                         values.end());
    turned.insert(turned.end(), values.begin(),
                  values.begin() + static_cast<std::ptrdiff_t>(first));
    const std::vector<ZoneMap> maps = ZonesOf({"v", Utf8()}, Column::FromStrings(turned));
    EXPECT_TRUE(maps[0].MayContainBytes(0, "12345678a", "12345678a")) << first;
    EXPECT_TRUE(maps[0].MayContainBytes(0, "12345678z", "12345678z")) << first;
    EXPECT_FALSE(maps[0].MayContainBytes(0, "12345678", "12345678Z")) << first;
    EXPECT_FALSE(maps[0].MayContainBytes(0, "12345678zz", "2")) << first;
  }
}

TEST(ZoneMap, TextThatEndsInZeroBytesIsKept) {
  using std::string_view_literals::operator""sv;
  const std::vector<std::string_view> values = {"ab"sv, "ab\0\0"sv};
  const std::vector<ZoneMap> maps = ZonesOf({"v", Utf8()}, Column::FromStrings(values));
  EXPECT_TRUE(maps[0].MayContainBytes(0, values[1], values[1]));
  EXPECT_TRUE(maps[0].MayContainBytes(0, values[0], values[0]));
}

TEST(ZoneMap, ListZonesCoverTheElementsOfTheirRows) {
  ColumnBuilder builder(List(Int64()));
  for (int64_t row = 0; row < 1030; ++row) {
    for (int64_t i = 0; i < 3; ++i) {
      ASSERT_TRUE(builder.child(0).AppendInt64(row * 10 + i).ok());
    }
    ASSERT_TRUE(builder.AppendNested().ok());
  }
  const std::vector<ZoneMap> maps = ZonesOf({"v", List(Int64())}, builder.Finish());
  ASSERT_EQ(maps.size(), 1U);
  ASSERT_EQ(maps[0].zones(), 2U);
  EXPECT_EQ(maps[0].MinInt64(0), 0);
  EXPECT_EQ(maps[0].MaxInt64(0), 10232);
  EXPECT_EQ(maps[0].MinInt64(1), 10240);
  EXPECT_EQ(maps[0].MaxInt64(1), 10292);
}

TEST(ZoneMap, EveryLeafHasOneAndVectorsHaveNoBounds) {
  base::Random random(2);
  const DataType type = Struct({{"a", Bool()}, {"b", Vector(4)}, {"c", List(Binary())}});
  const std::vector<ZoneMap> maps =
      ZonesOf({"v", type}, RandomColumn(type, 2000, Values::kMixed, random));
  ASSERT_EQ(maps.size(), 3U);
  EXPECT_EQ(maps[0].type(), Bool());
  EXPECT_EQ(maps[0].MinUInt64(0), 0U);
  EXPECT_EQ(maps[0].MaxUInt64(0), 1U);
  EXPECT_EQ(maps[1].zones(), 2U);
  EXPECT_FALSE(maps[1].has_bounds(0));
  EXPECT_GT(maps[1].null_count(0), 0U);
  EXPECT_EQ(maps[2].type(), Binary());
}

TEST(ZoneMap, UnknownFlagsAreRefused) {
  std::vector<std::byte> entry(format::zone::kSize);
  entry[format::zone::kFlags.offset + 1] = std::byte{1};
  EXPECT_FALSE(ZoneMap::Make(Int64(), PinnedBytes(nullptr, entry)).ok());
  EXPECT_FALSE(ZoneMap::Make(Int64(), PinnedBytes(nullptr, std::span(entry).first(39))).ok());
}

}  // namespace
}  // namespace ashlar::segment
