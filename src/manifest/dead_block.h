// DeadBlock: the dead rows among 65,536 consecutive rows of a segment, a value that never changes.
//
// Owns: the form in memory and set operations on it. Does not own: bytes (dead_block_codec.h) or
// which blocks a segment has (deletion_vector.h).
//
// The form is a bitmap (the base) and a sorted list of at most 256 rows beside it (the delta).
// Rows that die join the delta; the base is shared with the older block until the delta is full.
// So a few rows cost a few hundred bytes, however many died before, and a question about a zone is
// a copy of 16 words and a short search. Up to 256 rows there is no base at all.
#ifndef ASHLAR_SRC_MANIFEST_DEAD_BLOCK_H_
#define ASHLAR_SRC_MANIFEST_DEAD_BLOCK_H_

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "src/base/limits.h"

namespace ashlar::manifest {

inline constexpr uint32_t kDeadBlockRows = 65536;
inline constexpr size_t kDeadBlockWords = kDeadBlockRows / 64;
inline constexpr size_t kZoneMaskWords = base::kZoneRows / 64;
inline constexpr uint32_t kZonesPerDeadBlock = kDeadBlockRows / base::kZoneRows;

// Bit set: the row is dead.
using DeadWords = std::array<uint64_t, kDeadBlockWords>;

// Calls visit(row) for each set bit, ascending.
template <typename Visit>
void ForEachDead(std::span<const uint64_t> words, const Visit& visit) {
  for (size_t word = 0; word < words.size(); ++word) {
    for (uint64_t left = words[word]; left != 0; left &= left - 1) {
      visit(static_cast<uint32_t>(word * 64) + static_cast<uint32_t>(std::countr_zero(left)));
    }
  }
}

class DeadBlock {
 public:
  static constexpr size_t kMaxDelta = 256;

  DeadBlock() = default;  // nobody is dead
  [[nodiscard]] static DeadBlock FromWords(const DeadWords& words);
  // Strictly ascending; at most kMaxDelta.
  [[nodiscard]] static DeadBlock FromFew(std::vector<uint16_t> rows);

  [[nodiscard]] uint32_t count() const { return count_; }
  [[nodiscard]] bool Contains(uint16_t row) const;
  // Clears the bits of dead rows; `zone` counts in the block.
  void MaskZone(uint32_t zone, std::span<uint64_t, kZoneMaskWords> alive) const;
  // Sets the bits of dead rows.
  void AddTo(DeadWords& words) const;

  [[nodiscard]] DeadBlock Union(const DeadBlock& other) const;
  // Rows of this block that are alive in `other`.
  [[nodiscard]] DeadBlock Difference(const DeadBlock& other) const;

 private:
  using Base = std::vector<uint64_t>;  // whole zones, up to the last one with a dead row

  [[nodiscard]] bool BaseContains(uint16_t row) const;

  uint32_t count_ = 0;
  std::shared_ptr<const Base> base_;  // null: none
  std::vector<uint16_t> delta_;       // ascending, none of them in the base
};

}  // namespace ashlar::manifest

#endif  // ASHLAR_SRC_MANIFEST_DEAD_BLOCK_H_
