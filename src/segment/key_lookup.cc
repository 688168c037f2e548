// Opening key lookups; the searches are templates of the header, so that comparisons are inlined.
#include "src/segment/key_lookup.h"

#include "ashlar/status_macros.h"

namespace ashlar::segment {

absl::StatusOr<KeyLookup> KeyLookup::Open(const std::shared_ptr<SegmentFile>& file) {
  ASSIGN_OR_RETURN(KeyViews views, OpenKeyViews(file));
  return KeyLookup(std::move(views));
}

}  // namespace ashlar::segment
