// The smallest and the largest of many integers.
//
// Owns: that search, with vectors where the processor has them. Does not own: nulls, what bounds
// are for (segment/zone_map_builder.h), floats, whose NaN needs a judgement.
#ifndef ASHLAR_SRC_COLUMNAR_VALUE_BOUNDS_H_
#define ASHLAR_SRC_COLUMNAR_VALUE_BOUNDS_H_

#include <cstddef>
#include <cstdint>

namespace ashlar::columnar {

template <typename T>
struct ValueBounds {
  T min;
  T max;
};

// Of `count` > 0 values in the machine's order of bytes, which need not be aligned. T is an integer
// of 1, 2, 4 or 8 bytes.
template <typename T>
[[nodiscard]] ValueBounds<T> BoundsOf(const std::byte* values, int64_t count);

template <>
ValueBounds<int8_t> BoundsOf<int8_t>(const std::byte* values, int64_t count);
template <>
ValueBounds<int16_t> BoundsOf<int16_t>(const std::byte* values, int64_t count);
template <>
ValueBounds<int32_t> BoundsOf<int32_t>(const std::byte* values, int64_t count);
template <>
ValueBounds<int64_t> BoundsOf<int64_t>(const std::byte* values, int64_t count);
template <>
ValueBounds<uint8_t> BoundsOf<uint8_t>(const std::byte* values, int64_t count);
template <>
ValueBounds<uint16_t> BoundsOf<uint16_t>(const std::byte* values, int64_t count);
template <>
ValueBounds<uint32_t> BoundsOf<uint32_t>(const std::byte* values, int64_t count);
template <>
ValueBounds<uint64_t> BoundsOf<uint64_t>(const std::byte* values, int64_t count);

}  // namespace ashlar::columnar

#endif  // ASHLAR_SRC_COLUMNAR_VALUE_BOUNDS_H_
