// DistinctTable: numbers values in order of first appearance.
//
// Owns: an open-addressing hash table of indices into the list of values. Does not own: the bytes
// of the values. Why not a general map: a slot here is 8 bytes, so 65,536 values stay in cache, and
// most mismatches are seen without touching a value.
#ifndef ASHLAR_SRC_COLUMNAR_DISTINCT_TABLE_H_
#define ASHLAR_SRC_COLUMNAR_DISTINCT_TABLE_H_

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace ashlar::columnar {

// Keys has a type Key and Hash(Key); a Key has ==. Not thread-safe.
template <typename Keys>
class DistinctTable {
 public:
  using Key = typename Keys::Key;

  // Starts small: most columns that end with a dictionary have few distinct values.
  explicit DistinctTable(size_t most_values)
      : slots_(std::bit_ceil(std::clamp<size_t>(2 * most_values, 16, 4096))) {}

  // The number of `key`, a new one when it has none.
  uint32_t FindOrAdd(const Key& key) {
    const uint64_t hash = Keys::Hash(key);
    const auto tag = static_cast<uint32_t>(hash >> 32);
    size_t slot = hash & (slots_.size() - 1);
    for (; slots_[slot].number != 0; slot = (slot + 1) & (slots_.size() - 1)) {
      const uint32_t number = slots_[slot].number - 1;
      if (slots_[slot].tag == tag && values_[number] == key) return number;
    }
    values_.push_back(key);
    slots_[slot] = {tag, static_cast<uint32_t>(values_.size())};
    if (2 * values_.size() > slots_.size()) Grow();
    return static_cast<uint32_t>(values_.size() - 1);
  }

  [[nodiscard]] const std::vector<Key>& values() const { return values_; }
  [[nodiscard]] std::vector<Key> TakeValues() { return std::move(values_); }

 private:
  struct Slot {
    uint32_t tag = 0;
    uint32_t number = 0;  // plus 1; 0: free
  };

  void Grow() {
    slots_.assign(4 * slots_.size(), Slot{});
    for (size_t i = 0; i < values_.size(); ++i) {
      const uint64_t hash = Keys::Hash(values_[i]);
      size_t slot = hash & (slots_.size() - 1);
      while (slots_[slot].number != 0) slot = (slot + 1) & (slots_.size() - 1);
      slots_[slot] = {static_cast<uint32_t>(hash >> 32), static_cast<uint32_t>(i + 1)};
    }
  }

  std::vector<Slot> slots_;  // a power of two, at most half full
  std::vector<Key> values_;
};

}  // namespace ashlar::columnar

#endif  // ASHLAR_SRC_COLUMNAR_DISTINCT_TABLE_H_
