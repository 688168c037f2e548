// ElementWalk: the elements that a list function sees, row by row.
//
// Owns: following a ListPath through one morsel's columns, lists within lists included (they are
// flattened), and the columns of the elements' members. Does not own: what is computed from them.
#ifndef ASHLAR_SRC_QUERY_ELEMENT_WALK_H_
#define ASHLAR_SRC_QUERY_ELEMENT_WALK_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "ashlar/column.h"
#include "src/query/bound_expression.h"

namespace ashlar::query {

class ElementWalk {
 public:
  // `outer` is the column of e.list.input.
  [[nodiscard]] static absl::StatusOr<ElementWalk> Make(const BoundExpression& e, Column outer);

  [[nodiscard]] bool IsNull(int64_t row) const { return lists_[0].IsNull(row); }
  // The rows of all inputs(), in order: every list on the way adds its elements, a null one none.
  [[nodiscard]] std::vector<int64_t> ElementsOf(int64_t row) const;
  // The column of slot kFirstElementSlot + index.
  [[nodiscard]] const Column& input(size_t index) const { return inputs_[index]; }

 private:
  void Collect(size_t level, int64_t row, std::vector<int64_t>* elements) const;

  std::vector<Column> lists_;  // from the outermost in; rows of each are elements of the one before
  std::vector<Column> inputs_;
};

}  // namespace ashlar::query

#endif  // ASHLAR_SRC_QUERY_ELEMENT_WALK_H_
