// A chunk in as few bytes as its values allow.
//
// Owns: choosing the encoding of each leaf and the form of each buffer for datasets whose storage
// is compact. Does not own: the forms themselves (plane_codec.h, zstd_codec.h). What is chosen
// depends on the values alone.
#ifndef ASHLAR_SRC_SEGMENT_CHUNK_COMPACT_H_
#define ASHLAR_SRC_SEGMENT_CHUNK_COMPACT_H_

#include <vector>

#include "absl/status/statusor.h"
#include "ashlar/column.h"
#include "ashlar/pinned_bytes.h"
#include "src/segment/chunk_table.h"
#include "src/segment/zstd_codec.h"

namespace ashlar::segment {

// The node of a plain, canonical column without its places, and its buffers as stored, in the order
// of AppendBuffers() (empty ones left out).
[[nodiscard]] absl::StatusOr<ChunkNode> CompactColumn(const Column& canonical,
                                                      ZstdCompressor& compressor,
                                                      std::vector<PinnedBytes>* buffers);

}  // namespace ashlar::segment

#endif  // ASHLAR_SRC_SEGMENT_CHUNK_COMPACT_H_
