// Unnested rows against lists walked one by one.
#include "src/query/unnest_source.h"

#include <string>
#include <utility>
#include <vector>

#include "ashlar/builder.h"
#include "gtest/gtest.h"
#include "src/query/memory_source.h"
#include "src/query/output_columns.h"
#include "tests/columnar/column_generator.h"
#include "tests/query/query_testing.h"

namespace ashlar::query {
namespace {

// A row that is expected: its parent, and its element or none (-1).
struct ExpectedRow {
  int64_t parent = 0;
  int64_t element = -1;
};

std::vector<ExpectedRow> Expect(const Column& list, bool keep_empty,
                                const std::vector<bool>& parents) {
  std::vector<ExpectedRow> rows;
  for (int64_t row = 0; row < list.length(); ++row) {
    if (!parents[static_cast<size_t>(row)]) continue;
    const auto [begin, end] = list.GetListRange(row);
    if (begin == end && keep_empty) rows.push_back({row, -1});
    for (int64_t i = begin; i < end; ++i) rows.push_back({row, i});
  }
  return rows;
}

bool SameRow(const Column& a, int64_t row_a, const Column& b, int64_t row_b) {
  return a.Slice(row_a, 1)->Equals(*b.Slice(row_b, 1));
}

bool IsElement(const Column& column, int64_t row, const Column& list, int64_t element) {
  if (element < 0) return column.IsNull(row);
  return SameRow(column, row, list.child(0), element);
}

class UnnestTest : public testing::TestWithParam<uint64_t> {
 protected:
  // Fields "id", "s" (a struct with the list "items" within), "tags" (a list) and "v".
  UnnestTest() {
    const auto rows = static_cast<int64_t>(1 + random_.Uniform(4000));
    ColumnBuilder id(Int64());
    for (int64_t i = 0; i < rows; ++i) EXPECT_TRUE(id.AppendInt64(i).ok());
    const DataType item = Struct({{"x", Int32(), false}, {"t", List(Utf8())}});
    const DataType inner = Struct({{"a", Utf8()}, {"items", List(item)}});
    const DataType outer = Struct({{"b", Bool()}, {"in", inner}});
    schema_ = Schema::Make(
                  {{"id", Int64()}, {"s", outer}, {"tags", List(Utf8())}, {"v", ashlar::Vector(2)}})
                  .value();
    std::vector<Column> columns = {id.Finish()};
    for (size_t i = 1; i < schema_.size(); ++i) {
      columns.push_back(RandomForm(schema_.field(i).type, rows, random_));
    }
    batch_ = RecordBatch::Make(schema_, columns).value();
    std::vector<uint64_t> live;
    if (random_.OneIn(2)) {
      for (int64_t i = 0; i < rows; i += 64) live.push_back(random_.Next64() | random_.Next64());
    }
    for (int64_t row = 0; row < rows; ++row) {
      const auto i = static_cast<size_t>(row);
      parents_.push_back(live.empty() || (live[i / 64] >> (i % 64) & 1) != 0);
    }
    source_ = MakeMemorySource(schema_, {batch_}, {.morsel_rows = 1024, .live = live});
    if (random_.OneIn(2)) {
      const auto limit = static_cast<int64_t>(random_.Uniform(static_cast<uint64_t>(rows)));
      options_.conjuncts = {
          Combine(Op::kLess, Bool(), InputExpression(0, Int64()), Int64Literal(limit))};
      options_.inputs = {{0, {}, Int64()}};
      for (int64_t row = limit; row < rows; ++row) parents_[static_cast<size_t>(row)] = false;
    }
    options_.keep_empty = random_.OneIn(2);
  }

