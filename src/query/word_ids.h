// WordIds: numbers 64-bit words in order of first appearance.
//
// Owns: an open-addressing hash table whose slots hold the words themselves, so that finding one
// costs one cache miss, and the words by number. Does not own: what a word means (value_numbers.h,
// pair_ids.h). Room is reserved a zone at a time, so that the loops below neither fail nor grow.
#ifndef ASHLAR_SRC_QUERY_WORD_IDS_H_
#define ASHLAR_SRC_QUERY_WORD_IDS_H_

#include <cstddef>
#include <cstdint>

#include "absl/status/status.h"
#include "src/base/check.h"
#include "src/base/hash.h"
#include "src/query/memory_meter.h"
#include "src/query/vector.h"

namespace ashlar::query {

// Numbers stay below this, so that the highest bit can mark "not known yet".
inline constexpr size_t kMostIds = size_t{1} << 31;
inline constexpr uint32_t kUnknownId = UINT32_MAX;

class WordIds {
 public:
  explicit WordIds(MemoryMeter* meter) : meter_(meter), slots_(meter), words_(meter) {}

  [[nodiscard]] size_t size() const { return words_.values.size(); }
  [[nodiscard]] uint64_t word(uint32_t id) const { return words_.values[id]; }

  // Room for `more` new words.
  [[nodiscard]] absl::Status Reserve(size_t more) {
    if (size() + more > kMostIds) {
      return absl::ResourceExhaustedError("a query cannot hold more than 2^31 distinct values");
    }
    RETURN_IF_ERROR(words_.Reserve(size() + more));
    size_t capacity = std::max<size_t>(slots_.values.size(), 16);
    while ((size() + more) * 3 > capacity * 2) capacity *= 2;
    return capacity == slots_.values.size() ? absl::OkStatus() : Rehash(capacity);
  }

  uint32_t FindOrAdd(uint64_t word) { return FindOrAddAt(base::Mix64(word), word); }

  // For at most kZoneRows words. Hashes first: the misses of many slots then overlap.
  void FindOrAddAll(const uint64_t* words, size_t count, uint32_t* ids) {
    uint64_t hashes[kZoneRows];
    ASHLAR_CHECK(count <= kZoneRows);
    const bool far = slots_.values.size() > kSlotsInCache;
    for (size_t i = 0; i < count; ++i) {
      hashes[i] = base::Mix64(words[i]);
      if (far) __builtin_prefetch(&slots_.values[hashes[i] & mask_], 1);
    }
    for (size_t i = 0; i < count; ++i) ids[i] = FindOrAddAt(hashes[i], words[i]);
  }

  // A number that no word has: of null.
  uint32_t AddUnkeyed() {
    words_.values.push_back(0);
    return static_cast<uint32_t>(size() - 1);
  }

 private:
  static constexpr size_t kSlotsInCache = 4096;
  struct Slot {
    uint64_t word = 0;
    uint32_t id_plus_1 = 0;  // 0: free
  };

  uint32_t FindOrAddAt(uint64_t hash, uint64_t word) {
    Slot* const slots = slots_.values.data();
    size_t at = hash & mask_;
    for (; slots[at].id_plus_1 != 0; at = (at + 1) & mask_) {
      if (slots[at].word == word) return slots[at].id_plus_1 - 1;
    }
    words_.values.push_back(word);
    slots[at] = {word, static_cast<uint32_t>(size())};
    return static_cast<uint32_t>(size() - 1);
  }

  absl::Status Rehash(size_t capacity) {
    MeteredArray<Slot> grown(meter_);
    RETURN_IF_ERROR(grown.Resize(capacity, Slot{}));
    mask_ = capacity - 1;
    for (const Slot& slot : slots_.values) {
      if (slot.id_plus_1 == 0) continue;
      size_t at = base::Mix64(slot.word) & mask_;
      while (grown.values[at].id_plus_1 != 0) at = (at + 1) & mask_;
      grown.values[at] = slot;
    }
    slots_.Release();
    slots_.values.swap(grown.values);
    return absl::OkStatus();
  }

  MemoryMeter* const meter_;
  MeteredArray<Slot> slots_;  // a power of two, at most two thirds full
  MeteredArray<uint64_t> words_;
  size_t mask_ = 0;
};

}  // namespace ashlar::query

#endif  // ASHLAR_SRC_QUERY_WORD_IDS_H_
