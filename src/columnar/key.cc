// Key: comparison, hash and text of the public value; see the header.
#include "ashlar/key.h"

#include <ostream>

#include "src/base/bytes.h"
#include "src/base/hash.h"
#include "src/base/names.h"
#include "src/base/strings.h"

namespace ashlar {
namespace {

// Of the alternatives of Key::Value.
constexpr size_t kNegative = 0;
constexpr size_t kUnsigned = 1;
constexpr size_t kText = 2;
constexpr size_t kBinary = 3;

// Cut like texts, for messages.
std::string HexText(std::string_view bytes) {
  constexpr size_t kShown = 32;
  const std::string hex = base::HexEncode(base::AsBytes(bytes.substr(0, kShown)));
  return base::StrCat("x'", hex, bytes.size() > kShown ? "'..." : "'");
}

}  // namespace

Key::Key(std::vector<Key> parts) : value_(uint64_t{0}) {
  if (parts.size() == 1) {
    value_ = std::move(parts.front().value_);
  } else {
    value_ = std::make_shared<const std::vector<Key>>(std::move(parts));
  }
}

Key Key::Binary(std::span<const std::byte> bytes) { return Binary(base::AsStringView(bytes)); }
Key Key::Binary(std::string_view bytes) { return Key(Bytes{Inlined(bytes)}); }

std::string Key::ToString() const {
  switch (value_.index()) {
    case kNegative:
      return base::StrCat(std::get<int64_t>(value_));
    case kUnsigned:
      return base::StrCat(std::get<uint64_t>(value_));
    case kText:
      return base::QuoteForMessage(bytes());
    case kBinary:
      return HexText(bytes());
    default:
      break;
  }
  std::string text = "(";
  for (const Key& part : parts()) {
    if (text.size() > 1) text += ", ";
    text += part.ToString();
  }
  return text + ")";
}

size_t Key::Hash() const {
  // The alternative, not the kind: -1 and 2^64 - 1 have the same bits.
  uint64_t hash = base::Mix64(value_.index());
  switch (value_.index()) {
    case kNegative:
      return base::Combine(hash, static_cast<uint64_t>(std::get<int64_t>(value_)));
    case kUnsigned:
      return base::Combine(hash, std::get<uint64_t>(value_));
    case kText:
    case kBinary:
      return base::Combine(hash, base::Hash64(base::AsBytes(bytes()), 0));
    default:
      break;
  }
  for (const Key& part : parts()) hash = base::Combine(hash, part.Hash());
  return hash;
}

std::strong_ordering operator<=>(const Key& a, const Key& b) {
  // The alternatives stand in the order of the kinds, negative integers before the others.
  if (a.value_.index() != b.value_.index()) return a.value_.index() <=> b.value_.index();
  switch (a.value_.index()) {
    case kNegative:
      return std::get<int64_t>(a.value_) <=> std::get<int64_t>(b.value_);
    case kUnsigned:
      return std::get<uint64_t>(a.value_) <=> std::get<uint64_t>(b.value_);
    case kText:
    case kBinary:
      return a.bytes() <=> b.bytes();
    default:
      break;
  }
  const std::span<const Key> left = a.parts();
  const std::span<const Key> right = b.parts();
  for (size_t i = 0; i < left.size() && i < right.size(); ++i) {
    if (const auto order = left[i] <=> right[i]; order != 0) return order;
  }
  return left.size() <=> right.size();
}

std::ostream& operator<<(std::ostream& out, const Key& key) { return out << key.ToString(); }

}  // namespace ashlar
