// The ways from values to truth and back that most nodes share.
#include "src/query/program_node.h"

#include "ashlar/status_macros.h"
#include "src/query/bits_ops.h"

namespace ashlar::query {

absl::Status ProgramNode::Test(ZoneTask* zone, const Bits& selection, Outcome* out) {
  if (physical_ == Physical::kNull) {
    out->is_true = Bits();
    out->is_null = selection;
    return absl::OkStatus();
  }
  if (tested_ == nullptr) tested_ = std::make_unique<Vector>();
  RETURN_IF_ERROR(Evaluate(zone, selection, tested_.get()));
  out->is_true = And(selection, tested_->bits);
  if (tested_->has_nulls) {
    out->is_null = AndNot(selection, tested_->valid);
    out->is_true = And(out->is_true, tested_->valid);
  } else {
    out->is_null = Bits();
  }
  return absl::OkStatus();
}

absl::Status ProgramNode::Filter(ZoneTask* zone, Bits* selection) {
  Outcome outcome;
  RETURN_IF_ERROR(Test(zone, *selection, &outcome));
  *selection = outcome.is_true;
  return absl::OkStatus();
}

absl::Status PredicateNode::Evaluate(ZoneTask* zone, const Bits& selection, Vector* out) {
  RETURN_IF_ERROR(Test(zone, selection, &outcome_));
  out->physical = Physical::kBool;
  out->constant = false;
  out->bits = outcome_.is_true;
  out->has_nulls = !outcome_.is_null.None();
  if (out->has_nulls) out->valid = AndNot(selection, outcome_.is_null);
  return absl::OkStatus();
}

}  // namespace ashlar::query
