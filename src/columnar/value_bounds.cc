// Two vectors of the smallest and two of the largest are kept, for one would wait for itself; see
// value_bounds.h.
#include "src/columnar/value_bounds.h"

#include <algorithm>
#include <cstring>
#include <limits>

#include "src/base/check.h"

#define ASHLAR_INTEGERS(Use)                                                                  \
  Use(int8_t) Use(int16_t) Use(int32_t) Use(int64_t) Use(uint8_t) Use(uint16_t) Use(uint32_t) \
      Use(uint64_t)

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "src/columnar/value_bounds.cc"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
// After foreach_target.h, which includes this file again.
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace ashlar::columnar::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

template <typename T>
HWY_INLINE T LoadOne(const std::byte* from) {
  T value;
  std::memcpy(&value, from, sizeof(value));
  return value;
}

template <typename T>
HWY_INLINE void FindBounds(const std::byte* values, size_t count, T* min, T* max) {
  size_t done = 0;
  *min = std::numeric_limits<T>::max();
  *max = std::numeric_limits<T>::min();
#if HWY_TARGET != HWY_SCALAR
  const hn::ScalableTag<T> d;
  const size_t lanes = hn::Lanes(d);
  auto min0 = hn::Set(d, *min);
  auto min1 = min0;
  auto max0 = hn::Set(d, *max);
  auto max1 = max0;
  for (; done + 2 * lanes <= count; done += 2 * lanes) {
    const T* at = reinterpret_cast<const T*>(values + done * sizeof(T));
    const auto v0 = hn::LoadU(d, at);
    const auto v1 = hn::LoadU(d, at + lanes);
    min0 = hn::Min(min0, v0);
    min1 = hn::Min(min1, v1);
    max0 = hn::Max(max0, v0);
    max1 = hn::Max(max1, v1);
  }
  HWY_ALIGN T mins[hn::MaxLanes(d)];
  HWY_ALIGN T maxs[hn::MaxLanes(d)];
  hn::Store(hn::Min(min0, min1), d, mins);
  hn::Store(hn::Max(max0, max1), d, maxs);
  *min = *std::min_element(mins, mins + lanes);
  *max = *std::max_element(maxs, maxs + lanes);
#endif
  for (; done < count; ++done) {
    const T value = LoadOne<T>(values + done * sizeof(T));
    *min = std::min(*min, value);
    *max = std::max(*max, value);
  }
}

#define ASHLAR_BOUNDS(T)                                                   \
  void Bounds_##T(const std::byte* values, size_t count, T* min, T* max) { \
    FindBounds<T>(values, count, min, max);                                \
  }
ASHLAR_INTEGERS(ASHLAR_BOUNDS)
#undef ASHLAR_BOUNDS

}  // namespace ashlar::columnar::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace ashlar::columnar {

#define ASHLAR_BOUNDS(T)                                               \
  HWY_EXPORT(Bounds_##T);                                              \
  template <>                                                          \
  ValueBounds<T> BoundsOf<T>(const std::byte* values, int64_t count) { \
    ASHLAR_CHECK(count > 0);                                           \
    ValueBounds<T> bounds;                                             \
    HWY_DYNAMIC_DISPATCH(Bounds_##T)                                   \
    (values, static_cast<size_t>(count), &bounds.min, &bounds.max);    \
    return bounds;                                                     \
  }
ASHLAR_INTEGERS(ASHLAR_BOUNDS)
#undef ASHLAR_BOUNDS

}  // namespace ashlar::columnar
#endif  // HWY_ONCE
