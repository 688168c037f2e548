// Bounds minus the zone's base; see the header. Offsets are ordered as values are, so that a bound
// below the base is the smallest offset and a range that ends below the base is empty.
#include "src/query/packed_select.h"

#include "src/base/check.h"
#include "src/columnar/bit_planes.h"

namespace ashlar::query {
namespace {

template <typename T>
Bits SelectOffsets(const columnar::PackedZone& zone, T low, T high) {
  Bits selected;
  const auto base = static_cast<T>(zone.base);
  if (low > high || high < base) return selected;
  const uint64_t from = low <= base ? 0 : static_cast<uint64_t>(low) - zone.base;
  columnar::SelectRange(zone.planes, zone.width, from, static_cast<uint64_t>(high) - zone.base,
                        selected.words.data());
  return selected;
}

}  // namespace

Bits SelectPackedNumbers(const columnar::PackedZone& zone, uint64_t low, uint64_t high) {
  return SelectOffsets<uint64_t>(zone, low, high);
}

Bits SelectPackedValues(const columnar::PackedZone& zone, const ValueRange& range) {
  if (range.physical == Physical::kUInt64) {
    return SelectPackedNumbers(zone, range.uint_low, range.uint_high);
  }
  ASHLAR_CHECK(range.physical == Physical::kInt64);
  return SelectOffsets<int64_t>(zone, range.int_low, range.int_high);
}

}  // namespace ashlar::query
