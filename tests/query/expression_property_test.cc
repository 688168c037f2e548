// Properties that hold for every expression: its text gives it back, binding and evaluating it
// never crash, may_fail is never a false promise, and rewriting keeps its meaning.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <string>
#include <vector>

#include "src/query/binder.h"
#include "src/query/expression_node.h"
#include "tests/query/expression_generator.h"
#include "tests/query/expression_testing.h"
#include "tests/testing/random_data.h"

namespace ashlar::query {
namespace {

// ASHLAR_EXPRESSION_SEEDS widens the range of seeds.
uint64_t Seeds(uint64_t normal) {
  const char* wanted = std::getenv("ASHLAR_EXPRESSION_SEEDS");
  return wanted == nullptr ? normal : std::strtoull(wanted, nullptr, 10);
}

RecordBatch BatchOf(base::Random& random, int64_t rows) {
  const Schema schema = testkit::RandomSchema(random, {.min_fields = 3, .max_fields = 9});
  return testkit::RandomBatch(schema, rows, random, {.cardinality = random.Uniform(2) * 20});
}

TEST(ExpressionProperty, TextGivesTheTreeBack) {
  for (uint64_t seed = 0; seed < Seeds(300); ++seed) {
    base::Random random(seed);
    const RecordBatch batch = BatchOf(random, 20);
    ExpressionGenerator generator(batch, random, {.max_depth = 5});
    for (int i = 0; i < 30; ++i) {
      const Expression built = random.OneIn(2) ? generator.Predicate() : generator.Value();
      const std::string text = built.ToString();
      const auto parsed = Expression::Parse(text);
      ASSERT_TRUE(parsed.ok()) << "seed " << seed << ": " << text << "\n" << parsed.status();
      ASSERT_TRUE(NodesEqual(built.node(), parsed->node()))
          << "seed " << seed << ": " << text << "\n"
          << parsed->ToString();
    }
  }
}

TEST(ExpressionProperty, EveryExpressionBindsAndEvaluates) {
  int evaluated = 0;
  int failed = 0;
  int certain = 0;
  int mixed = 0;  // predicates that select some rows, not all
  for (uint64_t seed = 0; seed < Seeds(300); ++seed) {
    base::Random random(seed);
    const RecordBatch batch = BatchOf(random, 40);
    ExpressionGenerator generator(batch, random, {.failing_one_in = seed % 2 == 0 ? 6U : 0U});
    for (int i = 0; i < 30; ++i) {
      const bool predicate = random.OneIn(2);
      const Expression expression = predicate ? generator.Predicate() : generator.Value();
      SCOPED_TRACE("seed " + std::to_string(seed) + ": " + expression.ToString());
      Inputs inputs;
      const auto bound = Bind(expression, batch.schema(), &inputs);
      if (!bound.ok()) {
        // Only constants that fail in every row.
        ASSERT_EQ(bound.status().message().find("cannot"), absl::string_view::npos)
            << bound.status();
        ASSERT_TRUE(absl::IsOutOfRange(bound.status()) || absl::IsInvalidArgument(bound.status()));
        ++certain;
        continue;
      }
      const auto texts = EvaluateBound(*bound, inputs, batch);
      if (!texts.ok()) {
        ASSERT_TRUE((*bound)->may_fail) << texts.status();
        ++failed;
        continue;
      }
      ++evaluated;
      ASSERT_EQ(texts->size(), static_cast<size_t>(batch.rows()));
      const auto trues = std::count(texts->begin(), texts->end(), "true");
      if (predicate && trues > 0 && trues < batch.rows()) ++mixed;
    }
  }
  RecordProperty("evaluated", evaluated);
  RecordProperty("failed", failed);
  EXPECT_GT(evaluated, failed * 2);
  EXPECT_GT(failed, 0);
  EXPECT_GT(evaluated, certain * 10);
  EXPECT_GT(mixed, evaluated / 10);
}

// Folding and simplification must not change anything: a column that always holds the literal
// stands in for it.
TEST(ExpressionProperty, FoldedConstantsEqualComputedOnes) {
  const std::vector<std::string> texts = {"K + 1",
                                          "K / 3 - K % 4",
                                          "K > 2.5",
                                          "K in (1, 7, null)",
                                          "K between 1 and 9",
                                          "case when K > 3 then K else 0 end",
                                          "coalesce(K, 1)",
                                          "-K",
                                          "abs(-K) = K",
                                          "cast(K as utf8)",
                                          "cast(K as float32) / 2",
                                          "K = 7 and K < 3 or K is null",
                                          "round(K / 2.0)",
                                          "K < float64 'NaN'"};
  for (const int64_t value : {int64_t{7}, int64_t{-3}, int64_t{0}, int64_t{1} << 60}) {
    ColumnBuilder builder(Int64());
    ASSERT_TRUE(builder.AppendInt64(value).ok());
    const auto batch = RecordBatch::Make(*Schema::Make({{"k", Int64()}}), {builder.Finish()});
    ASSERT_TRUE(batch.ok());
    for (const std::string& text : texts) {
      const auto with = [&text](const std::string& k) {
        std::string replaced;
        for (const char c : text) replaced += c == 'K' ? k : std::string(1, c);
        return replaced;
      };
      const auto column = EvaluateText(with("k"), *batch);
      const auto literal = EvaluateText(with("(" + std::to_string(value) + ")"), *batch);
      ASSERT_TRUE(column.ok() && literal.ok()) << text;
      EXPECT_EQ(*column, *literal) << text << " with " << value;
    }
  }
}

TEST(ExpressionProperty, SubstitutionEqualsComputingFirst) {
  base::Random random(3);
  const Schema schema = *Schema::Make(
      {{"a", Int64()}, {"s", Utf8()}, {"o", Struct({{"x", Int64()}, {"y.z", Float64()}})}});
  const RecordBatch batch = testkit::RandomBatch(schema, 50, random, {.cardinality = 10});
  const std::vector<std::string> names = {"double", "o", "t", "o.x", "a"};
  const std::vector<Expression> values = {Cast(Col("a"), Float64()) * 2.0, Col("o"),
                                          Call("upper", {Col("s")}), Col("a"), Col("a")};
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"double > 5", "cast(a as float64) * 2.0 > 5"},
      {"o.y.z < 1 or t = 'A'", "o.y.z < 1 or upper(s) = 'A'"},
      {"o.x", "a"},
      {"case when a > 1 then double else cast(t as float64) end",
       "case when a > 1 then cast(a as float64) * 2.0 else cast(upper(s) as float64) end"}};
  for (const auto& [before, after] : cases) {
    const auto replaced = Substitute(*Expression::Parse(before), names, values);
    ASSERT_TRUE(replaced.ok()) << replaced.status();
    EXPECT_EQ(replaced->ToString(), after);
  }
  EXPECT_FALSE(Substitute(Col("double.x"), names, values).ok());
  EXPECT_EQ(Substitute(Col("s"), names, values).status().code(), absl::StatusCode::kNotFound);
}

TEST(ExpressionProperty, ChecksForGroupsAndOrders) {
  const Schema schema = *Schema::Make({{"a", Int64()}, {"l", List(Utf8())}});
  Inputs inputs;
  EXPECT_TRUE(CheckGroupable(**Bind(Col("a"), schema, &inputs), "group by").ok());
  EXPECT_EQ(CheckGroupable(**Bind(*Expression::Parse(" l"), schema, &inputs), "group by").message(),
            "at 1: cannot group by a value of type list<utf8>; unnest the list first");
  EXPECT_EQ(CheckOrderable(**Bind(Col("l"), schema, &inputs)).code(),
            absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace ashlar::query
