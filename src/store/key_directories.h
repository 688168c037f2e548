// KeyDirectories: the key directories of an open store, one a keyed dataset that gets ask.
//
// Owns: which directory a dataset uses now, and the memory that all of them may take. Does not own:
// what is in one (key_directory.h), nor filling it (directory_view.h). They are made at first use,
// for the rows that the dataset has by then, and made anew when they have become too small.
#ifndef ASHLAR_SRC_STORE_KEY_DIRECTORIES_H_
#define ASHLAR_SRC_STORE_KEY_DIRECTORIES_H_

#include <cstdint>
#include <memory>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "ashlar/stats.h"
#include "src/base/mutex.h"
#include "src/store/key_directory.h"

namespace ashlar::store {

// What a directory is made for.
struct DirectoryNeed {
  uint64_t dataset = 0;
  uint64_t rows = 0;  // of the segments, dead ones included
  uint64_t segments = 0;
};

// Thread-safe.
class KeyDirectories {
 public:
  // Before the first get. 0, as it is at first: there are none.
  void set_limit(uint64_t bytes) { budget_ = std::make_shared<DirectoryBudget>(bytes); }
  [[nodiscard]] bool enabled() const { return budget_->limit() != 0; }

  // The dataset's directory; null when there is no memory for one.
  [[nodiscard]] std::shared_ptr<KeyDirectory> Of(const DirectoryNeed& need);
  // `full` is worn, or has no room for what a state needs. Says whether another takes its place: if
  // there is memory for a larger one, or a new one of the same size would do better.
  bool Replace(KeyDirectory& full, const DirectoryNeed& need);
  // The file is gone for good.
  void Forget(uint64_t file_id);

  [[nodiscard]] KeyDirectoryStats Stats();

 private:
  [[nodiscard]] std::shared_ptr<KeyDirectory> Make(const DirectoryNeed& need, double spare) const;

  std::shared_ptr<DirectoryBudget> budget_ = std::make_shared<DirectoryBudget>(0);
  base::Mutex mutex_;
  absl::flat_hash_map<uint64_t, std::shared_ptr<KeyDirectory>> directories_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace ashlar::store

#endif  // ASHLAR_SRC_STORE_KEY_DIRECTORIES_H_
