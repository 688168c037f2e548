// From a field to the chunk that physically holds its values.
//
// Owns: matching fields by id, following a reference (one step, never two) and the proof that the
// holder's chunk is the one that was meant. Reading it is here too, for the reader and the
// verifier.
#ifndef ASHLAR_SRC_SEGMENT_CHUNK_RESOLVER_H_
#define ASHLAR_SRC_SEGMENT_CHUNK_RESOLVER_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "ashlar/column.h"
#include "src/segment/segment_file.h"
#include "src/segment/segment_reader.h"
#include "src/segment/zone_map.h"

namespace ashlar::segment {

struct ReadCost;  // segment_reader.h

// A chunk that is here, in `file`.
struct ResolvedChunk {
  std::shared_ptr<SegmentFile> file;
  uint32_t ordinal = 0;
};

// The ordinal of the field with the id of `field`; nothing when the segment is older than it.
// DataLoss when it was written with another type.
[[nodiscard]] absl::StatusOr<std::optional<uint32_t>> FindChunk(const SegmentFile& file,
                                                                const Field& field);
// DataLoss when the holder's chunk has another digest, type or row count, or is a reference itself.
[[nodiscard]] absl::StatusOr<ResolvedChunk> ResolveChunk(const std::shared_ptr<SegmentFile>& file,
                                                         uint32_t ordinal,
                                                         const FileProvider& provider);

[[nodiscard]] absl::StatusOr<Column> ReadChunk(const ResolvedChunk& chunk,
                                               ReadCost* cost = nullptr);
[[nodiscard]] absl::StatusOr<std::vector<ZoneMap>> ReadChunkZoneMaps(const ResolvedChunk& chunk);

}  // namespace ashlar::segment

#endif  // ASHLAR_SRC_SEGMENT_CHUNK_RESOLVER_H_
