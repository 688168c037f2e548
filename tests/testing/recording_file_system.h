// RecordingFileSystem: an in-memory file system that writes down every change.
//
// Owns: the op log. Does not own: what a crash would leave (crash_states.h). Only what succeeded is
// recorded; put a FaultyFileSystem in front of it, and a sync that failed never reached the disk.
#ifndef ASHLAR_TESTS_TESTING_RECORDING_FILE_SYSTEM_H_
#define ASHLAR_TESTS_TESTING_RECORDING_FILE_SYSTEM_H_

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "src/io/file_system.h"
#include "src/io/memory_file_system.h"
#include "tests/testing/op_log.h"

namespace ashlar::testkit {

// Thread-safe.
class RecordingFileSystem : public io::FileSystem {
 public:
  // What `base` holds already counts as durable.
  explicit RecordingFileSystem(
      std::unique_ptr<io::MemoryFileSystem> base = std::make_unique<io::MemoryFileSystem>());
  ~RecordingFileSystem() override;

  // A second handle on the same files and the same log, to be given away.
  [[nodiscard]] std::unique_ptr<RecordingFileSystem> NewHandle() const;

  void Mark(std::string text);
  [[nodiscard]] OpLog log() const;
  [[nodiscard]] size_t op_count() const;

  [[nodiscard]] absl::StatusOr<std::unique_ptr<io::WritableFile>> Create(
      std::string_view name, const io::CreateOptions& options) override;
  [[nodiscard]] absl::StatusOr<std::unique_ptr<io::WritableFile>> OpenForAppend(
      std::string_view name) override;
  [[nodiscard]] absl::StatusOr<std::unique_ptr<io::BlockFile>> CreateBlockFile(
      std::string_view name, const io::BlockFileOptions& options) override;
  [[nodiscard]] absl::StatusOr<std::unique_ptr<io::BlockFile>> OpenBlockFile(
      std::string_view name, const io::BlockFileOptions& options) override;
  [[nodiscard]] absl::StatusOr<std::shared_ptr<io::ReadableFile>> OpenForRead(
      std::string_view name) override;
  [[nodiscard]] absl::Status CreateDirectory(std::string_view name) override;
  [[nodiscard]] absl::Status Rename(std::string_view from, std::string_view to) override;
  [[nodiscard]] absl::Status Unlink(std::string_view name) override;
  [[nodiscard]] absl::Status SyncDirectory(std::string_view name) override;
  [[nodiscard]] absl::StatusOr<std::vector<io::DirectoryEntry>> List(
      std::string_view name) override;
  [[nodiscard]] absl::StatusOr<std::unique_ptr<io::FileLock>> Lock(std::string_view name) override;
  [[nodiscard]] absl::StatusOr<std::unique_ptr<io::FileLock>> LockByteShared(
      std::string_view name, uint64_t position) override;
  [[nodiscard]] absl::StatusOr<std::vector<uint64_t>> LockedBytes(std::string_view name,
                                                                  uint64_t first,
                                                                  uint64_t last) override;
  [[nodiscard]] std::string Describe() const override;

 private:
  struct Recorder;
  class RecordedFile;
  class RecordedBlockFile;

  RecordingFileSystem(std::unique_ptr<io::MemoryFileSystem> base,
                      std::shared_ptr<Recorder> recorder);

  const std::unique_ptr<io::MemoryFileSystem> base_;
  const std::shared_ptr<Recorder> recorder_;
};

}  // namespace ashlar::testkit

#endif  // ASHLAR_TESTS_TESTING_RECORDING_FILE_SYSTEM_H_
