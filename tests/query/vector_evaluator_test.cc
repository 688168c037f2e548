// What the vectorised back end does that its results do not show: what it leaves to the
// interpreter, what it decides on dictionaries and bit planes, and which columns it never reads.
#include "src/query/vector_evaluator.h"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "ashlar/builder.h"
#include "gtest/gtest.h"
#include "src/base/random.h"
#include "src/columnar/bit_planes.h"
#include "src/columnar/dictionary.h"
#include "src/columnar/packed_column.h"
#include "src/query/binder.h"

namespace ashlar::query {
namespace {

// Columns as they are given; packed ones can be asked for as such, and reads are noted.
class TestMorsel final : public Morsel {
 public:
  explicit TestMorsel(std::vector<Column> columns)
      : columns_(std::move(columns)), packed_(columns_.size()), reads(columns_.size()) {}

  int64_t rows() const override { return columns_.front().length(); }
  absl::StatusOr<Column> Read(size_t slot) override {
    ++reads[slot];
    return columns_[slot];
  }
  absl::StatusOr<const columnar::PackedColumn*> ReadPacked(size_t slot) override {
    return packed_[slot];
  }
  void Pack(size_t slot, const columnar::PackedColumn* packed) { packed_[slot] = packed; }

 private:
  std::vector<Column> columns_;
  std::vector<const columnar::PackedColumn*> packed_;

