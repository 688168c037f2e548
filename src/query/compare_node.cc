// Comparisons of two values a row; see the header.
#include "src/query/compare_node.h"

#include <compare>
#include <utility>

#include "ashlar/status_macros.h"
#include "src/base/check.h"
#include "src/query/bits_ops.h"
#include "src/query/compare_kernels.h"
#include "src/query/comparison.h"

namespace ashlar::query {
namespace {

// How an operator is made of the two relations that there are kernels for.
struct Plan {
  Relation relation;
  bool swapped;
  bool negated;
};

Plan PlanOf(Op op) {
  switch (op) {
    case Op::kEqual:
      return {Relation::kEqual, false, false};
    case Op::kNotEqual:
      return {Relation::kEqual, false, true};
    case Op::kLessEqual:
      return {Relation::kLessEqual, false, false};
    case Op::kGreater:
      return {Relation::kLessEqual, false, true};
    case Op::kGreaterEqual:
      return {Relation::kLessEqual, true, false};
    default:
      ASHLAR_CHECK(op == Op::kLess);
      return {Relation::kLessEqual, true, true};
  }
}

std::strong_ordering Order(int64_t a, uint64_t b) {
  return a < 0 ? std::strong_ordering::less : static_cast<uint64_t>(a) <=> b;
}

// Row by row, where there is no kernel.
template <typename OrderOf>
Bits CompareRows(Op op, const Bits& selection, const OrderOf& order_of) {
  Bits holds;
  ForSelected(selection, [&](int64_t row) {
    if (Holds(op, order_of(row))) holds.Set(row);
  });
  return holds;
}

Bits CompareBytes(Op op, const Vector& a, const Vector& b, const Bits& selection) {
  if (op == Op::kEqual || op == Op::kNotEqual) {
    Bits equal;
    ForSelected(selection, [&](int64_t row) {
      if (a.bytes[row] == b.bytes[row]) equal.Set(row);
    });
    return op == Op::kEqual ? equal : AndNot(selection, equal);
  }
  return CompareRows(op, selection,
                     [&](int64_t row) { return a.bytes[row].compare(b.bytes[row]) <=> 0; });
}

// False is less than true.
Bits CompareBools(Op op, const Vector& a, const Vector& b, const Bits& selection) {
  const Bits less = AndNot(b.bits, a.bits);
  const Bits greater = AndNot(a.bits, b.bits);
  switch (op) {
    case Op::kEqual:
      return AndNot(selection, Or(less, greater));
    case Op::kNotEqual:
      return Or(less, greater);
    case Op::kLess:
      return less;
    case Op::kLessEqual:
      return AndNot(selection, greater);
    case Op::kGreater:
      return greater;
    default:
      return AndNot(selection, less);
  }
}

}  // namespace

bool CompareNode::Handles(Physical left, Physical right) {
  const auto integer = [](Physical kind) {
    return kind == Physical::kInt64 || kind == Physical::kUInt64;
  };
  if (integer(left) && integer(right)) return true;
  return left == right && left != Physical::kNull && left != Physical::kNested;
}

CompareNode::CompareNode(const BoundExpression& expression, ProgramPtr left, ProgramPtr right)
    : PredicateNode(expression),
      op_(expression.op),
      left_(std::move(left)),
      right_(std::move(right)),
      left_values_(std::make_unique<Vector>()),
      right_values_(std::make_unique<Vector>()) {
  ASHLAR_CHECK(Handles(left_->physical(), right_->physical()));
}

void CompareNode::BeginMorsel(Morsel* morsel) {
  left_->BeginMorsel(morsel);
  right_->BeginMorsel(morsel);
}

Bits CompareNode::Compare(int64_t rows, const Bits& selection) const {
  const Vector& a = *left_values_;
  const Vector& b = *right_values_;
  if (a.physical == Physical::kBytes) return CompareBytes(op_, a, b, selection);
  if (a.physical == Physical::kBool) return CompareBools(op_, a, b, selection);
  if (a.physical != b.physical) {
    return CompareRows(op_, selection, [&](int64_t row) {
      if (a.physical == Physical::kInt64) return Order(a.int64[row], b.uint64[row]);
      return 0 <=> Order(b.int64[row], a.uint64[row]);
    });
  }
  const Plan plan = PlanOf(op_);
  const Vector& first = plan.swapped ? b : a;
  const Vector& second = plan.swapped ? a : b;
  Bits holds;
  if (a.physical == Physical::kInt64) {
    RelateInt64(plan.relation, first.int64, second.int64, rows, selection, &holds);
  } else if (a.physical == Physical::kUInt64) {
    RelateUInt64(plan.relation, first.uint64, second.uint64, rows, selection, &holds);
  } else {
    RelateDouble(plan.relation, first.real, second.real, rows, selection, &holds);
  }
  return plan.negated ? AndNot(selection, holds) : And(selection, holds);
}

absl::Status CompareNode::Test(ZoneTask* zone, const Bits& selection, Outcome* out) {
  RETURN_IF_ERROR(left_->Evaluate(zone, selection, left_values_.get()));
  RETURN_IF_ERROR(right_->Evaluate(zone, selection, right_values_.get()));
  Bits present = selection;
  if (left_values_->has_nulls) present = And(present, left_values_->valid);
  if (right_values_->has_nulls) present = And(present, right_values_->valid);
  out->is_null = AndNot(selection, present);
  out->is_true = And(present, Compare(zone->range.rows, present));
  return absl::OkStatus();
}

}  // namespace ashlar::query
