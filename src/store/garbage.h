// Garbage: which segment files nothing reaches any more, and their safe removal.
//
// Owns: the order of proofs that makes removal safe beside running transactions and snapshots. Does
// not own: unlinking (compaction/obsolete_files.h), expiring versions (history.h).
//
// A file is removed when no retained version, snapshot or dataset handle reaches it and no
// transaction pins it.
// The proof runs twice: find candidates; forget those from the reuse index that are unpinned, so
// that nobody finds them any more; then look at the newest value again, for a transaction may have
// published a use of one in between. Its pins are dropped only after publication, so the second
// look sees it.
#ifndef ASHLAR_SRC_STORE_GARBAGE_H_
#define ASHLAR_SRC_STORE_GARBAGE_H_

#include <cstdint>
#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "ashlar/store.h"
#include "src/manifest/manifest.h"
#include "src/store/store_core.h"

namespace ashlar::store {

// Removes what only `expired` versions needed. Errors are returned after the attempt; the files
// then wait for the next collection.
[[nodiscard]] absl::StatusOr<ExpireReport> CollectAfterExpiry(
    StoreCore& core, const std::vector<std::shared_ptr<const manifest::Manifest>>& expired);

// Removes files whose segments have moved to others, or were compacted, as soon as nobody reads or
// uses them any more: now, or with a later collection. Other processes do not tell by which file
// they read a version, so while there are any, all stay.
[[nodiscard]] absl::StatusOr<ExpireReport> CollectReplaced(StoreCore& core,
                                                           const std::vector<uint64_t>& replaced);

// Removes every segment file of the directory that nothing reaches, and old manifests.
[[nodiscard]] absl::StatusOr<ExpireReport> CollectAll(StoreCore& core, bool dry_run);

// Whether every segment file of the directory is reached by a retained version.
[[nodiscard]] absl::StatusOr<bool> HoldsOnlyVersionsFiles(StoreCore& core);

// At opening, before anything is removed: of the segment files `found`, those that an earlier
// writer may have replaced stay while other processes read versions that named them.
void KeepForReaders(StoreCore& core, std::vector<uint64_t> found);

// At recovery, before anybody writes: removes whatever the durable manifest does not name, but what
// is kept for readers.
[[nodiscard]] absl::Status RemoveOrphans(StoreCore& core);

// Removes files that a transaction created and never published. Not once the store is closed: the
// directory may be another writer's then.
[[nodiscard]] absl::Status RemoveUnpublished(StoreCore& core, const std::vector<uint64_t>& created);

// Ids of the segment files that `set` and the snapshots reach, ascending.
[[nodiscard]] std::vector<uint64_t> LiveFileIds(StoreCore& core, const manifest::VersionSet& set);

}  // namespace ashlar::store

#endif  // ASHLAR_SRC_STORE_GARBAGE_H_
