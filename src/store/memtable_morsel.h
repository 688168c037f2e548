// A chunk of rows in memory as a morsel of queries, dead rows masked zone by zone.
//
// Owns: the adapter between a layer (memory_rows.h) and the pipeline (src/query). Does not own:
// which sequence is seen, nor what memory supersedes in segments.
#ifndef ASHLAR_SRC_STORE_MEMTABLE_MORSEL_H_
#define ASHLAR_SRC_STORE_MEMTABLE_MORSEL_H_

#include <cstddef>
#include <memory>
#include <vector>

#include "src/query/morsel.h"
#include "src/store/memory_rows.h"

namespace ashlar::store {

// All references outlive it.
[[nodiscard]] std::unique_ptr<query::Morsel> MakeMemtableMorsel(
    const LayerView& layer, size_t chunk, const std::vector<query::Input>& inputs,
    query::SourceCounters* counters);

}  // namespace ashlar::store

#endif  // ASHLAR_SRC_STORE_MEMTABLE_MORSEL_H_
