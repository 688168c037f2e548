// Cursors of `exec` scans: where a scan goes on.
//
// Owns: their text, and whether one still fits the rows that it counts. Does not own: scanning.
//
// A cursor counts rows of a version. Those of a keyed dataset have no order of their own: when
// their segments are compacted they stand in another one, in the same version. So the cursor says
// which segments it has counted in; a scan by it is refused when they are others, instead of giving
// rows twice or not at all.
#ifndef ASHLAR_TOOLS_ASHLAR_EXEC_CURSOR_H_
#define ASHLAR_TOOLS_ASHLAR_EXEC_CURSOR_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "ashlar/snapshot.h"

namespace ashlar::tools {

// In the version that the scan began in, or in the open transaction (version 0). Its text,
// "12:1000", "12:1000:77" or "txn:1000", is the user's to hand back, not to take apart.
struct ExecCursor {
  uint64_t version = 0;
  uint64_t offset = 0;
  uint64_t order = 0;  // OrderOf() the dataset
};

[[nodiscard]] std::string CursorText(const ExecCursor& cursor);
[[nodiscard]] absl::StatusOr<ExecCursor> ParseCursor(std::string_view text);

// Other numbers for other orders of the same rows; 0 for ordered datasets.
[[nodiscard]] uint64_t OrderOf(const Dataset& dataset);

}  // namespace ashlar::tools

#endif  // ASHLAR_TOOLS_ASHLAR_EXEC_CURSOR_H_
