// MemoryFile: the bytes and locks of one file of the in-memory file system.
//
// Owns: content that may be mapped and appended to at the same time. Does not own: names. A file
// lives as long as a directory entry, an open handle or pinned bytes refer to it.
//
// Mapped bytes never move and never change: appending writes only behind them, into spare capacity
// or into a new, larger chunk; cutting and replacing take a new chunk, and so does writing in place
// once somebody mapped the file.
#ifndef ASHLAR_SRC_IO_MEMORY_FILE_H_
#define ASHLAR_SRC_IO_MEMORY_FILE_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "ashlar/pinned_bytes.h"
#include "src/base/mutex.h"
#include "src/io/aligned_buffer.h"
#include "src/io/file_system.h"

namespace ashlar::io {

// Thread-safe.
class MemoryFile {
 public:
  [[nodiscard]] uint64_t size() const;
  [[nodiscard]] absl::Status Append(std::span<const std::byte> bytes);
  [[nodiscard]] absl::Status Truncate(uint64_t size);
  // Overwrites, and makes the file longer where the bytes go past its end; a gap reads as zeros.
  [[nodiscard]] absl::Status WriteAt(uint64_t offset, std::span<const std::byte> bytes);
  // Zeros up to `size` bytes; nothing when the file has them.
  [[nodiscard]] absl::Status Grow(uint64_t size);
  // The first `size` bytes, pinned at an address that is a multiple of 64. DataLoss when the file
  // is shorter.
  [[nodiscard]] absl::StatusOr<PinnedBytes> Map(uint64_t size);
  [[nodiscard]] absl::Status Read(uint64_t offset, std::span<std::byte> out) const;
  // DataLoss unless the file still has `end` bytes.
  [[nodiscard]] absl::Status CheckHolds(uint64_t end) const;

  // Ranges mapped before keep the old bytes.
  [[nodiscard]] absl::Status Replace(std::span<const std::byte> bytes);

  [[nodiscard]] absl::Status LockWhole();
  void UnlockWhole();
  [[nodiscard]] absl::Status LockByte(uint64_t position);
  void UnlockByte(uint64_t position);
  [[nodiscard]] absl::StatusOr<std::vector<uint64_t>> LockedBytes(uint64_t first,
                                                                  uint64_t last) const;

 private:
  [[nodiscard]] absl::Status MoveToChunk(size_t capacity) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  [[nodiscard]] absl::Status GrowLocked(uint64_t size) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  mutable base::Mutex mutex_;
  std::shared_ptr<const AlignedBuffer> chunk_ ABSL_GUARDED_BY(mutex_);
  size_t size_ ABSL_GUARDED_BY(mutex_) = 0;
  bool chunk_mapped_ ABSL_GUARDED_BY(mutex_) = false;  // Somebody may look at the chunk.
  bool whole_locked_ ABSL_GUARDED_BY(mutex_) = false;
  std::map<uint64_t, int> locked_bytes_ ABSL_GUARDED_BY(mutex_);  // Position to holders.
};

}  // namespace ashlar::io

#endif  // ASHLAR_SRC_IO_MEMORY_FILE_H_
