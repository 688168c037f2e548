// KeyRange: the bounds of a segment's encoded keys, for leaving out segments that cannot hold a
// key.
//
// Owns: cutting long bounds so that they stay bounds, and comparing. Does not own: the encoding of
// keys, of which only the order of its bytes (unsigned, as memcmp has it) matters here.
#ifndef ASHLAR_SRC_MANIFEST_KEY_RANGE_H_
#define ASHLAR_SRC_MANIFEST_KEY_RANGE_H_

#include <optional>
#include <string>
#include <string_view>

namespace ashlar::manifest {

// Both bounds have at most base::kMaxKeyBoundBytes. `min` is a prefix of the least key or the key
// itself; `max` is not below the greatest key, and nothing where no short string is that.
struct KeyRange {
  std::string min;
  std::optional<std::string> max;

  [[nodiscard]] bool MayContain(std::string_view key) const {
    return min <= key && (!max.has_value() || key <= *max);
  }
  // Whether a key of [first, last] may lie in the range.
  [[nodiscard]] bool MayOverlap(std::string_view first, std::string_view last) const {
    return min <= last && (!max.has_value() || first <= *max);
  }

  friend bool operator==(const KeyRange&, const KeyRange&) = default;
};

// The range of keys from `least` to `greatest` (encoded, of any length, least <= greatest): a bound
// that is too long is cut, and then a greatest one is rounded up.
[[nodiscard]] KeyRange MakeKeyRange(std::string_view least, std::string_view greatest);

}  // namespace ashlar::manifest

#endif  // ASHLAR_SRC_MANIFEST_KEY_RANGE_H_
