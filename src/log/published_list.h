// PublishedList: pointers that one writer appends while readers look them up by number.
//
// Owns: an array that doubles without taking the old one from its readers. Does not own: what the
// pointers point to. Old arrays stay until the list goes: together they are no larger than the
// newest.
#ifndef ASHLAR_SRC_LOG_PUBLISHED_LIST_H_
#define ASHLAR_SRC_LOG_PUBLISHED_LIST_H_

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

namespace ashlar::log {

template <typename T>
class PublishedList {
 public:
  // The writer's.
  void Append(T* item) {
    const size_t size = size_.load(std::memory_order_relaxed);
    if (size == capacity_) Grow();
    array_.load(std::memory_order_relaxed)[size] = item;
    size_.store(size + 1, std::memory_order_release);
  }
  [[nodiscard]] uint64_t bytes() const { return allocated_ * sizeof(T*); }

  // Anyone's.
  [[nodiscard]] size_t size() const { return size_.load(std::memory_order_acquire); }
  // `index` is below a size that was seen, by this thread or by whom it has the index from.
  [[nodiscard]] T* Get(size_t index) const { return array_.load(std::memory_order_acquire)[index]; }

 private:
  void Grow() {
    const size_t size = capacity_;
    capacity_ = std::max<size_t>(8, 2 * capacity_);
    auto grown = std::make_unique<T*[]>(capacity_);
    if (size > 0) std::copy_n(arrays_.back().get(), size, grown.get());
    array_.store(grown.get(), std::memory_order_release);
    arrays_.push_back(std::move(grown));
    allocated_ += capacity_;
  }

  std::atomic<T**> array_{nullptr};
  std::atomic<size_t> size_{0};
  size_t capacity_ = 0;
  size_t allocated_ = 0;
  std::vector<std::unique_ptr<T*[]>> arrays_;
};

}  // namespace ashlar::log

#endif  // ASHLAR_SRC_LOG_PUBLISHED_LIST_H_