  // All rows of the inputs, one column each.
  RecordBatch ReadAll(const Source& source, const std::vector<Input>& inputs) {
    std::vector<BoundPtr> outputs;
    std::vector<Field> fields;
    for (const Input& input : inputs) {
      outputs.push_back(InputExpression(outputs.size(), input.type));
      fields.push_back({"o" + std::to_string(fields.size()), input.type});
    }
    OutputColumns output(outputs, Schema::Make(fields).value(), BackEnd::kInterpreter);
    SourceCounters counters;
    for (size_t m = 0; m < source.morsels(); ++m) {
      const auto morsel = source.Open(m, inputs, &counters).value();
      EXPECT_TRUE(output.BeginMorsel(*morsel).ok());
      for (int64_t first = 0; first < morsel->rows(); first += kZoneRows) {
        const int64_t rows = std::min(kZoneRows, morsel->rows() - first);
        EXPECT_TRUE(output.Append({first, rows}, Bits::FirstRows(rows)).ok());
      }
      EXPECT_TRUE(output.EndMorsel().ok());
    }
    RecordBatch batch = output.Finish().value();
    for (const Column& column : batch.columns()) {
      EXPECT_TRUE(column.Validate().ok()) << column.type().ToString() << column.Validate();
    }
    return batch;
  }

