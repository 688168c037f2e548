// SyncMeter: a file system that says how long syncing took, or leaves it out.
//
// Owns: counting and timing of Sync() and SyncDirectory(). Does not own: files; every call goes to
// the file system below. Why: the time of a sync is the disk's and not the engine's, and a
// benchmark that builds a large store to measure something else need not wait for it.
#ifndef ASHLAR_BENCH_SYNC_METER_H_
#define ASHLAR_BENCH_SYNC_METER_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "src/io/file_system.h"

namespace ashlar::bench {

struct SyncCounts {
  std::atomic<uint64_t> syncs{0};
  std::atomic<uint64_t> nanoseconds{0};
  std::atomic<bool> skip{false};  // true: syncs are counted but not done
};

class SyncMeter final : public io::FileSystem {
 public:
  SyncMeter(std::shared_ptr<io::FileSystem> below, std::shared_ptr<SyncCounts> counts);

  absl::StatusOr<std::unique_ptr<io::WritableFile>> Create(
      std::string_view name, const io::CreateOptions& options) override;
  absl::StatusOr<std::unique_ptr<io::WritableFile>> OpenForAppend(std::string_view name) override;
  absl::StatusOr<std::unique_ptr<io::BlockFile>> CreateBlockFile(
      std::string_view name, const io::BlockFileOptions& options) override;
  absl::StatusOr<std::unique_ptr<io::BlockFile>> OpenBlockFile(
      std::string_view name, const io::BlockFileOptions& options) override;
  absl::StatusOr<std::shared_ptr<io::ReadableFile>> OpenForRead(std::string_view name) override;
  absl::Status CreateDirectory(std::string_view name) override;
  absl::Status Rename(std::string_view from, std::string_view to) override;
  absl::Status Unlink(std::string_view name) override;
  absl::Status SyncDirectory(std::string_view name) override;
  absl::StatusOr<std::vector<io::DirectoryEntry>> List(std::string_view name) override;
  absl::StatusOr<std::unique_ptr<io::FileLock>> Lock(std::string_view name) override;
  absl::StatusOr<std::unique_ptr<io::FileLock>> LockByteShared(std::string_view name,
                                                               uint64_t position) override;
  absl::StatusOr<std::vector<uint64_t>> LockedBytes(std::string_view name, uint64_t first,
                                                    uint64_t last) override;
  std::string Describe() const override;

 private:
  const std::shared_ptr<io::FileSystem> below_;
  const std::shared_ptr<SyncCounts> counts_;
};

}  // namespace ashlar::bench

#endif  // ASHLAR_BENCH_SYNC_METER_H_
