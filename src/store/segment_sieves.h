// SegmentSieves: which segments of a state may have a key, where no key directory says where it is.
//
// Owns: sieves over all segments, and filling them as searches pay for it. Does not own: the
// search of a segment that may have the key (dataset_keys_segments.cc). A state of few segments has
// none: its filters are as few lines. Made for one state and not changed with it: a later one fills
// its own, once so many filters were asked as the rows are worth.
#ifndef ASHLAR_SRC_STORE_SEGMENT_SIEVES_H_
#define ASHLAR_SRC_STORE_SEGMENT_SIEVES_H_

#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "src/base/mutex.h"
#include "src/columnar/key_codec.h"
#include "src/manifest/manifest.h"
#include "src/store/segment_keys.h"
#include "src/store/segment_sieve.h"

namespace ashlar::store {

// Safe on any thread.
class SegmentSieves {
 public:
  using OpenSegment = std::function<absl::StatusOr<const SegmentKeys*>(size_t position)>;

  // `state` outlives it.
  explicit SegmentSieves(const manifest::DatasetState& state) : state_(state) {}

  // From then on they tell of all segments.
  [[nodiscard]] bool IsComplete() const { return complete_.load(std::memory_order_acquire); }
  // So many filters more than needed were asked: adds as many rows as that is worth.
  void Build(size_t filters, const columnar::KeyCodec& codec, const OpenSegment& opener);

  // The rest once they are complete.
  void Prefetch(uint64_t hash) const {
    for (const Group& group : groups_) group.sieve.Prefetch(hash);
  }
  // Calls visit(position, sure) for each segment that may have a key of this hash until it returns
  // true, and says whether it did; not `sure`: its own filter is worth asking.
  template <typename Visit>
  bool ForEachCandidate(uint64_t hash, const Visit& visit) const {
    for (const Group& group : groups_) {
      for (uint32_t left = group.sieve.MayHave(hash); left != 0; left &= left - 1) {
        const auto member = static_cast<uint32_t>(std::countr_zero(left));
        const bool sure = (group.crowded >> member & 1) == 0;
        if (visit(group.first + member, sure)) return true;
      }
    }
    return false;
  }

 private:
  struct Group {
    uint32_t first = 0;  // position; the others follow
    uint32_t segments = 0;
    uint32_t crowded = 0;  // those with so many rows that the sieve often says yes
    SegmentSieve sieve;
  };

  // False when there are to be none.
  [[nodiscard]] bool MakeGroups() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // The next rows of the segment that is being added.
  [[nodiscard]] absl::Status AddPiece(uint32_t rows, const columnar::KeyCodec& codec,
                                      const OpenSegment& opener)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const manifest::DatasetState& state_;
  std::vector<Group> groups_;  // one thread's until they are complete
  std::atomic<bool> complete_{false};
  std::atomic<bool> given_up_{false};
  std::atomic<int64_t> earned_{0};  // rows
  base::Mutex mutex_;
  uint32_t position_ ABSL_GUARDED_BY(mutex_) = 0;  // of the segment that is being added
  uint32_t row_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace ashlar::store

#endif  // ASHLAR_SRC_STORE_SEGMENT_SIEVES_H_