  base::Random random_{GetParam()};
  Schema schema_;
  RecordBatch batch_;
  std::shared_ptr<const Source> source_;
  std::vector<bool> parents_;
  UnnestOptions options_;
};

TEST_P(UnnestTest, ATopLevelListBecomesItsElements) {
  const auto unnested = MakeUnnestSource(source_, "tags", options_).value();
  EXPECT_EQ(unnested->schema(), *UnnestedSchema(schema_, "tags"));
  EXPECT_EQ(unnested->schema().field(2), (Field{"tags", Utf8(), true, 3}));
  const RecordBatch rows = ReadAll(*unnested, InputsOf(unnested->schema()));
  const Column& list = batch_.column(2);
  const std::vector<ExpectedRow> expected = Expect(list, options_.keep_empty, parents_);
  ASSERT_EQ(rows.rows(), static_cast<int64_t>(expected.size()));
  for (int64_t row = 0; row < rows.rows(); ++row) {
    const auto [parent, element] = expected[static_cast<size_t>(row)];
    for (const size_t c : {0, 1, 3}) {
      EXPECT_TRUE(SameRow(rows.column(c), row, batch_.column(c), parent));
    }
    EXPECT_TRUE(IsElement(rows.column(2), row, list, element));
  }
}

TEST_P(UnnestTest, AListWithinStructsBecomesItsElementsInPlace) {
  const auto unnested = MakeUnnestSource(source_, "s.in.items", options_).value();
  const DataType& type = unnested->schema().field(1).type;
  EXPECT_EQ(
      type.ToString(),
      "struct<b: bool, in: struct<a: utf8, items: struct<x: int32 not null, t: list<utf8>>>>");
  const DataType item = type.fields()[1].type.fields()[1].type;
  // The struct whole, the one within, the element, a member of it, and one beside the list.
  const std::vector<Input> inputs = {{1, {}, type},       {1, {1}, type.fields()[1].type},
                                     {1, {1, 1}, item},   {1, {1, 1, 1}, List(Utf8())},
                                     {1, {1, 0}, Utf8()}, {0, {}, Int64()}};
  const RecordBatch rows = ReadAll(*unnested, inputs);
  const Column list = ColumnOfInput(batch_.column(1), {1, {1, 1}, List(item)}).value();
  const Column below_in = ColumnOfInput(batch_.column(1), {1, {1}, {}}).value();
  const Column below_a = ColumnOfInput(batch_.column(1), {1, {1, 0}, {}}).value();
  const Column t = ColumnOfInput(list.child(0), {0, {1}, {}}).value();
  const std::vector<ExpectedRow> expected = Expect(list, options_.keep_empty, parents_);
  ASSERT_EQ(rows.rows(), static_cast<int64_t>(expected.size()));
  const Column in = rows.column(0).child(1);
  for (int64_t row = 0; row < rows.rows(); ++row) {
    const auto [parent, element] = expected[static_cast<size_t>(row)];
    EXPECT_EQ(rows.column(0).IsNull(row), batch_.column(1).IsNull(parent));
    EXPECT_TRUE(SameRow(rows.column(0).child(0), row, batch_.column(1).child(0), parent));
    EXPECT_TRUE(IsElement(in.child(1), row, list, element));
    EXPECT_EQ(rows.column(1).IsNull(row), below_in.IsNull(parent));
    EXPECT_TRUE(IsElement(rows.column(1).child(1), row, list, element));
    EXPECT_TRUE(IsElement(rows.column(2), row, list, element));
    if (element < 0) {
      EXPECT_TRUE(rows.column(3).IsNull(row));
    } else {
      EXPECT_TRUE(SameRow(rows.column(3), row, t, element));
    }
    EXPECT_TRUE(SameRow(rows.column(4), row, below_a, parent));
    EXPECT_EQ(rows.column(5).GetInt64(row), parent);
  }
}

TEST_P(UnnestTest, ListsOfListsUnnestTwice) {
  const auto once = MakeUnnestSource(source_, "s.in.items", options_).value();
  const auto twice = MakeUnnestSource(once, "s.in.items.t").value();
  const RecordBatch rows = ReadAll(*twice, {{0, {}, Int64()}, {1, {1, 1, 1}, Utf8()}});
  const Column list = ColumnOfInput(batch_.column(1), {1, {1, 1}, {}}).value();
  const Column inner = ColumnOfInput(list.child(0), {0, {1}, {}}).value();
  int64_t row = 0;
  for (const auto& [parent, element] : Expect(list, false, parents_)) {
    const auto [begin, end] = inner.GetListRange(element);
    for (int64_t i = begin; i < end; ++i, ++row) {
      ASSERT_LT(row, rows.rows());
      EXPECT_EQ(rows.column(0).GetInt64(row), parent);
      EXPECT_TRUE(SameRow(rows.column(1), row, inner.child(0), i));
    }
  }
  EXPECT_EQ(row, rows.rows());
}

INSTANTIATE_TEST_SUITE_P(Seeds, UnnestTest, testing::Range<uint64_t>(1, 13));

TEST(UnnestSharingTest, ElementsAreASliceAndColumnsAreReadOnDemand) {
  base::Random random(5);
  const Schema schema = Schema::Make({{"n", List(Int64())}, {"w", Utf8()}}).value();
  const RecordBatch batch =
      RecordBatch::Make(schema, {columnar::RandomColumn(schema.field(0).type, 500, true, 9, random),
                                 columnar::RandomColumn(Utf8(), 500, true, 9, random)})
          .value();
  const auto unnested = MakeUnnestSource(MakeMemorySource(schema, {batch}), "n").value();
  const std::vector<Input> inputs = InputsOf(unnested->schema());
  SourceCounters counters;
  const auto morsel = unnested->Open(0, inputs, &counters).value();
  const Column elements = morsel->Read(0).value();
  EXPECT_EQ(elements.length(), morsel->rows());
  EXPECT_EQ(elements.data()->values.data(), batch.column(0).child(0).data()->values.data());
  EXPECT_EQ(counters.chunks_touched, 1);
}

TEST(UnnestPathTest, WhatIsNoListIsRefused) {
  const Schema schema = Schema::Make({{"n", Int64()},
                                      {"l", List(Struct({{"m", List(Int64())}}))},
                                      {"s", Struct({{"l", List(Int64())}})}})
                            .value();
  EXPECT_EQ(UnnestedSchema(schema, "n").status().message(),
            "cannot unnest \"n\" of type int64: it is no list");
  EXPECT_EQ(UnnestedSchema(schema, "s.x").status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(UnnestedSchema(schema, "").status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(UnnestedSchema(schema, "l.m").status().message(),
            "cannot unnest \"l.m\": it lies within the list \"l\", which must be unnested first");
  EXPECT_EQ(UnnestedSchema(schema, "s.l")->ToString(),
            "n: int64, l: list<struct<m: list<int64>>>, s: struct<l: int64>");
}

}  // namespace
}  // namespace ashlar::query
