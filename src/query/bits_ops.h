// Word by word operations on the bits of a zone.
//
// Owns: the few set operations that nodes share, and loading a run of a column's bitmap, which may
// begin at any bit. Does not own: Bits itself (vector.h).
#ifndef ASHLAR_SRC_QUERY_BITS_OPS_H_
#define ASHLAR_SRC_QUERY_BITS_OPS_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "src/columnar/bitmap.h"
#include "src/query/vector.h"

namespace ashlar::query {

[[nodiscard]] inline Bits And(const Bits& a, const Bits& b) {
  Bits both;
  for (size_t i = 0; i < kZoneWords; ++i) both.words[i] = a.words[i] & b.words[i];
  return both;
}

[[nodiscard]] inline Bits Or(const Bits& a, const Bits& b) {
  Bits either;
  for (size_t i = 0; i < kZoneWords; ++i) either.words[i] = a.words[i] | b.words[i];
  return either;
}

// Those of `a` that are not in `b`.
[[nodiscard]] inline Bits AndNot(const Bits& a, const Bits& b) {
  Bits rest;
  for (size_t i = 0; i < kZoneWords; ++i) rest.words[i] = a.words[i] & ~b.words[i];
  return rest;
}

[[nodiscard]] inline bool Intersects(const Bits& a, const Bits& b) {
  uint64_t any = 0;
  for (size_t i = 0; i < kZoneWords; ++i) any |= a.words[i] & b.words[i];
  return any != 0;
}

// Bits [offset, offset + rows) of a bitmap, rows at most kZoneRows.
[[nodiscard]] inline Bits LoadZoneBits(const std::byte* bitmap, int64_t offset, int64_t rows) {
  Bits bits;
  for (int64_t row = 0; row < rows; row += 64) {
    bits.words[static_cast<size_t>(row / 64)] =
        columnar::LoadBits(bitmap, offset + row, std::min<int64_t>(64, rows - row));
  }
  return bits;
}

// Calls visit(row) for the selected rows, in plain loops where whole words are selected.
template <typename Visit>
void ForSelected(const Bits& selection, const Visit& visit) {
  for (size_t word = 0; word < kZoneWords; ++word) {
    const int64_t first = static_cast<int64_t>(word) * 64;
    uint64_t left = selection.words[word];
    if (left == ~uint64_t{0}) {
      for (int64_t row = first; row < first + 64; ++row) visit(row);
      continue;
    }
    for (; left != 0; left &= left - 1) visit(first + std::countr_zero(left));
  }
}

}  // namespace ashlar::query

#endif  // ASHLAR_SRC_QUERY_BITS_OPS_H_
