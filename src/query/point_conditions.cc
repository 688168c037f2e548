// Equalities among conjuncts; see the header.
#include "src/query/point_conditions.h"

#include <algorithm>
#include <optional>
#include <span>

#include "src/query/conjuncts.h"

namespace ashlar::query {
namespace {

// Looking more of them up would cost what it saves.
constexpr size_t kMostValues = 64;

// The literals, when all of them are of one kind, or null.
std::optional<PointCondition> ConditionOn(const BoundExpression& input,
                                          std::span<const BoundPtr> literals,
                                          const Inputs& inputs) {
  if (input.op != Op::kInput || literals.size() > kMostValues) return std::nullopt;
  const Input& source = inputs[input.input];
  if (!source.members.empty()) return std::nullopt;
  PointCondition condition;
  condition.field = source.field;
  for (const BoundPtr& literal : literals) {
    if (literal->op != Op::kLiteral) return std::nullopt;
    if (literal->literal.is_null) continue;  // equal to nothing
    if (!condition.values.empty() && condition.physical != literal->physical) return std::nullopt;
    condition.physical = literal->physical;
    condition.values.push_back(&literal->literal);
  }
  if (condition.values.empty()) return std::nullopt;
  return condition;
}

std::optional<PointCondition> ConditionOf(const BoundExpression& conjunct, const Inputs& inputs) {
  if (conjunct.op == Op::kIn) {
    return ConditionOn(*conjunct.args[0], std::span(conjunct.args).subspan(1), inputs);
  }
  if (conjunct.op != Op::kEqual) return std::nullopt;
  const std::span<const BoundPtr> sides = conjunct.args;
  const bool mirrored = sides[0]->op == Op::kLiteral;
  return ConditionOn(*sides[mirrored ? 1 : 0], sides.subspan(mirrored ? 0 : 1, 1), inputs);
}

}  // namespace

std::vector<PointCondition> FindPointConditions(const std::vector<BoundPtr>& conjuncts,
                                                const Inputs& inputs) {
  std::vector<PointCondition> found;
  for (size_t i = 0; i < conjuncts.size() && !conjuncts[i]->may_fail; ++i) {
    std::vector<BoundPtr> parts = {conjuncts[i]};
    if (conjuncts[i]->op == Op::kAnd) parts = FlattenConjuncts(*conjuncts[i]);
    for (const BoundPtr& part : parts) {
      std::optional<PointCondition> condition = ConditionOf(*part, inputs);
      if (!condition.has_value()) continue;
      const auto same = [&](const PointCondition& other) {
        return other.field == condition->field;
      };
      if (std::ranges::any_of(found, same)) continue;
      condition->conjunct = i;
      found.push_back(*std::move(condition));
    }
  }
  return found;
}

}  // namespace ashlar::query
