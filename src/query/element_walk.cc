// Depth-first through the lists on the way.
#include "src/query/element_walk.h"

#include <utility>

#include "ashlar/status_macros.h"
#include "src/query/morsel.h"

namespace ashlar::query {

absl::StatusOr<ElementWalk> ElementWalk::Make(const BoundExpression& e, Column outer) {
  ElementWalk walk;
  walk.lists_.push_back(std::move(outer));
  for (const ListPath::Step& step : e.list.steps) {
    Input input;
    input.members = step.members;
    ASSIGN_OR_RETURN(Column list, ColumnOfInput(walk.lists_.back().child(0), input));
    walk.lists_.push_back(std::move(list));
  }
  const Column elements = walk.lists_.back().child(0);
  for (const Input& input : e.element_inputs) {
    ASSIGN_OR_RETURN(Column column, ColumnOfInput(elements, input));
    walk.inputs_.push_back(std::move(column));
  }
  return walk;
}

std::vector<int64_t> ElementWalk::ElementsOf(int64_t row) const {
  std::vector<int64_t> elements;
  Collect(0, row, &elements);
  return elements;
}

void ElementWalk::Collect(size_t level, int64_t row, std::vector<int64_t>* elements) const {
  const auto [begin, end] = lists_[level].GetListRange(row);
  for (int64_t element = begin; element < end; ++element) {
    if (level + 1 < lists_.size()) {
      Collect(level + 1, element, elements);
    } else {
      elements->push_back(element);
    }
  }
}

}  // namespace ashlar::query
