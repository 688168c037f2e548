// FaultyFileSystem: passes calls on to another file system, except those that are to fail.
//
// Owns: failing as a real file system does: a full disk writes a part first and can be taken back
// by Truncate(), an I/O error or a failed sync poisons the file for good. Does not own: which call
// fails (fault_injector.h).
#ifndef ASHLAR_TESTS_TESTING_FAULTY_FILE_SYSTEM_H_
#define ASHLAR_TESTS_TESTING_FAULTY_FILE_SYSTEM_H_

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "src/io/file_system.h"
#include "tests/testing/fault_injector.h"

namespace ashlar::testkit {

class FaultyFileSystem : public io::FileSystem {
 public:
  FaultyFileSystem(std::unique_ptr<io::FileSystem> base, std::shared_ptr<FaultInjector> injector);

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
  [[nodiscard]] std::string Describe() const override { return base_->Describe(); }

 private:
  [[nodiscard]] absl::Status Check(CallSet call, std::string_view name);

  const std::unique_ptr<io::FileSystem> base_;
  const std::shared_ptr<FaultInjector> injector_;
};

}  // namespace ashlar::testkit

#endif  // ASHLAR_TESTS_TESTING_FAULTY_FILE_SYSTEM_H_
