// Results: records of a command in the form that was asked for.
//
// Owns: printing a list of records, or one record, as table, JSON, JSON Lines or CSV. Does not own:
// rows of datasets (tools/import/export_writer.h).
#ifndef ASHLAR_TOOLS_ASHLAR_RESULTS_H_
#define ASHLAR_TOOLS_ASHLAR_RESULTS_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "tools/ashlar/console.h"
#include "tools/ashlar/json.h"

namespace ashlar::tools {

// Objects with the members `columns`; they are the header of a table or CSV even without records.
[[nodiscard]] absl::Status PrintRecords(Console& console, OutputFormat format,
                                        const std::vector<std::string>& columns,
                                        const std::vector<Json>& records);

// One object; as a table it stands upright, a line a member.
[[nodiscard]] absl::Status PrintRecord(Console& console, OutputFormat format, const Json& record);

}  // namespace ashlar::tools

#endif  // ASHLAR_TOOLS_ASHLAR_RESULTS_H_
