// EncodedKeys: the keys of many rows as bytes that memcmp orders, with a prefix and a hash each.
//
// Owns: the flat form in which keys are sorted, hashed, indexed and kept in memory. Does not own:
// how values become these bytes (key_codec.h). Flat buffers, because a batch has many keys and
// every reader of them goes through all.
#ifndef ASHLAR_SRC_COLUMNAR_ENCODED_KEYS_H_
#define ASHLAR_SRC_COLUMNAR_ENCODED_KEYS_H_

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "src/base/check.h"

namespace ashlar::columnar {

// "ashlrkey": files hold hashes of this seed (docs/FORMAT.md, "Keys").
inline constexpr uint64_t kKeyHashSeed = 0x6173686c726b6579;

// Hash64 of the encoded key: stable, in files.
[[nodiscard]] uint64_t KeyHash(std::string_view key);

// The first 8 bytes, the first one highest, zeros behind a shorter key: if the prefixes of two keys
// differ, their order is that of the keys.
[[nodiscard]] inline uint64_t KeyPrefix(std::string_view key) {
  uint64_t word = 0;
  if (key.size() >= sizeof(word)) {
    std::memcpy(&word, key.data(), sizeof(word));
    return __builtin_bswap64(word);
  }
  for (const char byte : key) word = word << 8 | static_cast<uint8_t>(byte);
  return key.empty() ? 0 : word << (8 * (sizeof(word) - key.size()));
}

// A value that is filled once and then only read; safe to share when const.
struct EncodedKeys {
  size_t rows = 0;
  uint32_t width = 0;  // above 0: the bytes of every key, and `offsets` is empty
  std::string bytes;
  std::vector<uint32_t> offsets;  // one more than rows
  std::vector<uint64_t> prefixes;
  std::vector<uint64_t> hashes;

  [[nodiscard]] std::string_view key(size_t row) const {
    ASHLAR_CHECK(row < rows);
    if (width != 0) return {bytes.data() + row * width, width};
    return {bytes.data() + offsets[row], offsets[row + 1] - offsets[row]};
  }
};

// Fills `prefixes` and `hashes` from rows, width, bytes and offsets.
void FinishKeys(EncodedKeys* keys);

// Puts one more key behind those of `keys`, which has offsets (of no key: one 0) and no width.
// Their bytes are at most 2 GiB (checked).
void AppendKey(std::string_view key, uint64_t hash, EncodedKeys* keys);

// The keys of these rows, in this order; prefixes and hashes are copied. Their bytes are at most 2
// GiB (checked), as are those of any permutation. Key lengths stay fixed where they are.
[[nodiscard]] EncodedKeys SelectKeys(const EncodedKeys& keys, std::span<const uint32_t> rows);

// The smallest string that is above every string that begins with `prefix`; none when there is no
// such string (the prefix is empty, or all its bytes are 0xff): then the range has no end.
[[nodiscard]] std::optional<std::string> PrefixUpperBound(std::string_view prefix);

}  // namespace ashlar::columnar

#endif  // ASHLAR_SRC_COLUMNAR_ENCODED_KEYS_H_
