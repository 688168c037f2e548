// What of two lists of segments of a keyed dataset is not the same rows.
//
// Owns: pairing segments, by file or by content, and leaving of each pair only the rows that are
// alive on one side alone. Does not own: reading what is left (keyed_diff.h).
#ifndef ASHLAR_SRC_STORE_SHARED_SEGMENTS_H_
#define ASHLAR_SRC_STORE_SHARED_SEGMENTS_H_

#include <cstdint>
#include <vector>

#include "src/manifest/manifest.h"

namespace ashlar::store {

// The segments of each side that have rows which the other side may not have, with all other rows
// dead. A row of a pair that is alive on both sides is in neither.
struct UnsharedSegments {
  std::vector<manifest::SegmentEntry> from;
  std::vector<manifest::SegmentEntry> to;
  uint64_t shared = 0;  // pairs of which nothing is left
  uint64_t read = 0;    // all other segments; a pair is one
};
[[nodiscard]] UnsharedSegments SetSharedAside(const std::vector<manifest::SegmentEntry>& from,
                                              const std::vector<manifest::SegmentEntry>& to);

}  // namespace ashlar::store

#endif  // ASHLAR_SRC_STORE_SHARED_SEGMENTS_H_
