// Order by and top-k against std::stable_sort of rows read one by one.
#include "src/query/sort_sink.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include "ashlar/builder.h"
#include "gtest/gtest.h"
#include "src/query/memory_source.h"
#include "src/query/top_k_sink.h"
#include "tests/columnar/column_generator.h"
#include "tests/query/query_testing.h"

namespace ashlar::query {
namespace {

constexpr uint64_t kPlenty = uint64_t{1} << 40;

template <typename T>
int ThreeWay(T a, T b) {
  return a < b ? -1 : b < a ? 1 : 0;
}

int CompareReals(double a, double b) {
  if (std::isnan(a) || std::isnan(b)) return ThreeWay(std::isnan(a), std::isnan(b));
  return ThreeWay(a, b);
}

// The order of the two rows by one key, by the words of sort_keys.h.
int CompareRows(const Column& column, bool descending, int64_t a, int64_t b) {
  if (column.IsNull(a) || column.IsNull(b)) return ThreeWay(column.IsNull(a), column.IsNull(b));
  const DataType& type = column.type();
  int order = 0;
  if (type.id() == TypeId::kBool) {
    order = ThreeWay(column.GetBool(a), column.GetBool(b));
  } else if (type.is_floating()) {
    order = CompareReals(column.GetDouble(a), column.GetDouble(b));
  } else if (type.is_unsigned_integer()) {
    order = ThreeWay(column.GetUInt64(a), column.GetUInt64(b));
  } else if (type.is_variable_size() || type.id() == TypeId::kFixedSizeBinary) {
    order = ThreeWay(column.GetBytes(a), column.GetBytes(b));
  } else {
    order = ThreeWay(column.GetInt64(a), column.GetInt64(b));
  }
  return descending ? -order : order;
}

std::vector<DataType> KeyTypes() {
  std::vector<DataType> types;
  for (const DataType& type : columnar::TypesToTest()) {
    if (type.fields().empty()) types.push_back(type);
  }
  return types;
}

// Doubles and texts that are hard to order.
Column HardColumn(const DataType& type, int64_t rows, base::Random& random) {
  ColumnBuilder builder(type);
  static constexpr double kReals[] = {0.0, -0.0, 1.5, -1.5, INFINITY, -INFINITY, NAN, -NAN, 1e300};
  const std::string prefix(random.Uniform(12), 'p');
  for (int64_t row = 0; row < rows; ++row) {
    if (random.OneIn(6)) {
      builder.AppendNull();
    } else if (type.is_floating()) {
      const double value = random.OneIn(2) ? kReals[random.Uniform(9)] : random.Double() - 0.5;
      EXPECT_TRUE(builder.AppendDouble(value).ok());
    } else {
      // Zeros at the end count, and length decides among prefixes.
      std::string text = prefix + std::string(random.Uniform(3), '\0');
      if (random.OneIn(2)) text += "common stem " + std::to_string(random.Uniform(500));
      text += std::string(random.Uniform(10), '\0');
      EXPECT_TRUE(builder.AppendBytes(text).ok());
    }
  }
  return builder.Finish();
}

// A table, a selection of its rows, keys, and the selected rows in order.
class SortedTest : public testing::TestWithParam<uint64_t> {
 protected:
  void SetUp() override {
    const std::vector<DataType> key_types = KeyTypes();
    const auto rows = static_cast<int64_t>(random_.OneIn(4) ? 20000 : 1 + random_.Uniform(3000));
    std::vector<Field> fields;
    std::vector<Column> columns;
    const uint64_t key_count = 1 + random_.Uniform(3);
    for (uint64_t i = 0; i < key_count; ++i) {
      DataType type = key_types[random_.Uniform(key_types.size())];
      if (random_.OneIn(2)) type = random_.OneIn(2) ? Float64() : Binary();
      const bool hard = (type.is_floating() || type == Binary()) && random_.OneIn(2);
      columns.push_back(hard ? HardColumn(type, rows, random_) : RandomForm(type, rows, random_));
      fields.push_back({"k" + std::to_string(i), type});
      keys_.push_back({InputExpression(i, type), random_.OneIn(2)});
    }
    for (const DataType& type : {Utf8(), List(Struct({{"x", Int32()}, {"s", Utf8()}})), Int64()}) {
      fields.push_back({"v" + std::to_string(fields.size()), type});
      columns.push_back(RandomForm(type, rows, random_));
    }
    schema_ = Schema::Make(fields).value();
    table_ = RecordBatch::Make(schema_, columns).value();
    selection_ = RandomSelection(rows, random_);
    inputs_ = InputsOf(schema_);
    source_ = MakeMemorySource(schema_, Cut(table_, random_, 4000), {.morsel_rows = 1024});
    for (uint32_t row = 0; row < rows; ++row) {
      if (selection_[row]) order_.push_back(row);
    }
    std::ranges::stable_sort(order_, [&](uint32_t a, uint32_t b) {
      for (size_t i = 0; i < keys_.size(); ++i) {
        const int order = CompareRows(table_.column(i), keys_[i].descending, a, b);
        if (order != 0) return order < 0;
      }
      return false;
    });
  }

