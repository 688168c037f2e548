// Binding of and, or, not, case and coalesce. Constant parts are decided here as far as that cannot
// hide an error which a row would report.
#include <utility>

#include "ashlar/status_macros.h"
#include "src/base/strings.h"
#include "src/query/binder_impl.h"
#include "src/query/coercion.h"

namespace ashlar::query {

absl::StatusOr<BoundPtr> Binder::BindCondition(const NodePtr& node) {
  ASSIGN_OR_RETURN(BoundPtr bound, Bind(node));
  if (bound->type.id() == TypeId::kBool || IsUntyped(*bound)) return CastTo(bound, Bool());
  return ErrorAt(
      *node, base::StrCat("expected a condition, but this is of type ", bound->type.ToString()));
}

absl::StatusOr<BoundPtr> Binder::BindJunction(const NodePtr& node) {
  const bool decides = node->op == Op::kOr;
  std::vector<BoundPtr> kept;
  bool may_fail = false;
  bool decided = false;
  for (const NodePtr& arg : node->args) {
    ASSIGN_OR_RETURN(BoundPtr bound, BindCondition(arg));
    if (decided) continue;  // bound for its mistakes only
    if (IsLiteral(*bound) && !bound->literal.is_null) {
      if (bound->literal.boolean != decides) continue;  // changes nothing
      // Later arguments are never evaluated; earlier ones count only if they fail.
      decided = true;
      if (!may_fail) kept.clear();
    }
    may_fail |= bound->may_fail;
    // Parts of the same kind that folding brought up.
    if (bound->op == node->op) {
      kept.insert(kept.end(), bound->args.begin(), bound->args.end());
    } else {
      kept.push_back(std::move(bound));
    }
  }
  if (kept.empty()) return MakeBoundBool(node, !decides);
  if (kept.size() == 1) return kept[0];
  return MakeBound(node, node->op, Bool(), std::move(kept));
}

absl::StatusOr<BoundPtr> Binder::BindNot(const NodePtr& node) {
  ASSIGN_OR_RETURN(BoundPtr arg, BindCondition(node->args[0]));
  return MakeBound(node, Op::kNot, Bool(), {std::move(arg)});
}

absl::StatusOr<BoundPtr> Binder::BindCase(const NodePtr& node) {
  std::vector<BoundPtr> args;
  for (size_t i = 0; i < node->args.size(); ++i) {
    const bool is_condition = i % 2 == 0 && i + 1 < node->args.size();
    ASSIGN_OR_RETURN(BoundPtr bound,
                     is_condition ? BindCondition(node->args[i]) : Bind(node->args[i]));
    args.push_back(std::move(bound));
  }
  std::vector<BoundPtr*> results;
  for (size_t i = 1; i < args.size(); i += 2) results.push_back(&args[i]);
  results.push_back(&args.back());
  ASSIGN_OR_RETURN(DataType type, Unify(node, "the results of case", results));
  std::vector<BoundPtr> kept;
  for (size_t i = 0; i + 1 < args.size(); i += 2) {
    if (!IsLiteral(*args[i])) {
      kept.push_back(args[i]);
      kept.push_back(args[i + 1]);
    } else if (!args[i]->literal.is_null && args[i]->literal.boolean) {
      args.back() = args[i + 1];
      break;
    }
  }
  if (kept.empty()) return args.back();
  kept.push_back(args.back());
  return MakeBound(node, Op::kCase, std::move(type), std::move(kept));
}

absl::StatusOr<BoundPtr> Binder::BindCoalesce(const NodePtr& node) {
  ASSIGN_OR_RETURN(std::vector<BoundPtr> args, BindAll(node->args));
  std::vector<BoundPtr*> values;
  for (BoundPtr& arg : args) values.push_back(&arg);
  ASSIGN_OR_RETURN(DataType type, Unify(node, "the values of coalesce", values));
  std::vector<BoundPtr> kept;
  for (BoundPtr& arg : args) {
    if (IsNullLiteral(*arg)) continue;
    const bool decides = IsLiteral(*arg);
    kept.push_back(std::move(arg));
    if (decides) break;
  }
  if (kept.empty()) return MakeBoundNull(node, std::move(type));
  if (kept.size() == 1) return kept[0];
  return MakeBound(node, Op::kCoalesce, std::move(type), std::move(kept));
}

}  // namespace ashlar::query
