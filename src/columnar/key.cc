// Key: comparison, hash and text of the public value; see the header.
#include "ashlar/key.h"

#include <ostream>

#include "src/base/bytes.h"
#include "src/base/hash.h"
#include "src/base/names.h"
#include "src/base/strings.h"

namespace ashlar {
namespace {

// Cut like texts, for messages.
std::string HexText(std::string_view bytes) {
  constexpr size_t kShown = 32;
  const std::string hex = base::HexEncode(base::AsBytes(bytes.substr(0, kShown)));
  return base::StrCat("x'", hex, bytes.size() > kShown ? "'..." : "'");
}

}  // namespace

Key::Key(std::vector<Key> parts) : form_(Form::kComposite) {
  if (parts.size() == 1) {
    *this = Key(parts.front());
  } else {
    rest_ = std::make_shared<const Rest>(Rest{.bytes = {}, .parts = std::move(parts)});
  }
}

Key Key::Binary(std::span<const std::byte> bytes) { return Binary(base::AsStringView(bytes)); }

void Key::HoldLong(std::string_view bytes) {
  rest_ = std::make_shared<const Rest>(Rest{.bytes = std::string(bytes), .parts = {}});
}

std::string Key::ToString() const {
  switch (form_) {
    case Form::kNegative:
      return base::StrCat(static_cast<int64_t>(word_));
    case Form::kUnsigned:
      return base::StrCat(word_);
    case Form::kText:
      return base::QuoteForMessage(bytes());
    case Form::kBinary:
      return HexText(bytes());
    case Form::kComposite:
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
  // The form, not the kind: -1 and 2^64 - 1 have the same bits.
  uint64_t hash = base::Mix64(static_cast<uint64_t>(form_));
  switch (form_) {
    case Form::kNegative:
      return base::Combine(hash, word_);
    case Form::kUnsigned:
      return base::Combine(hash, word_);
    case Form::kText:
    case Form::kBinary:
      return base::Combine(hash, base::Hash64(base::AsBytes(bytes()), 0));
    case Form::kComposite:
      break;
  }
  for (const Key& part : parts()) hash = base::Combine(hash, part.Hash());
  return hash;
}

std::strong_ordering operator<=>(const Key& a, const Key& b) {
  if (a.form_ != b.form_) return a.form_ <=> b.form_;
  switch (a.form_) {
    case Key::Form::kNegative:
      return static_cast<int64_t>(a.word_) <=> static_cast<int64_t>(b.word_);
    case Key::Form::kUnsigned:
      return a.word_ <=> b.word_;
    case Key::Form::kText:
    case Key::Form::kBinary:
      return a.bytes() <=> b.bytes();
    case Key::Form::kComposite:
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
