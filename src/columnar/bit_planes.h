// Bit planes: one zone of small unsigned numbers stored bit by bit, and predicates on them.
//
// Owns: packing a zone (up to 1,024 numbers of `width` bits) into `width` planes of 1,024 bits
// each, unpacking it, and comparing all its numbers with bounds plane by plane, without unpacking:
// a plane is compared 512 rows at a time, where an unpacked number would be one or a few lanes.
// Does not own: what is packed (a zone's base, codes, types) nor where planes are stored
// (src/segment).
//
// Layout: the lowest plane first, each of kPlaneBytes; row i is bit i of a plane, least significant
// first, as in Arrow's bitmaps. Rows behind the last one of a short zone are zero in every plane.
// Any alignment will do; a multiple of 64 is fastest.
#ifndef ASHLAR_SRC_COLUMNAR_BIT_PLANES_H_
#define ASHLAR_SRC_COLUMNAR_BIT_PLANES_H_

#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>

#include "src/base/limits.h"

namespace ashlar::columnar {

inline constexpr int kMaxPlanes = 64;
inline constexpr size_t kPlaneBytes = base::kZoneRows / 8;
inline constexpr size_t kPlaneWords = kPlaneBytes / sizeof(uint64_t);

// Planes that a number takes.
[[nodiscard]] constexpr int BitWidth(uint64_t value) { return std::bit_width(value); }

// Packs at most 1,024 numbers, each below 2^width, into `width` planes at `planes`.
void PackPlanes(std::span<const uint64_t> offsets, int width, std::byte* planes);

// The numbers of the first `rows` rows, each added to `base`. Sums wrap at the output's width,
// which makes the bits of a signed sum right, too; `width` is at most the output's.
void UnpackPlanes(const std::byte* planes, int width, uint64_t base, size_t rows, uint8_t* out);
void UnpackPlanes(const std::byte* planes, int width, uint64_t base, size_t rows, uint16_t* out);
void UnpackPlanes(const std::byte* planes, int width, uint64_t base, size_t rows, uint32_t* out);
void UnpackPlanes(const std::byte* planes, int width, uint64_t base, size_t rows, uint64_t* out);

// The number of row `row` alone.
[[nodiscard]] uint64_t LoadPacked(const std::byte* planes, int width, size_t row);

// Sets bit i of `mask` where low <= number i <= high, and clears it elsewhere; bounds beyond the
// width are fine, and low > high selects nothing. Rows that a short zone does not have answer as 0
// would: the caller cuts them.
void SelectRange(const std::byte* planes, int width, uint64_t low, uint64_t high,
                 uint64_t mask[kPlaneWords]);

// The same for numbers that are among `values`, which ascend strictly. Runs of neighbours cost one
// comparison.
void SelectSet(const std::byte* planes, int width, std::span<const uint64_t> values,
               uint64_t mask[kPlaneWords]);

}  // namespace ashlar::columnar

#endif  // ASHLAR_SRC_COLUMNAR_BIT_PLANES_H_
