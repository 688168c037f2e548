// Sorting segments by their keys; see the header.
#include "src/store/segment_order.h"

#include <algorithm>
#include <numeric>

#include "src/base/check.h"

namespace ashlar::store {
namespace {

using manifest::KeyRange;

const KeyRange& Everything() {
  static const auto* const everything = new KeyRange();
  return *everything;
}

bool GoesFurtherUp(const KeyRange& a, const KeyRange& b) {
  return b.max.has_value() && (!a.max.has_value() || *a.max > *b.max);
}

}  // namespace

SegmentOrder::SegmentOrder(const std::vector<manifest::SegmentEntry>& segments) {
  ASHLAR_CHECK(segments.size() < UINT32_MAX);
  keys_.reserve(segments.size());
  for (const manifest::SegmentEntry& entry : segments) {
    keys_.push_back(entry.keys == nullptr ? &Everything() : entry.keys.get());
  }
  by_least_.resize(keys_.size());
  std::iota(by_least_.begin(), by_least_.end(), 0);
  by_greatest_ = by_least_;
  std::ranges::stable_sort(
      by_least_, [this](uint32_t a, uint32_t b) { return keys_[a]->min < keys_[b]->min; });
  std::ranges::stable_sort(
      by_greatest_, [this](uint32_t a, uint32_t b) { return GoesFurtherUp(*keys_[a], *keys_[b]); });
  for (const uint32_t position : by_least_) {
    const bool further =
        furthest_up_.empty() || GoesFurtherUp(*keys_[position], *keys_[furthest_up_.back()]);
    furthest_up_.push_back(further ? position : furthest_up_.back());
  }
  for (const uint32_t position : by_greatest_) {
    const bool further =
        furthest_down_.empty() || keys_[position]->min < keys_[furthest_down_.back()]->min;
    furthest_down_.push_back(further ? position : furthest_down_.back());
  }
}

size_t SegmentOrder::FindStart(const KeyBounds& bounds, bool backward) const {
  const std::vector<uint32_t>& furthest = backward ? furthest_down_ : furthest_up_;
  const auto start = std::ranges::partition_point(furthest, [&](uint32_t position) {
    return backward ? !bounds.MayReachEnd(*keys_[position])
                    : !bounds.MayReachBegin(*keys_[position]);
  });
  return static_cast<size_t>(start - furthest.begin());
}

}  // namespace ashlar::store
