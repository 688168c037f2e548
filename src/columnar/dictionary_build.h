// Building a sorted dictionary and the codes of its rows.
//
// Owns: distinct values, their order, and the codes. Does not own: whether a dictionary pays
// (dictionary.cc).
#ifndef ASHLAR_SRC_COLUMNAR_DICTIONARY_BUILD_H_
#define ASHLAR_SRC_COLUMNAR_DICTIONARY_BUILD_H_

#include <cstdint>
#include <optional>

#include "ashlar/column.h"

namespace ashlar::columnar {

// One row of each `stride`, from row 0 on: `count` of them. Which one is as good as chance, always
// the same: rows at even distances would miss what repeats at such a distance.
struct RowSample {
  int64_t stride = 1;
  int64_t count = 0;
};

[[nodiscard]] bool CanHaveDictionary(const DataType& type);

// Bytes of a code when there are so many distinct values: 1, 2 or 4.
[[nodiscard]] uint8_t CodeWidth(int64_t distinct);

// Distinct values among the sampled rows that are not null.
[[nodiscard]] int64_t CountDistinct(const ColumnData& plain, const RowSample& sample);

// Whether values ascend in the order of dictionaries and none comes twice. `plain` has no nulls and
// offset 0, and CanHaveDictionary().
[[nodiscard]] bool IsSortedAndDistinct(const ColumnData& plain);

// The dictionary form of a plain, canonical leaf; nothing when it has more than `max_distinct`
// distinct values.
[[nodiscard]] std::optional<Column> BuildDictionary(const ColumnData& plain, int64_t max_distinct);

}  // namespace ashlar::columnar

#endif  // ASHLAR_SRC_COLUMNAR_DICTIONARY_BUILD_H_
