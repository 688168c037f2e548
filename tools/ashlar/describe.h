// What the engine reports, as JSON: one description for commands and for `exec`.
//
// Owns: the member names of every report. Does not own: how they are printed (results.h).
#ifndef ASHLAR_TOOLS_ASHLAR_DESCRIBE_H_
#define ASHLAR_TOOLS_ASHLAR_DESCRIBE_H_

#include <chrono>
#include <string>
#include <string_view>

#include "ashlar/store.h"
#include "tools/ashlar/json.h"

namespace ashlar::tools {

[[nodiscard]] std::string TimeText(std::chrono::system_clock::time_point time);

// All members of WriteStats, "version" first.
[[nodiscard]] Json::Members Describe(const WriteStats& stats);
[[nodiscard]] Json Describe(const StoreStats& stats);
[[nodiscard]] Json Describe(const DatasetStats& stats);
[[nodiscard]] Json Describe(const VersionInfo& version);
[[nodiscard]] Json Describe(const TagInfo& tag);
[[nodiscard]] Json Describe(const SegmentInfo& segment);
[[nodiscard]] Json Describe(const Field& field);
[[nodiscard]] Json Describe(const DamagedRange& damage);
[[nodiscard]] Json Describe(const ExpireReport& report);
[[nodiscard]] Json Describe(const RepairReport& report);
[[nodiscard]] Json Describe(const CompactedSegments& task);
[[nodiscard]] Json Describe(const RebuiltSegment& segment);

// A dataset of one snapshot.
[[nodiscard]] Json Describe(const Dataset& dataset);

}  // namespace ashlar::tools

#endif  // ASHLAR_TOOLS_ASHLAR_DESCRIBE_H_