 public:
  std::vector<int> reads;
};

BoundPtr Bound(const Expression& expression, std::vector<Field> fields) {
  Inputs inputs;
  for (size_t i = 0; i < fields.size(); ++i) inputs.push_back({i, {}, fields[i].type});
  const absl::StatusOr<Schema> schema = Schema::Make(std::move(fields));
  ASHLAR_CHECK_OK(schema.status());
  const absl::StatusOr<BoundPtr> bound = Bind(expression, *schema, &inputs);
  ASHLAR_CHECK_OK(bound.status());
  return *bound;
}

// Numbers of the selected rows over the whole morsel.
absl::StatusOr<std::vector<int64_t>> FilterAll(Evaluator* evaluator, Morsel* morsel) {
  absl::Status status = evaluator->BeginMorsel(*morsel);
  std::vector<int64_t> rows;
  for (int64_t row = 0; status.ok() && row < morsel->rows(); row += kZoneRows) {
    const ZoneRange zone{row, std::min(kZoneRows, morsel->rows() - row)};
    Bits bits = Bits::FirstRows(zone.rows);
    status = evaluator->Filter(zone, &bits);
    ForEachRow(bits, [&](int64_t r) { rows.push_back(row + r); });
  }
  if (!status.ok()) return status;
  return rows;
}

Column Cities(int64_t rows) {
  ColumnBuilder builder(Utf8());
  for (int64_t row = 0; row < rows; ++row) {
    const std::string name = "city " + std::to_string(100 + row * 7 % 50);
    ASHLAR_CHECK_OK(builder.AppendBytes(name));
  }
  return columnar::ChooseEncoding(builder.Finish());
}

Column Numbers(int64_t rows) {
  ColumnBuilder builder(Int64());
  for (int64_t row = 0; row < rows; ++row) ASHLAR_CHECK_OK(builder.AppendInt64(row));
  return builder.Finish();
}

TEST(VectorEvaluator, StringFunctionsRunOnTheDictionaryAlone) {
  const Column cities = Cities(5000);
  ASSERT_EQ(cities.encoding(), Encoding::kDictionary);
  TestMorsel morsel({cities});
  VectorEvaluator evaluator(Bound(Call("upper", {Col("city")}) == "CITY 107", {{"city", Utf8()}}));
  const auto rows = FilterAll(&evaluator, &morsel);
  ASSERT_TRUE(rows.ok());
  EXPECT_EQ(rows->size(), 100);
  // Fifty values and a null, not 5,000 rows; and once for all morsels of one dictionary.
  EXPECT_EQ(evaluator.fallback_rows(), 51);
  ASSERT_TRUE(FilterAll(&evaluator, &morsel).ok());
  EXPECT_EQ(evaluator.fallback_rows(), 51);
}

TEST(VectorEvaluator, OnlyThePartWithoutAKernelFallsBack) {
  ColumnBuilder builder(Utf8());
  for (int i = 0; i < 2000; ++i) {
    ASHLAR_CHECK_OK(builder.AppendBytes("name " + std::to_string(i)));
  }
  TestMorsel morsel({Numbers(2000), builder.Finish()});
  VectorEvaluator evaluator(Bound(Col("n") < 10 && Call("lower", {Col("s")}) == "name 3",
                                  {{"n", Int64()}, {"s", Utf8()}}));
  const auto rows = FilterAll(&evaluator, &morsel);
  ASSERT_TRUE(rows.ok());
  EXPECT_EQ(*rows, std::vector<int64_t>{3});
  EXPECT_EQ(evaluator.fallback_rows(), 10);
}

TEST(VectorEvaluator, WhatNoRowNeedsIsNeverRead) {
  TestMorsel morsel({Numbers(3000), Numbers(3000)});
  VectorEvaluator evaluator(Bound(Col("a") < 0 && Col("b") > 5, {{"a", Int64()}, {"b", Int64()}}));
  ASSERT_TRUE(FilterAll(&evaluator, &morsel).ok());
  EXPECT_GT(morsel.reads[0], 0);
  EXPECT_EQ(morsel.reads[1], 0);
}

TEST(VectorEvaluator, AConjunctThatMayFailStaysBehindWhatGuardsIt) {
  TestMorsel morsel({Numbers(1500), Numbers(1500)});
  const std::vector<Field> fields = {{"a", Int64()}, {"b", Int64()}};
  VectorEvaluator guarded(Bound(Col("a") != 0 && Expression(100) / Col("a") > 10, fields));
  const auto rows = FilterAll(&guarded, &morsel);
  ASSERT_TRUE(rows.ok()) << rows.status();
  EXPECT_EQ(rows->size(), 9);
  EXPECT_EQ(guarded.fallback_rows(), 0);
  VectorEvaluator unguarded(Bound(Expression(100) / Col("a") > 10 && Col("a") != 0, fields));
  const auto error = FilterAll(&unguarded, &morsel);
  ASSERT_FALSE(error.ok());
  EXPECT_NE(error.status().message().find("division by zero"), std::string::npos);
}

// A column of 64-bit integers in planes, and the bytes behind it.
struct Packed {
  columnar::PackedColumn column;
  std::vector<std::vector<std::byte>> planes;
};

void PackNumbers(const std::vector<uint64_t>& values, uint64_t base, int width, Packed* packed) {
  packed->column.length = static_cast<int64_t>(values.size());
  for (size_t first = 0; first < values.size(); first += kZoneRows) {
    const size_t rows = std::min<size_t>(kZoneRows, values.size() - first);
    std::vector<uint64_t> offsets;
    for (size_t i = 0; i < rows; ++i) offsets.push_back(values[first + i] - base);
    auto& planes = packed->planes.emplace_back(columnar::kPlaneBytes * static_cast<size_t>(width));
    columnar::PackPlanes(offsets, width, planes.data());
    packed->column.zones.push_back({base, static_cast<uint8_t>(width), planes.data()});
  }
}

TEST(VectorEvaluator, BitPackedIntegersAreComparedAsTheyLie) {
  constexpr int64_t kRows = 2500;
  constexpr int64_t kBase = -100;
  base::Random random(5);
  std::vector<uint64_t> values;
  ColumnBuilder builder(Int64());
  for (int64_t row = 0; row < kRows; ++row) {
    const int64_t value = kBase + static_cast<int64_t>(random.Uniform(500));
    values.push_back(static_cast<uint64_t>(value));
    ASHLAR_CHECK_OK(builder.AppendInt64(value));
  }
  const Column plain = builder.Finish();
  Packed packed;
  packed.column.type = Int64();
  packed.column.value_width = 8;
  PackNumbers(values, static_cast<uint64_t>(kBase), 9, &packed);
  const std::vector<Field> fields = {{"n", Int64()}};
  const Expression n = Col("n");
  for (const Expression& predicate :
       {n > 17, n >= -100, n<-100, n <= 399, n> 399, n == 0, n != 0,
        n<1'000'000, Between(n, -50, 50), In(n, {1, 2, 70, 1000}), n + 1> 100, n > n - 1}) {
    SCOPED_TRACE(predicate.ToString());
    const BoundPtr bound = Bound(predicate, fields);
    TestMorsel unpacked({plain});
    TestMorsel morsel({plain});
    morsel.Pack(0, &packed.column);
    VectorEvaluator evaluator(bound);
    const auto expected = FilterAll(&evaluator, &unpacked);
    const auto got = FilterAll(&evaluator, &morsel);
    ASSERT_TRUE(expected.ok() && got.ok());
    EXPECT_EQ(*got, *expected);
    EXPECT_EQ(morsel.reads[0], 0);
  }
}

TEST(VectorEvaluator, BitPackedCodesAreComparedAsTheyLie) {
  const Column cities = Cities(2100);
  const ColumnData& data = *cities.data();
  ASSERT_EQ(data.code_width, 1);
  std::vector<uint64_t> codes;
  for (int64_t row = 0; row < cities.length(); ++row) {
    codes.push_back(static_cast<uint64_t>(data.values.data()[row]));
  }
  Packed packed;
  packed.column.type = Utf8();
  packed.column.value_width = 1;
  packed.column.dictionary = data.dictionary;
  PackNumbers(codes, 0, 6, &packed);
  const Expression city = Col("city");
  for (const Expression& predicate :
       {city == "city 107", city > "city 120", Like(city, "city 11%"), city != "city 107",
        Call("ends_with", {city, "3"}), In(city, {"city 101", "city 149", "nowhere"}),
        Call("length", {city}) == 8, Call("substr", {city, 8, 1}) == "7"}) {
    SCOPED_TRACE(predicate.ToString());
    VectorEvaluator evaluator(Bound(predicate, {{"city", Utf8()}}));
    TestMorsel unpacked({cities});
    TestMorsel morsel({cities});
    morsel.Pack(0, &packed.column);
    const auto expected = FilterAll(&evaluator, &unpacked);
    const auto got = FilterAll(&evaluator, &morsel);
    ASSERT_TRUE(expected.ok() && got.ok());
    EXPECT_EQ(*got, *expected);
    EXPECT_EQ(morsel.reads[0], 0);
  }
}

}  // namespace
}  // namespace ashlar::query
