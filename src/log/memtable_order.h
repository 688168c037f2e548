// The order in which a flush writes a keyed memtable.
//
// Owns: the newest version of each key in a view, sorted by key, rows apart from deletes. Does not
// own: gathering the columns, resolving the keys against older segments, writing.
#ifndef ASHLAR_SRC_LOG_MEMTABLE_ORDER_H_
#define ASHLAR_SRC_LOG_MEMTABLE_ORDER_H_

#include <cstdint>
#include <vector>

#include "src/columnar/encoded_keys.h"
#include "src/log/memtable_view.h"

namespace ashlar::log {

// No key is in it twice.
struct MemtableOrder {
  // Positions in the view of the rows that are alive, in the order of `keys`, which ascend.
  std::vector<uint32_t> rows;
  columnar::EncodedKeys keys;
  // Keys that are deleted, ascending.
  columnar::EncodedKeys deleted;
};

// Of a keyed memtable (checked), with at most 2 GiB of keys (checked): a flush is far smaller.
[[nodiscard]] MemtableOrder SortMemtable(const MemtableView& view);

}  // namespace ashlar::log

#endif  // ASHLAR_SRC_LOG_MEMTABLE_ORDER_H_
