// ReadSet: what a transaction has read, and whether it still holds.
//
// Owns: the keys and datasets that the transaction's reads looked at, and proving at its commit
// that no other commit changed them: who commits first wins, the other is Aborted. Does not own:
// reading (dataset.cc), nor when the proof is asked for (commit.h, small_commit.h: when no other
// commit can come in between).
#ifndef ASHLAR_SRC_STORE_READ_SET_H_
#define ASHLAR_SRC_STORE_READ_SET_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "src/base/mutex.h"
#include "src/columnar/encoded_keys.h"
#include "src/store/dataset_impl.h"
#include "src/store/store_view.h"

namespace ashlar::store {

// What was read of one dataset. Thread-safe.
class DatasetReads {
 public:
  // `base` is what the reads see without the transaction's own writes: all that was committed up to
  // `sequence`.
  DatasetReads(std::shared_ptr<const Dataset::Impl> base, uint64_t sequence);

  void AddKey(std::string_view key);
  // Many at once, which it shares.
  void AddKeys(std::shared_ptr<const columnar::EncodedKeys> keys);
  void AddKeys(const columnar::EncodedKeys& keys) {
    AddKeys(std::make_shared<const columnar::EncodedKeys>(keys));
  }
  void AddAll();
  [[nodiscard]] bool empty() const;
  [[nodiscard]] const Dataset::Impl& base() const { return *base_; }

  // Aborted when something that was read has changed in `view` since.
  [[nodiscard]] absl::Status Prove(const std::shared_ptr<const StoreView>& view) const;

 private:
  // Whether a row of one of the keys is another one now, or came, or went.
  [[nodiscard]] absl::StatusOr<bool> AnyChanged(const columnar::EncodedKeys& keys,
                                                const Dataset::Impl& now) const;

  const std::shared_ptr<const Dataset::Impl> base_;
  const uint64_t sequence_;
  mutable base::Mutex mutex_;
  bool all_ ABSL_GUARDED_BY(mutex_) = false;
  absl::flat_hash_set<std::string> keys_ ABSL_GUARDED_BY(mutex_);  // one by one
  std::vector<std::shared_ptr<const columnar::EncodedKeys>> batches_ ABSL_GUARDED_BY(mutex_);
};

// By dataset name and sequence: what was read of one moment is proven against that moment.
using ReadSet = std::map<std::pair<std::string, uint64_t>, std::shared_ptr<DatasetReads>>;

[[nodiscard]] absl::Status ProveReads(const ReadSet& reads,
                                      const std::shared_ptr<const StoreView>& view);

}  // namespace ashlar::store

#endif  // ASHLAR_SRC_STORE_READ_SET_H_
