// RemoveObsoleteFiles: the only place that unlinks a store's published files.
//
// Owns: which names may go. Does not own: what is live (the store says so, pins included), nor when
// to ask. Only canonical spellings of our own patterns are ever removed; foreign files are reported
// and kept.
#ifndef ASHLAR_SRC_COMPACTION_OBSOLETE_FILES_H_
#define ASHLAR_SRC_COMPACTION_OBSOLETE_FILES_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "src/io/file_system.h"

namespace ashlar::compaction {

// What must stay. A segment file goes only when its id is below `next_segment_id` and not listed:
// ids from there on may belong to a transaction at work.
struct LiveFiles {
  std::vector<uint64_t> segments = {};  // ascending ids
  uint64_t next_segment_id = 1;
  uint64_t manifest_number = 0;  // CURRENT's; the one before it is kept as a second copy
  uint64_t oldest_log = 0;       // commit logs of lower numbers are in segments
};

enum class RemovalMode : uint8_t {
  kKnown,  // the given candidates and the manifests that the last rolls left; lists nothing
  kSweep,  // whatever the store's directories hold
};

struct RemovalRequest {
  RemovalMode mode = RemovalMode::kSweep;
  std::vector<uint64_t> candidates = {};      // segment ids, for kKnown
  std::vector<uint64_t> log_candidates = {};  // numbers of commit logs, for kKnown
  // For kSweep at recovery, when nobody writes: files with ids from here on, manifests that CURRENT
  // never named and CURRENT.tmp are the remains of an interrupted write and go as well.
  std::optional<uint64_t> orphans_from = std::nullopt;
  bool dry_run = false;  // only say what would go
};

struct ObsoleteReport {
  std::vector<std::string> removed;  // names relative to the store
  uint64_t bytes = 0;                // of the files removed, as far as they could be read
  std::vector<std::string> notes;    // foreign files, which stay
};

// Stops at the first error of the file system; asking again goes on. A file that is gone already is
// no error. The directories are synced before it returns.
[[nodiscard]] absl::StatusOr<ObsoleteReport> RemoveObsoleteFiles(io::FileSystem& files,
                                                                 const LiveFiles& live,
                                                                 const RemovalRequest& request);

}  // namespace ashlar::compaction

#endif  // ASHLAR_SRC_COMPACTION_OBSOLETE_FILES_H_
