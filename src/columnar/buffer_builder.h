// BufferBuilder: one growing Arrow buffer.
//
// Owns: 64-byte-aligned memory that doubles, and its hand-over as PinnedBytes without a copy. Does
// not own: what the bytes mean. Bytes between the size and the next multiple of 64 are zero once
// handed over, so the buffer can be written or exported with its padding.
#ifndef ASHLAR_SRC_COLUMNAR_BUFFER_BUILDER_H_
#define ASHLAR_SRC_COLUMNAR_BUFFER_BUILDER_H_

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <span>
#include <utility>

#include "ashlar/pinned_bytes.h"
#include "src/base/bytes.h"
#include "src/base/check.h"
#include "src/base/limits.h"
#include "src/io/aligned_buffer.h"

namespace ashlar::columnar {

// Stops the process when memory is short: callers bound what they build. Not thread-safe.
class BufferBuilder {
 public:
  BufferBuilder() = default;
  BufferBuilder(BufferBuilder&& other) noexcept
      : memory_(std::move(other.memory_)), size_(std::exchange(other.size_, 0)) {}
  BufferBuilder& operator=(BufferBuilder&& other) noexcept {
    memory_ = std::move(other.memory_);
    size_ = std::exchange(other.size_, 0);
    return *this;
  }

  // Valid until the next call that grows.
  [[nodiscard]] std::byte* data() { return memory_.data(); }
  [[nodiscard]] const std::byte* data() const { return memory_.data(); }
  [[nodiscard]] size_t size() const { return size_; }

  // Room for `capacity` bytes in all.
  void Reserve(size_t capacity) {
    if (capacity > capacity_bytes()) Grow(capacity);
  }

  // New bytes hold anything; for callers that write them at once.
  void ResizeUninitialized(size_t size) {
    Reserve(size);
    size_ = size;
  }

  // New bytes are zero.
  void Resize(size_t size) {
    Reserve(size);
    if (size > size_) std::memset(data() + size_, 0, size - size_);
    size_ = size;
  }

  void Append(std::span<const std::byte> bytes) {
    if (bytes.empty()) return;
    Reserve(size_ + bytes.size());
    std::memcpy(data() + size_, bytes.data(), bytes.size());
    size_ += bytes.size();
  }

  // The bytes so far; the builder is empty afterwards.
  [[nodiscard]] PinnedBytes Finish() {
    if (size_ == 0) {
      memory_ = {};
      return {};
    }
    const size_t padded = base::AlignUp(size_, base::kBufferAlignment);
    ASHLAR_CHECK(padded <= capacity_bytes());
    std::memset(data() + size_, 0, padded - size_);
    auto owner = std::make_shared<const io::AlignedBuffer>(std::move(memory_));
    memory_ = {};
    const std::span<const std::byte> bytes(owner->data(), std::exchange(size_, 0));
    return PinnedBytes(std::move(owner), bytes);
  }

 private:
  [[nodiscard]] size_t capacity_bytes() const { return memory_.valid() ? memory_.size() : 0; }

  void Grow(size_t capacity) {
    const size_t wanted = std::max(capacity, capacity_bytes() * 2);
    io::AlignedBuffer grown = io::AlignedBuffer::Allocate(
        base::AlignUp(wanted, base::kBufferAlignment), base::kBufferAlignment);
    ASHLAR_CHECK(grown.valid());
    if (size_ != 0) std::memcpy(grown.data(), data(), size_);
    memory_ = std::move(grown);
  }

  io::AlignedBuffer memory_;
  size_t size_ = 0;
};

}  // namespace ashlar::columnar

#endif  // ASHLAR_SRC_COLUMNAR_BUFFER_BUILDER_H_
