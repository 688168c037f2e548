// Numbers in stored bit planes: frame of reference, zone by zone.
//
// Owns: the bytes of a buffer in the form of planes (docs/FORMAT.md, "Planes"), packing and
// unpacking whole buffers, and the proof that stored planes are what they claim. Does not own: the
// planes of one zone (columnar/bit_planes.h), nor which buffers are packed (chunk_compact.h).
//
// For each zone of 1,024 numbers the planes of their offsets from the zone's base, then all bases,
// then all widths. The planes of a short last zone are cut after the last 64-bit word that they
// need, and made whole in memory.
#ifndef ASHLAR_SRC_SEGMENT_PLANE_CODEC_H_
#define ASHLAR_SRC_SEGMENT_PLANE_CODEC_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "ashlar/pinned_bytes.h"
#include "src/columnar/packed_column.h"

namespace ashlar::segment {

// What the numbers of a buffer are, and so what planes may say.
struct NumberRange {
  uint8_t width = 0;  // bytes of a number in memory: 1, 2, 4 or 8
  bool is_signed = false;
  uint64_t low = 0;  // as two's complement
  uint64_t high = 0;
};

// Packs `values`, numbers of the kind of `range`. Rows whose bit in `validity` (empty: no nulls) is
// clear take part in no base and no width.
[[nodiscard]] PinnedBytes PackNumbers(std::span<const std::byte> values, const NumberRange& range,
                                      std::span<const std::byte> validity);
// Packs the differences of neighbouring offsets, one less than offsets.
[[nodiscard]] PinnedBytes PackOffsets(std::span<const std::byte> offsets);

struct StoredPlanes {
  uint64_t length = 0;
  std::vector<columnar::PackedZone> zones;
  std::vector<PinnedBytes> bytes;  // what the zones point into
};

// Takes stored planes apart. DataLoss when they are not of the size that their widths claim, or a
// row behind the last one is not zero.
[[nodiscard]] absl::StatusOr<StoredPlanes> ParsePlanes(const PinnedBytes& stored, uint64_t length,
                                                       int max_width);
// DataLoss when a number is outside of the range.
[[nodiscard]] absl::Status ProveRange(const StoredPlanes& planes, const NumberRange& range);

// The numbers as in memory, null rows zero.
[[nodiscard]] PinnedBytes UnpackNumbers(const StoredPlanes& planes, uint8_t width,
                                        std::span<const std::byte> validity);
// Offsets from 0 whose differences are in the planes. DataLoss when they do not end at `end`.
[[nodiscard]] absl::StatusOr<PinnedBytes> UnpackOffsets(const StoredPlanes& planes, uint64_t end);

}  // namespace ashlar::segment

#endif  // ASHLAR_SRC_SEGMENT_PLANE_CODEC_H_
