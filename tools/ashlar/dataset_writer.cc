// Choosing the writer of rows for an output format.
#include "tools/ashlar/dataset_writer.h"

#include "src/base/check.h"

namespace ashlar::tools {

std::unique_ptr<ExportWriter> MakeDatasetWriter(OutputFormat format, Output& output,
                                                const Console& console, const Schema& schema) {
  switch (format) {
    case OutputFormat::kTable:
      return MakeTableWriter(output, schema,
                             {.width = console.width(), .color = console.output_is_terminal()});
    case OutputFormat::kJson:
      return MakeJsonWriter(output);
    case OutputFormat::kCsv:
      return MakeCsvWriter(output, schema);
    case OutputFormat::kJsonl:
    case OutputFormat::kAuto:
      break;
  }
  ASHLAR_CHECK(format == OutputFormat::kJsonl);
  // What an import took in comes out as it was, Python's non-finite numbers included.
  return MakeJsonLinesWriter(output, {.include_nulls = false, .bare_non_finite = true});
}

}  // namespace ashlar::tools
