// The aggregating sink against a naive aggregation: random types, values, encodings, slices,
// deletion masks, selections and cuts into parts.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "ashlar/builder.h"
#include "src/base/random.h"
#include "src/base/strings.h"
#include "src/columnar/buffer_builder.h"
#include "src/columnar/canonical.h"
#include "src/columnar/dictionary.h"
#include "src/query/aggregate_sink.h"
#include "src/query/memory_source.h"
#include "tests/query/aggregate_reference.h"
#include "tests/query/query_testing.h"
#include "tests/query/sink_driver.h"
#include "tests/testing/random_data.h"

namespace ashlar::query {
namespace {

using base::Random;
using Kind = Aggregate::Kind;

DataType RandomScalar(Random& random) {
  const std::vector<DataType> leaves = testkit::LeafTypes();
  while (true) {
    DataType type = leaves[random.Uniform(leaves.size())];
    if (PhysicalOf(type) != Physical::kNested) return type;
  }
}

// Numbers whose sums are exact in any order.
Column RandomNumbers(const DataType& type, int64_t rows, Random& random) {
  ColumnBuilder builder(type);
  const bool nulls = random.OneIn(2);
  for (int64_t row = 0; row < rows; ++row) {
    const auto value = static_cast<int64_t>(random.Uniform(2000)) - 1000;
    if (nulls && random.OneIn(5)) {
      builder.AppendNull();
    } else if (type.is_floating()) {
      EXPECT_TRUE(builder.AppendDouble(static_cast<double>(value) / 4).ok());
    } else if (type.is_unsigned_integer()) {
      EXPECT_TRUE(builder.AppendUInt64(static_cast<uint64_t>(value + 1000)).ok());
    } else {
      EXPECT_TRUE(builder.AppendInt64(value * (int64_t{1} << 30)).ok());
    }
  }
  return builder.Finish();
}

constexpr size_t kAnyFields = 4;  // then int64, uint32, float64, float32

RecordBatch RandomRows(int64_t rows, Random& random) {
  std::vector<Field> fields;
  std::vector<Column> columns;
  for (size_t i = 0; i < kAnyFields; ++i) {
    fields.push_back({base::StrCat("k", i), RandomScalar(random)});
    const Schema schema = *Schema::Make({fields.back()});
    testkit::RandomBatchOptions options;
    options.cardinality = random.OneIn(3) ? 0 : 1 + random.Uniform(random.OneIn(2) ? 4 : 400);
    options.null_fraction = random.OneIn(2) ? 0 : 0.2;
    columns.push_back(testkit::RandomBatch(schema, rows, random, options).column(0));
  }
  for (const DataType& type : {Int64(), UInt32(), Float64(), Float32()}) {
    fields.push_back({base::StrCat("n", fields.size()), type});
    columns.push_back(RandomNumbers(type, rows, random));
  }
  return *RecordBatch::Make(*Schema::Make(fields), columns);
}

void AppendCell(const Column& column, int64_t row, ColumnBuilder& builder) {
  switch (PhysicalOf(column.type())) {
    case Physical::kBool:
      ASSERT_TRUE(builder.AppendBool(column.GetBool(row)).ok());
      break;
    case Physical::kInt64:
      ASSERT_TRUE(builder.AppendInt64(column.GetInt64(row)).ok());
      break;
    case Physical::kUInt64:
      ASSERT_TRUE(builder.AppendUInt64(column.GetUInt64(row)).ok());
      break;
    case Physical::kDouble:
      ASSERT_TRUE(builder.AppendDouble(column.GetDouble(row)).ok());
      break;
    default:
      ASSERT_TRUE(builder.AppendBytes(column.GetBytes(row)).ok());
  }
}

// The distinct values in the order that dictionaries have, and codes of `width` bytes if they fit.
Column EncodeDictionary(const Column& plain, uint8_t width) {
  std::vector<int64_t> order;
  for (int64_t row = 0; row < plain.length(); ++row) {
    if (!plain.IsNull(row)) order.push_back(row);
  }
  std::map<std::string, uint32_t> code_of;
  ColumnBuilder values(plain.type());
  for (const int64_t row : order) {
    const auto code = static_cast<uint32_t>(code_of.size());
    if (code_of.emplace(CellText(plain, row), code).second) AppendCell(plain, row, values);
  }
  if (code_of.size() > 255 && width == 1) width = 2;
  columnar::BufferBuilder codes;
  for (int64_t row = 0; row < plain.length(); ++row) {
    const uint32_t code = plain.IsNull(row) ? 0 : code_of[CellText(plain, row)];
    codes.Append(std::as_bytes(std::span(&code, 1)).first(width));
  }
  auto data = std::make_shared<ColumnData>(*plain.data());
  data->encoding = Encoding::kDictionary;
  data->code_width = width;
  data->dictionary = values.Finish().data();
  data->values = codes.Finish();
  data->offsets = PinnedBytes();
  return Column(data);
}

Column Encode(const Column& column, Random& random) {
  const columnar::ColumnPiece piece{&column, 0, column.length()};
  const Column plain = *columnar::MakeCanonical(column.type(), {&piece, 1});
  switch (random.Uniform(4)) {
    case 0:
      return column;
    case 1:
      return EncodeDictionary(plain, static_cast<uint8_t>(1U << random.Uniform(3)));
    default:
      return columnar::ChooseEncoding(plain);
  }
}

// The same rows in batches of random lengths, each column encoded before or after it was cut.
std::vector<RecordBatch> Cut(const RecordBatch& batch, Random& random) {
  std::vector<Column> encoded;
  for (const Column& column : batch.columns()) encoded.push_back(Encode(column, random));
  std::vector<RecordBatch> pieces;
  for (int64_t row = 0; row < batch.rows();) {
    const int64_t most = random.OneIn(2) ? 3000 : 40;
    const auto length = std::min<int64_t>(
        batch.rows() - row, 1 + static_cast<int64_t>(random.Uniform(static_cast<uint64_t>(most))));
    std::vector<Column> columns;
    for (size_t i = 0; i < encoded.size(); ++i) {
      columns.push_back(random.OneIn(2) ? *encoded[i].Slice(row, length)
                                        : Encode(*batch.column(i).Slice(row, length), random));
    }
    pieces.push_back(*RecordBatch::Make(batch.schema(), columns));
    row += length;
  }
  return pieces;
}

struct Case {
  RecordBatch batch;
  std::vector<bool> selected;
  std::vector<bool> alive;
  std::vector<size_t> keys;
  std::vector<ReferenceAggregate> aggregates;

