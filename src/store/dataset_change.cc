// Changes on top of what others have made; see the header.
#include "src/store/dataset_change.h"

#include "ashlar/status_macros.h"
#include "src/base/check.h"
#include "src/manifest/dataset_definition.h"

namespace ashlar::store {

absl::StatusOr<manifest::DatasetState> ApplyChange(
    const DatasetChange& change, const std::shared_ptr<const manifest::DatasetState>& now,
    SegmentCache& cache) {
  ASHLAR_CHECK(change.before != nullptr && !change.dropped && now->id == change.before->id);
  manifest::DatasetState after = change.pending;
  if (now == change.before) return after;
  if (change.replaced) {
    // Nothing of what there was counts.
  } else if (now->is_keyed()) {
    ASSIGN_OR_RETURN(after, Rebase(change.keyed, change.pending, now, cache));
    manifest::Redefine(manifest::DefinitionOf(change.pending), after);
  } else {
    after.segments = now->segments;
    after.segments.insert(after.segments.end(), change.appended.begin(), change.appended.end());
  }
  // Of two first writes that ran side by side, the one that commits first decides the chunker.
  if (now->chunker.target_rows != 0) after.chunker = now->chunker;
  after.flushed_up_to = now->flushed_up_to;
  manifest::CountRows(&after);
  return after;
}

}  // namespace ashlar::store
