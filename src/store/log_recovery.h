// Log recovery: from the commit logs to the rows in memory, at opening and at a reader's refresh.
//
// Owns: which records no segment has, and which of them must be written once more. Does not own:
// reading logs (log/log_replay.h), what a record does (record_replayer.h), nor writing
// (log/commit_log.h).
//
// After an unclean end the last records may stand in the page cache alone: no later group of their
// log says that they are durable, and no later log does. They are seen again, so they are repeated
// in a new log before anybody may rely on them. That log continues none: of the last log there is
// always a group in doubt, or no group at all. What of the old logs is not in doubt goes into the
// manifest first: their last groups said so, and damage of these would no longer be noticed.
#ifndef ASHLAR_SRC_STORE_LOG_RECOVERY_H_
#define ASHLAR_SRC_STORE_LOG_RECOVERY_H_

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "src/io/file_system.h"
#include "src/log/kept_records.h"
#include "src/log/log_reader.h"
#include "src/manifest/manifest.h"
#include "src/store/current_view.h"

namespace ashlar::store {

struct RecoveredLog {
  uint64_t last_sequence = 0;  // of all commits, in segments or not
  uint64_t next_number = 1;    // for a new log
  uint64_t oldest_number = 1;  // of the files that are there
  log::KeptRecords in_doubt;
  // What of the logs is durable for certain; to be known before what is in doubt is repeated.
  std::vector<manifest::DurableLog> durable;
};

// Puts into `view`, which is of the newest version of `set`, what its segments do not have. Nobody
// else uses the view yet. DataLoss names file and offset, and all that stands before is in the
// view; NotFound when a live log vanished: the manifest has moved on. `despite_missing`: for those
// who save what there is; logs that are missing are passed over.
[[nodiscard]] absl::StatusOr<RecoveredLog> ReplayLogs(io::FileSystem& files,
                                                      const manifest::VersionSet& set,
                                                      log::LogTail tail, CurrentView& view,
                                                      bool despite_missing = false);

}  // namespace ashlar::store

#endif  // ASHLAR_SRC_STORE_LOG_RECOVERY_H_
