// `ashlar verify` and `ashlar repair`: finding damage and saving what is left.
#include <string>
#include <vector>

#include "ashlar/status_macros.h"
#include "ashlar/store.h"
#include "src/base/strings.h"
#include "tools/ashlar/commands.h"
#include "tools/ashlar/describe.h"
#include "tools/ashlar/results.h"

namespace ashlar::tools {
namespace {

uint64_t RowsLost(const VerifyReport& report) {
  uint64_t rows = 0;
  for (const DamagedRange& damage : report.damage) rows += damage.rows;
  return rows;
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
                                            " damaged ranges, ", RowsLost(report),
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