  [[nodiscard]] std::vector<int64_t> rows() const {
    std::vector<int64_t> rows;
    for (int64_t row = 0; row < batch.rows(); ++row) {
      const auto at = static_cast<size_t>(row);
      if (selected[at] && alive[at]) rows.push_back(row);
    }
    return rows;
  }
};

Case RandomCase(Random& random) {
  Case test;
  const auto rows = static_cast<int64_t>(random.Uniform(random.OneIn(3) ? 6000 : 300));
  test.batch = RandomRows(rows, random);
  const uint64_t density = random.Uniform(4);  // all, most, half, few
  for (int64_t row = 0; row < rows; ++row) {
    test.selected.push_back(density == 0 || random.Uniform(density == 1 ? 20 : 2 * density) != 0);
    if (density == 3 && !random.OneIn(20)) test.selected.back() = false;
    test.alive.push_back(!random.OneIn(10));
  }
  if (random.OneIn(2)) test.alive.assign(test.alive.size(), true);
  for (uint64_t i = random.Uniform(4); i > 0; --i) {
    const size_t field = random.Uniform(kAnyFields + 1);
    if (std::find(test.keys.begin(), test.keys.end(), field) == test.keys.end()) {
      test.keys.push_back(field);
    }
  }
  constexpr Kind kAnyKinds[] = {Kind::kCountRows, Kind::kCount, Kind::kCountDistinct, Kind::kMin,
                                Kind::kMax};
  constexpr Kind kNumericKinds[] = {Kind::kSum, Kind::kAvg, Kind::kStdDev};
  for (uint64_t i = random.Uniform(7) + (test.keys.empty() ? 1 : 0); i > 0; --i) {
    if (random.OneIn(2)) {
      test.aggregates.push_back({kAnyKinds[random.Uniform(5)], random.Uniform(kAnyFields + 4)});
    } else {
      test.aggregates.push_back({kNumericKinds[random.Uniform(3)], kAnyFields + random.Uniform(4)});
    }
  }
  return test;
}

std::unique_ptr<Sink> MakeSink(const Case& test, MemoryBudget* budget) {
  const Schema& schema = test.batch.schema();
  const auto bound = [&](size_t field) { return InputExpression(field, schema.field(field).type); };
  std::vector<BoundPtr> keys;
  std::vector<std::string> names;
  for (const size_t field : test.keys) {
    keys.push_back(bound(field));
    names.push_back(schema.field(field).name);
  }
  std::vector<BoundAggregate> aggregates;
  for (const ReferenceAggregate& aggregate : test.aggregates) {
    aggregates.push_back({aggregate.kind,
                          aggregate.kind == Kind::kCountRows ? nullptr : bound(aggregate.field),
                          base::StrCat("a", aggregates.size())});
  }
  auto sink = MakeAggregateSink(keys, names, aggregates, BackEnd::kVectorised, budget);
  EXPECT_TRUE(sink.ok()) << sink.status();
  return *std::move(sink);
}

std::shared_ptr<const Source> MakeSource(const Case& test, Random& random) {
  MemorySourceOptions options;
  options.morsel_rows = kZoneRows * static_cast<int64_t>(1 + random.Uniform(4));
  if (std::find(test.alive.begin(), test.alive.end(), false) != test.alive.end()) {
    options.live.resize(test.alive.size() / 64 + 1);
    for (size_t row = 0; row < test.alive.size(); ++row) {
      if (test.alive[row]) options.live[row / 64] |= uint64_t{1} << (row % 64);
    }
  }
  return MakeMemorySource(test.batch.schema(), Cut(test.batch, random), options);
}

std::string Joined(const std::vector<std::string>& cells) {
  std::string text;
  for (const std::string& cell : cells) text += base::StrCat(cell, " | ");
  return text;
}

void ExpectSame(const std::vector<std::vector<std::string>>& expected,
                const std::vector<std::vector<std::string>>& actual) {
  ASSERT_EQ(actual.size(), expected.size());
  for (size_t row = 0; row < expected.size(); ++row) {
    ASSERT_TRUE(std::equal(expected[row].begin(), expected[row].end(), actual[row].begin(),
                           actual[row].end(), CellsMatch))
        << "row " << row << "\nexpected " << Joined(expected[row]) << "\nactual   "
        << Joined(actual[row]);
  }
}

TEST(AggregateRandomTest, EqualsTheReference) {
  for (uint64_t seed = 0; seed < 400; ++seed) {
    SCOPED_TRACE(base::StrCat("seed ", seed));
    Random random(seed);
    const Case test = RandomCase(random);
    const auto expected = ReferenceAggregation(test.batch, test.rows(), test.keys, test.aggregates);
    // The second time other encodings and other cuts.
    for (int round = 0; round < 2; ++round) {
      MemoryBudget budget(uint64_t{1} << 30);
      const std::unique_ptr<Sink> sink = MakeSink(test, &budget);
      const auto source = MakeSource(test, random);
      DriveOptions options;
      options.selected = [&](int64_t row) { return test.selected[static_cast<size_t>(row)]; };
      options.cut = [&](size_t) { return random.OneIn(2); };
      const auto batches = Drive(*source, InputsOf(test.batch.schema()), *sink, options);
      ASSERT_TRUE(batches.ok()) << batches.status();
      for (const RecordBatch& batch : *batches) {
        ASSERT_TRUE(batch.schema().EqualsIgnoringIds(sink->schema()));
        for (const Column& column : batch.columns()) ASSERT_TRUE(column.Validate().ok());
      }
      ExpectSame(expected, CellTexts(*batches));
      if (HasFatalFailure()) return;
    }
  }
}

// Every scalar type as the only key, and as the argument of everything that takes it.
TEST(AggregateRandomTest, TakesEveryScalarType) {
  for (const DataType& type : testkit::LeafTypes()) {
    if (PhysicalOf(type) == Physical::kNested) continue;
    SCOPED_TRACE(type.ToString());
    Random random(7);
    Case test;
    test.batch =
        testkit::RandomBatch(*Schema::Make({{"x", type}}), 5000, random, {.cardinality = 600});
    test.selected.assign(5000, true);
    test.alive.assign(5000, true);
    test.keys = {0};
    test.aggregates = {{Kind::kCountRows, 0},
                       {Kind::kCount, 0},
                       {Kind::kMin, 0},
                       {Kind::kCountDistinct, 0},
                       {Kind::kMax, 0}};
    for (int keys = 1; keys >= 0; --keys) {
      test.keys.resize(static_cast<size_t>(keys));
      MemoryBudget budget(uint64_t{1} << 30);
      const std::unique_ptr<Sink> sink = MakeSink(test, &budget);
      const auto source = MakeSource(test, random);
      const auto batches = Drive(*source, InputsOf(test.batch.schema()), *sink,
                                 {.selected = {}, .cut = [&](size_t) { return random.OneIn(2); }});
      ASSERT_TRUE(batches.ok()) << batches.status();
      ExpectSame(ReferenceAggregation(test.batch, test.rows(), test.keys, test.aggregates),
                 CellTexts(*batches));
    }
  }
}

}  // namespace
}  // namespace ashlar::query
