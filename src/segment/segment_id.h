// The small values by which segments, their files and their chunks are named.
#ifndef ASHLAR_SRC_SEGMENT_SEGMENT_ID_H_
#define ASHLAR_SRC_SEGMENT_SEGMENT_ID_H_

#include <cstdint>

#include "src/base/digest.h"

namespace ashlar::segment {

// A segment file as the manifest promises it: anything else under that name is refused. The footer
// digest covers the chunk table and the page checksums, so a stale or swapped file is caught at
// open and a damaged page at first touch.
struct FileIdentity {
  uint64_t id = 0;
  uint64_t bytes = 0;
  base::Digest footer_digest;
  friend bool operator==(const FileIdentity&, const FileIdentity&) = default;
};

// Chunk `ordinal` of the chunk table of file `file_id`, which holds the bytes itself.
struct ChunkLocation {
  uint64_t file_id = 0;
  uint32_t ordinal = 0;
  friend bool operator==(const ChunkLocation&, const ChunkLocation&) = default;
};

}  // namespace ashlar::segment

#endif  // ASHLAR_SRC_SEGMENT_SEGMENT_ID_H_
