// Invariants of the VersionSet: one named function each, checked on (current, next) before each
// publish and at open.
//
// Owns: the list; those of a single dataset are in dataset_invariants.h. A violation is a bug of
// ours at publish (the publisher CHECKs nothing: it returns Internal and publishes nothing) and
// corruption at open (DataLoss). Each function returns OK or an error that names the invariant and
// the values.
#ifndef ASHLAR_SRC_MANIFEST_INVARIANTS_H_
#define ASHLAR_SRC_MANIFEST_INVARIANTS_H_

#include "absl/status/status.h"
#include "src/manifest/manifest.h"

namespace ashlar::manifest {

// Of one value alone.
[[nodiscard]] absl::Status CheckVersionsAscend(const VersionSet& set);
[[nodiscard]] absl::Status CheckTagsNameRetainedVersions(const VersionSet& set);
[[nodiscard]] absl::Status CheckDatasetIdentities(
    const Manifest& manifest);  // names valid, ids unique
// What a dataset has flushed is not ahead of the version's sequence.
[[nodiscard]] absl::Status CheckFlushedUpToIsReached(const Manifest& manifest);
[[nodiscard]] absl::Status CheckDurableLogs(const VersionSet& set);  // ascending, none too old
[[nodiscard]] absl::Status CheckSegmentIdsBelowNext(const VersionSet& set);
[[nodiscard]] absl::Status CheckReferencesAreNotChained(const Manifest& manifest);
[[nodiscard]] absl::Status CheckFileIdentitiesAgree(const VersionSet& set);  // one id, one identity

// Of a transition.
[[nodiscard]] absl::Status CheckCountersNeverDecrease(const VersionSet& current,
                                                      const VersionSet& next);
// But for segments that moved to other files (segment_moves.h) and, in the newest version, those
// that were compacted (segment_compactions.h).
[[nodiscard]] absl::Status CheckRetainedVersionsUnchanged(const VersionSet& current,
                                                          const VersionSet& next);
[[nodiscard]] absl::Status CheckNewVersionFollows(const VersionSet& current,
                                                  const VersionSet& next);
// What is known of a log stays known as long as it is needed.
[[nodiscard]] absl::Status CheckDurableLogsStay(const VersionSet& current, const VersionSet& next);

// Everything of the first group; at open.
[[nodiscard]] absl::Status CheckAll(const VersionSet& set);
// Everything that `next` can have broken; costs what changed since `current`: manifests and dataset
// states shared by pointer are not walked again.
[[nodiscard]] absl::Status CheckTransition(const VersionSet& current, const VersionSet& next);

}  // namespace ashlar::manifest

#endif  // ASHLAR_SRC_MANIFEST_INVARIANTS_H_
