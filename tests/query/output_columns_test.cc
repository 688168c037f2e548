// OutputColumns against rows picked one by one; what is shared, what is copied, what is not read.
#include "src/query/output_columns.h"

#include <string>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "src/query/memory_source.h"
#include "src/query/take.h"
#include "tests/columnar/column_generator.h"
#include "tests/query/query_testing.h"

namespace ashlar::query {
namespace {

class OutputColumnsTest : public testing::TestWithParam<uint64_t> {
 protected:
  base::Random random_{GetParam()};
};

TEST_P(OutputColumnsTest, SelectedRowsComeOutInOrder) {
  const std::vector<DataType> types = columnar::TypesToTest();
  std::vector<RecordBatch> batches;
  for (int i = 0; i < 3; ++i) {
    batches.push_back(RandomForms(types, static_cast<int64_t>(random_.Uniform(5000)), random_));
  }
  const Schema schema = batches[0].schema();
  const std::vector<Input> inputs = InputsOf(schema);
  const auto source = MakeMemorySource(schema, batches, {.morsel_rows = 2048});
  SourceCounters counters;
  OutputColumns output(OutputsOf(schema), schema, BackEnd::kInterpreter);
  std::vector<std::string> expected;
  std::vector<std::string> actual;
  const auto finish = [&] {
    const RecordBatch batch = output.Finish().value();
    for (const Column& column : batch.columns()) {
      EXPECT_TRUE(column.Validate().ok()) << column.Validate();
    }
    for (std::string& text : RowTexts(batch)) actual.push_back(std::move(text));
  };
  for (size_t m = 0; m < source->morsels(); ++m) {
    const auto morsel = source->Open(m, inputs, &counters).value();
    ASSERT_TRUE(output.BeginMorsel(*morsel).ok());
    std::vector<Column> columns;
    for (size_t i = 0; i < inputs.size(); ++i) columns.push_back(morsel->Read(i).value());
    const RecordBatch whole = RecordBatch::Make(schema, columns).value();
    const std::vector<bool> selection = RandomSelection(morsel->rows(), random_);
    ForEachZone(morsel->rows(), selection, 0, [&](const ZoneRange& zone, const Bits& bits) {
      ASSERT_TRUE(output.Append(zone, bits).ok());
      ForEachRow(bits,
                 [&](int64_t row) { expected.push_back(RowText(whole, zone.first_row + row)); });
      if (random_.OneIn(4)) finish();
    });
    ASSERT_TRUE(output.EndMorsel().ok());
  }
  finish();
  EXPECT_EQ(actual, expected);
  EXPECT_EQ(output.rows(), 0);
  EXPECT_EQ(output.bytes(), 0);
}

INSTANTIATE_TEST_SUITE_P(Seeds, OutputColumnsTest, testing::Range<uint64_t>(1, 9));

TEST(OutputColumnsComputedTest, ValuesNarrowBackToTheirTypes) {
  base::Random random(7);
  for (const DataType& type : columnar::TypesToTest()) {
    const Column column = RandomForm(type, 3000, random);
    const Schema schema = Schema::Make({{"c", type}}).value();
    const RecordBatch batch = RecordBatch::Make(schema, {column}).value();
    const auto source = MakeMemorySource(schema, {batch});
    const std::vector<Input> inputs = InputsOf(schema);
    SourceCounters counters;
    const auto morsel = source->Open(0, inputs, &counters).value();
    const auto evaluator = MakeEvaluator(InputExpression(0, type), BackEnd::kInterpreter);
    ASSERT_TRUE(evaluator->BeginMorsel(*morsel).ok());
    ComputedColumn computed(type);
    std::vector<uint32_t> rows;
    const std::vector<bool> selection = RandomSelection(3000, random);
    ForEachZone(3000, selection, 0, [&](const ZoneRange& zone, const Bits& bits) {
      const auto values = std::make_unique<Vector>();
      ASSERT_TRUE(evaluator->Evaluate(zone, bits, values.get()).ok());
      ASSERT_TRUE(computed.Append(*values, bits).ok());
      ForEachRow(bits,
                 [&](int64_t row) { rows.push_back(static_cast<uint32_t>(zone.first_row + row)); });
    });
    const Column actual = computed.Finish().value();
    EXPECT_TRUE(actual.Validate().ok()) << type.ToString() << actual.Validate();
    std::vector<Column> expected;
    for (const uint32_t row : rows) expected.push_back(column.Slice(row, 1).value());
    EXPECT_TRUE(actual.Equals(ConcatColumns(type, expected).value())) << type.ToString();
  }
}

TEST(OutputColumnsComputedTest, ConstantsAndNullsFillTheirRows) {
  const Schema in = Schema::Make({{"a", Int64()}}).value();
  const std::vector<int64_t> values = {1, 2, 3};
  const RecordBatch batch =
      RecordBatch::Make(in, {Column::FromValues<int64_t>(Int64(), values)}).value();
  auto null = std::make_shared<BoundExpression>();  // the literal null
  const BoundPtr a = InputExpression(0, Int64());
  const Schema out =
      Schema::Make(
          {{"seven", Int64()}, {"sum", Int64()}, {"none", List(Utf8())}, {"nil", Date32()}})
          .value();
  OutputColumns output({Int64Literal(7), Combine(Op::kAdd, Int64(), a, a), null, null}, out,
                       BackEnd::kInterpreter);
  SourceCounters counters;
  const std::vector<Input> inputs = InputsOf(in);
  const auto source = MakeMemorySource(in, {batch});
  const auto morsel = source->Open(0, inputs, &counters).value();
  ASSERT_TRUE(output.BeginMorsel(*morsel).ok());
  ASSERT_TRUE(output.Append({0, 3}, Bits::FirstRows(3)).ok());
  ASSERT_TRUE(output.EndMorsel().ok());
  const RecordBatch rows = output.Finish().value();
  EXPECT_EQ(RowText(rows, 2), R"({"seven":7,"sum":6,"none":null,"nil":null})");
}

class SharedRowsTest : public testing::Test {
 protected:
  SharedRowsTest() {
    base::Random random(3);
    const std::vector<DataType> types = {Int64(), Utf8(), List(Int32()), Bool()};
    for (int i = 0; i < 2; ++i) {
      std::vector<Column> columns;
      std::vector<Field> fields;
      for (const DataType& type : types) {
        columns.push_back(columnar::RandomColumn(type, 4000, true, 100, random));
        fields.push_back({std::string(1, static_cast<char>('a' + fields.size())), type});
      }
      schema_ = Schema::Make(fields).value();
      batches_.push_back(RecordBatch::Make(schema_, columns).value());
    }
    inputs_ = InputsOf(schema_);
    source_ = MakeMemorySource(schema_, batches_);
  }

