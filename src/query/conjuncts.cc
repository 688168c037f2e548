// Ordering and grouping of conjuncts; see the header.
#include "src/query/conjuncts.h"

#include <algorithm>
#include <memory>
#include <utility>

namespace ashlar::query {
namespace {

// Members of elements are no slots; outer columns that a list function reads are.
void CollectSlots(const BoundExpression& expression, std::vector<size_t>* slots) {
  if (expression.op == Op::kInput && expression.input < kFirstElementSlot) {
    slots->push_back(expression.input);
  }
  if (expression.op == Op::kListFunction) slots->push_back(expression.list.input);
  for (const BoundPtr& arg : expression.args) CollectSlots(*arg, slots);
  if (expression.element != nullptr) CollectSlots(*expression.element, slots);
}

void Flatten(const BoundExpression& conjunction, std::vector<BoundPtr>* out) {
  for (const BoundPtr& arg : conjunction.args) {
    if (arg->op == Op::kAnd) {
      Flatten(*arg, out);
    } else {
      out->push_back(arg);
    }
  }
}

BoundPtr AndOf(const BoundExpression& conjunction, std::vector<BoundPtr> args) {
  if (args.size() == 1) return std::move(args.front());
  auto grouped = std::make_shared<BoundExpression>(conjunction);
  grouped->args = std::move(args);
  grouped->may_fail = false;
  return grouped;
}

// Conjuncts that cannot fail: grouped by column, cheapest first.
std::vector<BoundPtr> Arrange(const BoundExpression& conjunction,
                              const std::vector<BoundPtr>& conjuncts) {
  std::vector<std::pair<std::optional<size_t>, std::vector<BoundPtr>>> groups;
  for (const BoundPtr& conjunct : conjuncts) {
    const std::optional<size_t> slot = OnlySlot(*conjunct);
    const auto same = std::find_if(groups.begin(), groups.end(), [&](const auto& group) {
      return slot.has_value() && group.first == slot;
    });
    if (same != groups.end()) {
      same->second.push_back(conjunct);
    } else {
      groups.push_back({slot, {conjunct}});
    }
  }
  std::vector<BoundPtr> arranged;
  for (auto& group : groups) arranged.push_back(AndOf(conjunction, std::move(group.second)));
  std::stable_sort(arranged.begin(), arranged.end(),
                   [](const BoundPtr& a, const BoundPtr& b) { return CostOf(*a) < CostOf(*b); });
  return arranged;
}

}  // namespace

std::vector<size_t> SlotsOf(const BoundExpression& expression) {
  std::vector<size_t> slots;
  CollectSlots(expression, &slots);
  std::sort(slots.begin(), slots.end());
  slots.erase(std::unique(slots.begin(), slots.end()), slots.end());
  return slots;
}

std::optional<size_t> OnlySlot(const BoundExpression& expression) {
  const std::vector<size_t> slots = SlotsOf(expression);
  return slots.size() == 1 ? std::optional(slots.front()) : std::nullopt;
}

std::vector<BoundPtr> FlattenConjuncts(const BoundExpression& conjunction) {
  std::vector<BoundPtr> flat;
  Flatten(conjunction, &flat);
  return flat;
}

std::vector<BoundPtr> OrderConjuncts(const BoundExpression& conjunction) {
  std::vector<BoundPtr> ordered;
  std::vector<BoundPtr> run;
  const auto flush = [&] {
    for (BoundPtr& conjunct : Arrange(conjunction, run)) ordered.push_back(std::move(conjunct));
    run.clear();
  };
  for (const BoundPtr& conjunct : FlattenConjuncts(conjunction)) {
    if (!conjunct->may_fail) {
      run.push_back(conjunct);
      continue;
    }
    flush();
    ordered.push_back(conjunct);
  }
  flush();
  return ordered;
}

int CostOf(const BoundExpression& expression) {
  int cost = 0;
  switch (expression.op) {
    case Op::kInput:
      cost =
          expression.physical == Physical::kBytes ? 200 : std::max(1, expression.type.byte_width());
      break;
    case Op::kLiteral:
      break;
    case Op::kLike:
    case Op::kFunction:
    case Op::kListFunction:
      cost = 2000;
      break;
    default:
      cost = 10;
  }
  for (const BoundPtr& arg : expression.args) cost += CostOf(*arg);
  return cost;
}

}  // namespace ashlar::query
