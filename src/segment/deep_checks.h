// What only a deep verification asks of a chunk.
//
// Owns: the order of dictionaries, zero padding, and zone maps against values. Does not own:
// reporting. None of these can lead a reader out of bounds; they can make it answer wrongly.
#ifndef ASHLAR_SRC_SEGMENT_DEEP_CHECKS_H_
#define ASHLAR_SRC_SEGMENT_DEEP_CHECKS_H_

#include <cstdint>
#include <optional>

#include "absl/status/status.h"
#include "ashlar/column.h"
#include "src/segment/chunk_table.h"
#include "src/segment/segment_file.h"

namespace ashlar::segment {

// DataLoss when a dictionary of the column or below it is not strictly ascending.
[[nodiscard]] absl::Status CheckDictionaries(const ColumnData& data);
// DataLoss when a bitmap of the column or below it has bits behind its last row.
[[nodiscard]] absl::Status CheckTrailingBits(const ColumnData& data);
// DataLoss when a zone map of the chunk, whose pages were proven, is not that of `canonical`.
[[nodiscard]] absl::Status CheckZoneMaps(const SegmentFile& file, const ChunkEntry& entry,
                                         const Column& canonical);
// The offset of the first byte in the gaps between the file's buffers that is not zero.
[[nodiscard]] std::optional<uint64_t> FindDirtyPadding(const SegmentFile& file);

}  // namespace ashlar::segment

#endif  // ASHLAR_SRC_SEGMENT_DEEP_CHECKS_H_
