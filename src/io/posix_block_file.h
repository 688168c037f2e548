// A regular file written in place, in whole blocks, buffered or by direct I/O.
//
// Owns: allocation ahead, the poison after an error, the fall-back from direct to cached writes,
// and which writes go through the page cache. Does not own: when to sync, nor the directory entry,
// nor what the blocks mean.
//
// A direct write waits for the device, which is right before a sync and a hundred times too long
// without one. So what is not synced soon goes to the page cache, and its writing is begun now and
// then, so that a sync does not find all of it. Behind bytes that are there alone a direct write
// would wait for them first: until the next sync everything follows them into the cache. Where the
// file grows, writes are direct: a want of space shows at once.
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
  void ExpectSync(bool soon) override { sync_soon_ = soon; }
  [[nodiscard]] absl::Status Sync() override;
  [[nodiscard]] absl::Status Close() override;
  [[nodiscard]] uint64_t size() const override { return size_; }

 private:
  PosixBlockFile(OpenedFile file, std::string path, bool direct)
      : fd_(std::move(file.fd)),
        path_(std::move(path)),
        size_(file.size),
        direct_(direct),
        bypassing_(direct) {}

  void AllocateAhead(uint64_t size);
  [[nodiscard]] absl::Status CheckUsable() const;
  [[nodiscard]] absl::Status Fail(int error, std::string_view operation);
  // Through aligned buffers, piece by piece.
  [[nodiscard]] absl::Status WriteCopied(uint64_t offset, std::span<const std::byte> bytes);
  [[nodiscard]] absl::Status WriteWhole(uint64_t offset, std::span<const std::byte> bytes);
  [[nodiscard]] bool LeaveDirect();
  // Sets the descriptor to how [offset, offset + size) is to be written.
  void ChooseCaching(uint64_t offset, uint64_t size);
  // Begins to write what a cached write has left, when it has become enough.
  void BeginWriteback(uint64_t offset, uint64_t size);

  UniqueFd fd_;
  const std::string path_;
  uint64_t size_ = 0;
  bool direct_ = false;     // allowed
  bool bypassing_ = false;  // the descriptor's state: writes are direct
  bool sync_soon_ = true;
  bool cached_ = false;          // since the last sync something was written to the cache
  uint64_t writeback_from_ = 0;  // of what is cached, where nothing was begun
  absl::Status poison_;          // Not OK after an error other than want of space for a write.
};

}  // namespace ashlar::io

#endif  // ASHLAR_SRC_IO_POSIX_BLOCK_FILE_H_
