// ValueHasher: the value hashes of one column, many rows a call.
//
// Owns: the kernels for each type and encoding, and what is computed once a column (the hashes of
// dictionary values). Does not own: the rule (row_hash.h), nor how columns combine to rows.
#ifndef ASHLAR_SRC_COLUMNAR_VALUE_HASH_H_
#define ASHLAR_SRC_COLUMNAR_VALUE_HASH_H_

#include <cstdint>
#include <memory>
#include <vector>

#include "ashlar/column.h"
#include "src/base/hash.h"

namespace ashlar::columnar {

// Adds a value to a running hash: a bijection of `value` for any state, one multiplication.
[[nodiscard]] constexpr uint64_t HashStep(uint64_t state, uint64_t value) {
  const uint64_t product = (state ^ value) * 0xd6e8feb86659fd93;
  return product ^ (product >> 32);
}

// Not thread-safe: nested types use memory of the hasher.
class ValueHasher {
 public:
  explicit ValueHasher(std::shared_ptr<const ColumnData> data);

  // Value hashes of logical rows [begin, begin + count).
  void HashLogical(int64_t begin, int64_t count, uint64_t* out);

 private:
  // Of physical rows: ColumnData::offset included.
  void Hash(int64_t begin, int64_t count, uint64_t* out);
  void HashPlain(int64_t begin, int64_t count, uint64_t* out);
  void HashDictionary(int64_t begin, int64_t count, uint64_t* out);
  void HashVector(int64_t begin, int64_t count, uint64_t* out) const;
  void HashStruct(int64_t begin, int64_t count, uint64_t* out);
  void HashList(int64_t begin, int64_t count, uint64_t* out);

  std::shared_ptr<const ColumnData> data_;
  std::vector<ValueHasher> children_;        // of a list or struct; or that of the dictionary
  std::vector<uint64_t> dictionary_hashes_;  // empty when there are far more values than rows
  std::vector<uint64_t> scratch_;
};

}  // namespace ashlar::columnar

#endif  // ASHLAR_SRC_COLUMNAR_VALUE_HASH_H_
