// NewSegmentFiles: segment files that are made outside of a transaction, until they are published.
//
// Owns: their names, keeping them from garbage collection, and removing those that are not
// published. Does not own: writing them.
#ifndef ASHLAR_SRC_STORE_NEW_SEGMENT_FILES_H_
#define ASHLAR_SRC_STORE_NEW_SEGMENT_FILES_H_

#include <cstdint>
#include <functional>
#include <vector>

#include "absl/status/status.h"
#include "src/store/reuse_index.h"
#include "src/store/store_core.h"

namespace ashlar::store {

// Outlived by the core. One thread.
class NewSegmentFiles {
 public:
  explicit NewSegmentFiles(StoreCore& core);
  // Whatever cannot be removed now is an orphan that the next collection removes.
  ~NewSegmentFiles();
  NewSegmentFiles(const NewSegmentFiles&) = delete;
  NewSegmentFiles& operator=(const NewSegmentFiles&) = delete;

  // Calls write(id) with a free id, and again with another one where a file has that name already.
  // After an error the file is gone.
  [[nodiscard]] absl::Status Make(const std::function<absl::Status(uint64_t id)>& write);

  // It is published.
  void Keep(uint64_t id);
  // All of them may be.
  void KeepAll() { unpublished_.clear(); }

 private:
  StoreCore& core_;
  FilePins pins_;
  std::vector<uint64_t> unpublished_;
};

}  // namespace ashlar::store

#endif  // ASHLAR_SRC_STORE_NEW_SEGMENT_FILES_H_
