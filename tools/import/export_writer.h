// Export writers: record batches as JSON Lines, JSON, CSV or a table for people.
//
// Owns: the framing of rows. Does not own: the text of values (src/columnar/json_value.h,
// csv_value.h), where text goes (output.h). What JSON Lines and CSV writers write, the import
// readers read back as the same values, given the same schema.
#ifndef ASHLAR_TOOLS_IMPORT_EXPORT_WRITER_H_
#define ASHLAR_TOOLS_IMPORT_EXPORT_WRITER_H_

#include <cstddef>
#include <memory>

#include "absl/status/status.h"
#include "ashlar/column.h"
#include "ashlar/types.h"
#include "tools/import/output.h"

namespace ashlar::tools {

// Batches of one schema in order, then Finish() once, which flushes the output.
class ExportWriter {
 public:
  virtual ~ExportWriter() = default;
  [[nodiscard]] virtual absl::Status Write(const RecordBatch& batch) = 0;
  [[nodiscard]] virtual absl::Status Finish() = 0;
};

// Null members are left out, at any depth, unless they are asked for. NaN and the infinities are
// strings, or bare words (columnar/json_value.h).
struct JsonExportOptions {
  bool include_nulls = false;
  bool bare_non_finite = false;
};

struct TableOptions {
  size_t width = 0;    // characters a line; 0: as many as the values take
  bool color = false;  // dim nulls, for a terminal that understands it
};

// `output` must outlive the writer.
[[nodiscard]] std::unique_ptr<ExportWriter> MakeJsonLinesWriter(
    Output& output, const JsonExportOptions& options = {});
// One array with an object a row.
[[nodiscard]] std::unique_ptr<ExportWriter> MakeJsonWriter(Output& output,
                                                           const JsonExportOptions& options = {});
// The header names the schema's fields, even when no batch follows.
[[nodiscard]] std::unique_ptr<ExportWriter> MakeCsvWriter(Output& output, Schema schema);
// Column widths are those of the first rows; later values that are wider are cut.
[[nodiscard]] std::unique_ptr<ExportWriter> MakeTableWriter(Output& output, Schema schema,
                                                            const TableOptions& options = {});

// Writes all of `reader` and finishes.
[[nodiscard]] absl::Status ExportAll(BatchReader& reader, ExportWriter& writer);

}  // namespace ashlar::tools

#endif  // ASHLAR_TOOLS_IMPORT_EXPORT_WRITER_H_
