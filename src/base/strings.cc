// Text helpers: see strings.h for what belongs here. None of them depends on the locale.
#include "src/base/strings.h"

namespace ashlar::base {

std::string Concatenate(std::initializer_list<TextPiece> pieces) {
  size_t size = 0;
  for (const TextPiece& piece : pieces) size += piece.text().size();
  std::string text;
  text.reserve(size);
  for (const TextPiece& piece : pieces) text += piece.text();
  return text;
}

std::string HexEncode(std::span<const std::byte> bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  text.reserve(bytes.size() * 2);
  for (const std::byte byte : bytes) {
    text += kDigits[std::to_integer<size_t>(byte >> 4)];
    text += kDigits[std::to_integer<size_t>(byte & std::byte{15})];
  }
  return text;
}

std::string HumanBytes(uint64_t bytes) {
  if (bytes < 1024) return StrCat(bytes, " B");
  constexpr std::array<std::string_view, 6> kUnits = {" KiB", " MiB", " GiB",
                                                      " TiB", " PiB", " EiB"};
  size_t unit = 0;
  uint64_t whole = bytes;
  uint64_t rest = 0;
  while (whole >= 1024) {
    rest = whole % 1024;
    whole /= 1024;
    ++unit;
  }
  const uint64_t tenths = rest * 10 / 1024;
  if (whole < 10 && tenths > 0) return StrCat(whole, '.', tenths, kUnits[unit - 1]);
  return StrCat(whole, kUnits[unit - 1]);
}

}  // namespace ashlar::base
