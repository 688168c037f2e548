// Binder: one expression on its way from names to columns and types.
//
// Owns: the state that the parts of the binder share (bind_*.cc). Does not own: the entry points
// (binder.h). Lives for one call of Bind().
#ifndef ASHLAR_SRC_QUERY_BINDER_IMPL_H_
#define ASHLAR_SRC_QUERY_BINDER_IMPL_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "ashlar/types.h"
#include "src/query/binder.h"
#include "src/query/bound_expression.h"
#include "src/query/column_path.h"
#include "src/query/expression_node.h"

namespace ashlar::query {

class Binder {
 public:
  Binder(const Schema& schema, Inputs* inputs) : schema_(schema), inputs_(inputs) {}

  absl::StatusOr<BoundPtr> Bind(const NodePtr& node);

 private:
  // Inside a list function: the list that its paths run through, settled by the first of them.
  struct Elements {
    bool found = false;
    ListPath list;
    std::string list_name;  // for messages
    std::vector<Input> inputs;
  };

  // binder.cc
  absl::StatusOr<BoundPtr> BindColumn(const NodePtr& node);
  absl::StatusOr<ColumnPath> Resolve(const ExpressionNode& node) const;
  absl::StatusOr<std::vector<BoundPtr>> BindAll(const std::vector<NodePtr>& nodes);
  absl::StatusOr<BoundPtr> BindNullTest(const NodePtr& node);
  size_t SlotOf(Input input);
  BoundPtr InputAt(const NodePtr& node, size_t slot, DataType type) const;

  // bind_logic.cc
  absl::StatusOr<BoundPtr> BindCondition(const NodePtr& node);  // a bool
  absl::StatusOr<BoundPtr> BindJunction(const NodePtr& node);
  absl::StatusOr<BoundPtr> BindNot(const NodePtr& node);
  absl::StatusOr<BoundPtr> BindCase(const NodePtr& node);
  absl::StatusOr<BoundPtr> BindCoalesce(const NodePtr& node);

  // bind_compare.cc
  absl::StatusOr<BoundPtr> BindComparison(const NodePtr& node);
  absl::StatusOr<BoundPtr> BindIn(const NodePtr& node);
  absl::StatusOr<BoundPtr> BindLike(const NodePtr& node);

  // bind_arithmetic.cc
  absl::StatusOr<BoundPtr> BindArithmetic(const NodePtr& node);
  absl::StatusOr<BoundPtr> BindNegate(const NodePtr& node);
  absl::StatusOr<BoundPtr> BindCast(const NodePtr& node);

  // bind_function.cc
  absl::StatusOr<BoundPtr> BindFunction(const NodePtr& node);
  absl::StatusOr<BoundPtr> BindTextFunction(const NodePtr& node, Function function);
  absl::StatusOr<BoundPtr> BindNumberFunction(const NodePtr& node, Function function);
  absl::StatusOr<BoundPtr> BindDatePart(const NodePtr& node, Function function);
  absl::StatusOr<BoundPtr> BindDate(const NodePtr& node);
  absl::StatusOr<BoundPtr> BindDistance(const NodePtr& node);

  // bind_list.cc
  absl::StatusOr<BoundPtr> BindListFunction(const NodePtr& node, Function function);
  absl::StatusOr<BoundPtr> BindLen(const NodePtr& node);
  absl::StatusOr<BoundPtr> BindElementColumn(const NodePtr& node, const ColumnPath& path);
  ListPath ListOf(const ColumnPath& path, size_t lists);

  const Schema& schema_;
  Inputs* const inputs_;
  Elements* elements_ = nullptr;
};

}  // namespace ashlar::query

#endif  // ASHLAR_SRC_QUERY_BINDER_IMPL_H_
