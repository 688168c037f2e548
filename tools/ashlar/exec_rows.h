// Rows in `exec`: JSON arrays of objects as batches, and batches as JSON arrays.
//
// Owns: the framing of rows inside a command or an answer. Does not own: one row
// (tools/import/json_appender.h, src/columnar/json_value.h).
#ifndef ASHLAR_TOOLS_ASHLAR_EXEC_ROWS_H_
#define ASHLAR_TOOLS_ASHLAR_EXEC_ROWS_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "ashlar/column.h"
#include "ashlar/snapshot.h"

namespace ashlar::tools {

// `array` is a checked JSON array with kBlockPadding bytes behind it. InvalidArgument names row
// (from 0) and field.
[[nodiscard]] absl::StatusOr<RecordBatch> ParseRows(std::string_view array, const Schema& schema);

// The same for rows that have the key fields and any others: neighbours that have the same members
// are one batch, with no other fields than these. So a member that is null differs from none.
[[nodiscard]] absl::StatusOr<std::vector<RecordBatch>> ParseGivenRows(std::string_view array,
                                                                      const Dataset& dataset);

// One object with every column, null ones too; within nested values null members are left out.
void AppendRowObject(const RecordBatch& batch, int64_t row, std::string* out);

struct ExecPage {
  std::string rows;   // a JSON array
  bool more = false;  // the reader had more rows than the page may hold
};
// The next rows, at most `limit`.
[[nodiscard]] absl::StatusOr<ExecPage> RowsToJson(BatchReader& reader, uint64_t limit);

}  // namespace ashlar::tools

#endif  // ASHLAR_TOOLS_ASHLAR_EXEC_ROWS_H_
