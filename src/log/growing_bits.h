// GrowingBits: a bitmap of fixed capacity that one writer appends to while others read its start.
//
// Owns: sharing words between a writer and readers, who may want bits of the word that is written
// to: all its accesses are atomic, and readers of a growing bitmap copy. Does not own: how many
// bits are published (the chunk's row count says so).
#ifndef ASHLAR_SRC_LOG_GROWING_BITS_H_
#define ASHLAR_SRC_LOG_GROWING_BITS_H_

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <cstring>
#include <memory>

#include "ashlar/pinned_bytes.h"
#include "src/base/check.h"
#include "src/base/limits.h"
#include "src/columnar/bitmap.h"
#include "src/columnar/buffer_builder.h"
#include "src/io/aligned_buffer.h"

namespace ashlar::log {

// One writer, any number of readers of bits that were published to them.
class GrowingBits {
 public:
  // All bits clear.
  void Allocate(int64_t capacity) {
    ASHLAR_CHECK(!memory_.valid() && capacity > 0);
    const size_t bytes = static_cast<size_t>((capacity + 63) / 64) * sizeof(uint64_t);
    memory_ = io::AlignedBuffer::Allocate(bytes, base::kBufferAlignment);
    ASHLAR_CHECK(memory_.valid());
    std::memset(memory_.data(), 0, bytes);
  }
  [[nodiscard]] bool allocated() const { return memory_.valid(); }
  [[nodiscard]] uint64_t bytes() const { return memory_.size(); }

  // Bits are set at most once, in ascending order, and start clear.
  void AppendSet(int64_t at, int64_t count) {
    ForEachWord(at, count, [](int64_t, int64_t bits) { return LowBits(bits); });
  }
  void Append(const std::byte* from, int64_t offset, int64_t at, int64_t count) {
    ForEachWord(at, count, [&](int64_t done, int64_t bits) {
      return columnar::LoadBits(from, offset + done, bits);
    });
  }

  // Bits [first, end) from bit 0 on; `first` is a multiple of 64. Shared when nothing is appended
  // any more, else copied.
  [[nodiscard]] PinnedBytes View(const std::shared_ptr<const void>& owner, int64_t first,
                                 int64_t end, bool closed) const {
    ASHLAR_CHECK(first % 64 == 0 && first <= end);
    const auto size = static_cast<size_t>(columnar::BitmapBytes(end - first));
    if (closed) return PinnedBytes(owner, {memory_.data() + first / 8, size});
    columnar::BufferBuilder copy;
    copy.ResizeUninitialized(static_cast<size_t>((end - first + 63) / 64) * sizeof(uint64_t));
    for (int64_t at = first; at < end; at += 64) {
      const uint64_t word =
          Word(at / 64).load(std::memory_order_relaxed) & LowBits(std::min<int64_t>(64, end - at));
      std::memcpy(copy.data() + (at - first) / 8, &word, sizeof(word));
    }
    copy.Resize(size);
    return copy.Finish();
  }

 private:
  [[nodiscard]] static uint64_t LowBits(int64_t count) {
    return count >= 64 ? ~uint64_t{0} : (uint64_t{1} << count) - 1;
  }
  [[nodiscard]] std::atomic_ref<uint64_t> Word(int64_t index) const {
    return std::atomic_ref<uint64_t>(reinterpret_cast<uint64_t*>(memory_.data())[index]);
  }
  // Calls next(done, bits) for runs that each lie in one word, and sets what it returns.
  template <typename Next>
  void ForEachWord(int64_t at, int64_t count, Next next) {
    for (int64_t done = 0; done < count;) {
      const int64_t shift = (at + done) % 64;
      const int64_t bits = std::min(64 - shift, count - done);
      const std::atomic_ref<uint64_t> word = Word((at + done) / 64);
      word.store(word.load(std::memory_order_relaxed) | next(done, bits) << shift,
                 std::memory_order_relaxed);
      done += bits;
    }
  }

  io::AlignedBuffer memory_;
};

}  // namespace ashlar::log

#endif  // ASHLAR_SRC_LOG_GROWING_BITS_H_
