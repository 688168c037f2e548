// Choosing the loop, and nulls around it; see the header.
#include "src/query/unary_node.h"

#include <utility>

#include "ashlar/status_macros.h"
#include "src/query/bits_ops.h"
#include "src/query/leaf_nodes.h"

namespace ashlar::query {

UnaryNode::UnaryNode(BoundPtr expression, UnaryLoop loop, ProgramPtr arg)
    : ProgramNode(*expression),
      expression_(std::move(expression)),
      loop_(loop),
      arg_(std::move(arg)),
      values_(std::make_unique<Vector>()) {}

absl::Status UnaryNode::Evaluate(ZoneTask* zone, const Bits& selection, Vector* out) {
  RETURN_IF_ERROR(arg_->Evaluate(zone, selection, values_.get()));
  UseScratch(physical(), out);
  out->constant = false;
  out->has_nulls = values_->has_nulls;
  Bits present = selection;
  if (out->has_nulls) {
    present = And(selection, values_->valid);
    out->valid = present;
  }
  if (!loop_(*expression_, *values_, present, out)) zone->doubtful = true;
  return absl::OkStatus();
}

}  // namespace ashlar::query
