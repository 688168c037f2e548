// Appending through a buffer, or directly, and syncing one file. See posix_writable_file.h.
#include "src/io/posix_writable_file.h"

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

constexpr size_t kDirectBlock = kDirectAlignment;
constexpr size_t kCachedBuffer = 64 * 1024;
constexpr size_t kIdleBuffers = 4;

BufferPool& PoolFor(bool direct) {
  static const auto* const cached =
      new std::shared_ptr<BufferPool>(BufferPool::Create(kCachedBuffer, 64, kIdleBuffers));
  return direct ? DirectBuffers() : **cached;
}

// Bytes that have their space now.
uint64_t Preallocate(int fd, uint64_t size) {
  if (size == 0 || size > static_cast<uint64_t>(std::numeric_limits<off_t>::max())) return 0;
  // Only a hint: want of space shows in the write that needs it, not here.
  const int result = RetryInterrupted(
      [&] { return fallocate(fd, FALLOC_FL_KEEP_SIZE, 0, static_cast<off_t>(size)); });
  return result == 0 ? size : 0;
}

}  // namespace

absl::StatusOr<std::unique_ptr<WritableFile>> PosixWritableFile::Make(
    OpenedFile file, std::string path, const CreateOptions& options) {
  const bool direct = options.direct && file.size == 0 && SetDirect(file.fd.get(), true);
  const uint64_t preallocated = Preallocate(file.fd.get(), options.expected_size);
  ASSIGN_OR_RETURN(BufferPool::Loan buffer, PoolFor(direct).Borrow());
  return std::unique_ptr<WritableFile>(new PosixWritableFile(
      std::move(file), std::move(path), std::move(buffer), direct, preallocated));
}

PosixWritableFile::PosixWritableFile(OpenedFile file, std::string path, BufferPool::Loan buffer,
                                     bool direct, uint64_t preallocated)
    : fd_(std::move(file.fd)),
      path_(std::move(path)),
      buffer_(std::move(buffer)),
      block_(direct ? kDirectBlock : 1),
      preallocated_(preallocated),
      buffer_offset_(file.size),
      written_(file.size) {
  ASHLAR_CHECK(fd_.valid() && buffer_offset_ % block_ == 0);
}

PosixWritableFile::~PosixWritableFile() {
  // Unsynced bytes are promised to nobody, so an error has nobody to go to either.
  if (fd_.valid() && poison_.ok()) WriteBuffered().IgnoreError();
}

absl::Status PosixWritableFile::CheckUsable() const {
  if (!fd_.valid()) return absl::FailedPreconditionError(base::StrCat(path_, ": closed"));
  return poison_;
}

absl::Status PosixWritableFile::Fail(int error, std::string_view operation) {
  poison_ = ErrnoStatus(error, operation, path_);
  healable_ = false;
  return poison_;
}

absl::Status PosixWritableFile::Append(std::span<const std::byte> bytes) {
  RETURN_IF_ERROR(CheckUsable());
  if (bytes.size() > std::numeric_limits<off_t>::max() - size()) return Fail(EFBIG, "write");
  const size_t around = WrittenAround(bytes);
  if (around > 0) RETURN_IF_ERROR(AppendAround(bytes.first(around)));
  return AppendBuffered(bytes.subspan(around));
}

// How many of the bytes need not go through the buffer.
size_t PosixWritableFile::WrittenAround(std::span<const std::byte> bytes) const {
  if (block_ == 1) return bytes.size() >= buffer_.size() ? bytes.size() : 0;
  if (used_ > 0 || !IsDirectlyWritable(bytes.data())) return 0;
  return bytes.size() / block_ * block_;
}

absl::Status PosixWritableFile::AppendBuffered(std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    if (used_ == buffer_.size()) RETURN_IF_ERROR(WriteBuffered());
    const size_t piece = std::min(bytes.size(), buffer_.size() - used_);
    ASHLAR_CHECK(piece > 0);
    std::memcpy(buffer_.data() + used_, bytes.data(), piece);
    used_ += piece;
    bytes = bytes.subspan(piece);
  }
  return absl::OkStatus();
}

