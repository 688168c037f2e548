// Columns over the bytes of a chunk, and the proof that they cannot lead out of bounds.
//
// Owns: turning nodes into ColumnData, without copying where buffers are raw, and checking on first
// touch what the chunk table cannot say: offsets rise and end with their values, codes are in the
// dictionary, null counts are those of the bitmaps. A hostile file can carry right checksums. Does
// not own: page checksums (page_set.h); the bytes were proven before they get here.
#ifndef ASHLAR_SRC_SEGMENT_CHUNK_VIEW_H_
#define ASHLAR_SRC_SEGMENT_CHUNK_VIEW_H_

#include <cstdint>
#include <memory>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "ashlar/column.h"
#include "src/segment/buffer_decode.h"
#include "src/segment/chunk_table.h"

namespace ashlar::segment {

// `node` was checked against `type`. Bytes that had to be decoded, if any, are added to
// `decoded_bytes`. DataLoss says what is wrong with a buffer that cannot be decoded.
[[nodiscard]] absl::StatusOr<std::shared_ptr<const ColumnData>> ViewChunk(const DataType& type,
                                                                          const ChunkNode& node,
                                                                          const BodyView& from,
                                                                          uint64_t* decoded_bytes);

// DataLoss says what is wrong. Linear in rows, in simple loops.
[[nodiscard]] absl::Status ProveStructure(const ColumnData& data);

}  // namespace ashlar::segment

#endif  // ASHLAR_SRC_SEGMENT_CHUNK_VIEW_H_
