// CompareNode: two computed values against each other, of any kind that has an order.
//
// Owns: the relation of numbers of one kind or of two, of bytes and of bools. Does not own:
// numbers against literals (range_node.h).
#ifndef ASHLAR_SRC_QUERY_COMPARE_NODE_H_
#define ASHLAR_SRC_QUERY_COMPARE_NODE_H_

#include <memory>

#include "src/query/program_node.h"

namespace ashlar::query {

class CompareNode final : public PredicateNode {
 public:
  // Neither side is of kind kNull or kNested.
  CompareNode(const BoundExpression& expression, ProgramPtr left, ProgramPtr right);
  // Whether there is a way to compare these.
  [[nodiscard]] static bool Handles(Physical left, Physical right);

  void BeginMorsel(Morsel* morsel) override;
  absl::Status Test(ZoneTask* zone, const Bits& selection, Outcome* out) override;

 private:
  [[nodiscard]] Bits Compare(int64_t rows, const Bits& selection) const;

  const Op op_;
  const ProgramPtr left_;
  const ProgramPtr right_;
  const std::unique_ptr<Vector> left_values_;
  const std::unique_ptr<Vector> right_values_;
};

}  // namespace ashlar::query

#endif  // ASHLAR_SRC_QUERY_COMPARE_NODE_H_
