// Vectors row by row, each by SIMD; see the header.
#include "src/query/distance_node.h"

#include <bit>
#include <utility>

#include "ashlar/status_macros.h"
#include "src/query/bits_ops.h"
#include "src/query/distance_kernels.h"
#include "src/query/leaf_nodes.h"

namespace ashlar::query {

bool DistanceNode::Handles(const BoundExpression& e) {
  const bool distance = e.op == Op::kFunction && e.function >= Function::kDistanceL2 &&
                        e.function <= Function::kDistanceDot;
  return distance && e.args.size() == 2 && e.args[0]->op == Op::kInput &&
         e.args[0]->input < kFirstElementSlot && e.args[0]->type.id() == TypeId::kFixedSizeList &&
         e.args[1]->op == Op::kLiteral && !e.args[1]->literal.is_null &&
         e.args[1]->literal.vector.size() == static_cast<size_t>(e.args[0]->type.width());
}

DistanceNode::DistanceNode(BoundPtr expression)
    : ProgramNode(*expression),
      expression_(std::move(expression)),
      column_(expression_->args[0]->input),
      gathered_(expression_->args[1]->literal.vector.size()) {}

const std::byte* DistanceNode::FloatsOf(int64_t row) {
  const ColumnData& elements = *column_.data().children[0];
  const auto count = static_cast<int64_t>(gathered_.size());
  const int64_t first = (column_.data().offset + row) * count;
  if (elements.encoding == Encoding::kPlain) {
    return elements.values.data() + (elements.offset + first) * static_cast<int64_t>(sizeof(float));
  }
  const Column values(column_.data().children[0]);
  for (int64_t i = 0; i < count; ++i) {
    gathered_[static_cast<size_t>(i)] = static_cast<float>(values.GetDouble(first + i));
  }
  return reinterpret_cast<const std::byte*>(gathered_.data());
}

absl::Status DistanceNode::Evaluate(ZoneTask* zone, const Bits& selection, Vector* out) {
  RETURN_IF_ERROR(column_.Open().status());
  UseScratch(Physical::kDouble, out);
  out->constant = false;
  out->has_nulls = true;
  out->valid = selection;
  Bits valid;
  if (column_.ValidRows(zone->range, &valid)) out->valid = And(selection, valid);
  const std::vector<float>& to = expression_->args[1]->literal.vector;
  const Bits present = out->valid;
  ForSelected(present, [&](int64_t row) {
    const std::optional<double> distance = FastVectorDistance(
        expression_->function, FloatsOf(zone->range.first_row + row), to.data(), to.size());
    out->words[row] = std::bit_cast<int64_t>(distance.value_or(0));
    if (!distance.has_value()) out->valid.Clear(row);
  });
  return absl::OkStatus();
}

}  // namespace ashlar::query
