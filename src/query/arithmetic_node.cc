// Operands, nulls and doubts of arithmetic; see the header.
#include "src/query/arithmetic_node.h"

#include <utility>

#include "ashlar/status_macros.h"
#include "src/query/arithmetic_kernels.h"
#include "src/query/bits_ops.h"
#include "src/query/leaf_nodes.h"

namespace ashlar::query {

bool ArithmeticNode::Handles(const BoundExpression& expression) {
  const bool operation = expression.op >= Op::kAdd && expression.op <= Op::kModulo;
  const Physical kind = expression.physical;
  const bool number =
      kind == Physical::kInt64 || kind == Physical::kUInt64 || kind == Physical::kDouble;
  if (!operation || !number) return false;
  if (kind == Physical::kDouble && expression.op == Op::kModulo) return false;
  return expression.args.size() == 2 && expression.args[0]->physical == kind &&
         expression.args[1]->physical == kind;
}

ArithmeticNode::ArithmeticNode(const BoundExpression& expression, ProgramPtr left, ProgramPtr right)
    : ProgramNode(expression),
      op_(expression.op),
      left_(std::move(left)),
      right_(std::move(right)),
      left_values_(std::make_unique<Vector>()),
      right_values_(std::make_unique<Vector>()) {}

void ArithmeticNode::BeginMorsel(Morsel* morsel) {
  left_->BeginMorsel(morsel);
  right_->BeginMorsel(morsel);
}

absl::Status ArithmeticNode::Evaluate(ZoneTask* zone, const Bits& selection, Vector* out) {
  const Vector& a = *left_values_;
  const Vector& b = *right_values_;
  RETURN_IF_ERROR(left_->Evaluate(zone, selection, left_values_.get()));
  RETURN_IF_ERROR(right_->Evaluate(zone, selection, right_values_.get()));
  UseScratch(physical(), out);
  out->constant = false;
  out->has_nulls = a.has_nulls || b.has_nulls;
  Bits present = selection;
  if (a.has_nulls) present = And(present, a.valid);
  if (b.has_nulls) present = And(present, b.valid);
  if (out->has_nulls) out->valid = present;
  const int64_t rows = zone->range.rows;
  int64_t* const words = out->words.data();
  Bits bad;
  if (physical() == Physical::kInt64) {
    bad = CalculateInt64(op_, a.int64, b.int64, rows, present, words);
  } else if (physical() == Physical::kUInt64) {
    bad =
        CalculateUInt64(op_, a.uint64, b.uint64, rows, present, reinterpret_cast<uint64_t*>(words));
  } else {
    bad = CalculateDouble(op_, a.real, b.real, rows, present, reinterpret_cast<double*>(words));
  }
  if (Intersects(bad, present)) zone->doubtful = true;
  return absl::OkStatus();
}

}  // namespace ashlar::query
