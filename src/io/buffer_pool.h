// BufferPool: recycled, aligned write buffers.
//
// Owns: a few idle buffers of one size. Does not own: buffers on loan; a Loan gives its buffer back
// when it dies. Why: a bulk load sends gigabytes through 1 MiB pieces, and a fresh aligned megabyte
// each time costs page faults worth a tenth of the write.
#ifndef ASHLAR_SRC_IO_BUFFER_POOL_H_
#define ASHLAR_SRC_IO_BUFFER_POOL_H_

#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "src/base/mutex.h"
#include "src/io/aligned_buffer.h"

namespace ashlar::io {

// What the addresses of direct writes are aligned to, and a multiple of every disk's block.
inline constexpr size_t kDirectAlignment = 4096;
// A piece of a large write. A huge page, so that the system keeps what is written in pieces of this
// size in huge pages, and reads of single rows through the map do not wait for page tables.
inline constexpr size_t kDirectBufferBytes = size_t{2} << 20;

// Thread-safe. Loans keep the pool alive.
class BufferPool : public std::enable_shared_from_this<BufferPool> {
 public:
  // A buffer on loan; empty after a move.
  class Loan {
   public:
    Loan() = default;
    Loan(std::shared_ptr<BufferPool> pool, AlignedBuffer buffer)
        : pool_(std::move(pool)), buffer_(std::move(buffer)) {}
    Loan(Loan&&) = default;
    Loan& operator=(Loan&& other) noexcept {
      std::swap(pool_, other.pool_);
      std::swap(buffer_, other.buffer_);
      return *this;
    }
    ~Loan() {
      if (pool_ != nullptr) pool_->GiveBack(std::move(buffer_));
    }

    [[nodiscard]] std::byte* data() const { return buffer_.data(); }
    [[nodiscard]] size_t size() const { return buffer_.size(); }

   private:
    std::shared_ptr<BufferPool> pool_;
    AlignedBuffer buffer_;
  };

  // At most `max_idle` buffers are kept while nobody uses them.
  static std::shared_ptr<BufferPool> Create(size_t buffer_size, size_t alignment, size_t max_idle);

  // ResourceExhausted when memory is short; never waits.
  [[nodiscard]] absl::StatusOr<Loan> Borrow();

  [[nodiscard]] size_t buffer_size() const { return buffer_size_; }
  [[nodiscard]] size_t idle() const;

 private:
  BufferPool(size_t buffer_size, size_t alignment, size_t max_idle)
      : buffer_size_(buffer_size), alignment_(alignment), max_idle_(max_idle) {}

  void GiveBack(AlignedBuffer buffer);

  const size_t buffer_size_;
  const size_t alignment_;
  const size_t max_idle_;
  mutable base::Mutex mutex_;
  std::vector<AlignedBuffer> idle_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace ashlar::io

#endif  // ASHLAR_SRC_IO_BUFFER_POOL_H_
