// Chooses the reader of a format.
#include "tools/import/import.h"

#include <algorithm>
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

absl::StatusOr<Schema> WithRequired(const Schema& schema, const ImportOptions& options) {
  std::vector<Field> fields = schema.fields();
  for (Field& field : fields) {
    const bool required = std::ranges::find(options.required, field.name) != options.required.end();
    if (required) field.nullable = false;
  }
  return Schema::Make(std::move(fields));
}

}  // namespace ashlar::tools
