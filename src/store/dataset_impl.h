// What a Dataset handle holds: a dataset's state at one version, the way to its files, and a pin
// that keeps them from being collected while the handle or a reader made from it lives.
#ifndef ASHLAR_SRC_STORE_DATASET_IMPL_H_
#define ASHLAR_SRC_STORE_DATASET_IMPL_H_

#include <memory>

#include "absl/status/statusor.h"
#include "ashlar/snapshot.h"
#include "src/manifest/manifest.h"
#include "src/store/dataset_keys.h"
#include "src/store/segment_cache.h"

namespace ashlar {

struct Dataset::Impl {
  std::shared_ptr<const manifest::DatasetState> state;
  std::shared_ptr<store::SegmentCache> cache;
  std::shared_ptr<const void> pin;                 // null: someone else keeps the files
  std::shared_ptr<const store::DatasetKeys> keys;  // of keyed datasets
};

namespace store {

// Without a pin.
[[nodiscard]] Dataset MakeDataset(std::shared_ptr<const manifest::DatasetState> state,
                                  std::shared_ptr<SegmentCache> cache);

// FailedPrecondition names a dataset without a key.
[[nodiscard]] absl::StatusOr<const DatasetKeys*> KeysOf(const Dataset::Impl& dataset);

}  // namespace store
}  // namespace ashlar

#endif  // ASHLAR_SRC_STORE_DATASET_IMPL_H_
