// Entry points of binding, the dispatch, and columns.
#include "src/query/binder.h"

#include <algorithm>
#include <utility>

#include "ashlar/status_macros.h"
#include "src/base/nearest_names.h"
#include "src/base/strings.h"
#include "src/query/binder_impl.h"
#include "src/query/coercion.h"

namespace ashlar::query {

absl::StatusOr<BoundPtr> Binder::Bind(const NodePtr& node) {
  switch (node->op) {
    case Op::kInput:
      return BindColumn(node);
    case Op::kLiteral:
      return MakeBoundLiteral(node, node->type, node->literal);
    case Op::kAnd:
    case Op::kOr:
      return BindJunction(node);
    case Op::kNot:
      return BindNot(node);
    case Op::kEqual:
    case Op::kNotEqual:
    case Op::kLess:
    case Op::kLessEqual:
    case Op::kGreater:
    case Op::kGreaterEqual:
      return BindComparison(node);
    case Op::kAdd:
    case Op::kSubtract:
    case Op::kMultiply:
    case Op::kDivide:
    case Op::kModulo:
      return BindArithmetic(node);
    case Op::kNegate:
      return BindNegate(node);
    case Op::kIn:
      return BindIn(node);
    case Op::kLike:
      return BindLike(node);
    case Op::kIsNull:
    case Op::kIsNotNull:
      return BindNullTest(node);
    case Op::kCase:
      return BindCase(node);
    case Op::kCoalesce:
      return BindCoalesce(node);
    case Op::kCast:
      return BindCast(node);
    case Op::kFunction:
    case Op::kListFunction:
      return BindFunction(node);
  }
  return ErrorAt(*node, "cannot be bound");
}

absl::StatusOr<std::vector<BoundPtr>> Binder::BindAll(const std::vector<NodePtr>& nodes) {
  std::vector<BoundPtr> bound;
  bound.reserve(nodes.size());
  for (const NodePtr& node : nodes) {
    ASSIGN_OR_RETURN(BoundPtr one, Bind(node));
    bound.push_back(std::move(one));
  }
  return bound;
}

absl::StatusOr<BoundPtr> Binder::BindNullTest(const NodePtr& node) {
  ASSIGN_OR_RETURN(BoundPtr arg, Bind(node->args[0]));
  return MakeBound(node, node->op, Bool(), {std::move(arg)});
}

absl::StatusOr<ColumnPath> Binder::Resolve(const ExpressionNode& node) const {
  std::optional<ColumnPath> path = ResolvePath(schema_, node.text);
  if (!path.has_value()) {
    return StatusAt(node, base::UnknownName("column", node.text, PathsOf(schema_)));
  }
  return *std::move(path);
}

absl::StatusOr<BoundPtr> Binder::BindColumn(const NodePtr& node) {
  ASSIGN_OR_RETURN(const ColumnPath path, Resolve(*node));
  const bool crosses = path.stretches.size() > 1;
  if (elements_ != nullptr && (crosses || path.type.id() == TypeId::kList)) {
    return BindElementColumn(node, path);
  }
  if (crosses) {
    return ErrorAt(*node,
                   base::StrCat("'", node->text, "' runs through the list '", path.first_list,
                                "': take any(), all(), sum(), min(), max() or avg() of its "
                                "elements (sum over rows: sum(sum(…))), or unnest it"));
  }
  Input input{path.field, path.stretches[0], path.type};
  return InputAt(node, SlotOf(std::move(input)), path.type);
}

size_t Binder::SlotOf(Input input) {
  const auto found = std::find(inputs_->begin(), inputs_->end(), input);
  if (found != inputs_->end()) return static_cast<size_t>(found - inputs_->begin());
  inputs_->push_back(std::move(input));
  return inputs_->size() - 1;
}

BoundPtr Binder::InputAt(const NodePtr& node, size_t slot, DataType type) const {
  BoundExpression e = NewBound(node, Op::kInput, std::move(type));
  e.input = slot;
  return std::make_shared<const BoundExpression>(std::move(e));
}

absl::StatusOr<BoundPtr> Bind(const Expression& expression, const Schema& schema, Inputs* inputs) {
  const ExpressionNode& node = expression.node();
  if (node.is_error) {
    const std::string where =
        node.position >= 0 ? base::StrCat("at ", node.position, ": ") : std::string();
    return absl::InvalidArgumentError(where + node.text);
  }
  const size_t inputs_before = inputs->size();
  absl::StatusOr<BoundPtr> bound = Binder(schema, inputs).Bind(expression.shared());
  if (bound.ok()) {
    if (absl::Status status = CertainFailure(**bound); !status.ok()) bound = std::move(status);
  }
  if (!bound.ok()) inputs->resize(inputs_before);
  return bound;
}

absl::StatusOr<BoundPtr> BindPredicate(const Expression& expression, const Schema& schema,
                                       Inputs* inputs) {
  const size_t inputs_before = inputs->size();
  ASSIGN_OR_RETURN(BoundPtr bound, Bind(expression, schema, inputs));
  if (bound->type.id() == TypeId::kBool || IsUntyped(*bound)) return CastTo(bound, Bool());
  inputs->resize(inputs_before);
  return ErrorAt(
      expression.node(),
      base::StrCat("a condition is true or false, but this is of type ", bound->type.ToString()));
}

std::string ResultName(const Expression& expression) {
  if (!expression.alias().empty()) return expression.alias();
  const ExpressionNode& node = expression.node();
  if (!node.is_error && node.op == Op::kInput) return node.text;
  return expression.ToString();
}

absl::Status CheckGroupable(const BoundExpression& e, std::string_view use) {
  if (e.physical != Physical::kNested) return absl::OkStatus();
  const bool list = e.type.id() == TypeId::kList;
  return ErrorAt(*e.source, base::StrCat("cannot ", use, " a value of type ", e.type.ToString(),
                                         list ? "; unnest the list first" : ""));
}

absl::Status CheckOrderable(const BoundExpression& e) { return CheckGroupable(e, "order by"); }

}  // namespace ashlar::query
