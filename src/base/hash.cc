// XXH3, inlined into this one file.
#include "src/base/hash.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace ashlar::base {

uint64_t Hash64(std::span<const std::byte> bytes, uint64_t seed) {
  return XXH3_64bits_withSeed(bytes.data(), bytes.size(), seed);
}

void HashStrings(const int32_t* offsets, const std::byte* data, size_t rows, uint64_t seed,
                 uint64_t* hashes) {
  for (size_t row = 0; row < rows; ++row) {
    const auto size = static_cast<size_t>(offsets[row + 1] - offsets[row]);
    hashes[row] = Combine(hashes[row], XXH3_64bits_withSeed(data + offsets[row], size, seed));
  }
}

void HashFixed(const std::byte* data, size_t width, size_t rows, uint64_t seed, uint64_t* hashes) {
  if (width == sizeof(uint64_t)) {  // a constant size leaves a few instructions of the hash
    for (size_t row = 0; row < rows; ++row) {
      hashes[row] = XXH3_64bits_withSeed(data + row * sizeof(uint64_t), sizeof(uint64_t), seed);
    }
    return;
  }
  for (size_t row = 0; row < rows; ++row) {
    hashes[row] = XXH3_64bits_withSeed(data + row * width, width, seed);
  }
}

void HashRanges(const uint32_t* offsets, const std::byte* data, size_t rows, uint64_t seed,
                uint64_t* hashes) {
  for (size_t row = 0; row < rows; ++row) {
    const size_t size = offsets[row + 1] - offsets[row];
    hashes[row] = XXH3_64bits_withSeed(data + offsets[row], size, seed);
  }
}

}  // namespace ashlar::base
