// The sliding window of the import readers. Owns: growth and moves; nothing else.
#include "tools/import/block_buffer.h"

#include <algorithm>
#include <cstring>
#include <span>
#include <utility>

#include "ashlar/status_macros.h"
#include "src/base/check.h"

namespace ashlar::tools {

BlockBuffer::BlockBuffer(io::InputStream& input, size_t block_bytes,
                         std::function<void(uint64_t)> on_bytes)
    : input_(input), block_bytes_(block_bytes), on_bytes_(std::move(on_bytes)) {
  ASHLAR_CHECK(block_bytes > 0);
  Reserve(block_bytes);
}

void BlockBuffer::Reserve(size_t bytes) {
  if (bytes <= capacity_) return;
  // Doubling keeps a long record cheap; the cap keeps the longest one from doubling past its limit.
  const size_t doubled = std::min(2 * capacity_, kMaxRecordBytes + block_bytes_);
  const size_t capacity = std::max(bytes, doubled);
  auto grown = std::make_unique_for_overwrite<char[]>(capacity + kBlockPadding);
  if (size_ > 0) std::memcpy(grown.get(), data_.get(), size_);
  std::memset(grown.get() + size_, 0, capacity + kBlockPadding - size_);
  data_ = std::move(grown);
  capacity_ = capacity;
}

absl::StatusOr<size_t> BlockBuffer::Fill(size_t keep_from) {
  ASHLAR_CHECK(keep_from <= size_);
  size_ -= keep_from;
  if (keep_from > 0 && size_ > 0) std::memmove(data_.get(), data_.get() + keep_from, size_);
  Reserve(size_ + block_bytes_);
  auto room = std::as_writable_bytes(std::span<char>(data_.get() + size_, block_bytes_));
  ASSIGN_OR_RETURN(const size_t count, input_.Read(room));
  size_ += count;
  bytes_read_ += count;
  if (on_bytes_ && count > 0) on_bytes_(count);
  return count;
}

}  // namespace ashlar::tools
