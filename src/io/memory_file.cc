// The bytes of one file in memory, safe to map while they grow. See memory_file.h.
#include "src/io/memory_file.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <optional>
#include <utility>

#include "ashlar/status_macros.h"
#include "src/base/bytes.h"
#include "src/base/check.h"
#include "src/base/strings.h"

namespace ashlar::io {
namespace {

constexpr size_t kAlignment = 64;
constexpr size_t kMinCapacity = 256;

absl::Status EndsAt(uint64_t size) {
  return absl::DataLossError(base::StrCat("the file ends at offset ", size));
}

}  // namespace

uint64_t MemoryFile::size() const {
  base::MutexLock lock(mutex_);
  return size_;
}

absl::Status MemoryFile::MoveToChunk(size_t capacity) {
  ASHLAR_CHECK(capacity >= size_);
  auto chunk = std::make_shared<AlignedBuffer>(AlignedBuffer::Allocate(capacity, kAlignment));
  if (!chunk->valid()) return absl::ResourceExhaustedError("no memory for a file");
  if (size_ > 0) std::memcpy(chunk->data(), chunk_->data(), size_);
  chunk_ = std::move(chunk);
  chunk_mapped_ = false;
  return absl::OkStatus();
}

absl::Status MemoryFile::GrowLocked(uint64_t size) {
  if (size <= size_) return absl::OkStatus();
  if (size > static_cast<uint64_t>(std::numeric_limits<ptrdiff_t>::max())) {
    return absl::ResourceExhaustedError("no memory for a file");
  }
  const size_t capacity = chunk_ == nullptr ? 0 : chunk_->size();
  if (size > capacity) {
    RETURN_IF_ERROR(MoveToChunk(std::max<size_t>({size, capacity * 2, kMinCapacity})));
  }
  std::memset(chunk_->data() + size_, 0, size - size_);
  size_ = size;
  return absl::OkStatus();
}

absl::Status MemoryFile::Grow(uint64_t size) {
  base::MutexLock lock(mutex_);
  return GrowLocked(size);
}

absl::Status MemoryFile::WriteAt(uint64_t offset, std::span<const std::byte> bytes) {
  base::MutexLock lock(mutex_);
  if (bytes.empty()) return absl::OkStatus();
  const std::optional<uint64_t> end = base::CheckedAdd(offset, bytes.size());
  if (!end.has_value()) return absl::ResourceExhaustedError("no memory for a file");
  if (chunk_mapped_ && offset < size_) RETURN_IF_ERROR(MoveToChunk(chunk_->size()));
  RETURN_IF_ERROR(GrowLocked(*end));
  ASHLAR_CHECK(*end <= size_);
  std::memcpy(chunk_->data() + offset, bytes.data(), bytes.size());
  return absl::OkStatus();
}

absl::Status MemoryFile::Append(std::span<const std::byte> bytes) {
  base::MutexLock lock(mutex_);
  if (bytes.empty()) return absl::OkStatus();
  if (bytes.size() > std::numeric_limits<ptrdiff_t>::max() - size_) {
    return absl::ResourceExhaustedError("no memory for a file");
  }
  const size_t needed = size_ + bytes.size();
  const size_t capacity = chunk_ == nullptr ? 0 : chunk_->size();
  if (needed > capacity) {
    RETURN_IF_ERROR(MoveToChunk(std::max({needed, capacity * 2, kMinCapacity})));
  }
  std::memcpy(chunk_->data() + size_, bytes.data(), bytes.size());
  size_ = needed;
  return absl::OkStatus();
}

absl::Status MemoryFile::Truncate(uint64_t size) {
  base::MutexLock lock(mutex_);
  if (size > size_) return absl::InvalidArgumentError("truncation beyond the end");
  const size_t old_size = std::exchange(size_, size);
  if (size == old_size) return absl::OkStatus();
  // The cut bytes may be pinned: what is appended next must not land in them.
  const absl::Status moved = MoveToChunk(std::max(size_, kMinCapacity));
  if (!moved.ok()) size_ = old_size;
  return moved;
}

absl::StatusOr<PinnedBytes> MemoryFile::Map(uint64_t size) {
  base::MutexLock lock(mutex_);
  if (size > size_) return EndsAt(size_);
  if (size == 0) return PinnedBytes();
  ASHLAR_CHECK(reinterpret_cast<uintptr_t>(chunk_->data()) % kAlignment == 0);
  chunk_mapped_ = true;
  return PinnedBytes(chunk_, {chunk_->data(), size});
}

absl::Status MemoryFile::Read(uint64_t offset, std::span<std::byte> out) const {
  base::MutexLock lock(mutex_);
  if (out.empty()) return absl::OkStatus();
  if (offset > size_ || out.size() > size_ - offset) return EndsAt(size_);
  std::memcpy(out.data(), chunk_->data() + offset, out.size());
  return absl::OkStatus();
}

absl::Status MemoryFile::CheckHolds(uint64_t end) const {
  base::MutexLock lock(mutex_);
  return end <= size_ ? absl::OkStatus() : EndsAt(size_);
}

absl::Status MemoryFile::Replace(std::span<const std::byte> bytes) {
  auto chunk = std::make_shared<AlignedBuffer>(AlignedBuffer::Allocate(bytes.size(), kAlignment));
  if (!chunk->valid()) return absl::ResourceExhaustedError("no memory for a file");
  if (!bytes.empty()) std::memcpy(chunk->data(), bytes.data(), bytes.size());
  base::MutexLock lock(mutex_);
  chunk_ = std::move(chunk);
  chunk_mapped_ = false;
  size_ = bytes.size();
  return absl::OkStatus();
}

absl::Status MemoryFile::LockWhole() {
  base::MutexLock lock(mutex_);
  if (whole_locked_ || !locked_bytes_.empty()) return absl::UnavailableError("held elsewhere");
  whole_locked_ = true;
  return absl::OkStatus();
}

void MemoryFile::UnlockWhole() {
  base::MutexLock lock(mutex_);
  ASHLAR_CHECK(whole_locked_);
  whole_locked_ = false;
}

absl::Status MemoryFile::LockByte(uint64_t position) {
  // The same bound as that of the operating system's locks.
  if (position >= static_cast<uint64_t>(std::numeric_limits<int64_t>::max())) {
    return absl::InvalidArgumentError("position out of range");
  }
  base::MutexLock lock(mutex_);
  if (whole_locked_) return absl::UnavailableError("held elsewhere");
  ++locked_bytes_[position];
  return absl::OkStatus();
}

void MemoryFile::UnlockByte(uint64_t position) {
  base::MutexLock lock(mutex_);
  const auto found = locked_bytes_.find(position);
  ASHLAR_CHECK(found != locked_bytes_.end());
  if (--found->second == 0) locked_bytes_.erase(found);
}

absl::StatusOr<std::vector<uint64_t>> MemoryFile::LockedBytes(uint64_t first, uint64_t last) const {
  if (first > last || last >= static_cast<uint64_t>(std::numeric_limits<int64_t>::max())) {
    return absl::InvalidArgumentError("bad range of positions");
  }
  base::MutexLock lock(mutex_);
  if (whole_locked_) return absl::UnavailableError("locked as a whole");
  std::vector<uint64_t> found;
  for (auto at = locked_bytes_.lower_bound(first); at != locked_bytes_.end() && at->first <= last;
       ++at) {
    found.push_back(at->first);
  }
  return found;
}

}  // namespace ashlar::io
