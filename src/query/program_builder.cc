// From expressions to nodes, case by case; see the header.
#include "src/query/program_builder.h"

#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "src/base/check.h"
#include "src/query/arithmetic_node.h"
#include "src/query/choice_nodes.h"
#include "src/query/compare_node.h"
#include "src/query/comparison.h"
#include "src/query/conjuncts.h"
#include "src/query/distance_node.h"
#include "src/query/encoded_node.h"
#include "src/query/fallback_node.h"
#include "src/query/in_node.h"
#include "src/query/leaf_nodes.h"
#include "src/query/logic_nodes.h"
#include "src/query/range_node.h"
#include "src/query/unary_node.h"

namespace ashlar::query {
namespace {

// Longer lists of numbers are looked up in a set.
constexpr size_t kMaxRanges = 8;

// A predicate that says in which ranges a number is.
struct RangePredicate {
  BoundPtr number;
  std::vector<ValueRange> ranges;
};

std::optional<RangePredicate> ComparisonAsRange(const BoundExpression& comparison) {
  BoundPtr number = comparison.args[0];
  BoundPtr literal = comparison.args[1];
  Op op = comparison.op;
  if (number->op == Op::kLiteral) {
    std::swap(number, literal);
    op = Mirrored(op);
  }
  if (literal->op != Op::kLiteral || number->op == Op::kLiteral) return std::nullopt;
  const std::optional<ValueRange> range =
      RangeOf(op, number->physical, literal->physical, literal->literal);
  if (!range.has_value()) return std::nullopt;
  return RangePredicate{std::move(number), {*range}};
}

std::optional<RangePredicate> ListAsRanges(const BoundExpression& in) {
  if (in.args.size() < 2 || in.args.size() - 1 > kMaxRanges) return std::nullopt;
  RangePredicate predicate{in.args[0], {}};
  for (size_t i = 1; i < in.args.size(); ++i) {
    const BoundExpression& literal = *in.args[i];
    if (literal.op != Op::kLiteral) return std::nullopt;
    const std::optional<ValueRange> range =
        RangeOf(Op::kEqual, predicate.number->physical, literal.physical, literal.literal);
    if (!range.has_value()) return std::nullopt;
    predicate.ranges.push_back(*range);
  }
  return predicate;
}

std::optional<RangePredicate> AsRanges(const BoundExpression& expression) {
  if (IsComparison(expression.op)) return ComparisonAsRange(expression);
  if (expression.op == Op::kIn) return ListAsRanges(expression);
  return std::nullopt;
}

class Builder {
 public:
  explicit Builder(uint64_t* fallback_rows) : fallback_rows_(fallback_rows) {}

  // `on_values`: the whole expression may run on the values of a dictionary, so that its parts need
  // no tables of their own.
  ProgramPtr Build(const BoundPtr& expression, bool on_values) {
    if (!on_values && MayUseTable(*expression)) {
      return std::make_unique<EncodedNode>(*expression, *OnlySlot(*expression),
                                           BuildNode(expression, true));
    }
    return BuildNode(expression, on_values);
  }

 private:
  // A column alone is read through its dictionary as well as by a table.
  static bool MayUseTable(const BoundExpression& expression) {
    if (expression.op == Op::kInput || expression.physical == Physical::kNull ||
        expression.physical == Physical::kNested) {
      return false;
    }
    return OnlySlot(expression).has_value() && !ReadsNested(expression);
  }

  static bool ReadsNested(const BoundExpression& expression) {
    if (expression.op == Op::kListFunction) return true;
    if (expression.op == Op::kInput && expression.physical == Physical::kNested) return true;
    for (const BoundPtr& arg : expression.args) {
      if (ReadsNested(*arg)) return true;
    }
    return false;
  }

  std::vector<ProgramPtr> BuildAll(const std::vector<BoundPtr>& expressions, bool on_values) {
    std::vector<ProgramPtr> nodes;
    for (const BoundPtr& expression : expressions) nodes.push_back(Build(expression, on_values));
    return nodes;
  }

  ProgramPtr Fallback(const BoundPtr& expression) {
    return std::make_unique<FallbackNode>(expression, fallback_rows_);
  }

  ProgramPtr BuildNode(const BoundPtr& expression, bool on_values) {
    switch (expression->op) {
      case Op::kInput:
        return std::make_unique<InputNode>(*expression);
      case Op::kLiteral:
        return BuildLiteral(expression);
      case Op::kAnd:
        return BuildAnd(expression, on_values);
      case Op::kOr:
        return std::make_unique<OrNode>(*expression, BuildAll(expression->args, on_values));
      case Op::kNot:
        return std::make_unique<NotNode>(*expression, Build(expression->args[0], on_values));
      case Op::kIsNull:
      case Op::kIsNotNull:
        return std::make_unique<NullTestNode>(*expression, Build(expression->args[0], on_values));
      case Op::kIn:
        return BuildIn(expression, on_values);
      case Op::kCase:
      case Op::kCoalesce:
        return BuildChoice(expression, on_values);
      default:
        return BuildStrict(expression, on_values);
    }
  }

