// Word-wise bit runs. The one rule that shapes the code: bytes outside of the run are never read,
// so unaligned words are put together from the bytes that the run really covers.
#include "src/columnar/bitmap.h"

#include <algorithm>
#include <cstring>

namespace ashlar::columnar {
namespace {

// 64 bits from bit `offset` on; all of them must exist.
uint64_t LoadWord(const std::byte* bits, int64_t offset) {
  const std::byte* first = bits + (offset >> 3);
  const int shift = static_cast<int>(offset & 7);
  uint64_t word;
  std::memcpy(&word, first, sizeof(word));
  if (shift == 0) return word;
  return (word >> shift) | (static_cast<uint64_t>(first[8]) << (64 - shift));
}

// Writes `length` (1 to 64) low bits of `word` at a byte boundary; the last byte is filled up with
// zeros.
void StoreBits(uint64_t word, std::byte* dst, int64_t length) {
  std::memcpy(dst, &word, static_cast<size_t>(BitmapBytes(length)));
}

// Puts the low `length` bits of `word` at bit `shift` of *dst, all within that byte.
void MergeIntoByte(uint64_t word, int shift, std::byte* dst) {
  const unsigned kept = static_cast<unsigned>(*dst) & ((1U << shift) - 1);
  *dst = static_cast<std::byte>(kept | static_cast<unsigned>(word << shift));
}

}  // namespace

uint64_t LoadBits(const std::byte* bits, int64_t offset, int64_t length) {
  if (length == 64) return LoadWord(bits, offset);
  const std::byte* first = bits + (offset >> 3);
  const int shift = static_cast<int>(offset & 7);
  const int64_t bytes = BitmapBytes(shift + length);
  uint64_t word = 0;
  std::memcpy(&word, first, static_cast<size_t>(std::min<int64_t>(bytes, 8)));
  word >>= shift;
  if (bytes == 9) word |= static_cast<uint64_t>(first[8]) << (64 - shift);
  return word & ((uint64_t{1} << length) - 1);
}

int64_t CountSetBits(const std::byte* bits, int64_t offset, int64_t length) {
  int64_t count = 0;
  const int64_t end = offset + length;
  for (; end - offset >= 64; offset += 64) count += std::popcount(LoadWord(bits, offset));
  if (offset < end) count += std::popcount(LoadBits(bits, offset, end - offset));
  return count;
}

void CopyBits(const std::byte* src, int64_t src_offset, std::byte* dst, int64_t dst_offset,
              int64_t length) {
  if (length <= 0) return;
  dst += dst_offset >> 3;
  const int shift = static_cast<int>(dst_offset & 7);
  if (shift != 0) {
    const int64_t head = std::min<int64_t>(8 - shift, length);
    MergeIntoByte(LoadBits(src, src_offset, head), shift, dst++);
    src_offset += head;
    length -= head;
  }
  if ((src_offset & 7) == 0 && length >= 64) {
    const int64_t bytes = length >> 3;
    std::memcpy(dst, src + (src_offset >> 3), static_cast<size_t>(bytes));
    dst += bytes;
    src_offset += bytes * 8;
    length -= bytes * 8;
  }
  for (; length >= 64; length -= 64, src_offset += 64, dst += 8) {
    StoreBits(LoadWord(src, src_offset), dst, 64);
  }
  if (length > 0) StoreBits(LoadBits(src, src_offset, length), dst, length);
}

void AppendSetBits(std::byte* bits, int64_t offset, int64_t length) {
  if (length <= 0) return;
  bits += offset >> 3;
  const int shift = static_cast<int>(offset & 7);
  if (shift != 0) {
    const int64_t head = std::min<int64_t>(8 - shift, length);
    MergeIntoByte((uint64_t{1} << head) - 1, shift, bits++);
    length -= head;
  }
  std::memset(bits, 0xff, static_cast<size_t>(length >> 3));
  if ((length & 7) != 0)
    StoreBits((uint64_t{1} << (length & 7)) - 1, bits + (length >> 3), length & 7);
}

}  // namespace ashlar::columnar
