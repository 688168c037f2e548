// Nulls where none may be: required fields, at any depth.
//
// Owns: that one question about a column. Does not own: the message around the answer.
#ifndef ASHLAR_SRC_COLUMNAR_REQUIRED_FIELDS_H_
#define ASHLAR_SRC_COLUMNAR_REQUIRED_FIELDS_H_

#include <optional>
#include <string>

#include "ashlar/column.h"
#include "ashlar/types.h"

namespace ashlar::columnar {

// The path ("birth.year") of a required field that holds a null in a row whose parents are not
// null. `column` holds the values of `field`; its buffers must be sound (Validate()).
[[nodiscard]] std::optional<std::string> FindForbiddenNull(const Field& field,
                                                           const Column& column);

}  // namespace ashlar::columnar

#endif  // ASHLAR_SRC_COLUMNAR_REQUIRED_FIELDS_H_
