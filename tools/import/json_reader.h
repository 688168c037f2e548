// The JSON Lines reader: one object a line becomes one row.
//
// Owns: batches and the place in every error. Does not own: lines (json_lines.h), values
// (json_appender.h), inference (json_infer.h).
#ifndef ASHLAR_TOOLS_IMPORT_JSON_READER_H_
#define ASHLAR_TOOLS_IMPORT_JSON_READER_H_

#include <memory>

#include "absl/status/statusor.h"
#include "tools/import/import.h"

namespace ashlar::tools {

[[nodiscard]] absl::StatusOr<std::unique_ptr<ImportReader>> OpenJsonLines(
    std::unique_ptr<io::InputStream> input, const ImportOptions& options);

}  // namespace ashlar::tools

#endif  // ASHLAR_TOOLS_IMPORT_JSON_READER_H_
