// Columns over the bytes of a chunk, and the proof that they cannot lead out of bounds.
//
// Owns: turning nodes into ColumnData without copying, and checking on first touch what the chunk
// table cannot say: offsets rise and end with their values, codes are in the dictionary, null
// counts are those of the bitmaps. A hostile file can carry right checksums. Does not own: page
// checksums (page_set.h); the bytes were proven before they get here.
#ifndef ASHLAR_SRC_SEGMENT_CHUNK_VIEW_H_
#define ASHLAR_SRC_SEGMENT_CHUNK_VIEW_H_

#include <cstddef>
#include <memory>
#include <span>

#include "absl/status/status.h"
#include "ashlar/column.h"
#include "src/segment/chunk_table.h"

namespace ashlar::segment {

// `node` was checked against `type` and lies in `body`; `owner` keeps the body alive.
[[nodiscard]] std::shared_ptr<const ColumnData> ViewChunk(const DataType& type,
                                                          const ChunkNode& node,
                                                          std::span<const std::byte> body,
                                                          const std::shared_ptr<const void>& owner);

// DataLoss says what is wrong. Linear in rows, in simple loops.
[[nodiscard]] absl::Status ProveStructure(const ColumnData& data);

}  // namespace ashlar::segment

#endif  // ASHLAR_SRC_SEGMENT_CHUNK_VIEW_H_
