// MemoryFileSystem: the file-system contract in memory.
//
// Owns: the directory tree of names. Does not own: the files' bytes (memory_file.h), nor any model
// of crashes; that is the recording file system of the tests. Serves stores that need no disk, and
// every test that wants a file system which never surprises.
#ifndef ASHLAR_SRC_IO_MEMORY_FILE_SYSTEM_H_
#define ASHLAR_SRC_IO_MEMORY_FILE_SYSTEM_H_

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "src/io/file_system.h"

namespace ashlar::io {

// Thread-safe. Open files, locks and pinned bytes outlive it.
class MemoryFileSystem : public FileSystem {
 public:
  MemoryFileSystem();
  ~MemoryFileSystem() override;

  // A second handle on the same tree, as a second open of the same directory would be.
  [[nodiscard]] std::unique_ptr<MemoryFileSystem> NewHandle() const;

  // Puts other bytes in a file behind the backs of those who have it open, or makes the file.
  // Ranges mapped before keep the old bytes.
  [[nodiscard]] absl::Status ReplaceFile(std::string_view name, std::span<const std::byte> bytes);

  [[nodiscard]] absl::StatusOr<std::unique_ptr<WritableFile>> Create(
      std::string_view name, const CreateOptions& options) override;
  [[nodiscard]] absl::StatusOr<std::unique_ptr<WritableFile>> OpenForAppend(
      std::string_view name) override;
  [[nodiscard]] absl::StatusOr<std::unique_ptr<BlockFile>> CreateBlockFile(
      std::string_view name, const BlockFileOptions& options) override;
  [[nodiscard]] absl::StatusOr<std::unique_ptr<BlockFile>> OpenBlockFile(
      std::string_view name, const BlockFileOptions& options) override;
  [[nodiscard]] absl::StatusOr<std::shared_ptr<ReadableFile>> OpenForRead(
      std::string_view name) override;
  [[nodiscard]] absl::Status CreateDirectory(std::string_view name) override;
  [[nodiscard]] absl::Status Rename(std::string_view from, std::string_view to) override;
  [[nodiscard]] absl::Status Unlink(std::string_view name) override;
  [[nodiscard]] absl::Status SyncDirectory(std::string_view name) override;
  [[nodiscard]] absl::StatusOr<std::vector<DirectoryEntry>> List(std::string_view name) override;
  [[nodiscard]] absl::StatusOr<std::unique_ptr<FileLock>> Lock(std::string_view name) override;
  [[nodiscard]] absl::StatusOr<std::unique_ptr<FileLock>> LockByteShared(
      std::string_view name, uint64_t position) override;
  [[nodiscard]] absl::StatusOr<std::vector<uint64_t>> LockedBytes(std::string_view name,
                                                                  uint64_t first,
                                                                  uint64_t last) override;
  [[nodiscard]] std::string Describe() const override { return "memory"; }

 private:
  class Tree;

  explicit MemoryFileSystem(std::shared_ptr<Tree> tree);

  const std::shared_ptr<Tree> tree_;
};

}  // namespace ashlar::io

#endif  // ASHLAR_SRC_IO_MEMORY_FILE_SYSTEM_H_
