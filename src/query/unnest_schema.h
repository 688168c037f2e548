// Where a list lies in a schema, and the schema without it.
//
// Owns: resolving the path of a list to unnest. Does not own: rows (unnest_source.h).
#ifndef ASHLAR_SRC_QUERY_UNNEST_SCHEMA_H_
#define ASHLAR_SRC_QUERY_UNNEST_SCHEMA_H_

#include <string_view>

#include "absl/status/statusor.h"
#include "ashlar/types.h"
#include "src/query/bound_expression.h"

namespace ashlar::query {

// The list as an input. Errors as UnnestedSchema's.
[[nodiscard]] absl::StatusOr<Input> FindList(const Schema& schema, std::string_view path);
// The schema with the element in the list's place.
[[nodiscard]] absl::StatusOr<Schema> ReplaceList(const Schema& schema, const Input& list);

}  // namespace ashlar::query

#endif  // ASHLAR_SRC_QUERY_UNNEST_SCHEMA_H_
