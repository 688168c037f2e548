// The lists that the command line takes: expressions with names, aggregates, sort keys.
#include <array>
#include <utility>

#include "ashlar/expression.h"
#include "ashlar/status_macros.h"
#include "src/base/strings.h"
#include "src/query/parser.h"

namespace ashlar {
namespace {

using query::Parser;
using query::TokenKind;

constexpr std::array<std::pair<std::string_view, Aggregate::Kind>, 6> kAggregates = {
    {{"count", Aggregate::Kind::kCount},
     {"sum", Aggregate::Kind::kSum},
     {"min", Aggregate::Kind::kMin},
     {"max", Aggregate::Kind::kMax},
     {"avg", Aggregate::Kind::kAvg},
     {"stddev", Aggregate::Kind::kStdDev}}};

absl::StatusOr<Expression> ParseOne(Parser& parser) {
  ASSIGN_OR_RETURN(query::NodePtr node, parser.ParseExpression());
  return Expression(std::move(node));
}

// "as total", or "" where there is none.
absl::StatusOr<std::string> ParseAlias(Parser& parser) {
  ASSIGN_OR_RETURN(const bool named, parser.AcceptWord("as"));
  if (!named) return std::string();
  return parser.ParseName();
}

// Items with commas between them, up to the end.
template <typename Item, typename ParseItem>
absl::StatusOr<std::vector<Item>> ParseList(std::string_view text, ParseItem parse_item) {
  Parser parser(text);
  RETURN_IF_ERROR(parser.Begin());
  std::vector<Item> items;
  while (true) {
    ASSIGN_OR_RETURN(Item item, parse_item(parser));
    items.push_back(std::move(item));
    ASSIGN_OR_RETURN(const bool more, parser.Accept(","));
    if (more) continue;
    if (parser.token().kind != TokenKind::kEnd) return parser.Unexpected("',' or the end");
    return items;
  }
}

absl::StatusOr<Aggregate> ParseCount(Parser& parser) {
  ASSIGN_OR_RETURN(const bool called, parser.Accept("("));
  if (!called) return Count();
  ASSIGN_OR_RETURN(const bool star, parser.Accept("*"));
  if (star || parser.IsSymbol(")")) {
    RETURN_IF_ERROR(parser.Expect(")"));
    return Count();
  }
  // A column may be named distinct: then something other than an expression follows it.
  const bool distinct = parser.IsWord("distinct") && !parser.IsFollowedBy(')');
  if (distinct) RETURN_IF_ERROR(parser.Advance());
  ASSIGN_OR_RETURN(Expression argument, ParseOne(parser));
  RETURN_IF_ERROR(parser.Expect(")"));
  return distinct ? CountDistinct(std::move(argument)) : Count(std::move(argument));
}

absl::StatusOr<Aggregate> ParseAggregate(Parser& parser) {
  for (const auto& [name, kind] : kAggregates) {
    if (!parser.IsWord(name)) continue;
    RETURN_IF_ERROR(parser.Advance());
    Aggregate aggregate;
    if (kind == Aggregate::Kind::kCount) {
      ASSIGN_OR_RETURN(aggregate, ParseCount(parser));
    } else {
      RETURN_IF_ERROR(parser.Expect("("));
      aggregate.kind = kind;
      ASSIGN_OR_RETURN(aggregate.argument, ParseOne(parser));
      RETURN_IF_ERROR(parser.Expect(")"));
    }
    ASSIGN_OR_RETURN(aggregate.name, ParseAlias(parser));
    return aggregate;
  }
  return parser.Unexpected("an aggregate (count, sum, min, max, avg or stddev)");
}

absl::StatusOr<SortKey> ParseSortKey(Parser& parser) {
  ASSIGN_OR_RETURN(Expression by, ParseOne(parser));
  ASSIGN_OR_RETURN(const bool colon, parser.Accept(":"));
  ASSIGN_OR_RETURN(const bool descending, parser.AcceptWord("desc"));
  if (descending) return Desc(std::move(by));
  ASSIGN_OR_RETURN(const bool ascending, parser.AcceptWord("asc"));
  if (colon && !ascending) return parser.Unexpected("'asc' or 'desc'");
  return Asc(std::move(by));
}

}  // namespace

absl::StatusOr<Expression> Expression::Parse(std::string_view text) {
  Parser parser(text);
  RETURN_IF_ERROR(parser.Begin());
  ASSIGN_OR_RETURN(Expression expression, ParseOne(parser));
  if (parser.token().kind != TokenKind::kEnd) return parser.Unexpected("an operator or the end");
  return expression;
}

absl::StatusOr<std::vector<Expression>> ParseExpressionList(std::string_view text) {
  return ParseList<Expression>(text, [](Parser& parser) -> absl::StatusOr<Expression> {
    ASSIGN_OR_RETURN(Expression expression, ParseOne(parser));
    ASSIGN_OR_RETURN(std::string name, ParseAlias(parser));
    return name.empty() ? expression : expression.As(std::move(name));
  });
}

absl::StatusOr<std::vector<Aggregate>> ParseAggregates(std::string_view text) {
  return ParseList<Aggregate>(text, ParseAggregate);
}

absl::StatusOr<std::vector<SortKey>> ParseSortKeys(std::string_view text) {
  return ParseList<SortKey>(text, ParseSortKey);
}

}  // namespace ashlar
