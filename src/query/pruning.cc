// Judging predicates by zone maps: which of true, false and null can any row of the zone give?
//
// Sets of outcomes combine like the operators themselves, so `not`, `or` and nested forms need no
// rules of their own. What is not understood may be anything.
#include "src/query/pruning.h"

#include <algorithm>
#include <optional>
#include <string_view>

#include "src/base/check.h"
#include "src/query/comparison.h"
#include "src/query/zone_bounds.h"

namespace ashlar::query {
namespace {

using segment::ZoneMap;

struct Outcomes {
  bool can_be_true = true;
  bool can_be_false = true;
  bool can_be_null = true;
};

constexpr Outcomes kOnlyNull = {.can_be_true = false, .can_be_false = false, .can_be_null = true};
constexpr Outcomes kOnlyTrue = {.can_be_true = true, .can_be_false = false, .can_be_null = false};
constexpr Outcomes kOnlyFalse = {.can_be_true = false, .can_be_false = true, .can_be_null = false};

Outcomes Not(const Outcomes& a) { return {a.can_be_false, a.can_be_true, a.can_be_null}; }

Outcomes And(const Outcomes& a, const Outcomes& b) {
  return {.can_be_true = a.can_be_true && b.can_be_true,
          .can_be_false = a.can_be_false || b.can_be_false,
          .can_be_null = (a.can_be_null && (b.can_be_true || b.can_be_null)) ||
                         (b.can_be_null && (a.can_be_true || a.can_be_null))};
}

Outcomes Or(const Outcomes& a, const Outcomes& b) { return Not(And(Not(a), Not(b))); }

Outcomes Decide(bool all_true, bool all_false, bool nulls) {
  return {.can_be_true = !all_false, .can_be_false = !all_true, .can_be_null = nulls};
}

Outcomes JudgeBounds(Op op, const BoundsAgainst& bounds, bool nulls) {
  const auto [min, max] = bounds;
  switch (op) {
    case Op::kEqual:
      return Decide(min == 0 && max == 0, min > 0 || max < 0, nulls);
    case Op::kNotEqual:
      return Decide(min > 0 || max < 0, min == 0 && max == 0, nulls);
    case Op::kLess:
      return Decide(max < 0, min >= 0, nulls);
    case Op::kLessEqual:
      return Decide(max <= 0, min > 0, nulls);
    case Op::kGreater:
      return Decide(min > 0, max <= 0, nulls);
    case Op::kGreaterEqual:
      return Decide(min >= 0, max < 0, nulls);
    default:
      return {};
  }
}

bool IsNullLiteral(const BoundExpression& expression) {
  return expression.op == Op::kLiteral && expression.literal.is_null;
}

class Judge {
 public:
  Judge(Statistics statistics, uint64_t zone, int64_t rows)
      : statistics_(statistics), zone_(zone), rows_(rows) {}

  Outcomes Visit(const BoundExpression& expression) const {
    switch (expression.op) {
      case Op::kLiteral:
        return VisitLiteral(expression);
      case Op::kInput:
        return VisitInput(expression);
      case Op::kNot:
        return Not(Visit(*expression.args[0]));
      case Op::kAnd:
      case Op::kOr:
        return VisitJunction(expression);
      case Op::kIsNull:
        return VisitIsNull(*expression.args[0]);
      case Op::kIsNotNull:
        return Not(VisitIsNull(*expression.args[0]));
      case Op::kEqual:
      case Op::kNotEqual:
      case Op::kLess:
      case Op::kLessEqual:
      case Op::kGreater:
      case Op::kGreaterEqual:
        return VisitComparison(expression);
      case Op::kIn:
        return VisitIn(expression);
      case Op::kLike:
        return VisitLike(*expression.args[0], *expression.args[1]);
      case Op::kFunction:
        if (expression.function != Function::kStartsWith) return {};
        return VisitPrefix(*expression.args[0], *expression.args[1]);
      default:
        return {};
    }
  }

 private:
  static Outcomes VisitLiteral(const BoundExpression& literal) {
    if (literal.literal.is_null) return kOnlyNull;
    if (literal.physical != Physical::kBool) return {};
    return literal.literal.boolean ? kOnlyTrue : kOnlyFalse;
  }

  const ZoneMap* StatisticsFor(const BoundExpression& expression) const {
    if (expression.op != Op::kInput) return nullptr;
    const ZoneMap* map = statistics_[expression.input];
    return map != nullptr && zone_ < map->zones() ? map : nullptr;
  }

  Outcomes VisitInput(const BoundExpression& input) const {
    const ZoneMap* map = StatisticsFor(input);
    if (map == nullptr || input.physical != Physical::kBool) return {};
    if (map->all_null(zone_)) return kOnlyNull;
    if (!map->has_bounds(zone_)) return {};
    return Decide(map->MinUInt64(zone_) == 1, map->MaxUInt64(zone_) == 0,
                  map->null_count(zone_) > 0);
  }

  Outcomes VisitJunction(const BoundExpression& expression) const {
    const bool is_and = expression.op == Op::kAnd;
    Outcomes result = is_and ? kOnlyTrue : kOnlyFalse;
    for (const BoundPtr& arg : expression.args) {
      result = is_and ? And(result, Visit(*arg)) : Or(result, Visit(*arg));
    }
    return result;
  }

