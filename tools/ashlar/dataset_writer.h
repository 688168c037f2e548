// The writer for rows of datasets in the form that was asked for.
#ifndef ASHLAR_TOOLS_ASHLAR_DATASET_WRITER_H_
#define ASHLAR_TOOLS_ASHLAR_DATASET_WRITER_H_

#include <memory>

#include "tools/ashlar/console.h"
#include "tools/import/export_writer.h"

namespace ashlar::tools {

// `format` is not kAuto; `output` must outlive the writer. Tables are as wide as the console.
[[nodiscard]] std::unique_ptr<ExportWriter> MakeDatasetWriter(OutputFormat format, Output& output,
                                                              const Console& console,
                                                              const Schema& schema);

}  // namespace ashlar::tools

#endif  // ASHLAR_TOOLS_ASHLAR_DATASET_WRITER_H_