  Schema schema_;
  std::vector<RecordBatch> batches_;
  std::vector<Input> inputs_;
  std::shared_ptr<const Source> source_;
  SourceCounters counters_;
};

TEST_F(SharedRowsTest, ARunOfOneMorselIsASliceWithoutACopy) {
  OutputColumns output(OutputsOf(schema_), schema_, BackEnd::kInterpreter);
  const auto morsel = source_->Open(0, inputs_, &counters_).value();
  ASSERT_TRUE(output.BeginMorsel(*morsel).ok());
  // The end of one zone, a whole one, the beginning of the next.
  Bits tail = Bits::FirstRows(1024);
  for (int64_t row = 0; row < 1000; ++row) tail.Clear(row);
  ASSERT_TRUE(output.Append({0, 1024}, tail).ok());
  ASSERT_TRUE(output.Append({1024, 1024}, Bits::FirstRows(1024)).ok());
  ASSERT_TRUE(output.Append({2048, 1024}, Bits::FirstRows(10)).ok());
  ASSERT_TRUE(output.EndMorsel().ok());
  EXPECT_EQ(output.rows(), 24 + 1024 + 10);
  EXPECT_GT(output.bytes(), 1000U * 8);
  const RecordBatch batch = output.Finish().value();
  EXPECT_TRUE(batch.Equals(batches_[0].Slice(1000, 1058).value()));
  for (size_t i = 0; i < schema_.size(); ++i) {
    EXPECT_EQ(batch.column(i).data()->values.data(), batches_[0].column(i).data()->values.data());
  }
  EXPECT_EQ(output.bytes_copied(), 0);
  EXPECT_GT(output.bytes_borrowed(), 1000U * 8);
}

TEST_F(SharedRowsTest, AGapOrASecondMorselCopies) {
  OutputColumns output(OutputsOf(schema_), schema_, BackEnd::kInterpreter);
  for (size_t i = 0; i < 2; ++i) {
    const auto morsel = source_->Open(i, inputs_, &counters_).value();
    ASSERT_TRUE(output.BeginMorsel(*morsel).ok());
    ASSERT_TRUE(output.Append({0, 1024}, Bits::FirstRows(1024)).ok());
    ASSERT_TRUE(output.EndMorsel().ok());
  }
  ASSERT_EQ(output.Finish()->rows(), 2048);
  EXPECT_EQ(output.bytes_borrowed(), 0);
  const uint64_t copied = output.bytes_copied();
  EXPECT_GT(copied, 2048U * 8);
  const auto morsel = source_->Open(0, inputs_, &counters_).value();
  ASSERT_TRUE(output.BeginMorsel(*morsel).ok());
  ASSERT_TRUE(output.Append({0, 1024}, Bits::FirstRows(1024)).ok());
  ASSERT_TRUE(output.Append({2048, 1024}, Bits::FirstRows(1024)).ok());
  ASSERT_TRUE(output.EndMorsel().ok());
  ASSERT_EQ(output.Finish()->rows(), 2048);
  EXPECT_EQ(output.bytes_borrowed(), 0);
  EXPECT_GT(output.bytes_copied(), copied);
}

TEST_F(SharedRowsTest, NothingIsReadWithoutASelectedRow) {
  OutputColumns output(OutputsOf(schema_), schema_, BackEnd::kInterpreter);
  const auto morsel = source_->Open(0, inputs_, &counters_).value();
  ASSERT_TRUE(output.BeginMorsel(*morsel).ok());
  ASSERT_TRUE(output.Append({0, 1024}, Bits()).ok());
  ASSERT_TRUE(output.EndMorsel().ok());
  EXPECT_EQ(counters_.chunks_touched, 0);
  EXPECT_EQ(output.Finish()->rows(), 0);
}

}  // namespace
}  // namespace ashlar::query
