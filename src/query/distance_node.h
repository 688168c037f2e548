// DistanceNode: the distance of a vector column to a literal vector.
//
// Owns: finding the floats of each selected row. Does not own: the metrics (distance_kernels.h).
#ifndef ASHLAR_SRC_QUERY_DISTANCE_NODE_H_
#define ASHLAR_SRC_QUERY_DISTANCE_NODE_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "src/query/program_node.h"
#include "src/query/slot_column.h"

namespace ashlar::query {

class DistanceNode final : public ProgramNode {
 public:
  explicit DistanceNode(BoundPtr expression);
  // A column of vectors against a literal that is not null.
  [[nodiscard]] static bool Handles(const BoundExpression& expression);

  void BeginMorsel(Morsel* morsel) override { column_.Begin(morsel); }
  absl::Status Evaluate(ZoneTask* zone, const Bits& selection, Vector* out) override;

 private:
  // The elements of a row, in place or gathered.
  [[nodiscard]] const std::byte* FloatsOf(int64_t row);

  const BoundPtr expression_;
  SlotColumn column_;
  std::vector<float> gathered_;
};

}  // namespace ashlar::query

#endif  // ASHLAR_SRC_QUERY_DISTANCE_NODE_H_
