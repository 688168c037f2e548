// FileSystem: the only door to files. One object is rooted at one directory; names are relative to
// it.
//
// Owns: the contract that POSIX, in-memory, recording and failing file systems share, and so what
// every layer above may believe about durability. Does not own: what the files mean (names are in
// file_names.h, bytes in the layers above). Why rooted: opening relative to a directory handle
// cannot be led astray by a renamed or symlinked parent, and an in-memory store is just another
// root.
//
// Durability contract. Bytes written are durable after the Sync() of their file; a name created,
// renamed or removed is durable after SyncDirectory() of the directory that holds it. Nothing else
// is promised, and a crash may lose, tear or reorder the rest. A failed Sync is never retried on
// the same file.
//
// Errors: NotFound, AlreadyExists, PermissionDenied, ResourceExhausted (no space or quota, EMFILE),
// Unavailable (a lock is held elsewhere), FailedPrecondition (not a regular file, not a directory),
// DataLoss (EIO on reading, wrong size), Internal (anything else). Every message names the
// operation and the file. EINTR and short transfers never show.
#ifndef ASHLAR_SRC_IO_FILE_SYSTEM_H_
#define ASHLAR_SRC_IO_FILE_SYSTEM_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "ashlar/pinned_bytes.h"

namespace ashlar::io {

// A file being written front to back by one thread. Destruction without Close() closes without
// syncing.
class WritableFile {
 public:
  virtual ~WritableFile() = default;
  // After an error the file is poisoned: every later call fails. Only want of space for bytes that
  // were not written yet (ResourceExhausted) can be healed, by Truncate(): when that is OK nothing
  // is lost, when it fails the file is poisoned for good.
  [[nodiscard]] virtual absl::Status Append(std::span<const std::byte> bytes) = 0;
  // Hands what Append() has only gathered to the system, with the errors of an Append(). Before a
  // Sync(), so that want of space is not taken for a failed sync.
  [[nodiscard]] virtual absl::Status Flush() = 0;
  // Flush() and fdatasync. Errors as of an Append(), but that a failed fdatasync is never healed.
  [[nodiscard]] virtual absl::Status Sync() = 0;
  // Cuts the file back to `size` bytes, to take back an append that failed for want of space. Never
  // for a file that was mapped.
  [[nodiscard]] virtual absl::Status Truncate(uint64_t size) = 0;
  [[nodiscard]] virtual absl::Status Close() = 0;
  // Bytes in the file, including what it held when opened.
  [[nodiscard]] virtual uint64_t size() const = 0;
};

// What block files are written in multiples of, the sector of most disks.
inline constexpr uint32_t kBlockBytes = 512;

// A file written in place, in whole blocks, by one thread at a time; never mapped while it is
// written. A crash may keep any part of what was not synced, in any order. Destruction without
// Close() closes without syncing.
class BlockFile {
 public:
  virtual ~BlockFile() = default;
  // InvalidArgument unless both offset and size are multiples of kBlockBytes. A write past the end
  // makes the file longer. After want of space (ResourceExhausted) the range holds anything and may
  // be written again; after any other error the file is poisoned.
  [[nodiscard]] virtual absl::Status WriteAt(uint64_t offset, std::span<const std::byte> bytes) = 0;
  // Whether a sync soon follows what is written next; at first it does. Changes no promise: who
  // does not sync soon need not wait for the device in each write.
  virtual void ExpectSync(bool /*soon*/) {}
  // fdatasync. After an error of any kind the file is poisoned: every later call fails.
  [[nodiscard]] virtual absl::Status Sync() = 0;
  [[nodiscard]] virtual absl::Status Close() = 0;
  // Writes below this need no new space from the file system, nor a longer file.
  [[nodiscard]] virtual uint64_t size() const = 0;
};

// A sealed file open for reading; safe on any thread. Pinned bytes taken from it outlive it and its
// unlinking.
class ReadableFile {
 public:
  virtual ~ReadableFile() = default;
  [[nodiscard]] virtual uint64_t size() const = 0;
  // The whole file as one range, zero-copy where the file system can map. Mapping touches no page.
  // Called again it gives the same range. Callers must Populate() a range before they touch it.
  [[nodiscard]] virtual absl::StatusOr<PinnedBytes> Map() = 0;
  // Makes [offset, offset + size) of the mapped range resident; an unreadable page is DataLoss here
  // instead of SIGBUS later.
  // A file that was cut behind our back may read as zeros up to the end of a page: checksums tell.
  [[nodiscard]] virtual absl::Status Populate(uint64_t offset, uint64_t size) = 0;
  // Copies exactly out.size() bytes; DataLoss when the file ends before.
  [[nodiscard]] virtual absl::Status Read(uint64_t offset, std::span<std::byte> out) = 0;
  // The whole file will be read soon: the system may fetch it meanwhile. Waits for nothing, and
  // what goes wrong shows when it is read.
  virtual void Expect() {}
  // Behind this offset, at most size(), there is nothing but zeros: where a file system knows that
  // nothing was written, it need not be read. Asked before anything else is.
  [[nodiscard]] virtual uint64_t WrittenEnd() { return size(); }
};

// Held until destroyed; released by the kernel when the process dies, whatever the reason.
class FileLock {
 public:
  virtual ~FileLock() = default;
};

enum class EntryType : uint8_t { kFile, kDirectory, kOther };

struct DirectoryEntry {
  std::string name;
  EntryType type = EntryType::kFile;
};

struct CreateOptions {
  // Preallocation hint in bytes; ignored where the file system has none. The file's size is what
  // was appended.
  uint64_t expected_size = 0;
  // Bypass the page cache where allowed (falls back silently). Appends are then gathered in pooled,
  // aligned buffers.
  bool direct = false;
};

struct BlockFileOptions {
  // Bytes that the file shall have from the beginning, a multiple of kBlockBytes. Where they cannot
  // be allocated at once, for want of space or of support, the file is shorter and grows as it is
  // written. New bytes read as zeros.
  uint64_t size = 0;
  // Bypass the page cache where allowed (falls back silently).
  bool direct = false;
};

class FileSystem {
 public:
  virtual ~FileSystem() = default;

