// Writing blocks in place and syncing them. See posix_block_file.h.
#include "src/io/posix_block_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <limits>
#include <utility>

#include "ashlar/status_macros.h"
#include "src/base/check.h"
#include "src/base/strings.h"
#include "src/io/posix_direct.h"
#include "src/io/posix_error.h"

namespace ashlar::io {
namespace {

constexpr uint64_t kMaxOffset = std::numeric_limits<off_t>::max();
// As much as a device writes in a millisecond.
constexpr uint64_t kWritebackStep = uint64_t{1} << 20;

}  // namespace

absl::StatusOr<std::unique_ptr<BlockFile>> PosixBlockFile::Make(OpenedFile file, std::string path,
                                                                const BlockFileOptions& options) {
  if (options.size % kBlockBytes != 0 || options.size > kMaxOffset) {
    return absl::InvalidArgumentError(
        base::StrCat("open ", path, ": a size of ", options.size, " bytes is not in whole blocks"));
  }
  // A write cut short may have left a part of a block, which nobody relies on.
  file.size -= file.size % kBlockBytes;
  const bool direct = options.direct && SetDirect(file.fd.get(), true);
  std::unique_ptr<PosixBlockFile> made(
      new PosixBlockFile(std::move(file), std::move(path), direct));
  if (options.size > made->size_) made->AllocateAhead(options.size);
  return made;
}

void PosixBlockFile::AllocateAhead(uint64_t size) {
  ASHLAR_CHECK(size > size_);
  const auto begin = static_cast<off_t>(size_);
  const int allocated = RetryInterrupted(
      [&] { return fallocate(fd_.get(), 0, begin, static_cast<off_t>(size) - begin); });
  if (allocated == 0) {
    size_ = size;
    return;
  }
  // Not supported, or no space for all of it: what a part may have taken is given back, and the
  // file grows with its writes. Should the cut fail, the bytes behind the end are zeros.
  (void)RetryInterrupted([&] { return ftruncate(fd_.get(), begin); });
}

absl::Status PosixBlockFile::CheckUsable() const {
  if (!fd_.valid()) return absl::FailedPreconditionError(base::StrCat(path_, ": closed"));
  return poison_;
}

absl::Status PosixBlockFile::Fail(int error, std::string_view operation) {
  poison_ = ErrnoStatus(error, operation, path_);
  return poison_;
}

absl::Status PosixBlockFile::WriteAt(uint64_t offset, std::span<const std::byte> bytes) {
  RETURN_IF_ERROR(CheckUsable());
  if (offset % kBlockBytes != 0 || bytes.size() % kBlockBytes != 0) {
    return absl::InvalidArgumentError(
        base::StrCat("write ", path_, " at offset ", offset, ": not in whole blocks"));
  }
  if (offset > kMaxOffset || bytes.size() > kMaxOffset - offset) {
    return ErrnoStatus(EFBIG, "write", path_);
  }
  ChooseCaching(offset, bytes.size());
  const bool copy = bypassing_ && !IsDirectlyWritable(bytes.data());
  RETURN_IF_ERROR(copy ? WriteCopied(offset, bytes) : WriteWhole(offset, bytes));
  size_ = std::max(size_, offset + bytes.size());
  if (!bypassing_) BeginWriteback(offset, bytes.size());
  return absl::OkStatus();
}

void PosixBlockFile::ChooseCaching(uint64_t offset, uint64_t size) {
  const bool grows = offset + size > size_;
  const bool bypass = direct_ && (grows || (sync_soon_ && !cached_));
  if (bypass != bypassing_ && SetDirect(fd_.get(), bypass)) bypassing_ = bypass;
}

void PosixBlockFile::BeginWriteback(uint64_t offset, uint64_t size) {
  if (!std::exchange(cached_, true)) writeback_from_ = offset;
  const uint64_t end = offset + size;
  if (offset < writeback_from_ || end - writeback_from_ < kWritebackStep) return;
  // A hint: what goes wrong shows in the next sync. The last page is likely to change again.
  const uint64_t whole = end - end % kWritebackStep;
  (void)sync_file_range(fd_.get(), static_cast<off_t>(writeback_from_),
                        static_cast<off_t>(whole - writeback_from_), SYNC_FILE_RANGE_WRITE);
  writeback_from_ = whole;
}

absl::Status PosixBlockFile::WriteCopied(uint64_t offset, std::span<const std::byte> bytes) {
  ASSIGN_OR_RETURN(const BufferPool::Loan buffer, DirectBuffers().Borrow());
  while (!bytes.empty()) {
    const size_t piece = std::min(bytes.size(), buffer.size());
    std::memcpy(buffer.data(), bytes.data(), piece);
    RETURN_IF_ERROR(WriteWhole(offset, {buffer.data(), piece}));
    bytes = bytes.subspan(piece);
    offset += piece;
  }
  return absl::OkStatus();
}

absl::Status PosixBlockFile::WriteWhole(uint64_t offset, std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t put = RetryInterrupted(
        [&] { return pwrite(fd_.get(), bytes.data(), bytes.size(), static_cast<off_t>(offset)); });
    // Larger blocks than ours, a short write that left us between them, or no direct writes at all.
    if (put < 0 && errno == EINVAL && LeaveDirect()) continue;
    if (put < 0) {
      const absl::Status status = ErrnoStatus(errno, "write", path_);
      if (!absl::IsResourceExhausted(status)) poison_ = status;
      return status;
    }
    if (put == 0) return Fail(EIO, "write");
    bytes = bytes.subspan(static_cast<size_t>(put));
    offset += static_cast<uint64_t>(put);
  }
  return absl::OkStatus();
}

// True when direct I/O was on and is off now; the same bytes may then be written again.
bool PosixBlockFile::LeaveDirect() {
  if (!bypassing_ || !SetDirect(fd_.get(), false)) return false;
  direct_ = bypassing_ = false;
  return true;
}

absl::Status PosixBlockFile::Sync() {
  RETURN_IF_ERROR(CheckUsable());
  // Never repeated, not even for EINTR: a second call could report success for lost pages.
  if (fdatasync(fd_.get()) != 0) return Fail(errno, "sync");
  cached_ = false;
  return absl::OkStatus();
}

absl::Status PosixBlockFile::Close() {
  if (!fd_.valid()) return absl::OkStatus();
  absl::Status status = poison_;
  // Whatever close says, the descriptor is gone.
  if (close(fd_.release()) != 0 && status.ok()) status = ErrnoStatus(errno, "close", path_);
  return status;
}

}  // namespace ashlar::io
