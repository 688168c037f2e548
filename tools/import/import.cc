// Chooses the reader of a format.
#include "tools/import/import.h"

#include <utility>

#include "src/base/check.h"
#include "tools/import/csv_reader.h"
#include "tools/import/json_reader.h"

namespace ashlar::tools {

absl::StatusOr<std::unique_ptr<ImportReader>> OpenImport(std::unique_ptr<io::InputStream> input,
                                                         const ImportOptions& options) {
  ASHLAR_CHECK(input != nullptr);
  switch (options.format) {
    case ImportFormat::kCsv:
      return OpenCsv(std::move(input), options);
    case ImportFormat::kJsonLines:
      return OpenJsonLines(std::move(input), options);
  }
  return absl::InvalidArgumentError("unknown import format");
}

}  // namespace ashlar::tools
