// StoredKey: a key of one or two words as its column stores it, with its hash.
//
// Owns: making one of a Key in a few instructions, in registers, without a call: most keys are
// integers or of 16 bytes, and what a get does before it asks for memory keeps the next one
// waiting. Does not own: all other keys, which KeyCodec encodes. The hash is that of the encoded
// key (columnar::KeyHash); each inclusion compiles XXH3, so there should be one.
#ifndef ASHLAR_SRC_STORE_STORED_KEY_H_
#define ASHLAR_SRC_STORE_STORED_KEY_H_

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string_view>

#include "ashlar/key.h"
#include "src/base/bytes.h"
#include "src/columnar/encoded_keys.h"
#include "src/columnar/key_bytes.h"
#include "src/columnar/key_codec.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace ashlar::store {

template <size_t kWords>
struct StoredKey {
  uint64_t hash = 0;
  uint64_t prefix = 0;  // as in segment::KeyProbe
  uint64_t words[kWords] = {};

  // Whether it is the one of this row of a plain column.
  [[nodiscard]] bool IsAt(const std::byte* column, uint32_t row) const {
    const std::byte* const at = column + size_t{row} * sizeof(words);
    uint64_t differs = 0;
    for (size_t i = 0; i < kWords; ++i) {
      differs |= base::LoadLittle<uint64_t>(at + i * sizeof(uint64_t)) ^ words[i];
    }
    return differs == 0;
  }
};

// What find(StoredKey) says of keys that can be one; false of others.
template <typename Find>
[[gnu::always_inline]] inline bool WithStoredKey(const columnar::KeyCodec& codec, const Key& key,
                                                 const Find& find) {
  using Form = columnar::KeyCodec::Form;
  if (codec.form() == Form::kBytes) {
    const std::string_view bytes = key.bytes();  // none of an integer, or a composite
    constexpr size_t kWidth = 2 * sizeof(uint64_t);
    if (codec.width() != kWidth || bytes.size() != kWidth) return false;
    StoredKey<2> stored = {.hash =
                               XXH3_64bits_withSeed(bytes.data(), kWidth, columnar::kKeyHashSeed)};
    std::memcpy(stored.words, bytes.data(), kWidth);
    stored.prefix = __builtin_bswap64(stored.words[0]);
    return find(stored);
  }
  StoredKey<1> stored;
  char encoded[sizeof(uint64_t)];
  if (codec.form() == Form::kInt64) {
    const std::optional<int64_t> value = key.AsInt64();
    if (!value.has_value()) return false;
    stored.words[0] = static_cast<uint64_t>(*value);
    columnar::StoreKeyInteger(encoded, *value);
  } else if (codec.form() == Form::kUInt64) {
    const std::optional<uint64_t> value = key.AsUInt64();
    if (!value.has_value()) return false;
    stored.words[0] = *value;
    columnar::StoreKeyInteger(encoded, *value);
  } else {
    return false;
  }
  stored.hash = XXH3_64bits_withSeed(encoded, sizeof(encoded), columnar::kKeyHashSeed);
  stored.prefix = columnar::KeyPrefix({encoded, sizeof(encoded)});
  return find(stored);
}

}  // namespace ashlar::store

#endif  // ASHLAR_SRC_STORE_STORED_KEY_H_
