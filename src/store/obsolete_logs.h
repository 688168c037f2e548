// Commit logs that nobody needs any more: recycled for the next ones, or removed.
//
// Owns: which numbers these are. Does not own: unlinking (compaction/obsolete_files.h), recycling
// (log/commit_log.h), nor which logs are needed: the manifest says so.
#ifndef ASHLAR_SRC_STORE_OBSOLETE_LOGS_H_
#define ASHLAR_SRC_STORE_OBSOLETE_LOGS_H_

#include "absl/status/status.h"
#include "src/store/store_core.h"

namespace ashlar::store {

// After a flush. What cannot be removed now waits for the close.
void RecycleLogs(StoreCore& core) ABSL_EXCLUSIVE_LOCKS_REQUIRED(core.flush_mutex);

// At a close or a recovery: removes every log that the manifest does not need.
[[nodiscard]] absl::Status RemoveLogs(StoreCore& core);

}  // namespace ashlar::store

#endif  // ASHLAR_SRC_STORE_OBSOLETE_LOGS_H_
