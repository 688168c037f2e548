// ReaderRegistry: which versions other processes read, told by byte locks on the file READERS.
//
// Owns: one shared lock on the byte whose position is the version read. The kernel drops it with
// the process, however that ends. Does not own: what the writer keeps for it (ExpiredVersions() in
// manifest/manifest.h).
#ifndef ASHLAR_SRC_STORE_READER_REGISTRY_H_
#define ASHLAR_SRC_STORE_READER_REGISTRY_H_

#include <cstdint>
#include <map>
#include <memory>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "src/base/mutex.h"
#include "src/io/file_system.h"

namespace ashlar::store {

// The versions that this process has registered. Lives as long as a snapshot that needs one, also
// beyond the store. Thread-safe.
class ReaderRegistrations {
 public:
  // Registers `version` unless it is registered already. OK also where READERS cannot be opened.
  [[nodiscard]] absl::Status Hold(io::FileSystem& files, uint64_t version);
  // Gives up all others.
  void KeepOnly(const std::vector<uint64_t>& versions);

 private:
  base::Mutex mutex_;
  std::map<uint64_t, std::unique_ptr<io::FileLock>> locks_ ABSL_GUARDED_BY(mutex_);
};

// Null without an error when READERS cannot be opened (a read-only medium, another user): then the
// reader is on its own, and a file that vanished is "snapshot too old".
[[nodiscard]] absl::StatusOr<std::unique_ptr<io::FileLock>> RegisterReader(io::FileSystem& files,
                                                                           uint64_t version);

// Versions that reader processes hold, ascending; empty where locks cannot be asked for.
[[nodiscard]] std::vector<uint64_t> VersionsHeldByReaders(io::FileSystem& files,
                                                          uint64_t newest_version);

}  // namespace ashlar::store

#endif  // ASHLAR_SRC_STORE_READER_REGISTRY_H_
