// Recycling the aligned buffers of direct writes. See buffer_pool.h.
#include "src/io/buffer_pool.h"

#include "absl/status/status.h"
#include "src/base/check.h"

namespace ashlar::io {

std::shared_ptr<BufferPool> BufferPool::Create(size_t buffer_size, size_t alignment,
                                               size_t max_idle) {
  ASHLAR_CHECK(alignment != 0 && (alignment & (alignment - 1)) == 0);
  ASHLAR_CHECK(buffer_size != 0 && buffer_size % alignment == 0);
  return std::shared_ptr<BufferPool>(new BufferPool(buffer_size, alignment, max_idle));
}

absl::StatusOr<BufferPool::Loan> BufferPool::Borrow() {
  {
    base::MutexLock lock(mutex_);
    if (!idle_.empty()) {
      AlignedBuffer buffer = std::move(idle_.back());
      idle_.pop_back();
      return Loan(shared_from_this(), std::move(buffer));
    }
  }
  AlignedBuffer buffer = AlignedBuffer::Allocate(buffer_size_, alignment_);
  if (!buffer.valid()) return absl::ResourceExhaustedError("no memory for a write buffer");
  return Loan(shared_from_this(), std::move(buffer));
}

size_t BufferPool::idle() const {
  base::MutexLock lock(mutex_);
  return idle_.size();
}

void BufferPool::GiveBack(AlignedBuffer buffer) {
  if (!buffer.valid()) return;
  ASHLAR_CHECK(buffer.size() == buffer_size_);
  base::MutexLock lock(mutex_);
  if (idle_.size() < max_idle_) idle_.push_back(std::move(buffer));
}

}  // namespace ashlar::io
