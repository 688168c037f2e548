// The buffers of one node as they are in memory, whatever their form in the file.
//
// Owns: viewing raw buffers where they lie and decoding all others into memory of their own. Does
// not own: pages (the bytes were proven) or what decoded buffers must hold beyond their form
// (chunk_view.h).
#ifndef ASHLAR_SRC_SEGMENT_BUFFER_DECODE_H_
#define ASHLAR_SRC_SEGMENT_BUFFER_DECODE_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "absl/status/statusor.h"
#include "ashlar/pinned_bytes.h"
#include "ashlar/types.h"
#include "src/segment/chunk_table.h"
#include "src/segment/plane_codec.h"

namespace ashlar::segment {

// Where stored buffers lie, and what keeps them there.
struct BodyView {
  std::span<const std::byte> body;
  std::shared_ptr<const void> owner;

  [[nodiscard]] PinnedBytes Stored(const BufferRange& range) const;
};

struct NodeBuffers {
  PinnedBytes validity;
  PinnedBytes offsets;
  PinnedBytes values;
  uint64_t decoded_bytes = 0;  // of those that are not views
};

// `node` was checked against `type` (CheckNode). DataLoss says what is wrong with a buffer.
[[nodiscard]] absl::StatusOr<NodeBuffers> DecodeBuffers(const DataType& type, const ChunkNode& node,
                                                        const BodyView& from);

// The validity bits alone.
[[nodiscard]] absl::StatusOr<PinnedBytes> DecodeValidity(const ChunkNode& node,
                                                         const BodyView& from);

// The values of a node whose form they are planes in, taken apart. Unless `proven`, numbers out of
// range are looked for.
[[nodiscard]] absl::StatusOr<StoredPlanes> OpenValuePlanes(const DataType& type,
                                                           const ChunkNode& node,
                                                           const BodyView& from, bool proven);

}  // namespace ashlar::segment

#endif  // ASHLAR_SRC_SEGMENT_BUFFER_DECODE_H_
