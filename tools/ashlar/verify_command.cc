// `ashlar verify` and `ashlar repair`: finding damage and saving what is left.
#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ashlar/status_macros.h"
#include "ashlar/store.h"
#include "src/base/strings.h"
#include "tools/ashlar/commands.h"
#include "tools/ashlar/describe.h"
#include "tools/ashlar/results.h"

namespace ashlar::tools {
namespace {

// Rows that cannot be read as a whole. Damage is listed by column: each row counts once, in however
// many columns it is hit.
uint64_t RowsAffected(const VerifyReport& report) {
  using Rows = std::pair<uint64_t, uint64_t>;  // the first, and behind the last
  std::map<std::pair<std::string_view, uint64_t>, std::vector<Rows>> hit;  // by dataset and version
  for (const DamagedRange& damage : report.damage) {
    hit[{damage.dataset, damage.version}].push_back(
        {damage.first_row, damage.first_row + damage.rows});
  }
  uint64_t count = 0;
  for (auto& [place, ranges] : hit) {
    std::ranges::sort(ranges);
    uint64_t counted = 0;  // rows below were, or are not hit
    for (const auto& [first, end] : ranges) {
      if (end <= counted) continue;
      count += end - std::max(first, counted);
      counted = end;
    }
  }
  return count;
}

}  // namespace

// Works on stores that are too damaged to open.
absl::Status Run(const VerifyCommand& command, Console& console) {
  ASSIGN_OR_RETURN(const VerifyReport report, Store::VerifyPath(command.store, command.deep));
  std::vector<Json> records;
  for (const DamagedRange& damage : report.damage) records.push_back(Describe(damage));
  RETURN_IF_ERROR(PrintRecords(
      console, command.format,
      {"file", "offset", "bytes", "what", "dataset", "version", "first_row", "rows"}, records));
  for (const std::string& note : report.notes) console.Note(note);
  const std::string checked =
      base::StrCat(report.files, " files, ", base::HumanBytes(report.bytes), ", ", report.chunks,
                   " column chunks, ", report.rows, " rows checked");
  if (!report.ok()) {
    return absl::DataLossError(base::StrCat("corruption found: ", report.damage.size(),
                                            " damaged ranges, ", RowsAffected(report),
                                            " rows affected (", checked, ")"));
  }
  console.Note(base::StrCat(checked, ": no damage found"));
  return absl::OkStatus();
}

absl::Status Run(const RepairCommand& command, Console& console) {
  ASSIGN_OR_RETURN(const RepairReport report, Store::Repair(command.store, command.new_store));
  RETURN_IF_ERROR(PrintRecord(console, command.format, Describe(report)));
  for (const std::string& note : report.notes) console.Note(note);
  return absl::OkStatus();
}

}  // namespace ashlar::tools
