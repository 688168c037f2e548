// Deaths: rows of listed segments that die with an edit.
//
// Owns: applying them to a dataset's state, and putting them into an edit by segment id, which is
// how a flush finds them. Does not own: finding out which rows die (src/store).
#ifndef ASHLAR_SRC_MANIFEST_DEATHS_H_
#define ASHLAR_SRC_MANIFEST_DEATHS_H_

#include <cstdint>
#include <span>

#include "absl/status/status.h"
#include "src/manifest/edit.h"
#include "src/manifest/manifest.h"

namespace ashlar::manifest {

// Before the splices of the same edit, which were checked. FailedPrecondition when they do not fit
// the list or each other, when a row is dead already, or when a splice removes the segment.
[[nodiscard]] absl::Status ApplyDeaths(const DatasetEdit& edit, DatasetState& state);

struct RowsDied {
  uint64_t segment_id = 0;
  DeletionVectorPtr rows;  // all alive in the dataset that the edit is applied to
};

// Adds deaths to an edit of `before`; called once an edit, after its other splices were added. A
// segment that loses its last live row is removed by a splice instead. FailedPrecondition when a
// row is dead already, or a segment is not listed, named twice, or removed by the edit already: its
// rows have moved, and whoever moved them must say where they died.
[[nodiscard]] absl::Status AddDeaths(const DatasetState& before, std::span<const RowsDied> died,
                                     DatasetEdit* edit);

}  // namespace ashlar::manifest

#endif  // ASHLAR_SRC_MANIFEST_DEATHS_H_
