// Sets of literals; see the header.
#include "src/query/in_node.h"

#include <bit>
#include <cmath>
#include <limits>
#include <utility>

#include "ashlar/status_macros.h"
#include "src/base/check.h"
#include "src/query/bits_ops.h"

namespace ashlar::query {
namespace {

// Equal in the language is equal in bits then: one NaN, one zero.
int64_t RealKey(double value) {
  if (std::isnan(value)) value = std::numeric_limits<double>::quiet_NaN();
  return std::bit_cast<int64_t>(value + 0.0);
}

int64_t KeyOf(const BoundExpression& literal) {
  switch (literal.physical) {
    case Physical::kInt64:
      return literal.literal.int64;
    case Physical::kUInt64:
      return static_cast<int64_t>(literal.literal.uint64);
    default:
      ASHLAR_CHECK(literal.physical == Physical::kDouble);
      return RealKey(literal.literal.real);
  }
}

template <typename Found>
Bits SelectRows(const Bits& rows, const Found& found) {
  Bits selected;
  ForSelected(rows, [&](int64_t row) {
    if (found(row)) selected.Set(row);
  });
  return selected;
}

}  // namespace

bool InNode::Handles(const BoundExpression& expression) {
  const Physical kind = expression.args[0]->physical;
  if (kind != Physical::kInt64 && kind != Physical::kUInt64 && kind != Physical::kDouble &&
      kind != Physical::kBytes) {
    return false;
  }
  for (size_t i = 1; i < expression.args.size(); ++i) {
    const BoundExpression& literal = *expression.args[i];
    if (literal.op != Op::kLiteral) return false;
    if (!literal.literal.is_null && literal.physical != kind) return false;
  }
  return true;
}

InNode::InNode(BoundPtr expression, ProgramPtr value)
    : PredicateNode(*expression),
      expression_(std::move(expression)),
      value_(std::move(value)),
      values_(std::make_unique<Vector>()) {
  for (size_t i = 1; i < expression_->args.size(); ++i) {
    const BoundExpression& literal = *expression_->args[i];
    if (literal.literal.is_null) {
      null_listed_ = true;
    } else if (literal.physical == Physical::kBytes) {
      strings_.insert(literal.literal.bytes);
    } else {
      words_.insert(KeyOf(literal));
    }
  }
}

absl::Status InNode::Test(ZoneTask* zone, const Bits& selection, Outcome* out) {
  RETURN_IF_ERROR(value_->Evaluate(zone, selection, values_.get()));
  const Vector& v = *values_;
  const Bits present = v.has_nulls ? And(selection, v.valid) : selection;
  if (v.physical == Physical::kBytes) {
    out->is_true =
        SelectRows(present, [&](int64_t row) { return strings_.contains(v.bytes[row]); });
  } else if (v.physical == Physical::kDouble) {
    out->is_true =
        SelectRows(present, [&](int64_t row) { return words_.contains(RealKey(v.real[row])); });
  } else {
    // Signed and unsigned values of one kind are equal where their bits are.
    const auto* words =
        v.physical == Physical::kInt64 ? v.int64 : reinterpret_cast<const int64_t*>(v.uint64);
    out->is_true = SelectRows(present, [&](int64_t row) { return words_.contains(words[row]); });
  }
  out->is_null = null_listed_ ? AndNot(selection, out->is_true) : AndNot(selection, present);
  return absl::OkStatus();
}

}  // namespace ashlar::query
