// ManifestBuilder: a manifest in the making, changed in place by edits and frozen into a value.
//
// Owns: what a VersionEdit does to a manifest, for Apply() and for recovery alike. Why in place:
// recovery replays thousands of edits whose versions have long expired; copying every segment list
// for each would make opening quadratic. A dataset's list is copied once for each frozen version
// that changed it.
#ifndef ASHLAR_SRC_MANIFEST_MANIFEST_BUILDER_H_
#define ASHLAR_SRC_MANIFEST_MANIFEST_BUILDER_H_

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "src/manifest/edit.h"
#include "src/manifest/manifest.h"

namespace ashlar::manifest {

class ManifestBuilder {
 public:
  // From nothing: the first edit may have any version.
  ManifestBuilder() = default;
  explicit ManifestBuilder(std::shared_ptr<const Manifest> base);

  // FailedPrecondition when the edit does not fit; the builder is then of no further use.
  [[nodiscard]] absl::Status Apply(const VersionEdit& edit);
  // The same version with other segments of the same live rows (segment_compactions.h).
  [[nodiscard]] absl::Status Compact(const std::vector<DatasetEdit>& compactions);
  // The value now. Datasets that did not change since the last Freeze() are shared with it.
  [[nodiscard]] std::shared_ptr<const Manifest> Freeze();

 private:
  // One of both is set: the shared value, or the private one that edits change.
  struct Slot {
    std::shared_ptr<const DatasetState> frozen;
    std::shared_ptr<DatasetState> draft;
    [[nodiscard]] const DatasetState& state() const { return draft ? *draft : *frozen; }
  };

  [[nodiscard]] absl::Status TakeOut(const VersionEdit& edit);
  [[nodiscard]] absl::Status PutBack(const DatasetEdit& edit);
  [[nodiscard]] absl::Status Insert(Slot slot);
  [[nodiscard]] static DatasetState& DraftOf(Slot& slot);

  bool from_nothing_ = true;
  Manifest header_;  // without datasets
  std::map<std::string, Slot, std::less<>> slots_;
  absl::flat_hash_map<uint64_t, std::string> names_;
  // Slots of the datasets that the edit at work touches.
  absl::flat_hash_map<uint64_t, Slot> touched_;
};

}  // namespace ashlar::manifest

#endif  // ASHLAR_SRC_MANIFEST_MANIFEST_BUILDER_H_
