// Compactions: the newest version with other segments of the same live rows.
//
// Owns: what such a change may be, for publishing and for replay alike, and telling one from damage
// afterwards. Does not own: which segments (src/compaction), making the new ones (src/store), or
// splicing (manifest_builder.h). A compaction changes no row, so it makes no version: number,
// sequence, time and what is flushed stay. Older versions keep their segments, and with them the
// files, until they expire.
#ifndef ASHLAR_SRC_MANIFEST_SEGMENT_COMPACTIONS_H_
#define ASHLAR_SRC_MANIFEST_SEGMENT_COMPACTIONS_H_

#include "absl/status/status.h"
#include "src/manifest/edit.h"
#include "src/manifest/manifest.h"

namespace ashlar::manifest {

// FailedPrecondition unless `edit`, whose splices fit the list of `before`, does nothing else and
// inserts as many live rows as it removes. In an ordered dataset each splice does, for its rows
// stay in their places.
[[nodiscard]] absl::Status CheckCompaction(const DatasetEdit& edit, const DatasetState& before);

// Invariant: `after` is `before` but for the segments of some datasets, which have as many live
// rows as before. An error names what else has changed.
[[nodiscard]] absl::Status CheckCompactionKeepsContent(const Manifest& before,
                                                       const Manifest& after);

}  // namespace ashlar::manifest

#endif  // ASHLAR_SRC_MANIFEST_SEGMENT_COMPACTIONS_H_
