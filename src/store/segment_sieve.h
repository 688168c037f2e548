// SegmentSieve: which of up to sixteen segments may have a key, by one cache line.
//
// Owns: the bits. Does not own: which segments they are, nor filling it (segment_sieves.h). A block
// is one line of 32 slots, a slot has a bit for each segment, and a key sets its segment's bit in
// four slots of one block. So what sixteen filters say with a line each, one line says; a wrong yes
// comes in one of a hundred cases, or more often of segments with far more rows than the others,
// and costs a search of that segment. There is no wrong no.
#ifndef ASHLAR_SRC_STORE_SEGMENT_SIEVE_H_
#define ASHLAR_SRC_STORE_SEGMENT_SIEVE_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>

#include "src/base/bytes.h"
#include "src/base/check.h"
#include "src/io/zeroed_memory.h"

namespace ashlar::store {

// Filled by one thread, then asked by any.
class SegmentSieve {
 public:
  static constexpr size_t kMostSegments = 16;

  // For so many rows of all its segments. Nothing when there is no memory.
  [[nodiscard]] static std::optional<SegmentSieve> Make(uint64_t rows, size_t segments);

  void Add(size_t segment, uint64_t hash) {
    ASHLAR_CHECK(segment < kMostSegments);
    std::byte* const block = BlockOf(hash);
    const uint32_t slots = SlotsOf(hash);
    for (uint32_t i = 0; i < kSlotsOfKey; ++i) {
      std::byte* const slot = block + SlotOffset(slots, i);
      const auto set = static_cast<uint16_t>(base::LoadLittle<uint16_t>(slot) | 1U << segment);
      base::StoreLittle<uint16_t>(slot, set);
    }
  }

  void Prefetch(uint64_t hash) const { __builtin_prefetch(BlockOf(hash)); }
  // Bit i: segment i may have a key of this hash.
  [[nodiscard]] uint32_t MayHave(uint64_t hash) const {
    const std::byte* const block = BlockOf(hash);
    const uint32_t slots = SlotsOf(hash);
    uint32_t all = UINT16_MAX;
    for (uint32_t i = 0; i < kSlotsOfKey; ++i) {
      all &= base::LoadLittle<uint16_t>(block + SlotOffset(slots, i));
    }
    return all;
  }
  [[nodiscard]] uint64_t bytes() const { return memory_.size(); }

 private:
  static constexpr uint64_t kBlockBytes = 64;
  static constexpr uint32_t kSlotBits = 5;
  static constexpr uint32_t kSlotsOfKey = 4;
  static_assert(kBlockBytes == sizeof(uint16_t) << kSlotBits);

  SegmentSieve(io::ZeroedMemory memory, uint64_t blocks)
      : memory_(std::move(memory)), blocks_(blocks) {}

  [[nodiscard]] std::byte* BlockOf(uint64_t hash) const {
    return memory_.data() + (((hash >> 32) * blocks_) >> 32) * kBlockBytes;
  }
  // The high bits chose the block; the multiplication brings the low ones up.
  [[nodiscard]] static uint32_t SlotsOf(uint64_t hash) {
    return static_cast<uint32_t>((hash * 0x9E3779B97F4A7C15) >> 32);
  }
  [[nodiscard]] static size_t SlotOffset(uint32_t slots, uint32_t i) {
    return (slots >> (i * kSlotBits) & ((1U << kSlotBits) - 1)) * sizeof(uint16_t);
  }

  io::ZeroedMemory memory_;
  uint64_t blocks_ = 0;
};

}  // namespace ashlar::store

#endif  // ASHLAR_SRC_STORE_SEGMENT_SIEVE_H_
