// Projection: the columns that a reader of rows asked for.
//
// Owns: resolving names and paths through structs against a dataset's schema, once a reader. Does
// not own: reading columns, nor paths through lists and computed columns, which are queries.
#ifndef ASHLAR_SRC_STORE_PROJECTION_H_
#define ASHLAR_SRC_STORE_PROJECTION_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "ashlar/column.h"
#include "ashlar/types.h"

namespace ashlar::store {

// One output column: a field, or a member reached through structs.
struct Projected {
  size_t field = 0;             // its place in the dataset's schema
  uint32_t id = 0;              // of the same field
  std::vector<size_t> members;  // child by child
};

struct Projection {
  Schema schema;  // of the output
  std::vector<Projected> columns;
};

// All fields when `columns` is empty. NotFound for an unknown column, with the nearest names.
[[nodiscard]] absl::StatusOr<Projection> Project(const Schema& schema,
                                                 const std::vector<std::string>& columns);

// The member of a stored column. Those are canonical: a member of a null struct is null itself.
[[nodiscard]] Column MemberOfStored(Column column, const std::vector<size_t>& members);

}  // namespace ashlar::store

#endif  // ASHLAR_SRC_STORE_PROJECTION_H_
