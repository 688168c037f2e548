// KeyBounds: the part of the key order that a range asks for, as bytes.
//
// Owns: turning inclusive, exclusive, partial and prefix bounds into two places between encoded
// keys, and refusing what does not fit the key. Does not own: the encoding (columnar/key_codec.h),
// nor finding rows.
#ifndef ASHLAR_SRC_STORE_KEY_BOUNDS_H_
#define ASHLAR_SRC_STORE_KEY_BOUNDS_H_

#include <compare>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "ashlar/snapshot.h"
#include "src/columnar/key_codec.h"
#include "src/manifest/key_range.h"

namespace ashlar::store {

// A place between keys: in front of the key `bytes` and all that are above it, or right behind the
// key `bytes`.
struct KeyCut {
  std::string bytes;
  bool behind = false;

  // Whether a key is in front of the cut that stands to `bytes` like this.
  [[nodiscard]] bool IsPassedBy(std::strong_ordering key) const {
    return behind ? key <= 0 : key < 0;
  }
  friend std::strong_ordering operator<=>(const KeyCut& a, const KeyCut& b) = default;
};

// The keys from `begin` to `end`.
struct KeyBounds {
  std::optional<KeyCut> begin;  // nothing: from the least key on
  std::optional<KeyCut> end;    // nothing: to the greatest key
  bool empty = false;           // no key is within

  // Whether keys of the range may be within.
  [[nodiscard]] bool MayReachBegin(const manifest::KeyRange& keys) const {
    return !begin.has_value() || !keys.max.has_value() ||
           !begin->IsPassedBy(*keys.max <=> begin->bytes);
  }
  [[nodiscard]] bool MayReachEnd(const manifest::KeyRange& keys) const {
    return !end.has_value() || end->IsPassedBy(keys.min <=> end->bytes);
  }
};

// InvalidArgument names the option and the key field that it does not fit.
[[nodiscard]] absl::StatusOr<KeyBounds> MakeKeyBounds(const columnar::KeyCodec& codec,
                                                      const KeyRangeOptions& options);

}  // namespace ashlar::store

#endif  // ASHLAR_SRC_STORE_KEY_BOUNDS_H_
