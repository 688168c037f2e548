// Which types a column may have.
//
// Owns: the limits on widths, nesting and member names, asked by schemas and by the parser alike.
// Does not own: rules between the columns of a schema (schema.cc).
#ifndef ASHLAR_SRC_COLUMNAR_TYPE_RULES_H_
#define ASHLAR_SRC_COLUMNAR_TYPE_RULES_H_

#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "ashlar/types.h"

namespace ashlar::columnar {

// Of one value of a fixed_size_binary or a vector.
inline constexpr int32_t kMaxValueBytes = 1 << 20;

// InvalidArgument when `type` or a type within it breaks a rule.
[[nodiscard]] absl::Status ValidateType(const DataType& type);
// The rules of siblings: names that are allowed and differ, and their types. `depth` is that of the
// fields themselves, 1 for the columns of a schema.
[[nodiscard]] absl::Status ValidateFields(const std::vector<Field>& fields, uint32_t depth);

}  // namespace ashlar::columnar

#endif  // ASHLAR_SRC_COLUMNAR_TYPE_RULES_H_
