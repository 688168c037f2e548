// Column paths: from "birth.year" to the field, the members and the lists on the way.
//
// Owns: resolution against a schema. Does not own: what a path through a list may be used for (the
// binder). Names may hold dots themselves; a schema lets every path name at most one field.
#ifndef ASHLAR_SRC_QUERY_COLUMN_PATH_H_
#define ASHLAR_SRC_QUERY_COLUMN_PATH_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ashlar/types.h"
#include "src/query/bound_expression.h"

namespace ashlar::query {

struct ColumnPath {
  size_t field = 0;
  // The members up to the first list, from its elements to the next list, and so on; the last
  // stretch leads to where the path ends. One stretch: no list was crossed.
  std::vector<std::vector<size_t>> stretches = {{}};
  std::string first_list;  // the path of the first list crossed
  DataType type;           // where the path ends
};

[[nodiscard]] std::optional<ColumnPath> ResolvePath(const Schema& schema, std::string_view path);

// All paths of a schema, outer ones first: for suggestions.
[[nodiscard]] std::vector<std::string> PathsOf(const Schema& schema);

}  // namespace ashlar::query

#endif  // ASHLAR_SRC_QUERY_COLUMN_PATH_H_
