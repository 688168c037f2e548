// The vector kernel of the CSV scanner: 64 bytes become two bit masks, and bits become offsets.
#include "tools/import/csv_specials.h"

#include <bit>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace ashlar::tools {
namespace {

struct Masks {
  uint64_t special = 0;
  uint64_t non_ascii = 0;
};

#if defined(__SSE2__)

Masks Classify(const char* data) {
  const __m128i comma = _mm_set1_epi8(',');
  const __m128i quote = _mm_set1_epi8('"');
  const __m128i feed = _mm_set1_epi8('\n');
  Masks masks;
  for (int i = 0; i < 4; ++i) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(data + 16 * i));
    const __m128i hits =
        _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(bytes, comma), _mm_cmpeq_epi8(bytes, quote)),
                     _mm_cmpeq_epi8(bytes, feed));
    masks.special |= uint64_t{static_cast<uint16_t>(_mm_movemask_epi8(hits))} << (16 * i);
    masks.non_ascii |= uint64_t{static_cast<uint16_t>(_mm_movemask_epi8(bytes))} << (16 * i);
  }
  return masks;
}

#else

Masks Classify(const char* data) {
  Masks masks;
  for (int i = 0; i < 64; ++i) {
    const auto byte = static_cast<unsigned char>(data[i]);
    masks.special |= uint64_t{byte == ',' || byte == '"' || byte == '\n'} << i;
    masks.non_ascii |= uint64_t{byte >= 0x80} << i;
  }
  return masks;
}

#endif

}  // namespace

size_t IndexCsvSpecials(const char* data, size_t begin, size_t end, uint32_t* out,
                        bool* non_ascii) {
  size_t count = 0;
  uint64_t seen_non_ascii = 0;
  for (size_t at = begin; at < end; at += 64) {
    Masks masks = Classify(data + at);
    if (end - at < 64) {
      const uint64_t inside = (uint64_t{1} << (end - at)) - 1;
      masks.special &= inside;
      masks.non_ascii &= inside;
    }
    seen_non_ascii |= masks.non_ascii;
    while (masks.special != 0) {
      out[count++] = static_cast<uint32_t>(at) + std::countr_zero(masks.special);
      masks.special &= masks.special - 1;
    }
  }
  *non_ascii = seen_non_ascii != 0;
  return count;
}

}  // namespace ashlar::tools
