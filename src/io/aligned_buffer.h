// AlignedBuffer: heap bytes at a chosen alignment.
//
// Owns: the memory. Does not own: any idea of how much of it is filled. Why not a vector: direct
// I/O wants 4 KiB alignment, mapped ranges promise 64, and neither wants the bytes zeroed first.
#ifndef ASHLAR_SRC_IO_ALIGNED_BUFFER_H_
#define ASHLAR_SRC_IO_ALIGNED_BUFFER_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <span>

namespace ashlar::io {

// Frees with the alignment that the bytes were allocated with.
struct AlignedDelete {
  size_t alignment = 1;
  void operator()(std::byte* bytes) const {
    ::operator delete (bytes, std::align_val_t{alignment});
  }
};

class AlignedBuffer {
 public:
  AlignedBuffer() = default;

  // Uninitialised bytes. The buffer is not valid() when memory is short; `alignment` is a power of
  // two.
  static AlignedBuffer Allocate(size_t size, size_t alignment) {
    AlignedBuffer buffer;
    buffer.bytes_ = {static_cast<std::byte*>(::operator new (
                         size == 0 ? 1 : size, std::align_val_t{alignment}, std::nothrow)),
                     AlignedDelete{alignment}};
    buffer.size_ = buffer.bytes_ == nullptr ? 0 : size;
    return buffer;
  }

  [[nodiscard]] bool valid() const { return bytes_ != nullptr; }
  [[nodiscard]] std::byte* data() const { return bytes_.get(); }
  [[nodiscard]] size_t size() const { return size_; }

 private:
  std::unique_ptr<std::byte[], AlignedDelete> bytes_;
  size_t size_ = 0;
};

}  // namespace ashlar::io

#endif  // ASHLAR_SRC_IO_ALIGNED_BUFFER_H_
