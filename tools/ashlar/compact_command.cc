// `ashlar compact`: garbage of segments reclaimed; with --rebuild-index key filters, fences and
// hash indexes made anew.
#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "ashlar/status_macros.h"
#include "src/base/strings.h"
#include "tools/ashlar/commands.h"
#include "tools/ashlar/describe.h"
#include "tools/ashlar/open_store.h"
#include "tools/ashlar/results.h"

namespace ashlar::tools {
namespace {

absl::Status RebuildIndexes(const CompactCommand& command, Console& console) {
  ASSIGN_OR_RETURN(const std::unique_ptr<Store> store, OpenToChange(command.store));
  ASSIGN_OR_RETURN(const RebuildReport report, store->RebuildIndexes({.datasets = command.datasets,
                                                                      .dry_run = command.dry_run}));
  RETURN_IF_ERROR(store->Close());
  std::vector<Json> records;
  for (const RebuiltSegment& segment : report.segments) records.push_back(Describe(segment));
  RETURN_IF_ERROR(PrintRecords(
      console, command.format,
      {"dataset", "segment", "replacement", "rows", "bytes", "what", "problem"}, records));
  const auto stay = std::ranges::count_if(
      report.segments, [](const RebuiltSegment& segment) { return !segment.problem.empty(); });
  const std::string checked = base::StrCat(report.segments_checked, " segments checked, ",
                                           report.segments.size(), " with a bad index");
  if (stay > 0) {
    return absl::DataLossError(base::StrCat(
        checked, "; ", stay,
        " cannot be rebuilt, for their rows are damaged: `ashlar repair` saves what is left"));
  }
  console.Note(base::StrCat(checked, command.dry_run ? "; nothing was changed" : ", rebuilt"));
  return absl::OkStatus();
}

absl::Status Compact(const CompactCommand& command, Console& console) {
  ASSIGN_OR_RETURN(const std::unique_ptr<Store> store, OpenToChange(command.store));
  // What was written and is in memory alone is compacted, too. A dry run changes nothing.
  if (!command.dry_run) RETURN_IF_ERROR(store->Flush());
  ASSIGN_OR_RETURN(const CompactReport report,
                   store->Compact({.datasets = command.datasets, .dry_run = command.dry_run}));
  RETURN_IF_ERROR(store->Close());
  std::vector<Json> records;
  uint64_t rows = 0;
  for (const CompactedSegments& task : report.tasks) {
    records.push_back(Describe(task));
    rows += task.rows;
  }
  RETURN_IF_ERROR(PrintRecords(
      console, command.format,
      {"dataset", "segments_in", "segments_out", "rows", "dead_rows", "bytes_in", "bytes_out"},
      records));
  const std::string done =
      command.dry_run ? "to write anew; nothing was changed"
                      : base::StrCat("written anew, ", report.files_removed, " old files removed");
  console.Note(base::StrCat(report.tasks.size(), " tasks, ", rows, " rows ", done));
  return absl::OkStatus();
}

}  // namespace

absl::Status Run(const CompactCommand& command, Console& console) {
  return command.rebuild_index ? RebuildIndexes(command, console) : Compact(command, console);
}

}  // namespace ashlar::tools
