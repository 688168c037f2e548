// A memtable as a sorted run of a key range.
//
// Owns: finding keys in the order of a memtable, and its columns chunk by chunk. Does not own: the
// order, which whoever takes a snapshot makes once and shares, nor which of its rows newer
// memtables supersede: those are not in the order.
#ifndef ASHLAR_SRC_STORE_MEMORY_RUN_H_
#define ASHLAR_SRC_STORE_MEMORY_RUN_H_

#include <memory>

#include "src/log/memtable_order.h"
#include "src/log/memtable_view.h"
#include "src/store/projection.h"
#include "src/store/sorted_run.h"

namespace ashlar::store {

// The rows of a keyed memtable that are alive in a snapshot: `order` has the positions of those in
// the view, and their keys. What is deleted means nothing here.
struct SortedMemory {
  log::MemtableView view;
  log::MemtableOrder order;
};

// The projection is of the dataset's schema. Fields are matched by id: one that the memtable does
// not have is null in all rows.
[[nodiscard]] std::unique_ptr<SortedRun> MakeMemoryRun(
    std::shared_ptr<const SortedMemory> rows, std::shared_ptr<const Projection> projection);

}  // namespace ashlar::store

#endif  // ASHLAR_SRC_STORE_MEMORY_RUN_H_
