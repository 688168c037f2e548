// Bounds to cuts; see the header.
#include "src/store/key_bounds.h"

#include <string_view>
#include <utility>

#include "ashlar/status_macros.h"
#include "src/base/strings.h"
#include "src/columnar/encoded_keys.h"

namespace ashlar::store {
namespace {

// A key as a bound: the keys that it stands for are one, or all that begin with `bytes`.
struct Bound {
  std::string bytes;
  bool is_prefix = false;
};

absl::StatusOr<Bound> Encode(const columnar::KeyCodec& codec, std::string_view option,
                             const Key& key) {
  absl::StatusOr<std::string> bytes = codec.EncodePrefix(key);
  if (!bytes.ok()) {
    const std::string_view why(bytes.status().message().data(), bytes.status().message().size());
    return absl::InvalidArgumentError(base::StrCat(option, ": ", why));
  }
  return Bound{*std::move(bytes), key.parts().size() < codec.fields().size()};
}

void RaiseBegin(KeyCut cut, KeyBounds* bounds) {
  if (!bounds->begin.has_value() || *bounds->begin < cut) bounds->begin = std::move(cut);
}

void LowerEnd(KeyCut cut, KeyBounds* bounds) {
  if (!bounds->end.has_value() || cut < *bounds->end) bounds->end = std::move(cut);
}

// The place behind all keys that the bound stands for; nothing when no key can be there.
std::optional<KeyCut> Behind(const Bound& bound) {
  if (!bound.is_prefix) return KeyCut{bound.bytes, true};
  std::optional<std::string> above = columnar::PrefixUpperBound(bound.bytes);
  if (!above.has_value()) return std::nullopt;
  return KeyCut{*std::move(above), false};
}

void StartAt(const Bound& bound, bool inclusive, KeyBounds* bounds) {
  if (inclusive) return RaiseBegin({bound.bytes, false}, bounds);
  if (std::optional<KeyCut> behind = Behind(bound)) return RaiseBegin(*std::move(behind), bounds);
  bounds->empty = true;
}

void EndAt(const Bound& bound, bool inclusive, KeyBounds* bounds) {
  if (!inclusive) return LowerEnd({bound.bytes, false}, bounds);
  if (std::optional<KeyCut> behind = Behind(bound)) LowerEnd(*std::move(behind), bounds);
}

}  // namespace

absl::StatusOr<KeyBounds> MakeKeyBounds(const columnar::KeyCodec& codec,
                                        const KeyRangeOptions& options) {
  KeyBounds bounds;
  if (options.from.has_value()) {
    ASSIGN_OR_RETURN(const Bound from, Encode(codec, "from", *options.from));
    StartAt(from, options.from_inclusive, &bounds);
  }
  if (options.to.has_value()) {
    ASSIGN_OR_RETURN(const Bound to, Encode(codec, "to", *options.to));
    EndAt(to, options.to_inclusive, &bounds);
  }
  if (options.prefix.has_value()) {
    ASSIGN_OR_RETURN(Bound prefix, Encode(codec, "prefix", *options.prefix));
    // The last field's bytes may go on.
    prefix.is_prefix = prefix.is_prefix || codec.fields().back().type.is_variable_size();
    StartAt(prefix, true, &bounds);
    EndAt(prefix, true, &bounds);
  }
  if (bounds.begin.has_value() && bounds.end.has_value() && *bounds.begin >= *bounds.end) {
    bounds.empty = true;
  }
  return bounds;
}

}  // namespace ashlar::store
