// `ashlar compact --rebuild-index`: key filters, fences and hash indexes made anew, in place.
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

absl::Status Run(const CompactCommand& command, Console& console) {
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

}  // namespace ashlar::tools
