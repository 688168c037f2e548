// The CSV reader: rows of a CsvTable become batches of a schema.
//
// Owns: matching header and schema, nulls, and the place in every error. Does not own: the text of
// values (value_text.h). The schema's fields may come in any order in the file; a nullable field
// that the file lacks is null throughout.
#ifndef ASHLAR_TOOLS_IMPORT_CSV_READER_H_
#define ASHLAR_TOOLS_IMPORT_CSV_READER_H_

#include <memory>

#include "absl/status/statusor.h"
#include "tools/import/import.h"

namespace ashlar::tools {

[[nodiscard]] absl::StatusOr<std::unique_ptr<ImportReader>> OpenCsv(
    std::unique_ptr<io::InputStream> input, const ImportOptions& options);

}  // namespace ashlar::tools

#endif  // ASHLAR_TOOLS_IMPORT_CSV_READER_H_
