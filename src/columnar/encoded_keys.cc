// Prefixes and hashes of encoded keys; see the header.
#include "src/columnar/encoded_keys.h"

#include "src/base/bytes.h"
#include "src/base/hash.h"
#include "src/base/limits.h"

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
  if (keys->width == sizeof(uint64_t)) {  // one 64-bit integer, most often
    for (size_t row = 0; row < rows; ++row) {
      keys->prefixes[row] = KeyPrefix({keys->bytes.data() + row * sizeof(uint64_t), 8});
    }
    return;
  }
  for (size_t row = 0; row < rows; ++row) keys->prefixes[row] = KeyPrefix(keys->key(row));
}

void AppendKey(std::string_view key, uint64_t hash, EncodedKeys* keys) {
  ASHLAR_CHECK(keys->width == 0 && keys->offsets.size() == keys->rows + 1);
  keys->bytes += key;
  ASHLAR_CHECK(keys->bytes.size() <= base::kMaxBufferBytes);
  keys->offsets.push_back(static_cast<uint32_t>(keys->bytes.size()));
  keys->prefixes.push_back(KeyPrefix(key));
  keys->hashes.push_back(hash);
  ++keys->rows;
}

EncodedKeys SelectKeys(const EncodedKeys& keys, std::span<const uint32_t> rows) {
  EncodedKeys selected;
  selected.rows = rows.size();
  selected.width = keys.width;
  selected.prefixes.reserve(rows.size());
  selected.hashes.reserve(rows.size());
  selected.bytes.reserve(keys.bytes.size());
  if (keys.width == 0) {
    selected.offsets.reserve(rows.size() + 1);
    selected.offsets.push_back(0);
  }
  for (const uint32_t row : rows) {
    selected.bytes += keys.key(row);
    selected.prefixes.push_back(keys.prefixes[row]);
    selected.hashes.push_back(keys.hashes[row]);
    if (keys.width != 0) continue;
    ASHLAR_CHECK(selected.bytes.size() <= base::kMaxBufferBytes);
    selected.offsets.push_back(static_cast<uint32_t>(selected.bytes.size()));
  }
  return selected;
}

std::optional<std::string> PrefixUpperBound(std::string_view prefix) {
  std::string bound(prefix);
  while (!bound.empty() && static_cast<uint8_t>(bound.back()) == 0xff) bound.pop_back();
  if (bound.empty()) return std::nullopt;
  bound.back() = static_cast<char>(static_cast<uint8_t>(bound.back()) + 1);
  return bound;
}

}  // namespace ashlar::columnar
