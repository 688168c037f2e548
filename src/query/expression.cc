// The C++ face of expressions: each operator and function makes one node.
#include "ashlar/expression.h"

#include <utility>

#include "src/query/expression_node.h"
#include "src/query/expression_text.h"

namespace ashlar {
namespace {

using query::NodePtr;
using query::Op;

constexpr int64_t kNowhere = -1;

Expression Make(Op op, std::vector<NodePtr> args) {
  return Expression(query::MakeNode(op, std::move(args), kNowhere));
}

std::vector<NodePtr> NodesOf(const std::vector<Expression>& expressions) {
  std::vector<NodePtr> nodes;
  nodes.reserve(expressions.size());
  for (const Expression& expression : expressions) nodes.push_back(expression.shared());
  return nodes;
}

}  // namespace

Expression::Expression(bool value) : node_(query::MakeBoolNode(value, kNowhere)) {}
Expression::Expression(int value) : node_(query::MakeInt64Node(value, kNowhere)) {}
Expression::Expression(unsigned value) : node_(query::MakeInt64Node(value, kNowhere)) {}
Expression::Expression(int64_t value) : node_(query::MakeInt64Node(value, kNowhere)) {}
Expression::Expression(uint64_t value) : node_(query::MakeUInt64Node(value, kNowhere)) {}
Expression::Expression(double value) : node_(query::MakeDoubleNode(value, kNowhere)) {}
Expression::Expression(const char* value) : Expression(std::string(value)) {}
Expression::Expression(std::string_view value) : Expression(std::string(value)) {}
Expression::Expression(std::string value)
    : node_(query::MakeStringNode(std::move(value), kNowhere)) {}
Expression::Expression(std::nullptr_t /*null*/) : node_(query::MakeNullNode(kNowhere)) {}
Expression::Expression(std::shared_ptr<const ExpressionNode> node) : node_(std::move(node)) {}

std::string Expression::ToString() const { return query::NodeText(*node_); }

Expression Expression::As(std::string name) const {
  Expression named = *this;
  named.alias_ = std::move(name);
  return named;
}

Expression operator==(Expression a, Expression b) { return Make(Op::kEqual, {a.node_, b.node_}); }
Expression operator!=(Expression a, Expression b) {
  return Make(Op::kNotEqual, {a.node_, b.node_});
}
Expression operator<(Expression a, Expression b) { return Make(Op::kLess, {a.node_, b.node_}); }
Expression operator<=(Expression a, Expression b) {
  return Make(Op::kLessEqual, {a.node_, b.node_});
}
Expression operator>(Expression a, Expression b) { return Make(Op::kGreater, {a.node_, b.node_}); }
Expression operator>=(Expression a, Expression b) {
  return Make(Op::kGreaterEqual, {a.node_, b.node_});
}
Expression operator&&(Expression a, Expression b) { return Make(Op::kAnd, {a.node_, b.node_}); }
Expression operator||(Expression a, Expression b) { return Make(Op::kOr, {a.node_, b.node_}); }
Expression operator!(Expression a) { return Make(Op::kNot, {a.node_}); }
Expression operator+(Expression a, Expression b) { return Make(Op::kAdd, {a.node_, b.node_}); }
Expression operator-(Expression a, Expression b) { return Make(Op::kSubtract, {a.node_, b.node_}); }
Expression operator*(Expression a, Expression b) { return Make(Op::kMultiply, {a.node_, b.node_}); }
Expression operator/(Expression a, Expression b) { return Make(Op::kDivide, {a.node_, b.node_}); }
Expression operator%(Expression a, Expression b) { return Make(Op::kModulo, {a.node_, b.node_}); }
Expression operator-(Expression a) { return Make(Op::kNegate, {a.node_}); }

Expression Col(std::string_view path) {
  return Expression(query::MakeColumnNode(std::string(path), kNowhere));
}

Expression IsNull(Expression a) { return Make(Op::kIsNull, {a.shared()}); }
Expression IsNotNull(Expression a) { return Make(Op::kIsNotNull, {a.shared()}); }

Expression In(Expression a, std::vector<Expression> literals) {
  std::vector<NodePtr> args = NodesOf(literals);
  args.insert(args.begin(), a.shared());
  return Make(Op::kIn, std::move(args));
}

Expression Between(Expression a, Expression low, Expression high) {
  return a >= std::move(low) && a <= std::move(high);
}

Expression Like(Expression a, std::string pattern) {
  return Make(Op::kLike, {a.shared(), Expression(std::move(pattern)).shared()});
}

Expression Case(std::vector<CaseBranch> branches, Expression otherwise) {
  std::vector<NodePtr> args;
  for (const CaseBranch& branch : branches) {
    args.push_back(branch.when.shared());
    args.push_back(branch.then.shared());
  }
  args.push_back(otherwise.shared());
  if (branches.empty()) return otherwise;
  return Make(Op::kCase, std::move(args));
}

Expression Cast(Expression a, DataType type) {
  return Expression(query::MakeCastNode(a.shared(), std::move(type), kNowhere));
}

Expression Coalesce(std::vector<Expression> values) { return Call("coalesce", std::move(values)); }

Expression Call(std::string_view function, std::vector<Expression> arguments) {
  return Expression(query::MakeCallNode(function, NodesOf(arguments), kNowhere));
}

Expression Any(Expression condition) { return Call("any", {std::move(condition)}); }
Expression All(Expression condition) { return Call("all", {std::move(condition)}); }
Expression Len(Expression list) { return Call("len", {std::move(list)}); }
Expression ListSum(Expression elements) { return Call("sum", {std::move(elements)}); }

Expression Distance(Expression vector, std::vector<float> to, Metric metric) {
  std::vector<NodePtr> args = {vector.shared(), query::MakeVectorNode(std::move(to), kNowhere)};
  if (metric != Metric::kL2) {
    const char* name = metric == Metric::kCosine ? "cosine" : "dot";
    args.push_back(query::MakeStringNode(name, kNowhere));
  }
  return Expression(query::MakeCallNode("distance", std::move(args), kNowhere));
}

std::string Aggregate::ToString() const {
  const std::string text = argument.ToString();
  switch (kind) {
    case Kind::kCountRows:
      return "count";
    case Kind::kCount:
      return "count(" + text + ")";
    case Kind::kCountDistinct:
      return "count(distinct " + text + ")";
    case Kind::kSum:
      return "sum(" + text + ")";
    case Kind::kMin:
      return "min(" + text + ")";
    case Kind::kMax:
      return "max(" + text + ")";
    case Kind::kAvg:
      return "avg(" + text + ")";
    case Kind::kStdDev:
      return "stddev(" + text + ")";
  }
  return {};
}

Aggregate Count() { return {Aggregate::Kind::kCountRows}; }
Aggregate Count(Expression a) { return {Aggregate::Kind::kCount, std::move(a)}; }
Aggregate CountDistinct(Expression a) { return {Aggregate::Kind::kCountDistinct, std::move(a)}; }
Aggregate Sum(Expression a) { return {Aggregate::Kind::kSum, std::move(a)}; }
Aggregate Min(Expression a) { return {Aggregate::Kind::kMin, std::move(a)}; }
Aggregate Max(Expression a) { return {Aggregate::Kind::kMax, std::move(a)}; }
Aggregate Avg(Expression a) { return {Aggregate::Kind::kAvg, std::move(a)}; }
Aggregate StdDev(Expression a) { return {Aggregate::Kind::kStdDev, std::move(a)}; }

SortKey Asc(Expression by) { return {std::move(by), false}; }
SortKey Desc(Expression by) { return {std::move(by), true}; }

}  // namespace ashlar