  [[nodiscard]] std::vector<std::string> Texts(const std::vector<uint32_t>& rows) const {
    std::vector<std::string> texts;
    for (const uint32_t row : rows) texts.push_back(RowText(table_, row));
    return texts;
  }

  std::unique_ptr<TopKSink> TopK(uint64_t limit, uint64_t skip) {
    return MakeTopKSink(OutputsOf(schema_), schema_, keys_, limit, skip, BackEnd::kInterpreter,
                        &budget_, source_, &inputs_, &late_counters_);
  }

  std::vector<std::string> Run(Sink& sink) {
    const absl::Status fed = Feed(*source_, inputs_, selection_, random_, &counters_, sink);
    EXPECT_TRUE(fed.ok()) << fed;
    auto reader = sink.Finish();
    EXPECT_TRUE(reader.ok()) << reader.status();
    return RowTexts(**reader);
  }

  base::Random random_{GetParam()};
  std::vector<BoundSortKey> keys_;
  Schema schema_;
  RecordBatch table_;
  std::vector<bool> selection_;
  std::vector<Input> inputs_;
  std::shared_ptr<const Source> source_;
  std::vector<uint32_t> order_;
  MemoryBudget budget_{kPlenty};
  SourceCounters counters_;
  SourceCounters late_counters_;
};

TEST_P(SortedTest, AllRowsComeInOrder) {
  const auto sink =
      MakeSortSink(OutputsOf(schema_), schema_, keys_, BackEnd::kInterpreter, &budget_);
  EXPECT_EQ(Run(*sink), Texts(order_)) << schema_.ToString();
}

TEST_P(SortedTest, TheFirstRowsAreThoseOfTheWholeOrder) {
  for (const uint64_t limit : {uint64_t{0}, uint64_t{1}, uint64_t{10}, uint64_t{700}, kPlenty}) {
    const uint64_t skip = random_.OneIn(2) ? 0 : random_.Uniform(30);
    const auto sink = TopK(limit, skip);
    const uint64_t begin = std::min<uint64_t>(skip, order_.size());
    const uint64_t end = std::min<uint64_t>(begin + limit, order_.size());
    const std::vector<uint32_t> rows(order_.begin() + static_cast<std::ptrdiff_t>(begin),
                                     order_.begin() + static_cast<std::ptrdiff_t>(end));
    EXPECT_EQ(Run(*sink), Texts(rows)) << schema_.ToString() << " limit " << limit;
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, SortedTest, testing::Range<uint64_t>(1, 41));

// int64 column "n" 0, 1, 2, … and text column "t", in morsels of 1024 rows.
class LimitsTest : public testing::Test {
 protected:
  static constexpr int64_t kRows = 100000;

  LimitsTest() {
    std::vector<int64_t> numbers(kRows);
    std::iota(numbers.begin(), numbers.end(), 0);
    std::vector<std::string> texts;
    std::vector<std::string_view> views;
    for (const int64_t number : numbers) texts.push_back("text " + std::to_string(number));
    for (const std::string& text : texts) views.push_back(text);
    schema_ = Schema::Make({{"n", Int64()}, {"t", Utf8()}}).value();
    const RecordBatch batch =
        RecordBatch::Make(
            schema_, {Column::FromValues<int64_t>(Int64(), numbers), Column::FromStrings(views)})
            .value();
    source_ = MakeMemorySource(schema_, {batch}, {.morsel_rows = 1024});
    inputs_ = InputsOf(schema_);
  }

  std::unique_ptr<TopKSink> TopK(const BoundSortKey& key, uint64_t limit, MemoryBudget* budget) {
    return MakeTopKSink(OutputsOf(schema_), schema_, {key}, limit, 0, BackEnd::kInterpreter, budget,
                        source_, &inputs_, &late_counters_);
  }

  Schema schema_;
  std::shared_ptr<const Source> source_;
  std::vector<Input> inputs_;
  const std::vector<bool> all_ = std::vector<bool>(kRows, true);
  base::Random random_{11};
  SourceCounters counters_;
  SourceCounters late_counters_;
};

TEST_F(LimitsTest, AColumnIsReadOnlyWhereTheWinnersAre) {
  MemoryBudget budget(kPlenty);
  const auto sink = TopK({InputExpression(0, Int64()), true}, 10, &budget);
  ASSERT_TRUE(Feed(*source_, inputs_, all_, random_, &counters_, *sink).ok());
  EXPECT_EQ(counters_.chunks_touched, source_->morsels());  // the key alone
  const auto reader = sink->Finish().value();
  EXPECT_EQ(late_counters_.chunks_touched, 2);  // both columns of one morsel
  EXPECT_EQ(RowTexts(*reader).front(), R"({"n":99999,"t":"text 99999"})");
  ASSERT_TRUE(sink->threshold().has_value());
  EXPECT_LE(sink->threshold()->int64, 99990);
  EXPECT_GT(sink->threshold()->int64, 50000);
}

TEST_F(LimitsTest, PastTheMemoryLimitOrderByEndsWithAClearError) {
  MemoryBudget budget(uint64_t{1} << 20);
  const auto sink = MakeSortSink(OutputsOf(schema_), schema_, {{InputExpression(1, Utf8())}},
                                 BackEnd::kInterpreter, &budget);
  const absl::Status status = Feed(*source_, inputs_, all_, random_, &counters_, *sink);
  EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_NE(status.message().find("order by needs more than the query's memory limit of 1"),
            std::string_view::npos)
      << status;
}

TEST_F(LimitsTest, TopKOfThatTableFitsAndGivesItsMemoryBack) {
  MemoryBudget budget(uint64_t{1} << 20);
  {
    const auto sink = TopK({InputExpression(1, Utf8())}, 100, &budget);
    ASSERT_TRUE(Feed(*source_, inputs_, all_, random_, &counters_, *sink).ok());
    const auto reader = sink->Finish().value();
    EXPECT_EQ(RowTexts(*reader).size(), 100);
    EXPECT_GT(budget.peak(), 0);
  }
  EXPECT_TRUE(budget.Reserve(uint64_t{1} << 20, "all of it").ok());
}

TEST_F(LimitsTest, TopKOfTooManyRowsIsAnError) {
  MemoryBudget budget(uint64_t{1} << 20);
  const auto sink = TopK({InputExpression(1, Utf8())}, 1000000, &budget);
  const absl::Status status = Feed(*source_, inputs_, all_, random_, &counters_, *sink);
  EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted);
}

TEST_F(LimitsTest, SortedBatchesAreSmallAndMadeOnDemand) {
  MemoryBudget budget(kPlenty);
  const auto sink = MakeSortSink(OutputsOf(schema_), schema_, {{InputExpression(0, Int64()), true}},
                                 BackEnd::kInterpreter, &budget);
  ASSERT_TRUE(Feed(*source_, inputs_, all_, random_, &counters_, *sink).ok());
  const auto reader = sink->Finish().value();
  RecordBatch batch;
  int64_t expected = kRows;
  int batches = 0;
  while (reader->Next(&batch).value()) {
    ++batches;
    EXPECT_LE(batch.rows(), 65536);
    for (int64_t row = 0; row < batch.rows(); ++row) {
      ASSERT_EQ(batch.column(0).GetInt64(row), --expected);
    }
  }
  EXPECT_EQ(expected, 0);
  EXPECT_EQ(batches, 2);
}

}  // namespace
}  // namespace ashlar::query
