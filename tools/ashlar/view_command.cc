// `ashlar datasets`, `versions`, `stats`, `readers`, `schema` and `segments`: looking at a store.
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "ashlar/status_macros.h"
#include "src/io/posix_file_system.h"
#include "src/store/reader_registry.h"
#include "tools/ashlar/commands.h"
#include "tools/ashlar/describe.h"
#include "tools/ashlar/open_store.h"
#include "tools/ashlar/results.h"

namespace ashlar::tools {
namespace {

absl::Status PrintDatasets(const StoreViewCommand& command, const Store& store, Console& console) {
  ASSIGN_OR_RETURN(const Snapshot snapshot, SnapshotAt(store, command.at));
  std::vector<Json> records;
  for (const std::string& name : snapshot.dataset_names()) {
    ASSIGN_OR_RETURN(const Dataset dataset, snapshot.GetDataset(name));
    records.push_back(Describe(dataset));
  }
  return PrintRecords(console, command.format, {"dataset", "rows", "segments", "storage", "schema"},
                      records);
}

absl::Status PrintVersions(const StoreViewCommand& command, const Store& store, Console& console) {
  std::vector<Json> records;
  for (const VersionInfo& version : store.versions()) records.push_back(Describe(version));
  return PrintRecords(console, command.format,
                      {"version", "committed_at", "datasets", "rows", "tags"}, records);
}

// One record; for people the datasets stand below in a table of their own.
absl::Status PrintStats(const StoreViewCommand& command, const Store& store, Console& console) {
  const StoreStats stats = store.stats();
  const Json record = Describe(stats);
  if (console.Resolve(command.format) != OutputFormat::kTable) {
    return PrintRecord(console, command.format, record);
  }
  Json::Members scalars;
  for (const auto& [name, value] : record.members()) {
    if (value.is_number()) scalars.emplace_back(name, value);
  }
  RETURN_IF_ERROR(PrintRecord(console, command.format, Json::Object(std::move(scalars))));
  RETURN_IF_ERROR(console.Write("\n"));
  std::vector<Json> datasets;
  for (const DatasetStats& dataset : stats.datasets) datasets.push_back(Describe(dataset));
  return PrintRecords(console, command.format,
                      {"dataset", "rows", "segments", "logical_bytes", "live_bytes"}, datasets);
}

absl::Status PrintReaders(const StoreViewCommand& command, Console& console) {
  // Asked before this process registers as a reader itself.
  uint64_t newest = 0;
  {
    ASSIGN_OR_RETURN(const std::unique_ptr<Store> store, OpenToRead(command.store));
    newest = store->GetSnapshot().version();
  }
  ASSIGN_OR_RETURN(const std::unique_ptr<io::FileSystem> files,
                   io::OpenPosixFileSystem(command.store));
  std::vector<Json> records;
  for (const uint64_t version : store::VersionsHeldByReaders(*files, newest)) {
    records.push_back(Json::Object({{"version", version}}));
  }
  return PrintRecords(console, command.format, {"version"}, records);
}

absl::Status PrintSchema(const DatasetViewCommand& command, const Dataset& dataset,
                         Console& console) {
  std::vector<Json> records;
  for (const Field& field : dataset.schema().fields()) records.push_back(Describe(field));
  return PrintRecords(console, command.format, {"name", "type", "nullable", "id"}, records);
}

absl::Status PrintSegments(const DatasetViewCommand& command, const Dataset& dataset,
                           Console& console) {
  std::vector<Json> records;
  for (const SegmentInfo& segment : dataset.segments()) records.push_back(Describe(segment));
  return PrintRecords(
      console, command.format,
      {"segment", "rows", "file_bytes", "logical_bytes", "level", "digest", "refers_to"}, records);
}

}  // namespace

absl::Status Run(const StoreViewCommand& command, Console& console) {
  if (command.view == StoreView::kReaders) return PrintReaders(command, console);
  ASSIGN_OR_RETURN(const std::unique_ptr<Store> store, OpenToRead(command.store));
  if (command.view == StoreView::kDatasets) return PrintDatasets(command, *store, console);
  if (command.view == StoreView::kVersions) return PrintVersions(command, *store, console);
  return PrintStats(command, *store, console);
}

absl::Status Run(const DatasetViewCommand& command, Console& console) {
  ASSIGN_OR_RETURN(const std::unique_ptr<Store> store, OpenToRead(command.store));
  ASSIGN_OR_RETURN(const Snapshot snapshot, SnapshotAt(*store, command.at));
  ASSIGN_OR_RETURN(const Dataset dataset, snapshot.GetDataset(command.dataset));
  if (command.view == DatasetView::kSchema) return PrintSchema(command, dataset, console);
  return PrintSegments(command, dataset, console);
}

}  // namespace ashlar::tools
