// Prefixes and hashes of encoded keys; see the header.
#include "src/columnar/encoded_keys.h"

#include "src/base/bytes.h"
#include "src/base/hash.h"

namespace ashlar::columnar {

uint64_t KeyHash(std::string_view key) { return base::Hash64(base::AsBytes(key), kKeyHashSeed); }

void FinishKeys(EncodedKeys* keys) {
  const size_t rows = keys->rows;
  keys->prefixes.resize(rows);
  keys->hashes.resize(rows);
  const std::span<const std::byte> bytes = base::AsBytes(keys->bytes);
  if (keys->width != 0) {
    ASHLAR_CHECK(bytes.size() == rows * keys->width && keys->offsets.empty());
    base::HashFixed(bytes.data(), keys->width, rows, kKeyHashSeed, keys->hashes.data());
  } else {
    ASHLAR_CHECK(keys->offsets.size() == rows + 1 && keys->offsets.back() == bytes.size());
    base::HashRanges(keys->offsets.data(), bytes.data(), rows, kKeyHashSeed, keys->hashes.data());
  }
  for (size_t row = 0; row < rows; ++row) keys->prefixes[row] = KeyPrefix(keys->key(row));
}

std::optional<std::string> PrefixUpperBound(std::string_view prefix) {
  std::string bound(prefix);
  while (!bound.empty() && static_cast<uint8_t>(bound.back()) == 0xff) bound.pop_back();
  if (bound.empty()) return std::nullopt;
  bound.back() = static_cast<char>(static_cast<uint8_t>(bound.back()) + 1);
  return bound;
}

}  // namespace ashlar::columnar
