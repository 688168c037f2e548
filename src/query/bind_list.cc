// Binding of list functions: which list their paths run through, and what is computed for each of
// its elements. A list function inside another starts again from the row.
#include <utility>

#include "ashlar/status_macros.h"
#include "src/base/strings.h"
#include "src/query/binder_impl.h"
#include "src/query/coercion.h"

namespace ashlar::query {
namespace {

DataType TypeAt(DataType type, const std::vector<size_t>& members) {
  for (const size_t member : members) type = DataType(type.fields()[member].type);
  return type;
}

bool SameList(const ListPath& a, const ListPath& b) {
  if (a.input != b.input || a.steps.size() != b.steps.size()) return false;
  for (size_t i = 0; i < a.steps.size(); ++i) {
    if (a.steps[i].members != b.steps[i].members) return false;
  }
  return true;
}

}  // namespace

// The way through the first `lists` stretches of a path, each of which ends at a list.
ListPath Binder::ListOf(const ColumnPath& path, size_t lists) {
  ListPath list;
  const std::vector<size_t>& first = path.stretches[0];
  list.input = SlotOf({path.field, first, TypeAt(schema_.field(path.field).type, first)});
  for (size_t i = 1; i < lists; ++i) list.steps.push_back({path.stretches[i]});
  return list;
}

absl::StatusOr<BoundPtr> Binder::BindElementColumn(const NodePtr& node, const ColumnPath& path) {
  const bool ends_at_list = path.type.id() == TypeId::kList;
  ListPath list = ListOf(path, ends_at_list ? path.stretches.size() : path.stretches.size() - 1);
  Input input;
  input.type = path.type;
  if (ends_at_list) {
    input.type = DataType(input.type.fields()[0].type);
    while (input.type.id() == TypeId::kList) {
      list.steps.push_back({});
      input.type = DataType(input.type.fields()[0].type);
    }
  } else {
    input.members = path.stretches.back();
  }
  if (elements_->found && !SameList(elements_->list, list)) {
    return ErrorAt(*node, base::StrCat("'", node->text, "' runs through another list than '",
                                       elements_->list_name, "' in the same list function"));
  }
  if (!elements_->found) elements_->list_name = node->text;
  elements_->found = true;
  elements_->list = std::move(list);
  std::vector<Input>& inputs = elements_->inputs;
  size_t index = 0;
  while (index < inputs.size() && !(inputs[index] == input)) ++index;
  DataType type = input.type;
  if (index == inputs.size()) inputs.push_back(std::move(input));
  return InputAt(node, kFirstElementSlot + index, std::move(type));
}

absl::StatusOr<BoundPtr> Binder::BindListFunction(const NodePtr& node, Function function) {
  Elements elements;
  Elements* const outer = std::exchange(elements_, &elements);
  const bool quantified = function == Function::kAny || function == Function::kAll;
  absl::StatusOr<BoundPtr> bound = quantified ? BindCondition(node->args[0]) : Bind(node->args[0]);
  elements_ = outer;
  if (!bound.ok()) return bound;
  BoundPtr element = *std::move(bound);
  if (!elements.found) {
    return ErrorAt(
        *node, base::StrCat(node->text, "() runs over the elements of a list, but no list is named",
                            quantified ? "" : "; over rows it is an aggregate"));
  }
  if (IsUntyped(*element)) element = CastTo(element, Int64());
  DataType type = element->type;
  const bool extreme = function == Function::kListMin || function == Function::kListMax;
  if (quantified) {
    type = Bool();
  } else if (extreme ? element->physical == Physical::kNested : !IsNumber(type)) {
    return ErrorAt(*element->source, base::StrCat(node->text, "() takes ",
                                                  extreme ? "values with an order" : "numbers",
                                                  ", not ", type.ToString()));
  } else if (function == Function::kListAvg || (!extreme && type.is_floating())) {
    type = Float64();
  } else if (!extreme) {
    type = type.is_signed_integer() ? Int64() : UInt64();
  }
  BoundExpression e = NewBound(node, Op::kListFunction, std::move(type));
  e.function = function;
  e.list = std::move(elements.list);
  e.element = std::move(element);
  e.element_inputs = std::move(elements.inputs);
  return Finish(std::move(e));
}

absl::StatusOr<BoundPtr> Binder::BindLen(const NodePtr& node) {
  const ExpressionNode& arg = *node->args[0];
  if (arg.op != Op::kInput) return ErrorAt(arg, "len() takes the path of a list");
  ASSIGN_OR_RETURN(const ColumnPath path, Resolve(arg));
  const bool ends_at_list = path.type.id() == TypeId::kList;
  const size_t lists = path.stretches.size() - (ends_at_list ? 0 : 1);
  if (lists == 0) {
    const bool text = PhysicalOf(path.type) == Physical::kBytes;
    return ErrorAt(arg, base::StrCat("len() takes a list, not ", path.type.ToString(),
                                     text ? "; length() is for text" : ""));
  }
  BoundExpression e = NewBound(node, Op::kListFunction, Int64());
  e.function = Function::kLen;
  e.list = ListOf(path, lists);
  return Finish(std::move(e));
}

}  // namespace ashlar::query
