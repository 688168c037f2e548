// Dictionary keys: how values of each type are loaded, hashed, ordered and stored.
//
// Owns: the sort order of dictionaries (dictionary.h). Does not own: building them
// (dictionary_build.h). Order is mostly decided by a 64-bit prefix whose order as a number is that
// of the values, which keeps sorting away from the values' memory.
#ifndef ASHLAR_SRC_COLUMNAR_DICTIONARY_KEYS_H_
#define ASHLAR_SRC_COLUMNAR_DICTIONARY_KEYS_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>
#include <vector>

#include "ashlar/column.h"
#include "src/base/bytes.h"
#include "src/base/check.h"
#include "src/base/hash.h"
#include "src/base/limits.h"
#include "src/columnar/buffer_builder.h"
#include "src/columnar/column_data.h"

namespace ashlar::columnar {

// Values of 4 or 8 bytes as unsigned words.
template <typename Word>
class WordKeys {
 public:
  using Key = Word;

  explicit WordKeys(const ColumnData& plain)
      : data_(plain),
        is_signed_(!plain.type.is_unsigned_integer() && !plain.type.is_floating()),
        is_floating_(plain.type.is_floating()) {}

  [[nodiscard]] Key Load(int64_t row) const { return LoadValue<Word>(data_, row); }
  [[nodiscard]] static uint64_t Hash(Key key) { return base::Mix64(key); }

  [[nodiscard]] uint64_t SortPrefix(Key key) const {
    constexpr Word kSign = Word{1} << (8 * sizeof(Word) - 1);
    if (is_signed_) return key ^ kSign;
    if (is_floating_) return (key & kSign) != 0 ? static_cast<Word>(~key) : key | kSign;
    return key;
  }
  [[nodiscard]] static bool LessBehindPrefix(Key, Key) { return false; }

  void Store(const std::vector<Key>& values, ColumnData* dictionary) const {
    BufferBuilder buffer;
    buffer.Append(base::AsBytes(values));
    dictionary->values = buffer.Finish();
  }

 private:
  const ColumnData& data_;
  bool is_signed_;
  bool is_floating_;
};

// What keys of bytes share.
class BytesKeys {
 public:
  using Key = std::string_view;

  [[nodiscard]] static uint64_t Hash(Key key) { return base::Hash64(base::AsBytes(key), 0); }

  // The first eight bytes, big-endian. A shorter value is filled with zeros.
  [[nodiscard]] static uint64_t SortPrefix(Key key) {
    uint64_t prefix = 0;
    if (key.empty()) return prefix;
    std::memcpy(&prefix, key.data(), std::min(key.size(), sizeof(prefix)));
    return __builtin_bswap64(prefix);
  }
  [[nodiscard]] static bool LessBehindPrefix(Key a, Key b) { return a < b; }
};

class StringKeys : public BytesKeys {
 public:
  explicit StringKeys(const ColumnData& plain) : data_(plain) {}

  [[nodiscard]] Key Load(int64_t row) const { return LoadVariableBytes(data_, row); }

  void Store(const std::vector<Key>& values, ColumnData* dictionary) const {
    BufferBuilder offsets;
    BufferBuilder bytes;
    offsets.Resize(sizeof(int32_t));
    for (const Key& value : values) {
      bytes.Append(base::AsBytes(value));
      ASHLAR_CHECK(bytes.size() <= base::kMaxBufferBytes);
      const auto end = static_cast<int32_t>(bytes.size());
      offsets.Append(base::AsBytes(std::span(&end, 1)));
    }
    dictionary->offsets = offsets.Finish();
    dictionary->values = bytes.Finish();
  }

 private:
  const ColumnData& data_;
};

class FixedBytesKeys : public BytesKeys {
 public:
  explicit FixedBytesKeys(const ColumnData& plain) : data_(plain), width_(plain.type.width()) {}

  [[nodiscard]] Key Load(int64_t row) const { return LoadFixedBytes(data_, row, width_); }

  void Store(const std::vector<Key>& values, ColumnData* dictionary) const {
    BufferBuilder buffer;
    for (const Key& value : values) buffer.Append(base::AsBytes(value));
    dictionary->values = buffer.Finish();
  }

 private:
  const ColumnData& data_;
  int32_t width_;
};

}  // namespace ashlar::columnar

#endif  // ASHLAR_SRC_COLUMNAR_DICTIONARY_KEYS_H_
