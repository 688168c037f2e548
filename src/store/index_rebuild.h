// Rebuilding the key filters, fences and hash indexes of a store in place.
//
// Owns: finding segments whose key sections are missing, stale or damaged, and replacing them by
// files of the same content. Does not own: the proofs (keyed_segment_check.h), bytes
// (segment/key_rebuild.h), what a replacement means to versions (manifest/segment_moves.h), nor
// removing old files (garbage.h).
//
// Rows come from chunks that their digests prove: a damaged byte of a section spoils the checksum
// of its page, and with it what else is there, but not their digests. Order: new files and their
// names durable → one edit → old files go. A crash before the edit leaves orphans.
#ifndef ASHLAR_SRC_STORE_INDEX_REBUILD_H_
#define ASHLAR_SRC_STORE_INDEX_REBUILD_H_

#include "absl/status/statusor.h"
#include "ashlar/store.h"
#include "src/store/store_core.h"

namespace ashlar::store {

[[nodiscard]] absl::StatusOr<RebuildReport> RebuildIndexes(StoreCore& core,
                                                           const RebuildOptions& options);

}  // namespace ashlar::store

#endif  // ASHLAR_SRC_STORE_INDEX_REBUILD_H_