  ProgramPtr BuildLiteral(const BoundPtr& literal) {
    if (literal->physical == Physical::kNull) return std::make_unique<NullNode>(*literal);
    if (literal->physical == Physical::kNested) return Fallback(literal);
    return std::make_unique<LiteralNode>(literal);
  }

  ProgramPtr BuildRange(const BoundExpression& predicate, RangePredicate ranges, bool on_values) {
    ProgramPtr number = Build(ranges.number, on_values);
    return std::make_unique<RangeNode>(predicate, *ranges.number, std::move(number),
                                       std::move(ranges.ranges));
  }

  ProgramPtr BuildIn(const BoundPtr& expression, bool on_values) {
    if (std::optional<RangePredicate> ranges = ListAsRanges(*expression); ranges.has_value()) {
      return BuildRange(*expression, std::move(*ranges), on_values);
    }
    if (!InNode::Handles(*expression)) return Fallback(expression);
    return std::make_unique<InNode>(expression, Build(expression->args[0], on_values));
  }

  ProgramPtr BuildChoice(const BoundPtr& expression, bool on_values) {
    if (expression->physical == Physical::kNested) return Fallback(expression);
    for (const BoundPtr& arg : expression->args) {
      if (arg->physical == Physical::kNested) return Fallback(expression);
    }
    std::vector<ProgramPtr> args = BuildAll(expression->args, on_values);
    if (expression->op == Op::kCase) {
      return std::make_unique<CaseNode>(*expression, std::move(args));
    }
    return std::make_unique<CoalesceNode>(*expression, std::move(args));
  }

  // Operators that are null where an argument is.
  ProgramPtr BuildStrict(const BoundPtr& expression, bool on_values) {
    if (IsComparison(expression->op)) {
      if (std::optional<RangePredicate> range = ComparisonAsRange(*expression); range.has_value()) {
        return BuildRange(*expression, std::move(*range), on_values);
      }
      if (CompareNode::Handles(expression->args[0]->physical, expression->args[1]->physical)) {
        return std::make_unique<CompareNode>(*expression, Build(expression->args[0], on_values),
                                             Build(expression->args[1], on_values));
      }
    }
    if (ArithmeticNode::Handles(*expression)) {
      return std::make_unique<ArithmeticNode>(*expression, Build(expression->args[0], on_values),
                                              Build(expression->args[1], on_values));
    }
    if (const UnaryLoop loop = UnaryLoopFor(*expression); loop != nullptr) {
      return std::make_unique<UnaryNode>(expression, loop, Build(expression->args[0], on_values));
    }
    if (DistanceNode::Handles(*expression)) return std::make_unique<DistanceNode>(expression);
    return Fallback(expression);
  }

  ProgramPtr BuildAnd(const BoundPtr& expression, bool on_values) {
    // Conditions on one column have been brought together by now, or all of them are.
    const std::vector<BoundPtr> conjuncts =
        on_values ? FlattenConjuncts(*expression) : Ungrouped(OrderConjuncts(*expression));
    std::vector<ProgramPtr> nodes;
    for (size_t i = 0; i < conjuncts.size(); ++i) {
      std::optional<RangePredicate> range = AsRanges(*conjuncts[i]);
      while (on_values && i + 1 < conjuncts.size() && Fuse(*conjuncts[i + 1], &range)) ++i;
      nodes.push_back(on_values && range.has_value()
                          ? BuildRange(*conjuncts[i], std::move(*range), on_values)
                          : Build(conjuncts[i], on_values));
    }
    if (nodes.size() == 1) return std::move(nodes.front());
    return std::make_unique<AndNode>(*expression, std::move(nodes));
  }

  // A group that no table can decide is nothing but its parts: brought together again it would be
  // the conjunction that it came from.
  static std::vector<BoundPtr> Ungrouped(const std::vector<BoundPtr>& groups) {
    std::vector<BoundPtr> conjuncts;
    for (const BoundPtr& group : groups) {
      if (group->op != Op::kAnd || MayUseTable(*group)) {
        conjuncts.push_back(group);
        continue;
      }
      for (BoundPtr& part : FlattenConjuncts(*group)) conjuncts.push_back(std::move(part));
    }
    return conjuncts;
  }

  // Narrows a condition on a column by the next one, if it is of the same kind.
  static bool Fuse(const BoundExpression& next, std::optional<RangePredicate>* range) {
    if (!range->has_value() || (*range)->number->op != Op::kInput) return false;
    const std::optional<RangePredicate> other = AsRanges(next);
    if (!other.has_value() || other->number->op != Op::kInput ||
        other->number->input != (*range)->number->input || other->ranges.size() != 1 ||
        (*range)->ranges.size() != 1) {
      return false;
    }
    const std::optional<ValueRange> both =
        Intersect((*range)->ranges.front(), other->ranges.front());
    if (!both.has_value()) return false;
    (*range)->ranges.front() = *both;
    return true;
  }

  uint64_t* const fallback_rows_;
};

}  // namespace

ProgramPtr BuildProgram(const BoundPtr& expression, uint64_t* fallback_rows) {
  return Builder(fallback_rows).Build(expression, false);
}

}  // namespace ashlar::query
