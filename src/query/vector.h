// Vector: the values of one expression for the rows of one zone; Selection: which rows count.
//
// Owns: the in-flight form of values between kernels and operators, at most kZoneRows at a time, so
// that all of it stays in the first-level caches. Does not own: columns (include/ashlar/column.h).
#ifndef ASHLAR_SRC_QUERY_VECTOR_H_
#define ASHLAR_SRC_QUERY_VECTOR_H_

#include <array>
#include <bit>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>

#include "ashlar/column.h"
#include "src/base/limits.h"
#include "src/query/bound_expression.h"

namespace ashlar::query {

inline constexpr int64_t kZoneRows = base::kZoneRows;
inline constexpr size_t kZoneWords = kZoneRows / 64;

// One bit a row, least significant first; bits from the zone's row count on are zero.
struct alignas(64) Bits {
  std::array<uint64_t, kZoneWords> words{};

  [[nodiscard]] bool Get(int64_t row) const { return (words[row / 64] >> (row % 64) & 1) != 0; }
  void Set(int64_t row) { words[row / 64] |= uint64_t{1} << (row % 64); }
  void Clear(int64_t row) { words[row / 64] &= ~(uint64_t{1} << (row % 64)); }
  // The baseline has no instruction that counts, and std::popcount would be a call for each word:
  // here each byte of one sum counts its own column of bytes, at most 8 * kZoneWords bits.
  [[nodiscard]] int64_t Count() const {
    constexpr uint64_t kPairs = 0x5555555555555555;
    constexpr uint64_t kNibbles = 0x3333333333333333;
    constexpr uint64_t kBytes = 0x0f0f0f0f0f0f0f0f;
    constexpr uint64_t kHalfWords = 0x00ff00ff00ff00ff;
    static_assert(8 * kZoneWords < 256);
    uint64_t sums = 0;
    for (uint64_t word : words) {
      word -= (word >> 1) & kPairs;
      word = (word & kNibbles) + ((word >> 2) & kNibbles);
      sums += (word + (word >> 4)) & kBytes;
    }
    sums = (sums & kHalfWords) + ((sums >> 8) & kHalfWords);
    return static_cast<int64_t>((sums * 0x0001000100010001) >> 48);
  }
  [[nodiscard]] bool None() const {
    uint64_t any = 0;
    for (const uint64_t word : words) any |= word;
    return any == 0;
  }
  // The first `rows` bits set, all others clear.
  static Bits FirstRows(int64_t rows) {
    Bits bits;
    if (rows >= kZoneRows) {
      bits.words.fill(~uint64_t{0});
      return bits;
    }
    for (size_t word = 0; word < kZoneWords; ++word) {
      const int64_t left = rows - static_cast<int64_t>(word) * 64;
      bits.words[word] = left >= 64 ? ~uint64_t{0} : left <= 0 ? 0 : (uint64_t{1} << left) - 1;
    }
    return bits;
  }
};

// Calls visit(row) for each set bit, ascending.
template <typename Visit>
void ForEachRow(const Bits& bits, Visit visit) {
  for (size_t word = 0; word < kZoneWords; ++word) {
    for (uint64_t left = bits.words[word]; left != 0; left &= left - 1) {
      visit(static_cast<int64_t>(word) * 64 + std::countr_zero(left));
    }
  }
}

// Rows that were not selected, and slots of null rows, hold unspecified values (never unsafe to
// read). `data` points into the column itself where it can (plain 64-bit values), else into the
// vector's own scratch; so a vector lives no longer than the batch it was made from.
struct Vector {
  Physical physical = Physical::kNull;
  bool has_nulls = false;  // when false, `valid` is not to be read
  bool constant = false;   // every row equals row 0 (values and validity)
  Bits valid;              // bit set: not null
  Bits bits;               // kBool: the values
  const int64_t* int64 = nullptr;
  const uint64_t* uint64 = nullptr;
  const double* real = nullptr;
  const std::string_view* bytes = nullptr;
  // kNested: rows of this column, from `first_row` on.
  Column nested;
  int64_t first_row = 0;

  // Scratch that the pointers above may point into.
  alignas(64) std::array<int64_t, kZoneRows> words;
  std::array<std::string_view, kZoneRows> views;
  std::deque<std::string> owned;  // behind views of computed strings

  [[nodiscard]] bool IsNull(int64_t row) const { return has_nulls && !valid.Get(row); }
};

}  // namespace ashlar::query

#endif  // ASHLAR_SRC_QUERY_VECTOR_H_
