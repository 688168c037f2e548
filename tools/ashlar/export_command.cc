// `ashlar export`: the rows of a dataset.
#include <memory>

#include "ashlar/status_macros.h"
#include "tools/ashlar/commands.h"
#include "tools/ashlar/dataset_writer.h"
#include "tools/ashlar/file_output.h"
#include "tools/ashlar/open_store.h"

namespace ashlar::tools {
namespace {

// In a file a table is of no use: it gets what a pipe would.
OutputFormat FileFormat(OutputFormat format) {
  return format == OutputFormat::kAuto ? OutputFormat::kJsonl : format;
}

}  // namespace

absl::Status Run(const ExportCommand& command, Console& console) {
  // Both are held to the end: they keep a writer from removing what is still to be read.
  ASSIGN_OR_RETURN(const std::unique_ptr<Store> store, OpenToRead(command.store));
  ASSIGN_OR_RETURN(const Snapshot snapshot, SnapshotAt(*store, command.at));
  ASSIGN_OR_RETURN(const Dataset dataset, snapshot.GetDataset(command.dataset));
  ScanOptions options;
  options.columns = command.select;
  options.limit = command.limit.value_or(UINT64_MAX);
  ASSIGN_OR_RETURN(const std::unique_ptr<BatchReader> rows, dataset.Scan(options));
  if (command.output.empty()) {
    const std::unique_ptr<ExportWriter> writer =
        MakeDatasetWriter(console.Resolve(command.format), console, console, rows->schema());
    return ExportAll(*rows, *writer);
  }
  ASSIGN_OR_RETURN(const std::unique_ptr<FileOutput> file, FileOutput::Create(command.output));
  const std::unique_ptr<ExportWriter> writer =
      MakeDatasetWriter(FileFormat(command.format), *file, console, rows->schema());
  RETURN_IF_ERROR(ExportAll(*rows, *writer));
  return file->Keep();
}

}  // namespace ashlar::tools
