// Appending one JSON object as a row of a batch.
#include "tools/import/json_rows.h"

#include "src/base/strings.h"
#include "tools/import/import_error.h"
#include "tools/import/json_appender.h"

namespace ashlar::tools {

absl::Status AppendJsonRow(std::string_view json_object, RecordBatchBuilder& builder) {
  JsonAppender appender(builder.schema(), JsonAsText::kNothing);
  const absl::Status status = appender.AppendRow(json_object, builder);
  if (status.ok() || appender.error_path().empty()) return status;
  return absl::Status(status.code(), base::StrCat("field ", QuoteValue(appender.error_path()), ": ",
                                                  status.message()));
}

}  // namespace ashlar::tools
