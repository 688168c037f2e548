// The reclaim policy: which segments of a dataset are worth writing again.
//
// Owns: the choice, as a pure function of what the manifest says of a dataset. Does not own:
// writing (src/store/compact_segments.h), nor when it is done. Two things are reclaimed: the space
// of dead rows, where they are a sixteenth of a segment or more, and segments that are small beside
// what the dataset's chunker makes, where there are others to merge them with.
//
// A task cuts its rows anew, and but for the last segment of a cut none is small then. So each
// round leaves fewer segments with dead rows, or as many and fewer small ones: rounds come to an
// end, and where there are no tasks left there are none the next time either.
#ifndef ASHLAR_SRC_COMPACTION_RECLAIM_POLICY_H_
#define ASHLAR_SRC_COMPACTION_RECLAIM_POLICY_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "src/manifest/manifest.h"

namespace ashlar::compaction {

// One dead row in so many makes a segment worth writing again: what is written is then at most 15
// times what is won, and dead rows that stay are at most a sixteenth of all.
inline constexpr uint64_t kRowsForADeadOne = 16;
// A segment is small that has less than this part of the chunker's target rows, and of the bytes
// that a segment may have. Content-defined boundaries are at least so many rows apart.
inline constexpr uint64_t kSmallPart = 4;

// What one task may read at most. A single segment is always allowed.
struct TaskLimits {
  uint64_t rows = 0;
  uint64_t bytes = 0;  // logical
};

// Segments that become others of the same live rows.
struct ReclaimTask {
  std::vector<size_t> positions;  // in the dataset's list, ascending; of ordered ones neighbours
  uint64_t live_rows = 0;
  uint64_t dead_rows = 0;
};

// Whether a task may take the segment, by itself or with others.
[[nodiscard]] bool IsReclaimable(const manifest::SegmentEntry& entry,
                                 const columnar::ChunkerParams& chunker);

// `partitions` has a number for each segment, equal ones for equal partitions; only those of
// reclaimable segments count. Empty: the dataset has no partitions. Tasks have no segment in
// common.
[[nodiscard]] std::vector<ReclaimTask> PlanReclaim(const manifest::DatasetState& state,
                                                   std::span<const uint64_t> partitions,
                                                   const TaskLimits& limits);

}  // namespace ashlar::compaction

#endif  // ASHLAR_SRC_COMPACTION_RECLAIM_POLICY_H_
