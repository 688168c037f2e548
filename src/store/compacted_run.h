// CompactedRun: the live rows of some segments of a dataset, written as other segments.
//
// Owns: reading and writing them, and the edit that puts the new segments in the place of the old
// ones, whatever has become of the dataset meanwhile. Does not own: which segments
// (compaction/reclaim_policy.h), nor files and publication (compact_segments.h).
//
// Others go on writing while it is made. What they add is not touched. Rows that die in the old
// segments die in the new ones before these are published: they are found by their keys. When an
// old segment is gone, or rows of it are alive again, there is no edit: somebody else has written
// anew what this would.
#ifndef ASHLAR_SRC_STORE_COMPACTED_RUN_H_
#define ASHLAR_SRC_STORE_COMPACTED_RUN_H_

#include <memory>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "ashlar/stats.h"
#include "src/columnar/encoded_keys.h"
#include "src/manifest/edit.h"
#include "src/manifest/manifest.h"
#include "src/store/segment_cache.h"
#include "src/store/segment_sink.h"

namespace ashlar::store {

class CompactedRun {
 public:
  // Rows of keyed datasets are merged by key, those of ordered ones keep their order; both are cut
  // with the dataset's own chunker. `planned` are segments that `state` had; nothing when it has
  // them no more. DataLoss when a segment is damaged.
  [[nodiscard]] static absl::StatusOr<std::optional<CompactedRun>> Write(
      const manifest::DatasetState& state, std::vector<manifest::SegmentEntry> planned,
      SegmentCache& cache, SegmentSink& sink);

  // What makes the new segments part of the dataset, which has become `now`; nothing when it cannot
  // be done any more.
  [[nodiscard]] absl::StatusOr<std::optional<manifest::DatasetEdit>> EditOf(
      const manifest::DatasetState& now, SegmentCache& cache) const;

  [[nodiscard]] const std::vector<manifest::SegmentEntry>& inputs() const { return inputs_; }
  [[nodiscard]] const std::vector<manifest::SegmentEntry>& outputs() const {
    return made_.segments;
  }

 private:
  // Where the inputs stand in `now`; nothing when they do not, or not one behind the other in an
  // ordered dataset.
  [[nodiscard]] std::optional<std::vector<size_t>> FindInputs(
      const manifest::DatasetState& now) const;
  // Keys of the rows that died since the inputs were read; nothing when some are alive again.
  [[nodiscard]] absl::StatusOr<std::optional<columnar::EncodedKeys>> KeysThatDied(
      const manifest::DatasetState& now, const std::vector<size_t>& places,
      SegmentCache& cache) const;

  std::vector<manifest::SegmentEntry> inputs_;  // as they were read
  manifest::DatasetState made_;                 // the definition, and the new segments alone
};

}  // namespace ashlar::store

#endif  // ASHLAR_SRC_STORE_COMPACTED_RUN_H_
