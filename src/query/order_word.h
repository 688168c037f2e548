// Order words: values as unsigned 64-bit numbers of the same order.
//
// Owns: the total order of sort keys, once: numbers by value, -0.0 beside 0.0, NaN greatest, false
// before true, bytes by their first eight. Does not own: nulls (always last) or ties. Descending
// order is the complement of the word.
#ifndef ASHLAR_SRC_QUERY_ORDER_WORD_H_
#define ASHLAR_SRC_QUERY_ORDER_WORD_H_

#include <bit>
#include <cstdint>
#include <cstring>
#include <limits>
#include <string_view>

namespace ashlar::query {

inline constexpr uint64_t kSignBit = uint64_t{1} << 63;

[[nodiscard]] inline uint64_t OrderWord(int64_t value) {
  return static_cast<uint64_t>(value) ^ kSignBit;
}
[[nodiscard]] inline uint64_t OrderWord(uint64_t value) { return value; }
[[nodiscard]] inline uint64_t OrderWord(double value) {
  if (value != value) return UINT64_MAX;
  const auto bits = std::bit_cast<uint64_t>(value + 0.0);  // -0.0 becomes 0.0
  return (bits & kSignBit) != 0 ? ~bits : bits | kSignBit;
}
// Of bytes from `depth` on, as if zeros followed.
[[nodiscard]] inline uint64_t OrderWord(std::string_view bytes, size_t depth = 0) {
  uint64_t word = 0;
  if (bytes.size() >= depth + sizeof(word)) {
    std::memcpy(&word, bytes.data() + depth, sizeof(word));
  } else if (bytes.size() > depth) {
    std::memcpy(&word, bytes.data() + depth, bytes.size() - depth);
  }
  return __builtin_bswap64(word);
}

// The way back; every NaN comes back as one.
[[nodiscard]] inline int64_t Int64OfWord(uint64_t word) {
  return static_cast<int64_t>(word ^ kSignBit);
}
[[nodiscard]] inline double DoubleOfWord(uint64_t word) {
  if (word == UINT64_MAX) return std::numeric_limits<double>::quiet_NaN();
  return std::bit_cast<double>((word & kSignBit) != 0 ? word ^ kSignBit : ~word);
}

}  // namespace ashlar::query

#endif  // ASHLAR_SRC_QUERY_ORDER_WORD_H_
