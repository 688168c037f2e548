// What the generators are made of: a random word for each cell, and values from such words.
//
// Owns: where randomness comes from, and modest values of every leaf type. Does not own: which
// cells are null or special. Only integer arithmetic and exact divisions: no value depends on a
// library's mathematics, a locale or a compiler, so digests of generated data may be pinned.
#ifndef ASHLAR_BENCH_GENERATORS_VALUES_H_
#define ASHLAR_BENCH_GENERATORS_VALUES_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "ashlar/builder.h"
#include "ashlar/types.h"
#include "src/base/check.h"
#include "src/base/hash.h"

namespace ashlar::bench {

// The random words of one column; `dataset` keeps equal seeds of two datasets apart.
class ColumnWords {
 public:
  ColumnWords(uint64_t seed, uint64_t dataset, size_t column)
      : state_(base::Combine(base::Combine(seed, dataset), column)) {}

  // What all rows share.
  [[nodiscard]] uint64_t constant() const { return state_; }
  [[nodiscard]] uint64_t ForRow(uint64_t row) const { return base::Combine(state_, row); }

 private:
  uint64_t state_;
};

// `size` letters and digits that `word` decides.
void WriteText(uint64_t word, size_t size, std::string* text);

// One value that `word` decides, of any type but lists and structs: integers below a million where
// they fit, floating-point numbers in [0, 10,000) that are multiples of 1/128 (so that sums are
// exact in any order), text of 3 to 14 bytes, dates from 1970 to 2024, times in 2020 to 2023.
void AppendWord(uint64_t word, ColumnBuilder& builder);

// For appends that cannot fail: the generator chose the value for the type.
inline void Must(const absl::Status& status) { ASHLAR_CHECK_OK(status); }

// The schema, which the caller wrote and so must be right.
[[nodiscard]] Schema CheckedSchema(std::vector<Field> fields);

}  // namespace ashlar::bench

#endif  // ASHLAR_BENCH_GENERATORS_VALUES_H_
