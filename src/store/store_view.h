// StoreView: what a snapshot pins: a manifest, and the rows in memory that it does not have yet.
//
// Owns: the value. Does not own: making the next one (current_view.h), pinning one
// (snapshot_pins.h), nor which sequence is seen of it: a view that is current gets rows all the
// time, and a snapshot of it sees those up to a sequence.
#ifndef ASHLAR_SRC_STORE_STORE_VIEW_H_
#define ASHLAR_SRC_STORE_STORE_VIEW_H_

#include <algorithm>
#include <cstdint>
#include <map>
#include <memory>
#include <vector>

#include "src/log/memtable.h"
#include "src/manifest/manifest.h"
#include "src/store/pending_deaths.h"

namespace ashlar::store {

struct MemtableRef {
  std::shared_ptr<const log::Memtable> memtable;
  std::shared_ptr<PendingDeaths> deaths;  // in the segments below it; null in ordered datasets
  uint64_t first_log = 0;                 // the commit log that has its first record
};

// Of one dataset, oldest first; the last one may still get rows.
using MemtableList = std::vector<MemtableRef>;

struct StoreView {
  std::shared_ptr<const manifest::Manifest> manifest;
  std::map<uint64_t, MemtableList> memtables = {};  // by dataset id, none empty

  [[nodiscard]] const MemtableList* FindMemtables(uint64_t dataset_id) const {
    const auto found = memtables.find(dataset_id);
    return found == memtables.end() ? nullptr : &found->second;
  }
};

// The sequence of the last commit that changed the dataset's rows, as far as `view` knows of it.
[[nodiscard]] inline uint64_t ContentSequence(const manifest::DatasetState& state,
                                              const StoreView& view) {
  uint64_t sequence = state.flushed_up_to;
  const MemtableList* const memtables = view.FindMemtables(state.id);
  if (memtables == nullptr) return sequence;
  for (const MemtableRef& ref : *memtables) {
    sequence = std::max(sequence, ref.memtable->stats().last_sequence);
  }
  return sequence;
}

}  // namespace ashlar::store

#endif  // ASHLAR_SRC_STORE_STORE_VIEW_H_
