// One packed leaf of a chunk, handed out as it lies in the file.
//
// Owns: finding the leaf, proving its buffers and making a columnar::PackedColumn of them. Does not
// own: finding the chunk (chunk_resolver.h).
#ifndef ASHLAR_SRC_SEGMENT_PACKED_LEAF_H_
#define ASHLAR_SRC_SEGMENT_PACKED_LEAF_H_

#include <cstddef>
#include <optional>
#include <span>

#include "absl/status/statusor.h"
#include "src/columnar/packed_column.h"
#include "src/segment/chunk_resolver.h"

namespace ashlar::segment {

// See SegmentReader::ReadPacked().
[[nodiscard]] absl::StatusOr<std::optional<columnar::PackedColumn>> ReadPackedLeaf(
    const ResolvedChunk& chunk, std::span<const size_t> members);

}  // namespace ashlar::segment

#endif  // ASHLAR_SRC_SEGMENT_PACKED_LEAF_H_
