// ObsoleteFiles: the only module that unlinks files of a store.
//
// Owns: spelling, unlinking and the directory sync. Does not own: the proof that a file is garbage; the
// caller has it (src/store/garbage.h). It never goes by patterns alone, never recurses, and leaves
// foreign files alone.
#ifndef ASHLAR_SRC_COMPACTION_OBSOLETE_FILES_H_
#define ASHLAR_SRC_COMPACTION_OBSOLETE_FILES_H_

#include <cstdint>
#include <span>

#include "absl/status/statusor.h"
#include "src/io/file_system.h"

namespace ashlar::compaction {

// Manifests older than the one before `current` are garbage; that one stays as a second copy.
struct ManifestFiles {
  uint64_t current = 0;
};

struct ObsoleteReport {
  uint64_t files = 0;
  uint64_t bytes = 0;
};

// Unlinks the files of these segments and old manifests. A name that is gone already is no error; the
// first error is returned after all were tried.
[[nodiscard]] absl::StatusOr<ObsoleteReport> RemoveObsoleteFiles(
    io::FileSystem& files, std::span<const uint64_t> segment_ids, const ManifestFiles& manifests);

// What RemoveObsoleteFiles would remove.
[[nodiscard]] absl::StatusOr<ObsoleteReport> CountObsoleteFiles(
    io::FileSystem& files, std::span<const uint64_t> segment_ids, const ManifestFiles& manifests);

}  // namespace ashlar::compaction

#endif  // ASHLAR_SRC_COMPACTION_OBSOLETE_FILES_H_
