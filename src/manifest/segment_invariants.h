// Invariants of single segments, and of all that bear one id.
//
// Owns: ids, references and identities. Does not own: which segments are looked at (invariants.h).
#ifndef ASHLAR_SRC_MANIFEST_SEGMENT_INVARIANTS_H_
#define ASHLAR_SRC_MANIFEST_SEGMENT_INVARIANTS_H_

#include <cstdint>
#include <memory>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "src/manifest/manifest.h"

namespace ashlar::manifest {

// "SegmentIdsBelowNext".
[[nodiscard]] absl::Status CheckSegmentId(const SegmentMeta& meta, uint64_t next_segment_id);
// "ReferencesAreNotChained".
[[nodiscard]] absl::Status CheckUses(const SegmentMeta& meta);

// "FileIdentitiesAgree": one identity an id, over all that it is shown.
class SegmentIdentities {
 public:
  [[nodiscard]] absl::Status Add(const std::shared_ptr<const SegmentMeta>& meta);
  [[nodiscard]] const absl::flat_hash_map<uint64_t, const SegmentMeta*>& known() const {
    return known_;
  }

 private:
  [[nodiscard]] absl::Status AddOne(const SegmentMeta& meta);

  absl::flat_hash_map<uint64_t, const SegmentMeta*> known_;
};

}  // namespace ashlar::manifest

#endif  // ASHLAR_SRC_MANIFEST_SEGMENT_INVARIANTS_H_
