// Readable and writable handles on files in memory. See memory_handles.h.
#include "src/io/memory_handles.h"

#include <optional>
#include <span>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "ashlar/status_macros.h"
#include "src/base/check.h"
#include "src/base/mutex.h"
#include "src/base/strings.h"

namespace ashlar::io {
namespace {

class MemoryWritableFile : public WritableFile {
 public:
  MemoryWritableFile(std::shared_ptr<MemoryFile> file, std::string name)
      : file_(std::move(file)), name_(std::move(name)) {}

  absl::Status Append(std::span<const std::byte> bytes) override {
    RETURN_IF_ERROR(CheckOpen());
    return InMemoryFile(file_->Append(bytes), "write", name_);
  }
  absl::Status Flush() override { return CheckOpen(); }
  absl::Status Sync() override { return CheckOpen(); }
  absl::Status Truncate(uint64_t size) override {
    RETURN_IF_ERROR(CheckOpen());
    return InMemoryFile(file_->Truncate(size), "truncate", name_);
  }
  absl::Status Close() override {
    closed_ = true;
    return absl::OkStatus();
  }
  uint64_t size() const override { return file_->size(); }

 private:
  absl::Status CheckOpen() const {
    if (!closed_) return absl::OkStatus();
    return absl::FailedPreconditionError(base::StrCat(name_, ": closed"));
  }

  const std::shared_ptr<MemoryFile> file_;
  const std::string name_;
  bool closed_ = false;
};

class MemoryBlockFile : public BlockFile {
 public:
  MemoryBlockFile(std::shared_ptr<MemoryFile> file, std::string name)
      : file_(std::move(file)), name_(std::move(name)) {}

  absl::Status WriteAt(uint64_t offset, std::span<const std::byte> bytes) override {
    RETURN_IF_ERROR(CheckOpen());
    if (offset % kBlockBytes != 0 || bytes.size() % kBlockBytes != 0) {
      return InMemoryFile(absl::InvalidArgumentError("not in whole blocks"), "write", name_);
    }
    return InMemoryFile(file_->WriteAt(offset, bytes), "write", name_);
  }
  absl::Status Sync() override { return CheckOpen(); }
  absl::Status Close() override {
    closed_ = true;
    return absl::OkStatus();
  }
  uint64_t size() const override { return file_->size() / kBlockBytes * kBlockBytes; }

 private:
  absl::Status CheckOpen() const {
    if (!closed_) return absl::OkStatus();
    return absl::FailedPreconditionError(base::StrCat(name_, ": closed"));
  }

  const std::shared_ptr<MemoryFile> file_;
  const std::string name_;
  bool closed_ = false;
};

class MemoryReadableFile : public ReadableFile {
 public:
  MemoryReadableFile(std::shared_ptr<MemoryFile> file, std::string name)
      : file_(std::move(file)), name_(std::move(name)), size_(file_->size()) {}

  uint64_t size() const override { return size_; }

  absl::StatusOr<PinnedBytes> Map() override {
    base::MutexLock lock(mutex_);
    if (range_.has_value()) return *range_;
    absl::StatusOr<PinnedBytes> mapped = file_->Map(size_);
    if (!mapped.ok()) return InMemoryFile(mapped.status(), "map", name_);
    range_ = *mapped;
    return mapped;
  }

  absl::Status Populate(uint64_t offset, uint64_t size) override {
    if (offset > size_ || size > size_ - offset) {
      return absl::OutOfRangeError(base::StrCat("populate ", name_, ": outside of the file"));
    }
    return InMemoryFile(file_->CheckHolds(offset + size), "populate", name_);
  }

  absl::Status Read(uint64_t offset, std::span<std::byte> out) override {
    return InMemoryFile(file_->Read(offset, out), "read", name_);
  }

 private:
  const std::shared_ptr<MemoryFile> file_;
  const std::string name_;
  const uint64_t size_;
  base::Mutex mutex_;
  std::optional<PinnedBytes> range_ ABSL_GUARDED_BY(mutex_);
};

class MemoryFileLock : public FileLock {
 public:
  explicit MemoryFileLock(std::shared_ptr<MemoryFile> file) : file_(std::move(file)) {}
  ~MemoryFileLock() override { file_->UnlockWhole(); }

 private:
  const std::shared_ptr<MemoryFile> file_;
};

class MemoryByteLock : public FileLock {
 public:
  MemoryByteLock(std::shared_ptr<MemoryFile> file, uint64_t position)
      : file_(std::move(file)), position_(position) {}
  ~MemoryByteLock() override { file_->UnlockByte(position_); }

 private:
  const std::shared_ptr<MemoryFile> file_;
  const uint64_t position_;
};

}  // namespace

absl::Status InMemoryFile(const absl::Status& status, std::string_view operation,
                          std::string_view name) {
  if (status.ok()) return status;
  return absl::Status(status.code(),
                      base::StrCat(operation, " memory/", name, ": ", status.message()));
}

std::unique_ptr<WritableFile> MakeMemoryWritable(std::shared_ptr<MemoryFile> file,
                                                 std::string name) {
  ASHLAR_CHECK(file != nullptr);
  return std::make_unique<MemoryWritableFile>(std::move(file), std::move(name));
}

absl::StatusOr<std::unique_ptr<BlockFile>> MakeMemoryBlockFile(std::shared_ptr<MemoryFile> file,
                                                               std::string name,
                                                               const BlockFileOptions& options) {
  ASHLAR_CHECK(file != nullptr);
  if (options.size % kBlockBytes != 0) {
    return InMemoryFile(absl::InvalidArgumentError("a size not in whole blocks"), "open", name);
  }
  // Want of memory shows in the write that needs it.
  file->Grow(options.size).IgnoreError();
  return std::make_unique<MemoryBlockFile>(std::move(file), std::move(name));
}

std::shared_ptr<ReadableFile> MakeMemoryReadable(std::shared_ptr<MemoryFile> file,
                                                 std::string name) {
  ASHLAR_CHECK(file != nullptr);
  return std::make_shared<MemoryReadableFile>(std::move(file), std::move(name));
}

absl::StatusOr<std::unique_ptr<FileLock>> LockMemoryFile(std::shared_ptr<MemoryFile> file) {
  RETURN_IF_ERROR(file->LockWhole());
  return std::make_unique<MemoryFileLock>(std::move(file));
}

absl::StatusOr<std::unique_ptr<FileLock>> LockMemoryByte(std::shared_ptr<MemoryFile> file,
                                                         uint64_t position) {
  RETURN_IF_ERROR(file->LockByte(position));
  return std::make_unique<MemoryByteLock>(std::move(file), position);
}

}  // namespace ashlar::io
