// How many bytes the buffers of a node have, in memory and in the file.
//
// Owns: the arithmetic of sizes, which buffers may have which form, and the refusal of claims that
// would cost memory out of proportion to the file. Does not own: the rest of a node's shape
// (chunk_codec.h).
#ifndef ASHLAR_SRC_SEGMENT_CHUNK_SIZES_H_
#define ASHLAR_SRC_SEGMENT_CHUNK_SIZES_H_

#include <cstdint>
#include <optional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "ashlar/types.h"
#include "src/segment/chunk_table.h"
#include "src/segment/plane_codec.h"

namespace ashlar::segment {

// The bytes that a node's buffers must have in memory; `values` is nothing where only offsets can
// tell.
struct DecodedSizes {
  uint64_t validity = 0;
  uint64_t offsets = 0;
  std::optional<uint64_t> values;
};
// InvalidArgument when no file could hold so much.
[[nodiscard]] absl::StatusOr<DecodedSizes> SizesOf(const DataType& type, const ChunkNode& node);

// Checks forms and sizes of the node's own buffers. InvalidArgument says what is wrong.
[[nodiscard]] absl::Status CheckSizes(const DataType& type, const ChunkNode& node);

// The numbers that the node's values are, when they may be packed: codes, integers, dates and
// timestamps.
[[nodiscard]] std::optional<NumberRange> NumbersOf(const DataType& type, const ChunkNode& node);

// What the differences of offsets may be.
[[nodiscard]] NumberRange OffsetDifferences();

// Whether so few bytes may stand for so many.
[[nodiscard]] bool IsRatioAllowed(uint64_t stored, uint64_t decoded);

}  // namespace ashlar::segment

#endif  // ASHLAR_SRC_SEGMENT_CHUNK_SIZES_H_
