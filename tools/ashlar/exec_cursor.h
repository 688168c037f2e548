// Cursors of `exec` scans: where a scan goes on.
//
// Owns: their text, and whether one still fits the rows that it counts. Does not own: scanning
// (exec_scan.cc).
//
// A cursor counts rows of one scan: of a dataset, with a condition and columns. It says which scan
// that was, and is refused by any other. It also says what the scan reads. Rows of a keyed dataset
// have no order of their own: when their segments are compacted they stand in another one, in the
// same version. So the cursor of a version says which segments it has counted in; a scan by it is
// refused when they are others, instead of giving rows twice or not at all.
#ifndef ASHLAR_TOOLS_ASHLAR_EXEC_CURSOR_H_
#define ASHLAR_TOOLS_ASHLAR_EXEC_CURSOR_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "ashlar/snapshot.h"

namespace ashlar::tools {

// What a scan reads. A version outlives the session, the others belong to it.
enum class ExecPlace : uint8_t { kVersion, kSnapshot, kTransaction };

// Its text is the user's to hand back, not to take apart.
struct ExecCursor {
  ExecPlace place = ExecPlace::kVersion;
  uint64_t number = 0;  // of the version or snapshot; of a transaction how often it has changed
  uint64_t offset = 0;
  uint64_t scan = 0;   // HashOf() it
  uint64_t order = 0;  // OrderOf() the dataset of a version
};

[[nodiscard]] std::string CursorText(const ExecCursor& cursor);
[[nodiscard]] absl::StatusOr<ExecCursor> ParseCursor(std::string_view text);

// What makes a scan the same scan on its next page. The limit may change.
struct ExecScan {
  std::string dataset;
  std::vector<std::string> columns;
  std::optional<std::string> where;
};
[[nodiscard]] uint64_t HashOf(const ExecScan& scan, uint64_t seed);

// Other numbers for other orders of the same rows; 0 for ordered datasets.
[[nodiscard]] uint64_t OrderOf(const Dataset& dataset);

}  // namespace ashlar::tools

#endif  // ASHLAR_TOOLS_ASHLAR_EXEC_CURSOR_H_
