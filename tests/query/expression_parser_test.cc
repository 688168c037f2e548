// The text of expressions: what parses to what, where mistakes are found, how deep trees may be.
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "ashlar/expression.h"
#include "src/query/binder.h"
#include "src/query/expression_node.h"

namespace ashlar {
namespace {

std::string Printed(std::string_view text) {
  const auto expression = Expression::Parse(text);
  return expression.ok() ? expression->ToString()
                         : "!" + std::string(expression.status().message());
}

TEST(ExpressionParser, PrintsWhatItRead) {
  const std::vector<std::pair<std::string_view, std::string_view>> cases = {
      {"a", "a"},
      {"A_1", "A_1"},
      {"birth.year", "birth.year"},
      {"\"first name\".x", "\"first name\".x"},
      {"\"a.b\"", "a.b"},  // one name or two: the schema knows
      {"\"a\"\"b\"", "\"a\"\"b\""},
      {"\"in\"", "\"in\""},
      {"a.end", "a.\"end\""},
      {"\u00fcber", "\u00fcber"},
      {"a=1", "a = 1"},
      {"a==1", "a = 1"},
      {"a<>1", "a != 1"},
      {"a and b or c", "a and b or c"},
      {"a AND (b OR c)", "a and (b or c)"},
      {"a && b || c", "a and b or c"},
      {"(a or b) or c", "a or b or c"},
      {"a and (b and c)", "a and b and c"},
      {"NOT a", "not a"},
      {"not (a and b)", "not (a and b)"},
      {"(not a) = b", "(not a) = b"},
      {"not a = b", "not a = b"},
      {"(a = b) = c", "(a = b) = c"},
      {"a - (b - c)", "a - (b - c)"},
      {"a - b - c", "a - b - c"},
      {"(a + b) * c", "(a + b) * c"},
      {"a * b + c", "a * b + c"},
      {"-a * b", "-a * b"},
      {"-(a * b)", "-(a * b)"},
      {"- -a", "- -a"},
      {"-(5)", "-(5)"},
      {"-5", "-5"},
      {"a - -5", "a - -5"},
      {"-9223372036854775808", "-9223372036854775808"},
      {"18446744073709551615", "18446744073709551615"},
      {"1.50", "1.5"},
      {".5", "0.5"},
      {"5.", "5.0"},
      {"1e3", "1000.0"},
      {"1E+30", "1e+30"},
      {"1e-400", "0.0"},
      {"-0.0", "-0.0"},
      {"float64 'NaN'", "float64 'NaN'"},
      {"'it''s'", "'it''s'"},
      {"x'00Ff'", "x'00ff'"},
      {"date '2020-01-31'", "date '2020-01-31'"},
      {"TIMESTAMP '2020-01-31T12:00:00+01:00'", "timestamp '2020-01-31T11:00:00Z'"},
      {"date", "date"},
      {"date < timestamp", "date < timestamp"},
      {"a in (1,2)", "a in (1, 2)"},
      {"a not in (1)", "not a in (1)"},
      {"a between 1 and 2 and b", "a >= 1 and a <= 2 and b"},
      {"a not between 1 and 2", "not (a >= 1 and a <= 2)"},
      {"a like 'x%'", "a like 'x%'"},
      {"a is null", "a is null"},
      {"a is not null", "a is not null"},
      {"(a is null) is null", "(a is null) is null"},
      {"case when a then 1 end", "case when a then 1 else null end"},
      {"cast(a as timestamp(us))", "cast(a as timestamp)"},
      {"cast( a as list< struct<\"x y\": int64 > > )", "cast(a as list<struct<\"x y\": int64>>)"},
      {"LOWER(a)", "lower(a)"},
      {"coalesce(a, b)", "coalesce(a, b)"},
      {"distance(e, [1, -2.5, 1e2], 'dot')", "distance(e, [1.0, -2.5, 100.0], 'dot')"},
      {"any(a.b > 1)", "any(a.b > 1)"},
      {"TRUE or False or NULL", "true or false or null"}};
  for (const auto& [text, printed] : cases) {
    const std::string first = Printed(text);
    EXPECT_EQ(first, printed) << text;
    EXPECT_EQ(Printed(first), first) << text;
  }
}

TEST(ExpressionParser, SaysWhereAMistakeIs) {
  const std::vector<std::pair<std::string_view, std::string_view>> cases = {
      {"", "at 0: expected an expression but the text ends"},
      {"   ", "at 3: expected an expression but the text ends"},
      {"a +", "at 3: expected an expression but the text ends"},
      {"(a", "at 2: expected ')' but the text ends"},
      {"a)", "at 1: expected an operator or the end but found )"},
      {"a b", "at 2: expected an operator or the end but found b"},
      {"a < b < c", "at 6: expected an operator or the end but found <"},
      {"f(a, ", "at 0: no function 'f'"},
      {"lowr(a)", "at 0: no function 'lowr'; did you mean 'lower'"},
      {"lower(a, b)", "at 0: lower() takes 1 argument, not 2"},
      {"lower()", "at 0: lower() takes 1 argument, not 0"},
      {"substr(a)", "at 0: substr() takes 2 or 3 arguments, not 1"},
      {"lower(a", "at 7: expected ',' or ')' but the text ends"},
      {"count(a, b)", "at 0: count() takes 1 argument, not 2"},
      {"'abc", "at 0: a string is not closed"},
      {"a = 'it''s", "at 4: a string is not closed"},
      {"\"abc", "at 0: a quoted name is not closed"},
      {"a.", "at 2: expected a name after '.'"},
      {"a.1", "at 2: expected a name after '.'"},
      {"12abc", "at 2: a number ends with a letter"},
      {"1e", "at 2: expected the digits of an exponent"},
      {"1e999", "at 0: the number is too large for float64"},
      {"a > 18446744073709551616", "at 4: the number is out of range for a 64-bit integer"},
      {"-9223372036854775809", "at 1: the number is out of range for a 64-bit integer"},
      {"x'0'", "at 2: expected two hexadecimal digits a byte"},
      {"x'0g'", "at 2: expected two hexadecimal digits a byte"},
      {"date '2020-02-30'", "at 5: '2020-02-30' is no date such as '2020-01-31'"},
      {"timestamp '2020'", "at 10: '2020' is no timestamp such as '2020-01-31T12:00:00Z'"},
      {"foo 'x'", "at 4: expected an operator but found 'x'"},
      {"float64 'x'", "at 8: expected 'NaN'"},
      {"a not b", "at 6: expected 'in', 'between' or 'like' but found b"},
      {"a is b", "at 5: expected 'null' but found b"},
      {"a in 1", "at 5: expected '(' but found 1"},
      {"a in (1", "at 7: expected ',' or ')' but the text ends"},
      {"a between 1", "at 11: expected 'and' but the text ends"},
      {"case a end", "at 5: expected 'when' but found a"},
      {"case when a end", "at 12: expected 'then' but found end"},
      {"case when a then b", "at 18: expected 'when', 'else' or 'end' but the text ends"},
      {"cast(a int64)", "at 7: expected 'as' but found int64"},
      {"cast(a as int63)", "at 9: type \"int63\": expected a type at position 0"},
      {"cast(a as int64", "at 15: expected ')' but the text ends"},
      {"[1, 2", "at 5: expected ',' or ']' but the text ends"},
      {"[]", "at 1: expected a number but found ]"},
      {"[1e39]", "at 1: the number is too large for float32"},
      {"a = and", "at 4: expected an expression but found and"},
      {"a ! b", "at 2: unexpected '!'; write 'not'"},
      {"a # b", "at 2: unexpected '#'"},
      {"a = '\xff'", "at 5: the text is no UTF-8"},
      {"\x01", "at 0: unexpected '\\x01'"}};
  for (const auto& [text, message] : cases) {
    const std::string printed = Printed(text);
    EXPECT_EQ(printed.substr(0, message.size() + 1), "!" + std::string(message)) << text;
  }
}

TEST(ExpressionParser, DepthIsBounded) {
  const auto repeat = [](std::string_view piece, int count) {
    std::string text;
    for (int i = 0; i < count; ++i) text += piece;
    return text;
  };
  const std::string deep = "nested deeper than 256 levels";
  for (const int count : {10'000, 1'000'000}) {
    for (const std::string& text :
         {repeat("(", count), repeat("(", count) + "a" + repeat(")", count),
          repeat("not ", count) + "a", repeat("- ", count) + "a", "1" + repeat(" + 1", count),
          repeat("lower(", count), repeat("case when ", count), repeat("cast(", count),
          repeat("a in (", count)}) {
      const std::string printed = Printed(text);
      EXPECT_NE(printed.find(deep), std::string::npos)
          << text.substr(0, 20) << printed.substr(0, 80);
      EXPECT_EQ(printed.substr(0, 4), "!at ");
    }
  }
  EXPECT_EQ(Printed(repeat("(", 200) + "a" + repeat(")", 200)), "a");
  EXPECT_EQ(Printed("a" + repeat(" + a", 255)), "a" + repeat(" + a", 255));
  EXPECT_EQ(Printed("a" + repeat(" + a", 256)).substr(0, 4), "!at ");
}

TEST(ExpressionParser, WideIsFine) {
  std::string text = "a = 0";
  for (int i = 1; i < 10'000; ++i) text += " or a = " + std::to_string(i);
  const auto expression = Expression::Parse(text);
  ASSERT_TRUE(expression.ok()) << expression.status();
  EXPECT_EQ(expression->node().depth, 3U);
  EXPECT_EQ(expression->ToString(), text);
  Expression built = Col("a") == 0;
  for (int i = 1; i < 10'000; ++i) built = built || Col("a") == i;
  EXPECT_TRUE(query::NodesEqual(built.node(), expression->node()));

  std::string in = "a in (0";
  for (int i = 1; i < 300'000; ++i) in += ",1";
  EXPECT_NE(Printed(in + ")").find("more than 262144 parts"), std::string::npos);
}

TEST(ExpressionBuilding, DeepTreesCollapse) {
  const Schema schema = *Schema::Make({{"a", Int64()}});
  for (const int count : {300, 10'000, 1'000'000}) {
    Expression deep = Col("a");
    Expression negated = Col("a");
    for (int i = 0; i < count; ++i) {
      deep = deep + 1;
      negated = !negated;
    }
    EXPECT_EQ(deep.ToString(), "<the expression is nested deeper than 256 levels>");
    query::Inputs inputs;
    const auto bound = query::Bind(deep == negated, schema, &inputs);
    EXPECT_EQ(bound.status().code(), absl::StatusCode::kInvalidArgument);
    EXPECT_EQ(bound.status().message(), "the expression is nested deeper than 256 levels");
    EXPECT_TRUE(inputs.empty());
  }
  // Few nodes, but 2^200 of them when walked.
  Expression doubled = Col("a");
  for (int i = 0; i < 200; ++i) doubled = doubled + doubled;
  query::Inputs inputs;
  EXPECT_NE(query::Bind(doubled, schema, &inputs).status().message().find("262144 parts"),
            std::string::npos);
}

TEST(ExpressionBuilding, SameTreeAsText) {
  const std::vector<std::pair<Expression, std::string_view>> cases = {
      {Col("birth.year") < 1900 && !IsNull(Col("debut")),
       "birth.year < 1900 and not debut is null"},
      {Col("amount") > 10.0, "amount > 10.0"},
      {In(Col("a"), {1, 2, nullptr}), "a in (1, 2, null)"},
      {In(Col("a"), {}), "a in ()"},
      {Between(Col("a"), 1, 2), "a between 1 and 2"},
      {Like(Col("s"), "x\\%%"), "s like 'x\\%%'"},
      {Case({{Col("b"), "x"}}, "y"), "case when b then 'x' else 'y' end"},
      {Case({{Col("b"), "x"}}), "case when b then 'x' end"},
      {Cast(Col("a"), FixedSizeBinary(3)), "cast(a as fixed_size_binary(3))"},
      {Coalesce({Col("a"), 0}), "coalesce(a, 0)"},
      {Call("LOWER", {Col("s")}), "lower(s)"},
      {Any(Col("x.y") > 1), "any(x.y > 1)"},
      {All(Col("x.y") > 1), "all(x.y > 1)"},
      {Len(Col("x")), "len(x)"},
      {ListSum(Col("x.y")), "sum(x.y)"},
      {Distance(Col("e"), {1, 2.5}), "distance(e, [1, 2.5])"},
      {Distance(Col("e"), {1}, Metric::kCosine), "distance(e, [1], 'cosine')"},
      {Expression(uint64_t{5}), "5"},
      {Expression(uint64_t{1} << 63), "9223372036854775808"},
      {-Col("a") % 2 - 1 * Col("b") / 3, "-a % 2 - 1 * b / 3"},
      {-Expression(5), "-(5)"},
      {Expression(-5), "-5"},
      {Expression("\xff"), "x'ff'"},
      {Col("a") == 1 || Col("b") != true, "a = 1 or b != true"},
      {Col("a") <= 1 && Col("b") >= 2, "a <= 1 and b >= 2"}};
  for (const auto& [built, text] : cases) {
    const auto parsed = Expression::Parse(text);
    ASSERT_TRUE(parsed.ok()) << text << parsed.status();
    EXPECT_TRUE(query::NodesEqual(built.node(), parsed->node())) << built.ToString() << "\n"
                                                                 << parsed->ToString();
  }
}

TEST(ExpressionBuilding, BadPiecesAreErrorsWhenBound) {
  const Schema schema = *Schema::Make({{"a", Int64()}, {"v", Vector(1)}});
  const std::vector<std::pair<Expression, std::string_view>> cases = {
      {Call("nope", {Col("a")}) > 1, "no function 'nope'"},
      {Call("lower", {}), "lower() takes 1 argument, not 0"},
      {Distance(Col("v"), {}), "a vector literal has at least one number"},
      {Col("\xff") == 1, "a column's path is no UTF-8"},
      {Col("a") == "x", "cannot compare int64 with utf8 in 'a = 'x''"}};
  for (const auto& [expression, message] : cases) {
    query::Inputs inputs;
    const auto bound = query::Bind(expression, schema, &inputs);
    EXPECT_EQ(bound.status().code(), absl::StatusCode::kInvalidArgument);
    EXPECT_NE(bound.status().message().find(absl::string_view(message.data(), message.size())),
              absl::string_view::npos)
        << bound.status();
  }
}

TEST(ExpressionLists, Expressions) {
  const auto list = ParseExpressionList("id, lower(city) as town, a + 1 as \"x y\"");
  ASSERT_TRUE(list.ok()) << list.status();
  ASSERT_EQ(list->size(), 3U);
  EXPECT_EQ(query::ResultName((*list)[0]), "id");
  EXPECT_EQ(query::ResultName((*list)[1]), "town");
  EXPECT_EQ((*list)[2].alias(), "x y");
  EXPECT_EQ(query::ResultName(Col("a") + 1), "a + 1");
  EXPECT_EQ(ParseExpressionList("a,").status().message(),
            "at 2: expected an expression but the text ends");
  EXPECT_EQ(ParseExpressionList("a as 1").status().message(), "at 5: expected a name but found 1");
  EXPECT_EQ(ParseExpressionList("a b").status().message(),
            "at 2: expected ',' or the end but found b");
}

TEST(ExpressionLists, Aggregates) {
  const auto list = ParseAggregates(
      "count, count() as n, COUNT(*), count(x), count(distinct x), sum(a.b + 1) as total, min(x), "
      "max(x), avg(x), stddev(x)");
  ASSERT_TRUE(list.ok()) << list.status();
  std::vector<std::string> texts;
  for (const Aggregate& aggregate : *list) texts.push_back(aggregate.ToString());
  EXPECT_EQ(texts,
            (std::vector<std::string>{"count", "count", "count", "count(x)", "count(distinct x)",
                                      "sum(a.b + 1)", "min(x)", "max(x)", "avg(x)", "stddev(x)"}));
  EXPECT_EQ((*list)[1].name, "n");
  EXPECT_EQ((*list)[5].name, "total");
  EXPECT_EQ((*list)[4].kind, Aggregate::Kind::kCountDistinct);
  for (const auto& [text, message] : std::vector<std::pair<std::string_view, std::string_view>>{
           {"",
            "at 0: expected an aggregate (count, sum, min, max, avg or stddev) but the text "
            "ends"},
           {"total(x)", "at 0: expected an aggregate"},
           {"sum", "at 3: expected '(' but the text ends"},
           {"sum()", "at 4: expected an expression but found )"},
           {"sum(x) + 1", "at 7: expected ',' or the end but found +"},
           {"sum(x", "at 5: expected ')' but the text ends"}}) {
    const std::string status(ParseAggregates(text).status().message());
    EXPECT_EQ(status.substr(0, message.size()), message);
  }
}

TEST(ExpressionLists, SortKeys) {
  const auto keys = ParseSortKeys("total:desc, city, a + 1 desc, b asc, c:asc, \"desc\"");
  ASSERT_TRUE(keys.ok()) << keys.status();
  std::vector<std::string> texts;
  for (const SortKey& key : *keys) {
    texts.push_back((key.descending ? "-" : "+") + key.by.ToString());
  }
  EXPECT_EQ(texts, (std::vector<std::string>{"-total", "+city", "-a + 1", "+b", "+c", "+desc"}));
  EXPECT_EQ(ParseSortKeys("a:up").status().message(),
            "at 2: expected 'asc' or 'desc' but found up");
  EXPECT_EQ(ParseSortKeys("a,,b").status().message(), "at 2: expected an expression but found ,");
}

}  // namespace
}  // namespace ashlar