  Outcomes VisitIsNull(const BoundExpression& arg) const {
    const ZoneMap* map = StatisticsFor(arg);
    if (map == nullptr) return {.can_be_null = false};
    const uint32_t nulls = map->null_count(zone_);
    return Decide(static_cast<int64_t>(nulls) >= rows_, nulls == 0, false);
  }

  Outcomes CompareWith(Op op, const BoundExpression& input, const BoundExpression& literal) const {
    const ZoneMap* map = StatisticsFor(input);
    if (map == nullptr || literal.op != Op::kLiteral) return {};
    if (literal.literal.is_null || map->all_null(zone_)) return kOnlyNull;
    const std::optional<BoundsAgainst> bounds = CompareBounds(*map, zone_, literal);
    if (!bounds.has_value()) return {};
    return JudgeBounds(op, *bounds, map->null_count(zone_) > 0);
  }

  Outcomes VisitComparison(const BoundExpression& expression) const {
    const BoundExpression& left = *expression.args[0];
    const BoundExpression& right = *expression.args[1];
    if (left.op == Op::kLiteral) return CompareWith(Mirrored(expression.op), right, left);
    return CompareWith(expression.op, left, right);
  }

  Outcomes VisitIn(const BoundExpression& expression) const {
    // Beyond this, looking at each literal for each zone costs more than it saves.
    constexpr size_t kMaxLiterals = 64;
    if (expression.args.size() > kMaxLiterals) return {};
    if (expression.args.size() == 1) return {.can_be_true = false};  // null in () is null
    Outcomes result = kOnlyFalse;
    for (size_t i = 1; i < expression.args.size(); ++i) {
      result = Or(result, IsNullLiteral(*expression.args[i])
                              ? kOnlyNull
                              : CompareWith(Op::kEqual, *expression.args[0], *expression.args[i]));
    }
    return result;
  }

  Outcomes VisitLike(const BoundExpression& arg, const BoundExpression& pattern) const {
    if (pattern.op != Op::kLiteral || pattern.literal.is_null) return {};
    const std::string_view text = pattern.literal.bytes;
    return JudgePrefix(arg, text.substr(0, std::min(text.find_first_of("%_\\"), text.size())));
  }

  Outcomes VisitPrefix(const BoundExpression& arg, const BoundExpression& prefix) const {
    if (prefix.op != Op::kLiteral || prefix.literal.is_null) return {};
    return JudgePrefix(arg, prefix.literal.bytes);
  }

  // Of a condition that no value without the prefix fulfils.
  Outcomes JudgePrefix(const BoundExpression& arg, std::string_view prefix) const {
    const ZoneMap* map = StatisticsFor(arg);
    if (map == nullptr || PhysicalOf(map->type()) != Physical::kBytes) return {};
    if (map->all_null(zone_)) return kOnlyNull;
    if (!map->has_bounds(zone_)) return {};
    const std::string_view min = map->MinBytes(zone_);
    const std::string_view max = map->MaxBytes(zone_);
    const bool above = min.substr(0, prefix.size()) > prefix;
    const bool below = max.substr(0, prefix.size()) < prefix.substr(0, max.size());
    return {.can_be_true = !above && !below,
            .can_be_false = true,
            .can_be_null = map->null_count(zone_) > 0};
  }

  const Statistics statistics_;
  const uint64_t zone_;
  const int64_t rows_;
};

bool ComparesInput(const BoundExpression& expression) {
  switch (expression.op) {
    case Op::kInput:
      return expression.physical == Physical::kBool;
    case Op::kNot:
    case Op::kAnd:
    case Op::kOr:
      return std::any_of(expression.args.begin(), expression.args.end(),
                         [](const BoundPtr& arg) { return ComparesInput(*arg); });
    case Op::kIsNull:
    case Op::kIsNotNull:
    case Op::kIn:
    case Op::kLike:
      return expression.args[0]->op == Op::kInput;
    case Op::kFunction:
      return expression.function == Function::kStartsWith && expression.args[0]->op == Op::kInput;
    case Op::kEqual:
    case Op::kNotEqual:
    case Op::kLess:
    case Op::kLessEqual:
    case Op::kGreater:
    case Op::kGreaterEqual:
      return (expression.args[0]->op == Op::kInput && expression.args[1]->op == Op::kLiteral) ||
             (expression.args[1]->op == Op::kInput && expression.args[0]->op == Op::kLiteral);
    default:
      return false;
  }
}

}  // namespace

Verdict JudgeZone(const BoundExpression& predicate, Statistics statistics, uint64_t zone,
                  int64_t rows) {
  ASHLAR_CHECK(rows > 0);
  const Outcomes outcomes = Judge(statistics, zone, rows).Visit(predicate);
  if (!outcomes.can_be_true) return Verdict::kNone;
  return outcomes.can_be_false || outcomes.can_be_null ? Verdict::kSome : Verdict::kAll;
}

bool IsPrunable(const BoundExpression& predicate) {
  return !predicate.may_fail && ComparesInput(predicate);
}

}  // namespace ashlar::query
