// Bits as Arrow packs them: bit i is bit i % 8 of byte i / 8, least significant first.
//
// Owns: reading, counting and copying runs of bits at any offset, 64 at a time. Does not own: what
// a bit means. No function touches a byte that holds none of the bits it was asked for, so a bitmap
// may end at the last byte of a mapped page.
#ifndef ASHLAR_SRC_COLUMNAR_BITMAP_H_
#define ASHLAR_SRC_COLUMNAR_BITMAP_H_

#include <bit>
#include <cstddef>
#include <cstdint>

namespace ashlar::columnar {

static_assert(std::endian::native == std::endian::little);

[[nodiscard]] inline bool GetBit(const std::byte* bits, int64_t index) {
  return ((static_cast<uint8_t>(bits[index >> 3]) >> (index & 7)) & 1) != 0;
}

inline void SetBit(std::byte* bits, int64_t index) {
  bits[index >> 3] |= static_cast<std::byte>(1U << (index & 7));
}

inline void ClearBit(std::byte* bits, int64_t index) {
  bits[index >> 3] &= static_cast<std::byte>(~(1U << (index & 7)));
}

// Bytes that `length` bits take.
[[nodiscard]] constexpr int64_t BitmapBytes(int64_t length) {
  return (length >> 3) + ((length & 7) != 0 ? 1 : 0);
}

// `length` (1 to 64) bits from bit `offset` on, the first in the lowest bit; the rest is zero.
[[nodiscard]] uint64_t LoadBits(const std::byte* bits, int64_t offset, int64_t length);

[[nodiscard]] int64_t CountSetBits(const std::byte* bits, int64_t offset, int64_t length);

// Copies `length` bits to bit `dst_offset` of `dst`. Bits before it stay; the bits after the last
// copied one, to the end of its byte, become zero: so runs can be appended one after the other.
void CopyBits(const std::byte* src, int64_t src_offset, std::byte* dst, int64_t dst_offset,
              int64_t length);

// The same, to the start of `dst`.
inline void CopyBits(const std::byte* src, int64_t src_offset, std::byte* dst, int64_t length) {
  CopyBits(src, src_offset, dst, 0, length);
}

// Sets `length` bits from `offset` on, and clears those after the last to the end of its byte.
void AppendSetBits(std::byte* bits, int64_t offset, int64_t length);

}  // namespace ashlar::columnar

#endif  // ASHLAR_SRC_COLUMNAR_BITMAP_H_
