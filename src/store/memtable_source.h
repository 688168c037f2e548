// A memtable's view as a source of queries: one morsel a chunk, dead rows masked zone by zone.
//
// Owns: the adapter between a view (src/log) and the pipeline (src/query). Does not own: which
// sequence is seen, nor masking rows of segments that the memtable supersedes. A source keeps its
// view, and so the memtable, alive.
#ifndef ASHLAR_SRC_STORE_MEMTABLE_SOURCE_H_
#define ASHLAR_SRC_STORE_MEMTABLE_SOURCE_H_

#include <memory>
#include <string>

#include "src/log/memtable_view.h"
#include "src/query/morsel.h"

namespace ashlar::store {

// `name` is shown in plans.
[[nodiscard]] std::shared_ptr<const query::Source> MakeMemtableSource(log::MemtableView view,
                                                                      std::string name);

}  // namespace ashlar::store

#endif  // ASHLAR_SRC_STORE_MEMTABLE_SOURCE_H_
