// A block file whose calls fail when the injector says so.
#include <algorithm>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "ashlar/status_macros.h"
#include "src/base/bytes.h"
#include "src/base/check.h"
#include "src/base/strings.h"
#include "tests/testing/faulty_files.h"

namespace ashlar::testkit {
namespace {

class FaultyBlockFile : public io::BlockFile {
 public:
  FaultyBlockFile(std::unique_ptr<io::BlockFile> file, std::shared_ptr<io::ReadableFile> content,
                  std::shared_ptr<FaultInjector> injector, std::string name)
      : file_(std::move(file)),
        content_(std::move(content)),
        injector_(std::move(injector)),
        name_(std::move(name)) {}

  absl::Status WriteAt(uint64_t offset, std::span<const std::byte> bytes) override {
    RETURN_IF_ERROR(poison_);
    if (const auto fault = injector_->OnCall(kWriteBlocksCall, name_); fault.has_value()) {
      if (fault->short_write) RETURN_IF_ERROR(Put(offset, WholeBlocks(bytes, bytes.size() / 2)));
      if (!absl::IsResourceExhausted(fault->status)) poison_ = fault->status;
      return fault->status;
    }
    const uint64_t old_size = file_->size();
    const uint64_t end = offset + bytes.size();
    const uint64_t growth = end - std::min(end, old_size);
    const uint64_t taken = injector_->TakeBytes(growth);
    if (taken == growth) return Put(offset, bytes);
    const uint64_t missing = std::min<uint64_t>(growth - taken, bytes.size());
    const std::span<const std::byte> part = WholeBlocks(bytes, bytes.size() - missing);
    RETURN_IF_ERROR(Put(offset, part));
    injector_->GiveBackBytes(taken - (file_->size() - old_size));
    return absl::ResourceExhaustedError(base::StrCat("write ", name_, ": no space (injected)"));
  }

  void ExpectSync(bool soon) override { file_->ExpectSync(soon); }

  absl::Status Sync() override {
    RETURN_IF_ERROR(poison_);
    if (const auto fault = injector_->OnCall(kSyncCall, name_); fault.has_value()) {
      if (fault->lose_unsynced) RETURN_IF_ERROR(LoseUnsynced());
      poison_ = fault->status;
      return poison_;
    }
    RETURN_IF_ERROR(file_->Sync());
    unsynced_.clear();
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
  struct OldBytes {
    uint64_t offset = 0;
    std::string bytes;
  };

  static std::span<const std::byte> WholeBlocks(std::span<const std::byte> bytes, uint64_t size) {
    return bytes.first(size / io::kBlockBytes * io::kBlockBytes);
  }

  absl::Status Put(uint64_t offset, std::span<const std::byte> bytes) {
    if (bytes.empty()) return absl::OkStatus();
    std::string old(bytes.size(), '\0');
    const uint64_t size = file_->size();
    const uint64_t there = offset < size ? std::min<uint64_t>(size - offset, old.size()) : 0;
    const auto out = std::as_writable_bytes(std::span<char>(old)).first(there);
    ASHLAR_CHECK_OK(content_->Read(offset, out));
    RETURN_IF_ERROR(file_->WriteAt(offset, bytes));
    unsynced_.push_back({offset, std::move(old)});
    return absl::OkStatus();
  }

  absl::Status LoseUnsynced() {
    while (!unsynced_.empty()) {
      const OldBytes old = std::move(unsynced_.back());
      unsynced_.pop_back();
      RETURN_IF_ERROR(file_->WriteAt(old.offset, base::AsBytes(old.bytes)));
    }
    return absl::OkStatus();
  }

  const std::unique_ptr<io::BlockFile> file_;
  const std::shared_ptr<io::ReadableFile> content_;
  const std::shared_ptr<FaultInjector> injector_;
  const std::string name_;
  std::vector<OldBytes> unsynced_;  // In the order of the writes.
  absl::Status poison_;
};

}  // namespace

std::unique_ptr<io::BlockFile> MakeFaultyBlockFile(io::FileSystem& base,
                                                   std::unique_ptr<io::BlockFile> file,
                                                   std::shared_ptr<FaultInjector> injector,
                                                   std::string name) {
  absl::StatusOr<std::shared_ptr<io::ReadableFile>> content = base.OpenForRead(name);
  ASHLAR_CHECK_OK(content.status());
  return std::make_unique<FaultyBlockFile>(std::move(file), *std::move(content),
                                           std::move(injector), std::move(name));
}

}  // namespace ashlar::testkit
