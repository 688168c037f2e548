// SegmentMover: segments whose content is in another file from now on.
//
// Owns: putting the new file in the place of the old one, in a manifest of any version. Does not
// own: making the new file (src/store), nor whether the result is allowed (invariants.h). A move
// changes no row, so it makes no version: every version that lists the segment gets the new file,
// and nobody needs the old one any more but who reads it already, or uses its chunks.
#ifndef ASHLAR_SRC_MANIFEST_SEGMENT_MOVES_H_
#define ASHLAR_SRC_MANIFEST_SEGMENT_MOVES_H_

#include <cstdint>
#include <memory>
#include <span>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "src/manifest/edit.h"
#include "src/manifest/manifest.h"

namespace ashlar::manifest {

// One mover for all versions of a set: dataset states that they share stay shared.
class SegmentMover {
 public:
  explicit SegmentMover(std::span<const SegmentMove> moves);

  // The manifest itself where it lists none of the segments. FailedPrecondition when the new file
  // has other rows than the old one.
  [[nodiscard]] absl::StatusOr<std::shared_ptr<const Manifest>> Move(
      const std::shared_ptr<const Manifest>& manifest);

 private:
  using StatePointer = std::shared_ptr<const DatasetState>;

  [[nodiscard]] absl::StatusOr<StatePointer> MoveState(const StatePointer& state);

  absl::flat_hash_map<uint64_t, std::shared_ptr<const SegmentMeta>> moves_;
  // By what they were; the key keeps the old state, so that its address stays its own.
  absl::flat_hash_map<StatePointer, StatePointer> moved_;
};

// Whether `after` is `before` with some segments in other files of the same content.
[[nodiscard]] bool IsMoved(const Manifest& before, const Manifest& after);

}  // namespace ashlar::manifest

#endif  // ASHLAR_SRC_MANIFEST_SEGMENT_MOVES_H_
