// KeySlots: from a key's hash to the rows that may have the key, in one cache line.
//
// Owns: the buckets, probing and filling them. Does not own: what a segment's number means, or
// which rows are in (key_directory.h). A bucket has 7 slots of 8 bytes, each {16 bits of the hash,
// number of the segment, row}, and a word that says of which keys it was full and how far they
// went: not to the next buckets, where keys would heap up, but to others that their hash chooses.
//
// Readers never wait: a slot is one word that is stored whole. What a reader finds is a hint, to be
// compared with the key; what it does not find was not there when it began.
#ifndef ASHLAR_SRC_STORE_KEY_SLOTS_H_
#define ASHLAR_SRC_STORE_KEY_SLOTS_H_

#include <algorithm>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <utility>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "src/base/sanitizers.h"
#include "src/io/zeroed_memory.h"

namespace ashlar::store {

// A row of the segment with this number. No segment has the number 0.
struct KeySlot {
  uint16_t segment = 0;
  uint32_t row = 0;
};

// Any number of readers beside one writer.
class KeySlots {
 public:
  static constexpr uint64_t kSlots = 7;
  static constexpr uint64_t kBucketBytes = 64;
  // Buckets that a key goes on at most: a search reads one more. Beyond it lie only keys that
  // somebody chose to collide, and rows of one key by the hundred.
  static constexpr uint64_t kMaxReach = 31;

  // From 1 to 2^32 - 1 buckets. Not valid() when memory is short.
  explicit KeySlots(uint64_t buckets);

  [[nodiscard]] bool valid() const { return memory_.valid(); }
  [[nodiscard]] uint64_t slots() const { return buckets_ * kSlots; }

  // Asks for the cache line that ForEach() reads first.
  void Prefetch(uint64_t hash) const { __builtin_prefetch(Bucket(HomeOf(hash))); }

  // Calls visit(KeySlot) for the rows whose hash may be `hash` until it returns true; says whether
  // it did.
  template <typename Visit>
  bool ForEach(uint64_t hash, const Visit& visit) const {
    const uint64_t tag = TagOf(hash);
    uint64_t* bucket = Bucket(HomeOf(hash));
    const uint64_t gone = Load(bucket[kSlots]);
    for (uint64_t left = (gone & GoneBit(hash)) == 0 ? 0 : gone & kReachMask;; --left) {
      for (uint32_t matches = Matches(bucket, tag); matches != 0; matches &= matches - 1) {
        // Read again, it may be another row by now: a hint all the same.
        const KeySlot slot = Unpack(Load(bucket[std::countr_zero(matches) / kMatchStep]));
        if (slot.segment != 0 && visit(slot)) return true;
      }
      if (left == 0) return false;
      bucket = Bucket(HomeOf(hash = Next(hash)));
    }
  }

  // The first of these rows, where one bucket tells, or an empty slot. Without a loop, for those
  // who look at one at most; kUnclear: ask ForEach().
  enum class Glance : uint8_t { kNone, kRow, kUnclear };
  [[nodiscard]] Glance FindFirst(uint64_t hash, KeySlot* slot) const {
    uint64_t* const bucket = Bucket(HomeOf(hash));
    const uint32_t matches = Matches(bucket, TagOf(hash));
    if (matches == 0) {
      return (Load(bucket[kSlots]) & GoneBit(hash)) == 0 ? Glance::kNone : Glance::kUnclear;
    }
    *slot = Unpack(Load(bucket[std::countr_zero(matches) / kMatchStep]));
    return Glance::kRow;
  }

  // The writer's. Puts the row into a slot that is empty or for which free(number of the segment)
  // is true; false when there is none within reach.
  template <typename Free>
  [[nodiscard]] bool Insert(uint64_t hash, KeySlot slot, const Free& free) {
    uint64_t& gone = Bucket(HomeOf(hash))[kSlots];
    const uint64_t gone_bit = GoneBit(hash);
    const uint64_t added =
        TagOf(hash) << kTagShift | uint64_t{slot.segment} << kSegmentShift | slot.row;
    for (uint64_t step = 0; step <= kMaxReach; ++step, hash = Next(hash)) {
      uint64_t* const bucket = Bucket(HomeOf(hash));
      for (uint64_t i = 0; i < kSlots; ++i) {
        const uint64_t word = Load(bucket[i]);
        if (word != 0 && !free(Unpack(word).segment)) continue;
        Store(bucket[i], added);
        if (step == 0) return true;
        const uint64_t reach = std::max(Load(gone) & kReachMask, step);
        Store(gone, (Load(gone) & ~kReachMask) | gone_bit | reach);
        return true;
      }
    }
    return false;
  }
  // Calls visit(number of the segment) for each slot where Insert() looked.
  template <typename Visit>
  void ForEachInReach(uint64_t hash, const Visit& visit) const {
    for (uint64_t step = 0; step <= kMaxReach; ++step, hash = Next(hash)) {
      uint64_t* const bucket = Bucket(HomeOf(hash));
      for (uint64_t i = 0; i < kSlots; ++i) {
        if (const uint64_t word = Load(bucket[i]); word != 0) visit(Unpack(word).segment);
      }
    }
  }

