// Control flow of the interpreter: which arguments are evaluated, in which order, and what nulls
// and errors do. Left to right; an error counts only if its part is evaluated.
#include "src/query/interpreter.h"

#include <algorithm>
#include <optional>

#include "ashlar/status_macros.h"
#include "src/base/check.h"
#include "src/base/strings.h"
#include "src/query/distance.h"
#include "src/query/expression_node.h"
#include "src/query/expression_text.h"
#include "src/query/row_operations.h"

namespace ashlar::query {

void RowInterpreter::BeginMorsel(Morsel& morsel) {
  morsel_ = &morsel;
  columns_.clear();
  walks_.clear();
  strings_.clear();
}

absl::StatusOr<Datum> RowInterpreter::Evaluate(const BoundExpression& expression, int64_t row) {
  strings_.clear();
  return Eval(expression, {.row = row});
}

absl::StatusOr<Datum> RowInterpreter::Eval(const BoundExpression& e, const Place& place) {
  switch (e.op) {
    case Op::kInput:
      return EvalInput(e, place);
    case Op::kLiteral:
      return DatumOf(e.literal, e.physical);
    case Op::kAnd:
    case Op::kOr:
      return EvalLogical(e, place);
    case Op::kCase:
      return EvalCase(e, place);
    case Op::kCoalesce:
      return EvalCoalesce(e, place);
    case Op::kListFunction:
      return EvalListFunction(e, place);
    default:
      return EvalStrict(e, place);
  }
}

absl::StatusOr<const Column*> RowInterpreter::ReadInput(size_t slot) {
  auto found = columns_.find(slot);
  if (found == columns_.end()) {
    ASHLAR_CHECK(morsel_ != nullptr);
    ASSIGN_OR_RETURN(Column column, morsel_->Read(slot));
    found = columns_.emplace(slot, std::move(column)).first;
  }
  return &found->second;
}

absl::StatusOr<Datum> RowInterpreter::EvalInput(const BoundExpression& e, const Place& place) {
  if (e.input >= kFirstElementSlot) {
    return DatumOf(place.elements->input(e.input - kFirstElementSlot), place.element);
  }
  ASSIGN_OR_RETURN(const Column* column, ReadInput(e.input));
  return DatumOf(*column, place.row);
}

// `and`: the first false decides; before it an error is the result. Without a false, a null makes
// null. `or` is the same with true.
absl::StatusOr<Datum> RowInterpreter::EvalLogical(const BoundExpression& e, const Place& place) {
  const bool decides = e.op == Op::kOr;
  bool any_null = false;
  for (const BoundPtr& arg : e.args) {
    ASSIGN_OR_RETURN(const Datum value, Eval(*arg, place));
    if (value.is_null) {
      any_null = true;
    } else if (value.boolean == decides) {
      return value;
    }
  }
  return any_null ? Datum::Null(Physical::kBool) : Datum::OfBool(!decides);
}

absl::StatusOr<Datum> RowInterpreter::EvalCase(const BoundExpression& e, const Place& place) {
  for (size_t i = 0; i + 1 < e.args.size(); i += 2) {
    ASSIGN_OR_RETURN(const Datum when, Eval(*e.args[i], place));
    if (when.is_true()) return Eval(*e.args[i + 1], place);
  }
  return Eval(*e.args.back(), place);
}

absl::StatusOr<Datum> RowInterpreter::EvalCoalesce(const BoundExpression& e, const Place& place) {
  for (const BoundPtr& arg : e.args) {
    ASSIGN_OR_RETURN(const Datum value, Eval(*arg, place));
    if (!value.is_null) return value;
  }
  return Datum::Null(e.physical);
}

absl::StatusOr<Datum> RowInterpreter::EvalStrict(const BoundExpression& e, const Place& place) {
  // The other arguments of these are literals of their own kinds.
  const bool one_argument = e.op == Op::kIn || e.op == Op::kLike || IsDistance(e.function);
  std::vector<Datum> values;
  for (const BoundPtr& arg : e.args) {
    ASSIGN_OR_RETURN(const Datum value, Eval(*arg, place));
    values.push_back(value);
    if (one_argument) break;
  }
  if (e.op == Op::kIsNull) return Datum::OfBool(values[0].is_null);
  if (e.op == Op::kIsNotNull) return Datum::OfBool(!values[0].is_null);
  const auto is_null = [](const Datum& value) { return value.is_null; };
  if (std::any_of(values.begin(), values.end(), is_null)) return Datum::Null(e.physical);
  if (e.op == Op::kIn) return ApplyIn(e, values[0]);
  if (e.op == Op::kLike) return ApplyLike(e, values[0]);
  if (IsDistance(e.function)) return ApplyDistance(e, values[0]);
  absl::StatusOr<Datum> result = ApplyOperation(e, values, NewString());
  if (!result.ok()) return RowError(e, result.status(), values);
  return result;
}

Datum RowInterpreter::ApplyIn(const BoundExpression& e, const Datum& value) const {
  const auto literal = [&e](size_t i) { return DatumOf(e.args[i]->literal, e.args[i]->physical); };
  size_t count = e.args.size();
  const bool has_null = count > 1 && e.args[count - 1]->literal.is_null;
  if (has_null) --count;
  const auto begin = e.args.begin() + 1;
  const auto end = e.args.begin() + static_cast<std::ptrdiff_t>(count);
  const auto less = [](const BoundPtr& arg, const Datum& wanted) {
    return CompareDatums(DatumOf(arg->literal, arg->physical), wanted) < 0;
  };
  const auto found = std::lower_bound(begin, end, value, less);
  const bool match =
      found != end &&
      CompareDatums(literal(static_cast<size_t>(found - e.args.begin())), value) == 0;
  if (!match && has_null) return Datum::Null(Physical::kBool);
  return Datum::OfBool(match);
}

absl::StatusOr<Datum> RowInterpreter::ApplyLike(const BoundExpression& e, const Datum& value) {
  if (e.args[1]->literal.is_null) return Datum::Null(Physical::kBool);
  auto found = patterns_.find(&e);
  if (found == patterns_.end()) {
    ASSIGN_OR_RETURN(LikeMatcher matcher, LikeMatcher::Make(e.args[1]->literal.bytes));
    found = patterns_.emplace(&e, std::move(matcher)).first;
  }
  return Datum::OfBool(found->second.Matches(value.bytes));
}

Datum RowInterpreter::ApplyDistance(const BoundExpression& e, const Datum& value) const {
  const BoundExpression& target = *e.args[1];
  if (target.literal.is_null) return Datum::Null(Physical::kDouble);
  const std::vector<float>& to = target.literal.vector;
  const Column elements = value.nested->child(0);
  const int64_t begin = value.nested->GetListRange(value.row).first;
  std::vector<float> from(to.size());
  for (size_t i = 0; i < from.size(); ++i) {
    from[i] = static_cast<float>(elements.GetDouble(begin + static_cast<int64_t>(i)));
  }
  const auto* bytes = reinterpret_cast<const std::byte*>(from.data());
  const std::optional<double> distance = VectorDistance(e.function, bytes, to.data(), to.size());
  return distance.has_value() ? Datum::OfDouble(*distance) : Datum::Null(Physical::kDouble);
}

absl::Status RowError(const BoundExpression& e, const absl::Status& status,
                      const std::vector<Datum>& values) {
  std::string message(status.message());
  // A cast's message has its value already.
  for (size_t i = 0; e.op != Op::kCast && i < values.size(); ++i) {
    message += i == 0 ? " for " : i + 1 == values.size() ? " and " : ", ";
    message += DatumText(e.args[i]->type, values[i]);
  }
  if (e.source == nullptr) return {status.code(), message};
  if (e.source->position >= 0) message += base::StrCat(" in '", ShortText(*e.source), "'");
  return StatusAt(*e.source, {status.code(), message});
}

}  // namespace ashlar::query
