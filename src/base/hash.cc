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

}  // namespace ashlar::base
