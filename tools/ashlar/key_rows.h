// Keys as rows of the key fields: the form in which `exec` and the key commands read them.
//
// Owns: the schema of such rows and turning one into a Key. Does not own: reading their values
// (exec_keys.h, key_text.h), which are written as in rows.
#ifndef ASHLAR_TOOLS_ASHLAR_KEY_ROWS_H_
#define ASHLAR_TOOLS_ASHLAR_KEY_ROWS_H_

#include <cstdint>

#include "absl/status/statusor.h"
#include "ashlar/column.h"
#include "ashlar/key.h"
#include "ashlar/snapshot.h"

namespace ashlar::tools {

// The key fields of a dataset, in their order; all of them required. FailedPrecondition when it has
// none.
[[nodiscard]] absl::StatusOr<Schema> KeySchema(const Dataset& dataset);

// Row `row` of a batch with such a schema.
[[nodiscard]] Key KeyAt(const RecordBatch& keys, int64_t row);

}  // namespace ashlar::tools

#endif  // ASHLAR_TOOLS_ASHLAR_KEY_ROWS_H_
