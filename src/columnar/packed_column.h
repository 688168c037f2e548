// PackedColumn: a stored leaf whose values lie in bit planes, zone by zone, as they are in the
// file.
//
// Owns: the view of the planes (src/columnar/bit_planes.h) and what it takes to understand them: so
// predicates can be decided zone by zone without a single value in memory, and only the zones that
// are wanted be unpacked. Does not own: proving the bytes, which whoever makes one has done.
#ifndef ASHLAR_SRC_COLUMNAR_PACKED_COLUMN_H_
#define ASHLAR_SRC_COLUMNAR_PACKED_COLUMN_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "ashlar/column.h"
#include "ashlar/pinned_bytes.h"
#include "src/base/limits.h"

namespace ashlar::columnar {

// 1,024 rows, or what is left of them in the last zone. The value of a row is base + offset modulo
// 2^64, the offset being what the planes hold. No sum leaves the range of the values' type (nor of
// the dictionary), so offsets are ordered as values are: a bound becomes one on offsets by
// subtracting the base.
struct PackedZone {
  uint64_t base = 0;  // a signed base as its two's complement
  uint8_t width = 0;  // planes; 0: all rows have the value `base`
  const std::byte* planes = nullptr;
};

// Cheap enough to move, not to copy. Safe on any thread.
struct PackedColumn {
  DataType type;
  int64_t length = 0;
  int64_t null_count = 0;
  // Bytes of a value once unpacked: of the type, or of a code (1, 2 or 4).
  uint8_t value_width = 0;
  // Bit set = not null; empty without nulls. What the planes hold of a null row is in range, and
  // means nothing: a predicate's mask is cut with this one.
  PinnedBytes validity;
  // Of the codes that are packed, ascending; null when the values themselves are.
  std::shared_ptr<const ColumnData> dictionary;
  std::vector<PackedZone> zones;
  // What keeps the planes alive: those of the file, and those of a short last zone, which is made
  // whole in memory.
  std::vector<PinnedBytes> planes;

  [[nodiscard]] size_t zone_count() const { return zones.size(); }
  [[nodiscard]] const PackedZone& zone(size_t index) const { return zones[index]; }
  [[nodiscard]] size_t zone_rows(size_t index) const {
    const auto left = static_cast<uint64_t>(length) - index * base::kZoneRows;
    return static_cast<size_t>(std::min<uint64_t>(left, base::kZoneRows));
  }
};

// Writes the values (or codes) of one zone, value_width bytes each, as a plain (or dictionary)
// column has them in `values`; null rows hold anything that a value or code may be.
void UnpackZone(const PackedColumn& column, size_t zone, std::byte* out);
// The same as 64-bit numbers: signed values as their two's complement.
void UnpackZone(const PackedColumn& column, size_t zone, uint64_t* out);

}  // namespace ashlar::columnar

#endif  // ASHLAR_SRC_COLUMNAR_PACKED_COLUMN_H_
