// ZeroedMemory: a large piece of memory that is all zeros at first.
//
// Owns: the pages, which the system gives one by one when they are touched, huge ones where it has
// them. Does not own: what is in them. Why not a vector: a table of a hundred megabytes must not be
// written through before it is used, and is read at random, where small pages cost a miss more.
#ifndef ASHLAR_SRC_IO_ZEROED_MEMORY_H_
#define ASHLAR_SRC_IO_ZEROED_MEMORY_H_

#include <cstddef>
#include <utility>

namespace ashlar::io {

class ZeroedMemory {
 public:
  ZeroedMemory() = default;
  ZeroedMemory(ZeroedMemory&& other) noexcept { Swap(other); }
  ZeroedMemory& operator=(ZeroedMemory&& other) noexcept {
    ZeroedMemory taken(std::move(other));
    Swap(taken);
    return *this;
  }
  ZeroedMemory(const ZeroedMemory&) = delete;
  ZeroedMemory& operator=(const ZeroedMemory&) = delete;
  ~ZeroedMemory();

  // At least one byte, page-aligned. Not valid() when the system has none.
  [[nodiscard]] static ZeroedMemory Allocate(size_t size);

  [[nodiscard]] bool valid() const { return data_ != nullptr; }
  [[nodiscard]] std::byte* data() const { return data_; }
  [[nodiscard]] size_t size() const { return size_; }

 private:
  void Swap(ZeroedMemory& other) noexcept {
    std::swap(map_, other.map_);
    std::swap(mapped_, other.mapped_);
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
  }

  void* map_ = nullptr;
  size_t mapped_ = 0;  // bytes, with those before `data_`
  std::byte* data_ = nullptr;
  size_t size_ = 0;
};

}  // namespace ashlar::io

#endif  // ASHLAR_SRC_IO_ZEROED_MEMORY_H_
