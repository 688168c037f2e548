// SegmentOrder: the segments of a keyed dataset in the order in which a walk along the keys reaches
// them.
//
// Owns: sorting segments by the bounds of their keys, once a version, and finding the first one
// that a range needs. Does not own: segments, nor the keys within (segment_keys.h). Why: a range of
// a few rows must not look at every segment.
#ifndef ASHLAR_SRC_STORE_SEGMENT_ORDER_H_
#define ASHLAR_SRC_STORE_SEGMENT_ORDER_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "src/manifest/manifest.h"
#include "src/store/key_bounds.h"

namespace ashlar::store {

// Immutable, safe on any thread. The segments outlive it.
class SegmentOrder {
 public:
  explicit SegmentOrder(const std::vector<manifest::SegmentEntry>& segments);

  // Positions in the list, by ascending least keys, or by descending greatest keys.
  [[nodiscard]] const std::vector<uint32_t>& positions(bool backward) const {
    return backward ? by_greatest_ : by_least_;
  }
  // Where a walk begins: no segment in front of this place has keys of the range.
  [[nodiscard]] size_t FindStart(const KeyBounds& bounds, bool backward) const;
  // The bounds of the segment at a position; without any where the manifest has none.
  [[nodiscard]] const manifest::KeyRange& keys(uint32_t position) const { return *keys_[position]; }

 private:
  std::vector<const manifest::KeyRange*> keys_;  // by position
  std::vector<uint32_t> by_least_;
  std::vector<uint32_t> by_greatest_;
  // The segments that go furthest among the first i + 1 of an order.
  std::vector<uint32_t> furthest_up_;    // of by_least_, by greatest key
  std::vector<uint32_t> furthest_down_;  // of by_greatest_, by least key
};

}  // namespace ashlar::store

#endif  // ASHLAR_SRC_STORE_SEGMENT_ORDER_H_
