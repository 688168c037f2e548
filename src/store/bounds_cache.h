// BoundsCache: what zone maps said about whole segments, remembered.
//
// Owns: one summary for each (segment, field, leaf) that a query has looked at, so that the next
// one skips the segment without opening its file. Does not own: zone maps, nor what follows from
// them. Segments never change, so summaries are never wrong; those of segments that are gone are
// dropped when the cache is full. Thread-safe.
#ifndef ASHLAR_SRC_STORE_BOUNDS_CACHE_H_
#define ASHLAR_SRC_STORE_BOUNDS_CACHE_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "src/base/mutex.h"
#include "src/segment/zone_map.h"

namespace ashlar::store {

class BoundsCache {
 public:
  struct Key {
    uint64_t segment = 0;
    uint32_t field = 0;  // its id
    uint32_t leaf = 0;   // depth first, below the field

    friend bool operator==(const Key& a, const Key& b) {
      return a.segment == b.segment && a.field == b.field && a.leaf == b.leaf;
    }
    template <typename H>
    friend H AbslHashValue(H h, const Key& key) {
      return H::combine(std::move(h), key.segment, key.field, key.leaf);
    }
  };

  // Null: nobody has looked yet.
  [[nodiscard]] std::shared_ptr<const segment::ZoneMap> Find(const Key& key) {
    base::MutexLock lock(mutex_);
    const auto found = summaries_.find(key);
    return found == summaries_.end() ? nullptr : found->second;
  }

  void Insert(const Key& key, std::shared_ptr<const segment::ZoneMap> summary) {
    // About 200 bytes each. What is forgotten is found again where it was found before.
    constexpr size_t kMaxSummaries = size_t{1} << 17;
    base::MutexLock lock(mutex_);
    if (summaries_.size() >= kMaxSummaries) summaries_.clear();
    summaries_.try_emplace(key, std::move(summary));
  }

 private:
  base::Mutex mutex_;
  absl::flat_hash_map<Key, std::shared_ptr<const segment::ZoneMap>> summaries_
      ABSL_GUARDED_BY(mutex_);
};

}  // namespace ashlar::store

#endif  // ASHLAR_SRC_STORE_BOUNDS_CACHE_H_
