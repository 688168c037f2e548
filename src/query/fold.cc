// Finishing bound nodes: what may fail, and what is constant.
//
// Folding evaluates by the interpreter, so that a constant never differs from a computed value. A
// constant that fails stays as it is: perhaps no row evaluates it.
#include <algorithm>

#include "ashlar/status_macros.h"
#include "src/query/casts.h"
#include "src/query/coercion.h"
#include "src/query/interpreter.h"

namespace ashlar::query {
namespace {

bool IsIntegerKind(Physical physical) {
  return physical == Physical::kInt64 || physical == Physical::kUInt64;
}

// A literal divisor that is neither zero nor, for the quotient, -1 cannot fail.
bool DivisionMayFail(const BoundExpression& e) {
  const BoundExpression& divisor = *e.args[1];
  if (!IsLiteral(divisor)) return true;
  if (divisor.literal.is_null) return false;
  switch (e.physical) {
    case Physical::kDouble:
      return divisor.literal.real == 0;
    case Physical::kUInt64:
      return divisor.literal.uint64 == 0;
    default:
      return divisor.literal.int64 == 0 || (e.op == Op::kDivide && divisor.literal.int64 == -1);
  }
}

bool OperationMayFail(const BoundExpression& e) {
  switch (e.op) {
    case Op::kAdd:
    case Op::kSubtract:
    case Op::kMultiply:
    case Op::kNegate:
      return IsIntegerKind(e.physical);
    case Op::kDivide:
    case Op::kModulo:
      return DivisionMayFail(e);
    case Op::kCast:
      return CastMayFail(e.args[0]->type, e.type);
    case Op::kFunction:
      return e.function == Function::kSqrt ||
             (e.function == Function::kAbs && IsIntegerKind(e.physical));
    case Op::kListFunction:
      return (e.element != nullptr && e.element->may_fail) ||
             (e.function == Function::kListSum && IsIntegerKind(e.physical));
    default:
      return false;
  }
}

bool IsConstant(const BoundExpression& e) {
  if (e.op == Op::kInput || e.op == Op::kListFunction || e.op == Op::kLiteral) return false;
  return std::all_of(e.args.begin(), e.args.end(),
                     [](const BoundPtr& arg) { return IsLiteral(*arg); });
}

// Whether argument `index` is evaluated whenever the operation is.
bool IsCertain(const BoundExpression& e, size_t index) {
  switch (e.op) {
    case Op::kAnd:
    case Op::kOr:
    case Op::kCase:
    case Op::kCoalesce:
      return index == 0;
    default:
      return true;
  }
}

}  // namespace

BoundExpression NewBound(const NodePtr& source, Op op, DataType type) {
  BoundExpression e;
  e.op = op;
  e.physical = PhysicalOf(type);
  e.type = std::move(type);
  e.position = source->position;
  e.source = source;
  return e;
}

BoundPtr Finish(BoundExpression e) {
  const auto may_fail = [](const BoundPtr& arg) { return arg->may_fail; };
  e.may_fail = std::any_of(e.args.begin(), e.args.end(), may_fail) || OperationMayFail(e);
  if (IsConstant(e) && e.physical != Physical::kNested) {
    RowInterpreter interpreter;
    if (const auto value = interpreter.Evaluate(e, 0); value.ok()) {
      return MakeBoundLiteral(e.source, e.type, LiteralOf(*value));
    }
  }
  return std::make_shared<const BoundExpression>(std::move(e));
}

BoundPtr MakeBound(const NodePtr& source, Op op, DataType type, std::vector<BoundPtr> args) {
  BoundExpression e = NewBound(source, op, std::move(type));
  e.args = std::move(args);
  return Finish(std::move(e));
}

BoundPtr MakeBoundLiteral(const NodePtr& source, DataType type, LiteralValue value) {
  BoundExpression e = NewBound(source, Op::kLiteral, std::move(type));
  e.literal = std::move(value);
  return std::make_shared<const BoundExpression>(std::move(e));
}

BoundPtr MakeBoundBool(const NodePtr& source, bool value) {
  LiteralValue literal;
  literal.is_null = false;
  literal.boolean = value;
  return MakeBoundLiteral(source, Bool(), std::move(literal));
}

BoundPtr MakeBoundNull(const NodePtr& source, DataType type) {
  return MakeBoundLiteral(source, std::move(type), LiteralValue());
}

absl::Status CertainFailure(const BoundExpression& e) {
  if (IsConstant(e)) {
    RowInterpreter interpreter;
    return interpreter.Evaluate(e, 0).status();
  }
  for (size_t i = 0; i < e.args.size(); ++i) {
    if (e.args[i]->may_fail && IsCertain(e, i)) RETURN_IF_ERROR(CertainFailure(*e.args[i]));
  }
  return absl::OkStatus();
}

}  // namespace ashlar::query
