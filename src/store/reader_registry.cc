// Reader registration by byte locks.

#include "src/store/reader_registry.h"

#include <algorithm>
#include <utility>

#include "ashlar/status_macros.h"
#include "src/io/file_names.h"

namespace ashlar::store {

absl::StatusOr<std::unique_ptr<io::FileLock>> RegisterReader(io::FileSystem& files,
                                                             uint64_t version) {
  auto lock = files.LockByteShared(io::kReadersName, version);
  if (absl::IsNotFound(lock.status()) || absl::IsPermissionDenied(lock.status())) return nullptr;
  return lock;
}

absl::Status ReaderRegistrations::Hold(io::FileSystem& files, uint64_t version) {
  base::MutexLock lock(mutex_);
  if (locks_.contains(version)) return absl::OkStatus();
  ASSIGN_OR_RETURN(locks_[version], RegisterReader(files, version));
  return absl::OkStatus();
}

void ReaderRegistrations::KeepOnly(const std::vector<uint64_t>& versions) {
  base::MutexLock lock(mutex_);
  std::erase_if(locks_, [&](const auto& entry) {
    return std::find(versions.begin(), versions.end(), entry.first) == versions.end();
  });
}

std::vector<uint64_t> VersionsHeldByReaders(io::FileSystem& files, uint64_t newest_version) {
  auto held = files.LockedBytes(io::kReadersName, 0, newest_version);
  return held.ok() ? *std::move(held) : std::vector<uint64_t>();
}

}  // namespace ashlar::store
