// A regular file written in place, in whole blocks, buffered or by direct I/O.
//
// Owns: allocation ahead, the poison after an error, and the fall-back from direct to cached
// writes. Does not own: when to sync, nor the directory entry, nor what the blocks mean.
//
// Why allocate: a write below the file's size changes neither its length nor, once the blocks were
// written before, its extents, so that fdatasync waits for the data and for no journal.
#ifndef ASHLAR_SRC_IO_POSIX_BLOCK_FILE_H_
#define ASHLAR_SRC_IO_POSIX_BLOCK_FILE_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "src/io/file_system.h"
#include "src/io/posix_open.h"

namespace ashlar::io {

class PosixBlockFile : public BlockFile {
 public:
  // `file` must be open for writing.
  [[nodiscard]] static absl::StatusOr<std::unique_ptr<BlockFile>> Make(
      OpenedFile file, std::string path, const BlockFileOptions& options);

  [[nodiscard]] absl::Status WriteAt(uint64_t offset, std::span<const std::byte> bytes) override;
  [[nodiscard]] absl::Status Sync() override;
  [[nodiscard]] absl::Status Close() override;
  [[nodiscard]] uint64_t size() const override { return size_; }

 private:
  PosixBlockFile(OpenedFile file, std::string path, bool direct)
      : fd_(std::move(file.fd)), path_(std::move(path)), size_(file.size), direct_(direct) {}

  void AllocateAhead(uint64_t size);
  [[nodiscard]] absl::Status CheckUsable() const;
  [[nodiscard]] absl::Status Fail(int error, std::string_view operation);
  // Through aligned buffers, piece by piece.
  [[nodiscard]] absl::Status WriteCopied(uint64_t offset, std::span<const std::byte> bytes);
  [[nodiscard]] absl::Status WriteWhole(uint64_t offset, std::span<const std::byte> bytes);
  [[nodiscard]] bool LeaveDirect();

  UniqueFd fd_;
  const std::string path_;
  uint64_t size_ = 0;
  bool direct_ = false;
  absl::Status poison_;  // Not OK after an error other than want of space for a write.
};

}  // namespace ashlar::io

#endif  // ASHLAR_SRC_IO_POSIX_BLOCK_FILE_H_
