// The pages of a segment file that gets of single rows read first.
//
// Owns: which pages these are. Does not own: proving what they hold (segment_keys.h, page_set.h).
#ifndef ASHLAR_SRC_SEGMENT_KEY_PAGES_H_
#define ASHLAR_SRC_SEGMENT_KEY_PAGES_H_

#include "absl/status/status.h"
#include "src/segment/segment_file.h"

namespace ashlar::segment {

// Reads the key sections and the chunks of the key, as far as they are in this file, into the page
// cache: what was written around it is cold. Nothing in a segment without keys.
[[nodiscard]] absl::Status PopulateKeyPages(SegmentFile& file);

}  // namespace ashlar::segment

#endif  // ASHLAR_SRC_SEGMENT_KEY_PAGES_H_
