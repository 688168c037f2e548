// Files whose calls fail when the injector says so.
#include "tests/testing/faulty_files.h"

#include <algorithm>
#include <optional>
#include <span>
#include <utility>

#include "ashlar/status_macros.h"
#include "src/base/strings.h"

namespace ashlar::testkit {
namespace {

class FaultyWritableFile : public io::WritableFile {
 public:
  FaultyWritableFile(std::unique_ptr<io::WritableFile> file,
                     std::shared_ptr<FaultInjector> injector, std::string name)
      : file_(std::move(file)),
        injector_(std::move(injector)),
        name_(std::move(name)),
        synced_size_(file_->size()) {}

  absl::Status Append(std::span<const std::byte> bytes) override {
    RETURN_IF_ERROR(poison_);
    if (const auto fault = injector_->OnCall(kAppendCall, name_); fault.has_value()) {
      if (fault->short_write) RETURN_IF_ERROR(file_->Append(bytes.first(bytes.size() / 2)));
      return FailWrite(fault->status);
    }
    const uint64_t allowed = injector_->TakeBytes(bytes.size());
    RETURN_IF_ERROR(file_->Append(bytes.first(allowed)));
    if (allowed == bytes.size()) return absl::OkStatus();
    return FailWrite(
        absl::ResourceExhaustedError(base::StrCat("write ", name_, ": no space (injected)")));
  }

  // Appends have met their faults, and the files below gather nothing.
  absl::Status Flush() override {
    RETURN_IF_ERROR(poison_);
    return file_->Flush();
  }

  absl::Status Sync() override {
    RETURN_IF_ERROR(poison_);
    if (const auto fault = injector_->OnCall(kSyncCall, name_); fault.has_value()) {
      if (fault->lose_unsynced) RETURN_IF_ERROR(file_->Truncate(synced_size_));
      poison_ = fault->status;
      return poison_;
    }
    RETURN_IF_ERROR(file_->Sync());
    synced_size_ = file_->size();
    return absl::OkStatus();
  }

  absl::Status Truncate(uint64_t size) override {
    if (!healable_) RETURN_IF_ERROR(poison_);
    if (const auto fault = injector_->OnCall(kTruncateCall, name_); fault.has_value()) {
      healable_ = false;
      poison_ = fault->status;
      return poison_;
    }
    const uint64_t old_size = file_->size();
    RETURN_IF_ERROR(file_->Truncate(size));
    injector_->GiveBackBytes(old_size - size);
    synced_size_ = std::min(synced_size_, size);
    poison_ = absl::OkStatus();
    healable_ = false;
    return absl::OkStatus();
  }

  absl::Status Close() override {
    const auto fault = injector_->OnCall(kCloseCall, name_);
    const absl::Status closed = file_->Close();
    RETURN_IF_ERROR(poison_);
    return fault.has_value() ? fault->status : closed;
  }

  uint64_t size() const override { return file_->size(); }

 private:
  absl::Status FailWrite(const absl::Status& status) {
    poison_ = status;
    healable_ = absl::IsResourceExhausted(status);
    return status;
  }

  const std::unique_ptr<io::WritableFile> file_;
  const std::shared_ptr<FaultInjector> injector_;
  const std::string name_;
  uint64_t synced_size_;
  absl::Status poison_;
  bool healable_ = false;  // The poison is want of space: Truncate() heals it.
};

class FaultyReadableFile : public io::ReadableFile {
 public:
  FaultyReadableFile(std::shared_ptr<io::ReadableFile> file,
                     std::shared_ptr<FaultInjector> injector, std::string name)
      : file_(std::move(file)), injector_(std::move(injector)), name_(std::move(name)) {}

  uint64_t size() const override { return file_->size(); }

  absl::StatusOr<PinnedBytes> Map() override {
    if (const auto fault = injector_->OnCall(kMapCall, name_)) return fault->status;
    return file_->Map();
  }
  absl::Status Populate(uint64_t offset, uint64_t size) override {
    if (const auto fault = injector_->OnCall(kPopulateCall, name_)) return fault->status;
    return file_->Populate(offset, size);
  }
  absl::Status Read(uint64_t offset, std::span<std::byte> out) override {
    if (const auto fault = injector_->OnCall(kReadCall, name_)) return fault->status;
    return file_->Read(offset, out);
  }
  void Expect() override { file_->Expect(); }
  uint64_t WrittenEnd() override { return file_->WrittenEnd(); }

 private:
  const std::shared_ptr<io::ReadableFile> file_;
  const std::shared_ptr<FaultInjector> injector_;
  const std::string name_;
};

}  // namespace

std::unique_ptr<io::WritableFile> MakeFaultyWritable(std::unique_ptr<io::WritableFile> file,
                                                     std::shared_ptr<FaultInjector> injector,
                                                     std::string name) {
  return std::make_unique<FaultyWritableFile>(std::move(file), std::move(injector),
                                              std::move(name));
}

std::shared_ptr<io::ReadableFile> MakeFaultyReadable(std::shared_ptr<io::ReadableFile> file,
                                                     std::shared_ptr<FaultInjector> injector,
                                                     std::string name) {
  return std::make_shared<FaultyReadableFile>(std::move(file), std::move(injector),
                                              std::move(name));
}

}  // namespace ashlar::testkit
