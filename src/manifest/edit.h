// ManifestEdit: a change of the VersionSet, small as the change, and Apply: the pure function that
// makes the next value.
//
// Owns: what an edit can say. Does not own: whether the result is allowed (invariants.h).
#ifndef ASHLAR_SRC_MANIFEST_EDIT_H_
#define ASHLAR_SRC_MANIFEST_EDIT_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "src/manifest/manifest.h"

namespace ashlar::manifest {

// Replaces `removed` entries of the old list from `begin` on by `inserted`. Splices are ascending
// and do not overlap; `begin` counts in the old list.
struct SegmentSplice {
  uint64_t begin = 0;
  uint64_t removed = 0;
  std::vector<SegmentEntry> inserted;
};

// Rows of one segment that were alive and are dead from now on. The segment stays in the list: it
// keeps at least one live row, and no splice of the same edit removes it.
struct SegmentDeaths {
  uint64_t position = 0;    // in the old list
  uint64_t segment_id = 0;  // what must stand there
  DeletionVectorPtr rows;   // the newly dead ones alone
};

// Deaths and splices both count in the old list.
struct DatasetEdit {
  uint64_t dataset_id = 0;
  bool drop = false;
  // Set to create the dataset, or to change its definition (everything that SameDefinition()
  // compares).
  std::optional<DatasetState> definition;
  std::vector<SegmentSplice> splices;
  std::vector<SegmentDeaths> deaths = {};  // ascending positions
  std::optional<uint64_t> flushed_up_to = {};
};

// A segment's content is in another file from now on: in every version that lists it, with its dead
// rows and keys (segment_moves.h). Nobody need list it any more.
struct SegmentMove {
  uint64_t segment_id = 0;
  std::shared_ptr<const SegmentMeta> to;  // of the same rows and digest
};

// Makes a new version.
struct VersionEdit {
  uint64_t version = 0;
  uint64_t sequence = 0;
  int64_t committed_us = 0;
  std::vector<DatasetEdit> datasets;
};

struct ManifestEdit {
  std::optional<VersionEdit> version;
  std::vector<SegmentMove> moves = {};  // ascending ids; applied after `version`
  // The newest version gets other segments of the same live rows, and stays the version that it is
  // (segment_compactions.h). Splices alone, at least one a dataset; ascending dataset ids. Not
  // beside `version`; applied after `moves`.
  std::vector<DatasetEdit> compactions = {};
  std::vector<uint64_t> expired;  // after all of them
  std::vector<std::pair<std::string, TagState>> set_tags;
  std::vector<std::string> deleted_tags;
  std::optional<uint64_t> next_segment_id;
  std::optional<uint64_t> next_dataset_id;
  std::optional<uint64_t> oldest_log;
  std::optional<std::pair<uint64_t, int64_t>> retention;  // count, age in us
  // Ascending numbers. What is known of a log already only grows; what is said of logs below the
  // oldest log is dropped.
  std::vector<DurableLog> durable_logs;
};

// FailedPrecondition when the edit does not fit the set (unknown dataset, splice outside of the
// list, …).
[[nodiscard]] absl::StatusOr<std::shared_ptr<const VersionSet>> Apply(const VersionSet& base,
                                                                      const ManifestEdit& edit);

// The splices that turn one list into another, equal segments (by id, level and keys) being kept in
// place. A segment of which rows came alive again is none of those; one of which rows died is: see
// DiffDeaths(). O(n).
[[nodiscard]] std::vector<SegmentSplice> DiffSegments(const std::vector<SegmentEntry>& from,
                                                      const std::vector<SegmentEntry>& to);
// Of the segments that `splices`, which DiffSegments() made, keep: the rows that died. O(n).
[[nodiscard]] std::vector<SegmentDeaths> DiffDeaths(const std::vector<SegmentEntry>& from,
                                                    const std::vector<SegmentEntry>& to,
                                                    const std::vector<SegmentSplice>& splices);

// The edit that turns manifest `from` into `to`; used for checkpoints, where versions between were
// dropped.
[[nodiscard]] VersionEdit DiffManifests(const Manifest& from, const Manifest& to);

}  // namespace ashlar::manifest

#endif  // ASHLAR_SRC_MANIFEST_EDIT_H_