  // A new empty file, mode 0600; AlreadyExists when the name is taken (never follows a link, never
  // overwrites).
  [[nodiscard]] virtual absl::StatusOr<std::unique_ptr<WritableFile>> Create(
      std::string_view name, const CreateOptions& options) = 0;
  // An existing regular file, positioned at its end.
  [[nodiscard]] virtual absl::StatusOr<std::unique_ptr<WritableFile>> OpenForAppend(
      std::string_view name) = 0;
  // A new file to be written in place; AlreadyExists when the name is taken.
  [[nodiscard]] virtual absl::StatusOr<std::unique_ptr<BlockFile>> CreateBlockFile(
      std::string_view name, const BlockFileOptions& options) = 0;
  // An existing regular file with the blocks that it has, made longer to `options.size` but never
  // shorter.
  [[nodiscard]] virtual absl::StatusOr<std::unique_ptr<BlockFile>> OpenBlockFile(
      std::string_view name, const BlockFileOptions& options) = 0;
  // An existing regular file; a FIFO, link or directory is FailedPrecondition, without hanging.
  [[nodiscard]] virtual absl::StatusOr<std::shared_ptr<ReadableFile>> OpenForRead(
      std::string_view name) = 0;

  [[nodiscard]] virtual absl::Status CreateDirectory(std::string_view name) = 0;  // mode 0700
  [[nodiscard]] virtual absl::Status Rename(std::string_view from, std::string_view to) = 0;
  [[nodiscard]] virtual absl::Status Unlink(std::string_view name) = 0;
  // "" is the root itself. ResourceExhausted says that the sync was not even begun, for want of a
  // descriptor, and may be tried again; a sync that failed has any other code.
  [[nodiscard]] virtual absl::Status SyncDirectory(std::string_view name) = 0;
  // Unordered; without "." and "..".
  [[nodiscard]] virtual absl::StatusOr<std::vector<DirectoryEntry>> List(std::string_view name) = 0;

  // Takes the exclusive lock of an existing file, or fails at once with Unavailable. Also excludes
  // this same process.
  [[nodiscard]] virtual absl::StatusOr<std::unique_ptr<FileLock>> Lock(std::string_view name) = 0;
  // A shared lock on the single byte at `position` of an existing file, which may lie past its end.
  [[nodiscard]] virtual absl::StatusOr<std::unique_ptr<FileLock>> LockByteShared(
      std::string_view name, uint64_t position) = 0;
  // Positions within [first, last] that LockByteShared holds through another handle, ascending.
  [[nodiscard]] virtual absl::StatusOr<std::vector<uint64_t>> LockedBytes(std::string_view name,
                                                                          uint64_t first,
                                                                          uint64_t last) = 0;
  // For messages only, for example "/var/lib/app/store".
  [[nodiscard]] virtual std::string Describe() const = 0;
};

// Reads a whole file of at most `limit` bytes; ResourceExhausted when it is larger.
[[nodiscard]] absl::StatusOr<std::string> ReadWholeFile(FileSystem& files, std::string_view name,
                                                        uint64_t limit);

}  // namespace ashlar::io

#endif  // ASHLAR_SRC_IO_FILE_SYSTEM_H_
