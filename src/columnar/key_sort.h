// The order of rows by their encoded keys, and equal neighbours in it.
//
// Owns: noticing that rows are sorted already, the sort, dropping duplicates. Does not own: keys
// (key_codec.h), moving rows, nor what a duplicate means: callers keep the last or refuse.
#ifndef ASHLAR_SRC_COLUMNAR_KEY_SORT_H_
#define ASHLAR_SRC_COLUMNAR_KEY_SORT_H_

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "src/columnar/encoded_keys.h"

namespace ashlar::columnar {

enum class KeySequence : uint8_t {
  kStrictlyAscending,  // sorted, without duplicates
  kAscending,          // sorted, with duplicates
  kUnordered,
};

// One pass over the prefixes; full keys are looked at only where prefixes are equal.
[[nodiscard]] KeySequence ClassifyKeys(const EncodedKeys& keys);

// Row numbers in ascending order of their keys, rows of equal keys as they were. At most 2^32 - 1
// rows (checked). Target: 15 ns a row for 64 Ki random 8-byte keys.
[[nodiscard]] std::vector<uint32_t> SortKeys(const EncodedKeys& keys);

// The first position i > 0 of an order whose key equals that of position i - 1.
[[nodiscard]] std::optional<size_t> FindDuplicate(const EncodedKeys& keys,
                                                  std::span<const uint32_t> order);
// Keeps of rows with equal keys the one that comes last; returns how many were dropped.
size_t KeepLastOfEqualKeys(const EncodedKeys& keys, std::vector<uint32_t>* order);

}  // namespace ashlar::columnar

#endif  // ASHLAR_SRC_COLUMNAR_KEY_SORT_H_
