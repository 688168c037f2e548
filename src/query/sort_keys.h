// SortKeys: what rows are ordered by, column by column.
//
// Owns: the keys' values, their order words and the memory behind strings. Does not own: sorting
// (sort_rows.h) or the rows themselves. Rows are numbered in the order they were appended; equal
// keys stand in that order. Not thread-safe.
#ifndef ASHLAR_SRC_QUERY_SORT_KEYS_H_
#define ASHLAR_SRC_QUERY_SORT_KEYS_H_

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "src/query/bound_expression.h"
#include "src/query/vector.h"

namespace ashlar::query {

// Nulls come last, whichever the direction.
struct BoundSortKey {
  BoundPtr expression;  // of any type that is not nested
  bool descending = false;
};

class SortKeys {
 public:
  // Row numbers are 32 bits wide: callers stop before.
  static constexpr uint64_t kMaxRows = UINT32_MAX;

  explicit SortKeys(std::span<const BoundSortKey> keys);

  // The values of the given rows for one key; every key is appended the same rows.
  void Append(size_t key, const Vector& values, const Bits& rows);
  // Moves the rows of `other` (of the same keys) behind these.
  void Absorb(SortKeys&& other);
  // Forgets all rows but these; rows ascend.
  void Keep(std::span<const uint32_t> rows);

  [[nodiscard]] size_t size() const { return keys_.size(); }
  [[nodiscard]] size_t rows() const { return keys_.front().nulls.size(); }
  [[nodiscard]] uint64_t bytes() const;

  [[nodiscard]] bool IsNull(size_t key, uint32_t row) const { return keys_[key].nulls[row] != 0; }
  [[nodiscard]] bool is_text(size_t key) const { return keys_[key].physical == Physical::kBytes; }
  [[nodiscard]] bool has_nulls(size_t key) const { return keys_[key].has_nulls; }
  // Of a key that is not null: ascending words are the wanted order. Equal words of texts are not
  // yet equal keys.
  [[nodiscard]] uint64_t Word(size_t key, uint32_t row, size_t depth = 0) const {
    const Key& k = keys_[key];
    if (k.physical != Physical::kBytes) return k.words[row];
    const uint64_t word = OrderWordOf(k, row, depth);
    return k.descending ? ~word : word;
  }
  [[nodiscard]] std::string_view Text(size_t key, uint32_t row) const {
    return keys_[key].texts[row];
  }
  // Below zero: a comes before b by the keys from `first` on.
  [[nodiscard]] int Compare(size_t first, uint32_t a, uint32_t b) const;
  [[nodiscard]] int CompareTexts(size_t key, uint32_t a, uint32_t b) const {
    const int order = keys_[key].texts[a].compare(keys_[key].texts[b]);
    return keys_[key].descending ? -order : order;
  }

 private:
  struct Key {
    Physical physical = Physical::kNull;
    bool descending = false;
    bool has_nulls = false;
    std::vector<uint8_t> nulls;
    std::vector<uint64_t> words;          // of keys that are no texts
    std::vector<std::string_view> texts;  // into the blocks
  };
  struct Blocks {
    std::vector<std::unique_ptr<char[]>> blocks;
    char* next = nullptr;
    size_t left = 0;
    uint64_t bytes = 0;

    [[nodiscard]] std::string_view Copy(std::string_view text);
  };

  [[nodiscard]] static uint64_t OrderWordOf(const Key& key, uint32_t row, size_t depth);
  template <typename Value>
  static void AppendWords(const Vector& values, const Bits& rows, Value value, Key* key);

  std::vector<Key> keys_;
  Blocks blocks_;
};

}  // namespace ashlar::query

#endif  // ASHLAR_SRC_QUERY_SORT_KEYS_H_
