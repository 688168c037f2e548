// ArithmeticNode: two numbers of one kind, added, subtracted, multiplied or divided.
//
// Owns: nulls of either side, and asking the interpreter where a selected row came out wrong. Does
// not own: the kernels.
#ifndef ASHLAR_SRC_QUERY_ARITHMETIC_NODE_H_
#define ASHLAR_SRC_QUERY_ARITHMETIC_NODE_H_

#include <memory>

#include "src/query/program_node.h"

namespace ashlar::query {

class ArithmeticNode final : public ProgramNode {
 public:
  ArithmeticNode(const BoundExpression& expression, ProgramPtr left, ProgramPtr right);
  [[nodiscard]] static bool Handles(const BoundExpression& expression);

  void BeginMorsel(Morsel* morsel) override;
  absl::Status Evaluate(ZoneTask* zone, const Bits& selection, Vector* out) override;

 private:
  const Op op_;
  const ProgramPtr left_;
  const ProgramPtr right_;
  const std::unique_ptr<Vector> left_values_;
  const std::unique_ptr<Vector> right_values_;
};

}  // namespace ashlar::query

#endif  // ASHLAR_SRC_QUERY_ARITHMETIC_NODE_H_
