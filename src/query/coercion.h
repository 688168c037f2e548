// What the binder's parts share: making typed nodes, implicit casts, common types.
//
// Owns: how a finished node gets its physical kind, its may_fail and its value where that is
// constant. Does not own: the rules of single operators (bind_*.cc).
#ifndef ASHLAR_SRC_QUERY_COERCION_H_
#define ASHLAR_SRC_QUERY_COERCION_H_

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "ashlar/types.h"
#include "src/query/bound_expression.h"
#include "src/query/expression_node.h"

namespace ashlar::query {

// A node of `op` with a result of `type`, still to be filled and given to Finish().
[[nodiscard]] BoundExpression NewBound(const NodePtr& source, Op op, DataType type);
// Sets may_fail; becomes the literal it equals when its arguments are literals and it does not
// fail.
[[nodiscard]] BoundPtr Finish(BoundExpression e);
[[nodiscard]] BoundPtr MakeBound(const NodePtr& source, Op op, DataType type,
                                 std::vector<BoundPtr> args);
[[nodiscard]] BoundPtr MakeBoundLiteral(const NodePtr& source, DataType type, LiteralValue value);
[[nodiscard]] BoundPtr MakeBoundBool(const NodePtr& source, bool value);
[[nodiscard]] BoundPtr MakeBoundNull(const NodePtr& source, DataType type);

// The value as `type`; a literal is cast at once. The cast must exist.
[[nodiscard]] BoundPtr CastTo(BoundPtr e, const DataType& type);
// A text literal that faces a date or timestamp becomes one; all else stays as it is.
// InvalidArgument where the text is no such thing.
[[nodiscard]] absl::StatusOr<BoundPtr> AdaptText(BoundPtr e, const DataType& facing);
// The type that all of `values` become, each converted: for `case` and coalesce. No type when all
// are null. `what` begins the message when there is none: "the results of case".
[[nodiscard]] absl::StatusOr<DataType> Unify(const NodePtr& source, std::string_view what,
                                             const std::vector<BoundPtr*>& values);

[[nodiscard]] inline bool IsLiteral(const BoundExpression& e) { return e.op == Op::kLiteral; }
[[nodiscard]] inline bool IsNullLiteral(const BoundExpression& e) {
  return e.op == Op::kLiteral && e.literal.is_null;
}
// Null without a type.
[[nodiscard]] inline bool IsUntyped(const BoundExpression& e) {
  return e.physical == Physical::kNull;
}
[[nodiscard]] inline bool IsInteger(const DataType& type) {
  return type.is_signed_integer() || type.is_unsigned_integer();
}
[[nodiscard]] inline bool IsNumber(const DataType& type) {
  return IsInteger(type) || type.is_floating();
}
[[nodiscard]] inline bool IsTime(const DataType& type) {
  return type.id() == TypeId::kDate32 || type.id() == TypeId::kTimestamp;
}
[[nodiscard]] inline bool IsText(const BoundExpression& e) { return e.type.id() == TypeId::kUtf8; }
// "null" for no type.
[[nodiscard]] std::string TypeText(const DataType& type);

// The error of a constant part that every row evaluates: reported when binding.
[[nodiscard]] absl::Status CertainFailure(const BoundExpression& e);

}  // namespace ashlar::query

#endif  // ASHLAR_SRC_QUERY_COERCION_H_
