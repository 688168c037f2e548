// Reader registration by byte locks.

#include "src/store/reader_registry.h"

#include <utility>

#include "src/io/file_names.h"

namespace ashlar::store {

absl::StatusOr<std::unique_ptr<io::FileLock>> RegisterReader(io::FileSystem& files,
                                                             uint64_t version) {
  auto lock = files.LockByteShared(io::kReadersName, version);
  if (absl::IsNotFound(lock.status()) || absl::IsPermissionDenied(lock.status())) return nullptr;
  return lock;
}

std::vector<uint64_t> VersionsHeldByReaders(io::FileSystem& files, uint64_t newest_version) {
  auto held = files.LockedBytes(io::kReadersName, 0, newest_version);
  return held.ok() ? *std::move(held) : std::vector<uint64_t>();
}

}  // namespace ashlar::store
