// Three-valued logic on bits of true and of null; see the header.
#include "src/query/logic_nodes.h"

#include <utility>

#include "ashlar/status_macros.h"
#include "src/query/bits_ops.h"

namespace ashlar::query {

AndNode::AndNode(const BoundExpression& expression, std::vector<ProgramPtr> args)
    : PredicateNode(expression), args_(std::move(args)) {
  for (size_t i = 0; i < args_.size(); ++i) {
    if (args_[i]->may_fail()) last_failing_ = i + 1;
  }
}

void AndNode::BeginMorsel(Morsel* morsel) {
  for (const ProgramPtr& arg : args_) arg->BeginMorsel(morsel);
}

absl::Status AndNode::Test(ZoneTask* zone, const Bits& selection, Outcome* out) {
  Bits open = selection;  // true or null so far
  Bits null;
  Outcome said;
  for (const ProgramPtr& arg : args_) {
    if (open.None()) break;
    RETURN_IF_ERROR(arg->Test(zone, open, &said));
    open = Or(said.is_true, said.is_null);
    null = Or(null, said.is_null);
  }
  out->is_true = AndNot(open, null);
  out->is_null = And(open, null);
  return absl::OkStatus();
}

// Null rows are of interest only as long as a later argument may be an error for them.
absl::Status AndNode::Filter(ZoneTask* zone, Bits* selection) {
  Bits null;
  for (size_t i = 0; i < args_.size(); ++i) {
    if (selection->None()) return absl::OkStatus();
    if (i + 1 >= last_failing_) {
      RETURN_IF_ERROR(args_[i]->Filter(zone, selection));
      if (i + 1 == last_failing_) *selection = AndNot(*selection, null);
      continue;
    }
    Outcome said;
    RETURN_IF_ERROR(args_[i]->Test(zone, *selection, &said));
    *selection = Or(said.is_true, said.is_null);
    null = Or(null, said.is_null);
  }
  return absl::OkStatus();
}

OrNode::OrNode(const BoundExpression& expression, std::vector<ProgramPtr> args)
    : PredicateNode(expression), args_(std::move(args)) {}

void OrNode::BeginMorsel(Morsel* morsel) {
  for (const ProgramPtr& arg : args_) arg->BeginMorsel(morsel);
}

absl::Status OrNode::Test(ZoneTask* zone, const Bits& selection, Outcome* out) {
  Bits open = selection;  // false or null so far
  Bits null;
  Outcome said;
  for (const ProgramPtr& arg : args_) {
    if (open.None()) break;
    RETURN_IF_ERROR(arg->Test(zone, open, &said));
    open = AndNot(open, said.is_true);
    null = Or(null, said.is_null);
  }
  out->is_true = AndNot(selection, open);
  out->is_null = And(open, null);
  return absl::OkStatus();
}

NotNode::NotNode(const BoundExpression& expression, ProgramPtr arg)
    : PredicateNode(expression), arg_(std::move(arg)) {}

absl::Status NotNode::Test(ZoneTask* zone, const Bits& selection, Outcome* out) {
  RETURN_IF_ERROR(arg_->Test(zone, selection, out));
  out->is_true = AndNot(AndNot(selection, out->is_true), out->is_null);
  return absl::OkStatus();
}

NullTestNode::NullTestNode(const BoundExpression& expression, ProgramPtr arg)
    : PredicateNode(expression),
      arg_(std::move(arg)),
      negated_(expression.op == Op::kIsNotNull),
      value_(std::make_unique<Vector>()) {}

absl::Status NullTestNode::Test(ZoneTask* zone, const Bits& selection, Outcome* out) {
  Bits null;
  if (arg_->physical() == Physical::kBool || arg_->physical() == Physical::kNull) {
    Outcome said;
    RETURN_IF_ERROR(arg_->Test(zone, selection, &said));
    null = said.is_null;
  } else {
    RETURN_IF_ERROR(arg_->Evaluate(zone, selection, value_.get()));
    if (value_->has_nulls) null = AndNot(selection, value_->valid);
  }
  out->is_true = negated_ ? AndNot(selection, null) : null;
  out->is_null = Bits();
  return absl::OkStatus();
}

}  // namespace ashlar::query
