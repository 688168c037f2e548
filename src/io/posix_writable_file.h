// A regular file written front to back, buffered or by direct I/O.
//
// Owns: the write buffer, the poison after an error, and the fall-back from direct to cached
// writes. Does not own: when to sync, nor the directory entry.
//
// One code path serves both modes: the buffer is written in whole blocks, of 1 byte when cached and
// of 4 KiB when direct. Bytes that are large, or of direct writes aligned, go around it. A direct
// tail is written padded, the file is cut to its size, and the tail stays in the buffer to be
// written again when it has grown.
#ifndef ASHLAR_SRC_IO_POSIX_WRITABLE_FILE_H_
#define ASHLAR_SRC_IO_POSIX_WRITABLE_FILE_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "src/io/buffer_pool.h"
#include "src/io/file_system.h"
#include "src/io/posix_open.h"

namespace ashlar::io {

class PosixWritableFile : public WritableFile {
 public:
  // Goes on at the end of `file`. Direct writes need an empty file.
  [[nodiscard]] static absl::StatusOr<std::unique_ptr<WritableFile>> Make(
      OpenedFile file, std::string path, const CreateOptions& options);

  ~PosixWritableFile() override;

  [[nodiscard]] absl::Status Append(std::span<const std::byte> bytes) override;
  [[nodiscard]] absl::Status Flush() override;
  [[nodiscard]] absl::Status Sync() override;
  [[nodiscard]] absl::Status Truncate(uint64_t size) override;
  [[nodiscard]] absl::Status Close() override;
  [[nodiscard]] uint64_t size() const override { return buffer_offset_ + used_; }

 private:
  PosixWritableFile(OpenedFile file, std::string path, BufferPool::Loan buffer, bool direct,
                    uint64_t preallocated);

  // Errors of the file that stop every call but the one that may heal them.
  [[nodiscard]] absl::Status CheckUsable() const;
  [[nodiscard]] absl::Status Fail(int error, std::string_view operation);

  [[nodiscard]] size_t WrittenAround(std::span<const std::byte> bytes) const;
  [[nodiscard]] absl::Status AppendBuffered(std::span<const std::byte> bytes);
  [[nodiscard]] absl::Status AppendAround(std::span<const std::byte> bytes);
  [[nodiscard]] absl::Status WriteBuffered();
  [[nodiscard]] absl::Status WriteAt(uint64_t offset, std::span<const std::byte> bytes);
  [[nodiscard]] absl::Status CutTo(uint64_t size);
  [[nodiscard]] bool LeaveDirect();

  UniqueFd fd_;
  const std::string path_;
  BufferPool::Loan buffer_;
  size_t block_;                 // What writes are a multiple of: 1, or 4096 when direct.
  const uint64_t preallocated_;  // What of it is past the end is given back by Close().
  uint64_t buffer_offset_ = 0;   // Where in the file the buffer begins; a multiple of block_.
  size_t used_ = 0;              // Bytes in the buffer.
  uint64_t written_ = 0;         // Bytes of the file that the kernel has.
  absl::Status poison_;          // Not OK after an error.
  bool healable_ = false;        // The poison is want of space for a write: Truncate() may heal it.
};

}  // namespace ashlar::io

#endif  // ASHLAR_SRC_IO_POSIX_WRITABLE_FILE_H_
