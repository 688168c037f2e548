// Unpacking one zone; see the header.
#include "src/columnar/packed_column.h"

#include "src/base/check.h"
#include "src/columnar/bit_planes.h"

namespace ashlar::columnar {
namespace {

// `out` may be unaligned to T only where T is a byte: buffers of values are aligned to 64.
template <typename T>
void UnpackAs(const PackedZone& zone, size_t rows, std::byte* out) {
  ASHLAR_CHECK(reinterpret_cast<uintptr_t>(out) % alignof(T) == 0);
  UnpackPlanes(zone.planes, zone.width, zone.base, rows, reinterpret_cast<T*>(out));
}

}  // namespace

void UnpackZone(const PackedColumn& column, size_t zone, std::byte* out) {
  ASHLAR_CHECK(zone < column.zone_count());
  const PackedZone& packed = column.zone(zone);
  const size_t rows = column.zone_rows(zone);
  switch (column.value_width) {
    case 1:
      return UnpackAs<uint8_t>(packed, rows, out);
    case 2:
      return UnpackAs<uint16_t>(packed, rows, out);
    case 4:
      return UnpackAs<uint32_t>(packed, rows, out);
    default:
      ASHLAR_CHECK(column.value_width == 8);
      return UnpackAs<uint64_t>(packed, rows, out);
  }
}

void UnpackZone(const PackedColumn& column, size_t zone, uint64_t* out) {
  ASHLAR_CHECK(zone < column.zone_count());
  const PackedZone& packed = column.zone(zone);
  UnpackPlanes(packed.planes, packed.width, packed.base, column.zone_rows(zone), out);
}

}  // namespace ashlar::columnar
