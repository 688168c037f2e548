// The aggregating sink, case by case: no rows, limits of types and memory, nulls, NaN, many groups,
// and what it refuses.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <memory>
#include <numeric>
#include <optional>
#include <string>
#include <vector>

#include "ashlar/builder.h"
#include "ashlar/status_macros.h"
#include "src/base/hash.h"
#include "src/base/random.h"
#include "src/base/strings.h"
#include "src/query/aggregate_sink.h"
#include "src/query/memory_source.h"
#include "tests/query/query_testing.h"
#include "tests/query/sink_driver.h"

namespace ashlar::query {
namespace {

using Kind = Aggregate::Kind;
using Rows = std::vector<std::vector<std::string>>;
constexpr int64_t kMax64 = std::numeric_limits<int64_t>::max();
constexpr int64_t kMin64 = std::numeric_limits<int64_t>::min();

RecordBatch OneColumn(const DataType& type, const Column& column) {
  return *RecordBatch::Make(*Schema::Make({{"x", type}}), {column});
}

RecordBatch Int64s(const std::vector<std::optional<int64_t>>& values) {
  ColumnBuilder builder(Int64());
  for (const auto& value : values) {
    if (value.has_value()) {
      EXPECT_TRUE(builder.AppendInt64(*value).ok());
    } else {
      builder.AppendNull();
    }
  }
  return OneColumn(Int64(), builder.Finish());
}

RecordBatch Doubles(const std::vector<double>& values) {
  return OneColumn(Float64(), Column::FromValues<double>(Float64(), values));
}

struct Query {
  std::vector<size_t> keys;
  std::vector<std::pair<Kind, size_t>> aggregates;
  uint64_t memory = uint64_t{1} << 30;
};

// Every batch is a part of its own.
absl::StatusOr<std::vector<RecordBatch>> Answer(
    const std::vector<RecordBatch>& batches, const Query& query,
    const DriveOptions& options = {.selected = {}, .cut = [](size_t) { return true; }}) {
  const Schema schema = batches[0].schema();
  std::vector<BoundPtr> keys;
  std::vector<std::string> names;
  for (const size_t field : query.keys) {
    keys.push_back(InputExpression(field, schema.field(field).type));
    names.push_back(schema.field(field).name);
  }
  std::vector<BoundAggregate> aggregates;
  for (const auto& [kind, field] : query.aggregates) {
    aggregates.push_back(
        {kind,
         kind == Kind::kCountRows ? nullptr : InputExpression(field, schema.field(field).type),
         base::StrCat("a", aggregates.size())});
  }
  MemoryBudget budget(query.memory);
  ASSIGN_OR_RETURN(const auto sink,
                   MakeAggregateSink(keys, names, aggregates, BackEnd::kVectorised, &budget));
  const auto source = MakeMemorySource(schema, batches);
  return Drive(*source, InputsOf(schema), *sink, options);
}

Rows AnswerTexts(const std::vector<RecordBatch>& batches, const Query& query) {
  const auto answer = Answer(batches, query);
  EXPECT_TRUE(answer.ok()) << answer.status();
  return answer.ok() ? CellTexts(*answer) : Rows();
}

const std::vector<std::pair<Kind, size_t>> kAllKinds = {
    {Kind::kCountRows, 0}, {Kind::kCount, 0}, {Kind::kCountDistinct, 0}, {Kind::kSum, 0},
    {Kind::kMin, 0},       {Kind::kMax, 0},   {Kind::kAvg, 0},           {Kind::kStdDev, 0}};

TEST(AggregateSinkTest, NoRowsAreOneRowWithoutKeysAndNoneWithKeys) {
  EXPECT_EQ(AnswerTexts({Int64s({})}, {.keys = {}, .aggregates = kAllKinds}),
            (Rows{{"i0", "i0", "i0", "null", "null", "null", "null", "null"}}));
  EXPECT_EQ(AnswerTexts({Int64s({})}, {.keys = {0}, .aggregates = kAllKinds}), Rows());
  // Rows there are, but none is selected: a part without a row.
  const auto answer = Answer({Int64s({1, 2})}, {.keys = {}, .aggregates = kAllKinds},
                             {.selected = [](int64_t) { return false; }, .cut = {}});
  ASSERT_TRUE(answer.ok());
  EXPECT_EQ(CellTexts(*answer), (Rows{{"i0", "i0", "i0", "null", "null", "null", "null", "null"}}));
}

TEST(AggregateSinkTest, NullsAreSkippedAndAGroupOfTheirOwn) {
  EXPECT_EQ(
      AnswerTexts({Int64s({std::nullopt, std::nullopt})}, {.keys = {}, .aggregates = kAllKinds}),
      (Rows{{"i2", "i0", "i0", "null", "null", "null", "null", "null"}}));
  EXPECT_EQ(AnswerTexts({Int64s({7}), Int64s({std::nullopt, 7, std::nullopt}), Int64s({5})},
                        {.keys = {0}, .aggregates = {{Kind::kCountRows, 0}, {Kind::kSum, 0}}}),
            (Rows{{"i7", "i2", "i14"}, {"null", "i2", "null"}, {"i5", "i1", "i5"}}));
}

TEST(AggregateSinkTest, NansAreOneGroupAndZerosToo) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const RecordBatch first = Doubles({-0.0, nan, 1});
  const RecordBatch second = Doubles({std::copysign(nan, -1.0), 0.0, -0.0});
  EXPECT_EQ(AnswerTexts({first, second}, {.keys = {0}, .aggregates = {{Kind::kCountRows, 0}}}),
            (Rows{{"d0", "i3"}, {"dnan", "i2"}, {"d1", "i1"}}));
  const auto keys = Answer({first}, {.keys = {0}, .aggregates = {}});
  ASSERT_TRUE(keys.ok());
  EXPECT_FALSE(std::signbit((*keys)[0].column(0).GetDouble(0)));
  EXPECT_EQ(
      AnswerTexts({first, second},
                  {.keys = {},
                   .aggregates = {{Kind::kMin, 0}, {Kind::kMax, 0}, {Kind::kCountDistinct, 0}}}),
      (Rows{{"d0", "dnan", "i3"}}));
  EXPECT_EQ(AnswerTexts({Doubles({nan, nan})}, {.keys = {}, .aggregates = {{Kind::kMin, 0}}}),
            (Rows{{"dnan"}}));
}

TEST(AggregateSinkTest, OnlyTheFinalSumCanOverflow) {
  const Query sum{.keys = {}, .aggregates = {{Kind::kSum, 0}, {Kind::kAvg, 0}}};
  EXPECT_EQ(AnswerTexts({Int64s({kMax64, 1}), Int64s({kMax64}), Int64s({-1, -kMax64})}, sum)[0][0],
            base::StrCat("i", kMax64));
  EXPECT_EQ(AnswerTexts({Int64s({kMin64 + 1}), Int64s({-1})}, sum)[0][0],
            base::StrCat("i", kMin64));
  for (const auto& batches : {std::vector<RecordBatch>{Int64s({kMax64}), Int64s({1})},
                              std::vector<RecordBatch>{Int64s({kMin64, -1})}}) {
    const auto answer = Answer(batches, sum);
    EXPECT_EQ(answer.status().code(), absl::StatusCode::kOutOfRange);
    EXPECT_NE(answer.status().message().find("\"a0\""), std::string::npos) << answer.status();
    // An average has no such limit.
    const Query avg{.keys = {}, .aggregates = {{Kind::kAvg, 0}}};
    EXPECT_TRUE(Answer(batches, avg).ok());
  }
}

TEST(AggregateSinkTest, UnsignedSumsReachTheirOwnLimit) {
  constexpr uint64_t kMost = std::numeric_limits<uint64_t>::max();
  const auto batch = [](std::vector<uint64_t> values) {
    return OneColumn(UInt64(), Column::FromValues<uint64_t>(UInt64(), values));
  };
  const Query query{.keys = {}, .aggregates = {{Kind::kSum, 0}, {Kind::kMin, 0}, {Kind::kMax, 0}}};
  EXPECT_EQ(AnswerTexts({batch({kMost - 5}), batch({5})}, query),
            (Rows{{base::StrCat("u", kMost), "u5", base::StrCat("u", kMost - 5)}}));
  EXPECT_EQ(Answer({batch({kMost}), batch({1})}, query).status().code(),
            absl::StatusCode::kOutOfRange);
}

TEST(AggregateSinkTest, AveragesOfLargeIntegersAreExact) {
  const Query query{.keys = {}, .aggregates = {{Kind::kAvg, 0}}};
  const auto answer = Answer({Int64s({kMax64, kMax64}), Int64s({-kMax64, -kMax64 + 1, 5})}, query);
  ASSERT_TRUE(answer.ok());
  EXPECT_EQ((*answer)[0].column(0).GetDouble(0), 6.0 / 5.0);
}

// A sum of squares would lose everything here.
TEST(AggregateSinkTest, DeviationsAreStable) {
  std::vector<RecordBatch> batches;
  for (int i = 0; i < 20; ++i) {
    std::vector<double> values;
    for (int j = 0; j < 3000; ++j) values.push_back(1e9 + static_cast<double>(j % 2));
    batches.push_back(Doubles(values));
  }
  const auto answer = Answer(batches, {.keys = {}, .aggregates = {{Kind::kStdDev, 0}}});
  ASSERT_TRUE(answer.ok());
  const double n = 60'000;
  EXPECT_NEAR((*answer)[0].column(0).GetDouble(0), std::sqrt(0.25 * n / (n - 1)), 1e-9);
  EXPECT_EQ(AnswerTexts({Doubles({3})}, {.keys = {}, .aggregates = {{Kind::kStdDev, 0}}}),
            (Rows{{"null"}}));
}

TEST(AggregateSinkTest, SumsOfDoublesDoNotDependOnWhoComputesThem) {
  base::Random random(9);
  std::vector<RecordBatch> batches;
  double naive = 0;
  for (int i = 0; i < 7; ++i) {
    std::vector<double> values;
    for (int j = 0; j < 5000; ++j) values.push_back(random.Double() * 1e6 - 3e5);
    naive = std::accumulate(values.begin(), values.end(), naive);
    batches.push_back(Doubles(values));
  }
  const Query query{.keys = {}, .aggregates = {{Kind::kSum, 0}}};
  const auto first = Answer(batches, query);
  const auto second = Answer(batches, query);
  ASSERT_TRUE(first.ok() && second.ok());
  EXPECT_EQ((*first)[0].column(0).GetDouble(0), (*second)[0].column(0).GetDouble(0));
  EXPECT_NEAR((*first)[0].column(0).GetDouble(0), naive, 1e-9 * std::abs(naive));
}

// 1 M groups, each twice: parts of all sizes, results in batches.
TEST(AggregateSinkTest, AMillionGroupsComeInOrder) {
  constexpr int64_t kGroups = 1'000'000;
  std::vector<int64_t> values(2 * kGroups);
  for (int64_t i = 0; i < kGroups; ++i) {
    values[static_cast<size_t>(i)] = static_cast<int64_t>(base::Mix64(static_cast<uint64_t>(i)));
    values[static_cast<size_t>(2 * kGroups - 1 - i)] = values[static_cast<size_t>(i)];
  }
  const RecordBatch batch = OneColumn(Int64(), Column::FromValues<int64_t>(Int64(), values));
  const auto answer =
      Answer({batch}, {.keys = {0}, .aggregates = {{Kind::kCountRows, 0}, {Kind::kMax, 0}}},
             {.selected = {}, .cut = [](size_t morsel) { return morsel % 5 == 0; }});
  ASSERT_TRUE(answer.ok()) << answer.status();
  int64_t group = 0;
  for (const RecordBatch& some : *answer) {
    ASSERT_LE(some.rows(), 65536);
    for (int64_t row = 0; row < some.rows(); ++row, ++group) {
      ASSERT_EQ(some.column(0).GetInt64(row), values[static_cast<size_t>(group)]);
      ASSERT_EQ(some.column(1).GetInt64(row), 2);
      ASSERT_EQ(some.column(2).GetInt64(row), values[static_cast<size_t>(group)]);
    }
  }
  EXPECT_EQ(group, kGroups);
}

// With any limit either the right answer or a clear error, never anything else.
TEST(AggregateSinkTest, StopsAtTheMemoryLimit) {
  std::vector<std::string> texts;
  for (int i = 0; i < 30'000; ++i) texts.push_back(base::StrCat("a rather long string ", i));
  const std::vector<std::string_view> views(texts.begin(), texts.end());
  const RecordBatch all = OneColumn(Utf8(), Column::FromStrings(views));
  const std::vector<RecordBatch> batches = {*all.Slice(0, 20'000), *all.Slice(10'000, 20'000)};
  for (const Query& query :
       {Query{.keys = {0}, .aggregates = {{Kind::kMin, 0}, {Kind::kCountDistinct, 0}}},
        Query{.keys = {0}, .aggregates = {}},
        Query{.keys = {}, .aggregates = {{Kind::kCountDistinct, 0}}}}) {
    int refused = 0;
    int answered = 0;
    for (uint64_t memory = uint64_t{64} << 10; memory < uint64_t{64} << 20; memory *= 2) {
      Query limited = query;
      limited.memory = memory;
      const auto answer = Answer(batches, limited);
      if (answer.ok()) {
        ++answered;
        const int64_t rows = std::accumulate(
            answer->begin(), answer->end(), int64_t{0},
            [](int64_t sum, const RecordBatch& batch) { return sum + batch.rows(); });
        EXPECT_EQ(rows, query.keys.empty() ? 1 : 30'000);
      } else {
        ++refused;
        EXPECT_EQ(answered, 0) << "a greater limit refused what a smaller one had room for";
        EXPECT_EQ(answer.status().code(), absl::StatusCode::kResourceExhausted);
        const std::string message(answer.status().message());
        const std::string_view operation = query.keys.empty()         ? "aggregate "
                                           : query.aggregates.empty() ? "distinct "
                                                                      : "group by ";
        EXPECT_EQ(message.find(operation), 0U) << message;
      }
    }
    EXPECT_GT(refused, 0);
    EXPECT_GT(answered, 0);
  }
}

TEST(AggregateSinkTest, GivesItsMemoryBack) {
  MemoryBudget budget(uint64_t{1} << 20);
  for (int i = 0; i < 50; ++i) {
    const Schema schema = Int64s({}).schema();
    const auto sink =
        *MakeAggregateSink({InputExpression(0, Int64())}, {"x"}, {}, BackEnd::kVectorised, &budget);
    const auto source = MakeMemorySource(schema, {Int64s({1, 2}), Int64s({3})});
    const auto answer = Drive(*source, InputsOf(schema), *sink,
                              {.selected = {}, .cut = [](size_t) { return true; }});
    ASSERT_TRUE(answer.ok()) << answer.status();
  }
}

// What evaluators compute, constants among it, rather than columns as they are.
TEST(AggregateSinkTest, KeysAndArgumentsMayBeExpressions) {
  const RecordBatch batch = Int64s({4, std::nullopt, 5, std::nullopt, std::nullopt});
  auto is_null = std::make_shared<BoundExpression>();
  is_null->op = Op::kIsNull;
  is_null->type = Bool();
  is_null->physical = Physical::kBool;
  is_null->args = {InputExpression(0, Int64())};
  auto two = std::make_shared<BoundExpression>();
  two->type = Int64();
  two->physical = Physical::kInt64;
  two->literal.is_null = false;
  two->literal.int64 = 2;
  auto null = std::make_shared<BoundExpression>(*two);
  null->literal = LiteralValue();
  for (const BackEnd back_end : {BackEnd::kVectorised, BackEnd::kInterpreter}) {
    MemoryBudget budget(uint64_t{1} << 20);
    const auto sink = MakeAggregateSink({is_null, two}, {"is_null", "two"},
                                        {{Kind::kSum, two, "s"},
                                         {Kind::kStdDev, two, "d"},
                                         {Kind::kMax, null, "m"},
                                         {Kind::kCount, null, "c"},
                                         {Kind::kCountDistinct, null, "n"},
                                         {Kind::kCountDistinct, two, "t"},
                                         {Kind::kMin, is_null, "i"}},
                                        back_end, &budget);
    ASSERT_TRUE(sink.ok()) << sink.status();
    const auto source = MakeMemorySource(batch.schema(), {batch, batch});
    const auto answer = Drive(*source, InputsOf(batch.schema()), **sink,
                              {.selected = {}, .cut = [](size_t) { return true; }});
    ASSERT_TRUE(answer.ok()) << answer.status();
    EXPECT_EQ(CellTexts(*answer),
              (Rows{{"b0", "i2", "i8", "d0", "null", "i0", "i0", "i1", "b0"},
                    {"b1", "i2", "i12", "d0", "null", "i0", "i0", "i1", "b1"}}));
  }
}

TEST(AggregateSinkTest, OneEvaluationServesSeveralAggregates) {
  const auto plan = PlanAggregate({}, {},
                                  {{Kind::kSum, InputExpression(0, Int64()), "s"},
                                   {Kind::kAvg, InputExpression(0, Int64()), "a"},
                                   {Kind::kCount, InputExpression(0, Int64()), "c"},
                                   {Kind::kSum, InputExpression(1, Int64()), "t"}},
                                  BackEnd::kVectorised);
  ASSERT_TRUE(plan.ok()) << plan.status();
  EXPECT_EQ(plan->arguments.size(), 2U);
  EXPECT_EQ(plan->states.size(), 2U);
}

TEST(AggregateSinkTest, ResultTypes) {
  const auto types = [](const DataType& type, Kind kind) {
    MemoryBudget budget(1);
    const auto sink = MakeAggregateSink({}, {}, {{kind, InputExpression(0, type), "a"}},
                                        BackEnd::kVectorised, &budget);
    return sink.ok() ? (*sink)->schema().ToString() : std::string(sink.status().message());
  };
  EXPECT_EQ(types(Int8(), Kind::kSum), "a: int64");
  EXPECT_EQ(types(UInt16(), Kind::kSum), "a: uint64");
  EXPECT_EQ(types(Float32(), Kind::kSum), "a: float64");
  EXPECT_EQ(types(Float32(), Kind::kMax), "a: float32");
  EXPECT_EQ(types(Date32(), Kind::kMin), "a: date32");
  EXPECT_EQ(types(FixedSizeBinary(3), Kind::kMin), "a: fixed_size_binary(3)");
  EXPECT_EQ(types(Int8(), Kind::kAvg), "a: float64");
  EXPECT_EQ(types(Utf8(), Kind::kCountDistinct), "a: int64 not null");
  EXPECT_EQ(types(List(Int8()), Kind::kCount), "a: int64 not null");
  EXPECT_EQ(types(Utf8(), Kind::kSum), "cannot sum \"a\": it is a utf8, not a number");
  EXPECT_EQ(types(Date32(), Kind::kAvg), "cannot average \"a\": it is a date32, not a number");
  EXPECT_EQ(types(List(Int8()), Kind::kMax),
            "cannot take the max of \"a\": it is a list<int8>, not a single value; unnest it or "
            "name a member");
}

TEST(AggregateSinkTest, RefusesToGroupByWhatIsNoScalar) {
  MemoryBudget budget(1);
  for (const DataType& type : {List(Int64()), Struct({{"a", Int64()}}), ashlar::Vector(3)}) {
    auto key = std::make_shared<BoundExpression>(*InputExpression(0, type));
    key->position = 4;
    const auto sink = MakeAggregateSink({key}, {"tags"}, {{Kind::kCountRows, nullptr, "count"}},
                                        BackEnd::kVectorised, &budget);
    EXPECT_EQ(sink.status().code(), absl::StatusCode::kInvalidArgument);
    EXPECT_EQ(sink.status().message(),
              base::StrCat("at 4: cannot group by \"tags\": it is a ", type.ToString(),
                           ", not a single value; unnest it or name a member"));
  }
  EXPECT_EQ(MakeAggregateSink({std::make_shared<BoundExpression>()}, {"nothing"}, {},
                              BackEnd::kVectorised, &budget)
                .status()
                .message(),
            "cannot take distinct values of \"nothing\": it is null and has no type; cast it to "
            "one");
  EXPECT_EQ(MakeAggregateSink({}, {}, {}, BackEnd::kVectorised, &budget).status().code(),
            absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace ashlar::query
