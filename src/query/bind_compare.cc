// Binding of comparisons, in and like.
#include <algorithm>
#include <utility>

#include "ashlar/status_macros.h"
#include "src/base/strings.h"
#include "src/query/binder_impl.h"
#include "src/query/coercion.h"
#include "src/query/comparison.h"
#include "src/query/datum.h"
#include "src/query/like_matcher.h"
#include "src/query/literal_bounds.h"

namespace ashlar::query {
namespace {

bool Comparable(const DataType& a, const DataType& b) {
  if (IsNumber(a)) return IsNumber(b);
  if (IsTime(a)) return IsTime(b);
  const Physical physical = PhysicalOf(a);
  return physical == PhysicalOf(b) && (physical == Physical::kBool || physical == Physical::kBytes);
}

// Whether values of the two types, comparable, are compared without a conversion.
bool SameScale(const DataType& a, const DataType& b) {
  if (IsTime(a)) return a == b;
  return PhysicalOf(a) == PhysicalOf(b);
}

absl::Status CannotCompare(const ExpressionNode& node, const DataType& a, const DataType& b) {
  if (PhysicalOf(a) == Physical::kNested) {
    return ErrorAt(node, base::StrCat("values of type ", a.ToString(), " cannot be compared"));
  }
  return ErrorAt(node, base::StrCat("cannot compare ", TypeText(a), " with ", TypeText(b)));
}

}  // namespace

absl::StatusOr<BoundPtr> Binder::BindComparison(const NodePtr& node) {
  ASSIGN_OR_RETURN(BoundPtr a, Bind(node->args[0]));
  ASSIGN_OR_RETURN(BoundPtr b, Bind(node->args[1]));
  if (IsUntyped(*a)) a = CastTo(a, IsUntyped(*b) ? Bool() : b->type);
  if (IsUntyped(*b)) b = CastTo(b, a->type);
  ASSIGN_OR_RETURN(a, AdaptText(a, b->type));
  ASSIGN_OR_RETURN(b, AdaptText(b, a->type));
  if (!Comparable(a->type, b->type)) return CannotCompare(*node, a->type, b->type);
  Op op = node->op;
  if (!SameScale(a->type, b->type)) {
    if (IsLiteral(*a)) {
      std::swap(a, b);
      op = Mirrored(op);
    }
    if (IsNullLiteral(*b)) {
      b = CastTo(b, a->type);
    } else if (IsLiteral(*b)) {
      LiteralComparison exact = CompareExactly(op, a->type, b->type, b->literal);
      op = exact.op;
      b = MakeBoundLiteral(b->source, a->type, std::move(exact.literal));
    } else if (IsTime(a->type)) {
      a = CastTo(a, Timestamp());
      b = CastTo(b, Timestamp());
    } else if (a->physical == Physical::kDouble || b->physical == Physical::kDouble) {
      a = CastTo(a, a->physical == Physical::kDouble ? a->type : Float64());
      b = CastTo(b, b->physical == Physical::kDouble ? b->type : Float64());
    }  // signed with unsigned is compared as it is
  }
  return MakeBound(node, op, Bool(), {std::move(a), std::move(b)});
}

absl::StatusOr<BoundPtr> Binder::BindIn(const NodePtr& node) {
  ASSIGN_OR_RETURN(std::vector<BoundPtr> args, BindAll(node->args));
  if (IsUntyped(*args[0])) return MakeBoundNull(node, Bool());
  const DataType type = args[0]->type;
  if (PhysicalOf(type) == Physical::kNested) return CannotCompare(*node, type, type);
  std::vector<LiteralValue> literals;
  bool has_null = false;
  for (size_t i = 1; i < args.size(); ++i) {
    if (!IsLiteral(*args[i])) return ErrorAt(*args[i]->source, "in (…) takes constants only");
    if (IsNullLiteral(*args[i])) {
      has_null = true;
      continue;
    }
    ASSIGN_OR_RETURN(const BoundPtr literal, AdaptText(args[i], type));
    if (!Comparable(type, literal->type)) {
      return CannotCompare(*args[i]->source, type, literal->type);
    }
    if (SameScale(type, literal->type)) {
      literals.push_back(literal->literal);
    } else if (auto equal = EqualLiteral(type, literal->type, literal->literal)) {
      literals.push_back(*std::move(equal));
    }
  }
  const Physical physical = PhysicalOf(type);
  const auto order = [physical](const LiteralValue& x, const LiteralValue& y) {
    return CompareDatums(DatumOf(x, physical), DatumOf(y, physical));
  };
  std::sort(literals.begin(), literals.end(),
            [&order](const auto& x, const auto& y) { return order(x, y) < 0; });
  literals.erase(std::unique(literals.begin(), literals.end(),
                             [&order](const auto& x, const auto& y) { return order(x, y) == 0; }),
                 literals.end());
  args.resize(1);
  for (LiteralValue& literal : literals) {
    args.push_back(MakeBoundLiteral(node, type, std::move(literal)));
  }
  if (has_null) args.push_back(MakeBoundNull(node, type));
  return MakeBound(node, Op::kIn, Bool(), std::move(args));
}

absl::StatusOr<BoundPtr> Binder::BindLike(const NodePtr& node) {
  ASSIGN_OR_RETURN(std::vector<BoundPtr> args, BindAll(node->args));
  for (BoundPtr& arg : args) {
    if (IsUntyped(*arg)) arg = CastTo(arg, Utf8());
    if (!IsText(*arg)) {
      return ErrorAt(*arg->source, base::StrCat("like compares text, but this is of type ",
                                                arg->type.ToString()));
    }
  }
  if (!IsLiteral(*args[1])) return ErrorAt(*args[1]->source, "like takes a constant pattern");
  if (!args[1]->literal.is_null) {
    const auto matcher = LikeMatcher::Make(args[1]->literal.bytes);
    if (!matcher.ok()) return StatusAt(*args[1]->source, matcher.status());
  }
  return MakeBound(node, Op::kLike, Bool(), std::move(args));
}

}  // namespace ashlar::query