absl::Status PosixWritableFile::AppendAround(std::span<const std::byte> bytes) {
  RETURN_IF_ERROR(WriteBuffered());
  ASHLAR_CHECK(used_ == 0);
  RETURN_IF_ERROR(WriteAt(buffer_offset_, bytes));
  buffer_offset_ += bytes.size();
  written_ = buffer_offset_;
  return absl::OkStatus();
}

absl::Status PosixWritableFile::WriteBuffered() {
  if (written_ == size()) return absl::OkStatus();
  const size_t padded = (used_ + block_ - 1) / block_ * block_;
  ASHLAR_CHECK(padded <= buffer_.size());
  std::memset(buffer_.data() + used_, 0, padded - used_);
  RETURN_IF_ERROR(WriteAt(buffer_offset_, {buffer_.data(), padded}));
  if (padded != used_) RETURN_IF_ERROR(CutTo(size()));
  written_ = size();
  const size_t whole = used_ / block_ * block_;
  std::memmove(buffer_.data(), buffer_.data() + whole, used_ - whole);
  buffer_offset_ += whole;
  used_ -= whole;
  return absl::OkStatus();
}

absl::Status PosixWritableFile::WriteAt(uint64_t offset, std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t put = RetryInterrupted(
        [&] { return pwrite(fd_.get(), bytes.data(), bytes.size(), static_cast<off_t>(offset)); });
    if (put < 0 && errno == EINVAL && LeaveDirect()) continue;
    if (put <= 0) {
      const absl::Status status = Fail(put == 0 ? EIO : errno, "write");
      healable_ = absl::IsResourceExhausted(status);
      return status;
    }
    bytes = bytes.subspan(static_cast<size_t>(put));
    offset += static_cast<uint64_t>(put);
  }
  return absl::OkStatus();
}

// True when direct I/O was on and is off now; the same bytes may then be written again.
bool PosixWritableFile::LeaveDirect() {
  if (block_ == 1 || !SetDirect(fd_.get(), false)) return false;
  block_ = 1;
  return true;
}

absl::Status PosixWritableFile::CutTo(uint64_t new_size) {
  const int result =
      RetryInterrupted([&] { return ftruncate(fd_.get(), static_cast<off_t>(new_size)); });
  return result == 0 ? absl::OkStatus() : Fail(errno, "truncate");
}

absl::Status PosixWritableFile::Flush() {
  RETURN_IF_ERROR(CheckUsable());
  return WriteBuffered();
}

absl::Status PosixWritableFile::Sync() {
  RETURN_IF_ERROR(CheckUsable());
  RETURN_IF_ERROR(WriteBuffered());
  // Never repeated, not even for EINTR: a second call could report success for lost pages.
  return fdatasync(fd_.get()) == 0 ? absl::OkStatus() : Fail(errno, "sync");
}

absl::Status PosixWritableFile::Truncate(uint64_t new_size) {
  if (!healable_) RETURN_IF_ERROR(CheckUsable());
  if (new_size > size()) {
    return absl::InvalidArgumentError(base::StrCat("truncate ", path_, ": beyond its end"));
  }
  // What is in the buffer only is cut there. A failed write may have left bytes past written_.
  written_ = std::min(written_, new_size);
  RETURN_IF_ERROR(CutTo(written_));
  if (new_size < buffer_offset_) {
    if (block_ > 1 && !LeaveDirect()) return Fail(EINVAL, "truncate");
    buffer_offset_ = new_size;
    used_ = 0;
  } else {
    used_ = static_cast<size_t>(new_size - buffer_offset_);
  }
  poison_ = absl::OkStatus();
  healable_ = false;
  return absl::OkStatus();
}

absl::Status PosixWritableFile::Close() {
  if (!fd_.valid()) return absl::OkStatus();
  absl::Status status = poison_.ok() ? WriteBuffered() : poison_;
  if (status.ok() && preallocated_ > size()) status = CutTo(size());
  // Whatever close says, the descriptor is gone.
  if (close(fd_.release()) != 0 && status.ok()) status = ErrnoStatus(errno, "close", path_);
  return status;
}

}  // namespace ashlar::io
