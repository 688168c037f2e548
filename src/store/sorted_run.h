// SortedRun: rows in ascending order of their keys, as a merge reads them.
//
// Owns: the interface that segments and memtables share. Does not own: which of its rows a range
// wants, nor the order among runs (run_merge.h). No key is in a run twice.
#ifndef ASHLAR_SRC_STORE_SORTED_RUN_H_
#define ASHLAR_SRC_STORE_SORTED_RUN_H_

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "src/manifest/deletion_vector.h"
#include "src/store/key_bounds.h"
#include "src/store/row_gather.h"

namespace ashlar::store {

// One reader's: not thread-safe. Rows are [0, rows()).
class SortedRun {
 public:
  SortedRun() = default;
  SortedRun(const SortedRun&) = delete;
  SortedRun& operator=(const SortedRun&) = delete;
  virtual ~SortedRun() = default;

  [[nodiscard]] virtual uint64_t rows() const = 0;
  // Null: all rows are alive.
  [[nodiscard]] virtual const manifest::DeletionVector* dead() const = 0;
  // The first row that is not in front of the cut; rows() when all are.
  [[nodiscard]] virtual uint64_t Find(const KeyCut& cut) const = 0;
  // How the encoded key of a row stands to any bytes.
  [[nodiscard]] virtual std::strong_ordering Compare(uint64_t row, std::string_view key) const = 0;
  virtual void AppendKey(uint64_t row, std::string* encoded) const = 0;
  // Adds rows [first, first + rows), ascending or descending as the gather goes.
  virtual void AddRows(uint64_t first, uint64_t rows, RowGather* gather) const = 0;
  // For messages.
  [[nodiscard]] virtual std::string name() const = 0;
};

}  // namespace ashlar::store

#endif  // ASHLAR_SRC_STORE_SORTED_RUN_H_