 private:
  static constexpr uint32_t kTagShift = 48;
  static constexpr uint32_t kSegmentShift = 32;
  // Of a bucket's last word: how far keys went, and behind it a bit for each 56th of them.
  static constexpr uint64_t kReachMask = 0xff;
  static constexpr uint64_t kGoneBits = 56;

  // The high half of the hash chooses the bucket, so the tag comes from the low one.
  [[nodiscard]] uint64_t HomeOf(uint64_t hash) const { return ((hash >> 32) * buckets_) >> 32; }
  [[nodiscard]] static uint64_t TagOf(uint64_t hash) { return hash & 0xffff; }
  // By the bits between the tag's and the bucket's.
  [[nodiscard]] static uint64_t GoneBit(uint64_t hash) {
    return uint64_t{1} << (8 + (((hash >> 16 & 0xffff) * kGoneBits) >> 16));
  }
  // The slots of a bucket that have the tag, a bit each, kMatchStep bits apart. Few instructions,
  // without a jump: so the processor begins the next searches while it waits for this bucket.
#if defined(__SSE2__) && !ASHLAR_RACES_ARE_WATCHED
  static constexpr int kMatchStep = 4;
  // By two slots at once; each half of what is loaded is whole, for it is aligned.
  [[nodiscard]] static uint32_t Matches(uint64_t* bucket, uint64_t tag) {
    const __m128i wanted = _mm_set1_epi16(static_cast<int16_t>(tag));
    const auto compare = [&](size_t pair) {
      const __m128i slots = _mm_load_si128(reinterpret_cast<const __m128i*>(bucket) + pair);
      return _mm_cmpeq_epi16(slots, wanted);
    };
    // A byte for each 16 bits: every fourth one is a tag's.
    const auto low =
        static_cast<uint32_t>(_mm_movemask_epi8(_mm_packs_epi16(compare(0), compare(1))));
    const auto high =
        static_cast<uint32_t>(_mm_movemask_epi8(_mm_packs_epi16(compare(2), compare(3))));
    return (low | high << 16) & 0x0888'8888;  // but for the last word
  }
#else
  static constexpr int kMatchStep = 1;
  [[nodiscard]] static uint32_t Matches(uint64_t* bucket, uint64_t tag) {
    return [&]<size_t... i>(std::index_sequence<i...>) {
      return ((uint32_t{Load(bucket[i]) >> kTagShift == tag} << i) | ...);
    }
    (std::make_index_sequence<kSlots>());
  }
#endif
  [[nodiscard]] static KeySlot Unpack(uint64_t word) {
    return {static_cast<uint16_t>(word >> kSegmentShift), static_cast<uint32_t>(word)};
  }
  // What chooses the bucket after this one: the multiplication brings the low bits up.
  [[nodiscard]] static uint64_t Next(uint64_t hash) { return hash * 0x9e3779b97f4a7c15 + 1; }
  [[nodiscard]] uint64_t* Bucket(uint64_t at) const {
    return reinterpret_cast<uint64_t*>(memory_.data() + at * kBucketBytes);
  }
  // Relaxed: a word says all by itself. That a row is in at all, its segment's being covered says
  // (key_directory.h), which is read first, with acquire.
  [[nodiscard]] static uint64_t Load(uint64_t& word) {
    return std::atomic_ref<uint64_t>(word).load(std::memory_order_relaxed);
  }
  static void Store(uint64_t& word, uint64_t value) {
    std::atomic_ref<uint64_t>(word).store(value, std::memory_order_relaxed);
  }

  const io::ZeroedMemory memory_;
  const uint64_t buckets_;
};

}  // namespace ashlar::store

#endif  // ASHLAR_SRC_STORE_KEY_SLOTS_H_
