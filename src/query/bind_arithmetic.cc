// Binding of arithmetic and casts. Integers compute in 64 bits; dates and timestamps by way of
// their integers, so that every result is checked by the cast back.
#include <utility>

#include "ashlar/status_macros.h"
#include "src/base/strings.h"
#include "src/query/binder_impl.h"
#include "src/query/casts.h"
#include "src/query/coercion.h"

namespace ashlar::query {
namespace {

std::string_view SignOf(Op op) {
  switch (op) {
    case Op::kAdd:
      return "+";
    case Op::kSubtract:
      return "-";
    case Op::kMultiply:
      return "*";
    case Op::kDivide:
      return "/";
    default:
      return "%";
  }
}

// Time - time is a number (of days, or microseconds); time + number and time - number are times.
absl::StatusOr<BoundPtr> TimeArithmetic(const NodePtr& node, BoundPtr a, BoundPtr b) {
  if (IsTime(a->type) && IsTime(b->type)) {
    if (!(a->type == b->type)) {
      a = CastTo(a, Timestamp());
      b = CastTo(b, Timestamp());
    }
    return MakeBound(node, node->op, Int64(), {CastTo(a, Int64()), CastTo(b, Int64())});
  }
  const DataType type = IsTime(a->type) ? a->type : b->type;
  BoundPtr moved = MakeBound(node, node->op, Int64(), {CastTo(a, Int64()), CastTo(b, Int64())});
  return CastTo(std::move(moved), type);
}

bool IsTimeArithmetic(Op op, const DataType& a, const DataType& b) {
  if (op == Op::kSubtract) return IsTime(a) && (IsTime(b) || IsInteger(b));
  if (op != Op::kAdd) return false;
  return (IsTime(a) && IsInteger(b)) || (IsInteger(a) && IsTime(b));
}

}  // namespace

absl::StatusOr<BoundPtr> Binder::BindArithmetic(const NodePtr& node) {
  ASSIGN_OR_RETURN(BoundPtr a, Bind(node->args[0]));
  ASSIGN_OR_RETURN(BoundPtr b, Bind(node->args[1]));
  if (IsUntyped(*a) && IsUntyped(*b)) return a;
  // A null has the other's type, but beside a time it may as well be a number.
  const DataType known = IsUntyped(*a) ? b->type : a->type;
  const DataType null_type = IsTime(known) ? Int64() : known;
  if (IsUntyped(*a)) a = CastTo(a, null_type);
  if (IsUntyped(*b)) b = CastTo(b, null_type);
  if (node->op == Op::kSubtract) {
    ASSIGN_OR_RETURN(a, AdaptText(a, b->type));
    ASSIGN_OR_RETURN(b, AdaptText(b, a->type));
  }
  if (IsTimeArithmetic(node->op, a->type, b->type)) return TimeArithmetic(node, a, b);
  if (!IsNumber(a->type) || !IsNumber(b->type)) {
    const bool texts = node->op == Op::kAdd && IsText(*a) && IsText(*b);
    return ErrorAt(*node, base::StrCat("cannot compute ", TypeText(a->type), " ", SignOf(node->op),
                                       " ", TypeText(b->type), texts ? "; use concat()" : ""));
  }
  ASSIGN_OR_RETURN(DataType type, Unify(node, "the operands", {&a, &b}));
  if (type.is_floating()) type = Float64();
  if (type.is_signed_integer()) type = Int64();
  if (type.is_unsigned_integer()) type = UInt64();
  return MakeBound(node, node->op, type, {CastTo(a, type), CastTo(b, type)});
}

absl::StatusOr<BoundPtr> Binder::BindNegate(const NodePtr& node) {
  ASSIGN_OR_RETURN(BoundPtr arg, Bind(node->args[0]));
  if (IsUntyped(*arg)) return arg;
  if (!IsNumber(arg->type)) {
    return ErrorAt(*node, base::StrCat("cannot negate a value of type ", arg->type.ToString()));
  }
  const DataType type = arg->type.is_floating() ? Float64() : Int64();
  return MakeBound(node, Op::kNegate, type, {CastTo(arg, type)});
}

absl::StatusOr<BoundPtr> Binder::BindCast(const NodePtr& node) {
  ASSIGN_OR_RETURN(BoundPtr arg, Bind(node->args[0]));
  if (!CastExists(arg->type, node->type)) {
    return ErrorAt(*node,
                   base::StrCat("cannot cast ", TypeText(arg->type), " to ", TypeText(node->type)));
  }
  if (arg->type == node->type) return arg;
  if (IsNullLiteral(*arg)) return MakeBoundNull(node, node->type);
  return MakeBound(node, Op::kCast, node->type, {std::move(arg)});
}

}  // namespace ashlar::query
