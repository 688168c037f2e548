// PrefixRanges: which segments may hold a key, by its first bytes: one comparison a segment.
//
// Owns: the bounds of all segments of a state side by side, cut to a word each. Does not own: the
// bounds themselves, which are asked where the words do not tell. Searches go through all segments,
// so what they read of each is little and lies together.
#ifndef ASHLAR_SRC_STORE_PREFIX_RANGES_H_
#define ASHLAR_SRC_STORE_PREFIX_RANGES_H_

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "src/columnar/encoded_keys.h"
#include "src/manifest/manifest.h"

namespace ashlar::store {

// Immutable, safe on any thread. The segments outlive it.
class PrefixRanges {
 public:
  explicit PrefixRanges(const std::vector<manifest::SegmentEntry>& segments) {
    ranges_.reserve(segments.size());
    for (const manifest::SegmentEntry& entry : segments) {
      const manifest::KeyRange* const keys = entry.keys.get();
      Range range{0, UINT64_MAX, keys};
      if (keys != nullptr) range.first = columnar::KeyPrefix(keys->min);
      if (keys != nullptr && keys->max.has_value()) range.last = columnar::KeyPrefix(*keys->max);
      ranges_.push_back(range);
    }
  }

  [[nodiscard]] size_t size() const { return ranges_.size(); }
  // Whether the segment at this position may have the key; `prefix` is the key's.
  [[nodiscard]] bool MayContain(size_t position, uint64_t prefix, std::string_view key) const {
    const Range& range = ranges_[position];
    if (prefix < range.first || prefix > range.last) return false;
    if (prefix != range.first && prefix != range.last) return true;
    return range.keys == nullptr || range.keys->MayContain(key);
  }

 private:
  struct Range {
    uint64_t first = 0;
    uint64_t last = 0;
    const manifest::KeyRange* keys = nullptr;  // null: nobody knows them
  };
  std::vector<Range> ranges_;  // by position
};

}  // namespace ashlar::store

#endif  // ASHLAR_SRC_STORE_PREFIX_RANGES_H_
