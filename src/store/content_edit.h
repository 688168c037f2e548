// ContentEdit: changes of datasets, and rows that are flushed, as one manifest edit.
//
// Owns: what the newest value becomes with them, the versions that expire with it, the sequences
// and the oldest log that it says. Does not own: publishing it (commit.h), or making the changes.
#ifndef ASHLAR_SRC_STORE_CONTENT_EDIT_H_
#define ASHLAR_SRC_STORE_CONTENT_EDIT_H_

#include <cstdint>
#include <map>
#include <string>

#include "absl/status/statusor.h"
#include "src/manifest/edit.h"
#include "src/store/dataset_change.h"
#include "src/store/flush.h"
#include "src/store/store_core.h"

namespace ashlar::store {

// What one publication does to the datasets' rows and definitions.
struct ContentChange {
  std::map<std::string, const DatasetChange*, std::less<>> changes;  // by dataset name
  const FlushedRows* flushed = nullptr;  // rows in memory that become segments; null: none
  uint64_t sequence = 0;                 // of the commit; 0: only a flush
  uint64_t log_number = 0;  // logs below it have no rows but what is flushed or in memory
};

// Inside the publication, from the newest value. Aborted when a change does not fit it any more.
[[nodiscard]] absl::StatusOr<manifest::ManifestEdit> MakeContentEdit(
    StoreCore& core, const ContentChange& content, const manifest::VersionSet& base);

}  // namespace ashlar::store

#endif  // ASHLAR_SRC_STORE_CONTENT_EDIT_H_
