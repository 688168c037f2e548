// Forwarding, with a clock around the syncs.
#include "bench/sync_meter.h"

#include <utility>

#include "ashlar/status_macros.h"
#include "src/base/check.h"
#include "src/base/clock.h"

namespace ashlar::bench {
namespace {

template <typename Verb>
absl::Status Measure(SyncCounts& counts, const Verb& sync) {
  ++counts.syncs;
  if (counts.skip) return absl::OkStatus();
  const auto started = base::SystemClock()->Monotonic();
  absl::Status status = sync();
  counts.nanoseconds += static_cast<uint64_t>((base::SystemClock()->Monotonic() - started).count());
  return status;
}

class MeteredFile final : public io::WritableFile {
 public:
  MeteredFile(std::unique_ptr<io::WritableFile> below, std::shared_ptr<SyncCounts> counts)
      : below_(std::move(below)), counts_(std::move(counts)) {}

  absl::Status Append(std::span<const std::byte> bytes) override { return below_->Append(bytes); }
  absl::Status Flush() override { return below_->Flush(); }
  absl::Status Sync() override {
    return Measure(*counts_, [this] { return below_->Sync(); });
  }
  absl::Status Truncate(uint64_t size) override { return below_->Truncate(size); }
  absl::Status Close() override { return below_->Close(); }
  uint64_t size() const override { return below_->size(); }

 private:
  const std::unique_ptr<io::WritableFile> below_;
  const std::shared_ptr<SyncCounts> counts_;
};

class MeteredBlockFile final : public io::BlockFile {
 public:
  MeteredBlockFile(std::unique_ptr<io::BlockFile> below, std::shared_ptr<SyncCounts> counts)
      : below_(std::move(below)), counts_(std::move(counts)) {}

  absl::Status WriteAt(uint64_t offset, std::span<const std::byte> bytes) override {
    return below_->WriteAt(offset, bytes);
  }
  absl::Status Sync() override {
    return Measure(*counts_, [this] { return below_->Sync(); });
  }
  absl::Status Close() override { return below_->Close(); }
  uint64_t size() const override { return below_->size(); }

 private:
  const std::unique_ptr<io::BlockFile> below_;
  const std::shared_ptr<SyncCounts> counts_;
};

}  // namespace

SyncMeter::SyncMeter(std::shared_ptr<io::FileSystem> below, std::shared_ptr<SyncCounts> counts)
    : below_(std::move(below)), counts_(std::move(counts)) {
  ASHLAR_CHECK(below_ != nullptr && counts_ != nullptr);
}

absl::StatusOr<std::unique_ptr<io::WritableFile>> SyncMeter::Create(
    std::string_view name, const io::CreateOptions& options) {
  ASSIGN_OR_RETURN(std::unique_ptr<io::WritableFile> file, below_->Create(name, options));
  return std::make_unique<MeteredFile>(std::move(file), counts_);
}

absl::StatusOr<std::unique_ptr<io::WritableFile>> SyncMeter::OpenForAppend(std::string_view name) {
  ASSIGN_OR_RETURN(std::unique_ptr<io::WritableFile> file, below_->OpenForAppend(name));
  return std::make_unique<MeteredFile>(std::move(file), counts_);
}

absl::StatusOr<std::unique_ptr<io::BlockFile>> SyncMeter::CreateBlockFile(
    std::string_view name, const io::BlockFileOptions& options) {
  ASSIGN_OR_RETURN(std::unique_ptr<io::BlockFile> file, below_->CreateBlockFile(name, options));
  return std::make_unique<MeteredBlockFile>(std::move(file), counts_);
}

absl::StatusOr<std::unique_ptr<io::BlockFile>> SyncMeter::OpenBlockFile(
    std::string_view name, const io::BlockFileOptions& options) {
  ASSIGN_OR_RETURN(std::unique_ptr<io::BlockFile> file, below_->OpenBlockFile(name, options));
  return std::make_unique<MeteredBlockFile>(std::move(file), counts_);
}

absl::StatusOr<std::shared_ptr<io::ReadableFile>> SyncMeter::OpenForRead(std::string_view name) {
  return below_->OpenForRead(name);
}

absl::Status SyncMeter::CreateDirectory(std::string_view name) {
  return below_->CreateDirectory(name);
}

absl::Status SyncMeter::Rename(std::string_view from, std::string_view to) {
  return below_->Rename(from, to);
}

absl::Status SyncMeter::Unlink(std::string_view name) { return below_->Unlink(name); }

absl::Status SyncMeter::SyncDirectory(std::string_view name) {
  return Measure(*counts_, [&] { return below_->SyncDirectory(name); });
}

absl::StatusOr<std::vector<io::DirectoryEntry>> SyncMeter::List(std::string_view name) {
  return below_->List(name);
}

absl::StatusOr<std::unique_ptr<io::FileLock>> SyncMeter::Lock(std::string_view name) {
  return below_->Lock(name);
}

absl::StatusOr<std::unique_ptr<io::FileLock>> SyncMeter::LockByteShared(std::string_view name,
                                                                        uint64_t position) {
  return below_->LockByteShared(name, position);
}

absl::StatusOr<std::vector<uint64_t>> SyncMeter::LockedBytes(std::string_view name, uint64_t first,
                                                             uint64_t last) {
  return below_->LockedBytes(name, first, last);
}

std::string SyncMeter::Describe() const { return below_->Describe(); }

}  // namespace ashlar::bench
