// Base64 by groups of three bytes and four characters.
#include "src/base/base64.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace ashlar::base {
namespace {

constexpr std::string_view kAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr uint8_t kForeign = 0xff;

constexpr std::array<uint8_t, 256> MakeValues() {
  std::array<uint8_t, 256> values{};
  values.fill(kForeign);
  for (size_t i = 0; i < kAlphabet.size(); ++i) {
    values[static_cast<uint8_t>(kAlphabet[i])] = static_cast<uint8_t>(i);
  }
  return values;
}
constexpr std::array<uint8_t, 256> kValues = MakeValues();

}  // namespace

std::string Base64Encode(std::span<const std::byte> bytes) {
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (size_t at = 0; at < bytes.size(); at += 3) {
    const size_t have = std::min<size_t>(3, bytes.size() - at);
    uint32_t group = 0;
    for (size_t i = 0; i < 3; ++i) {
      group = group << 8 | (i < have ? std::to_integer<uint32_t>(bytes[at + i]) : 0);
    }
    for (size_t i = 0; i < 4; ++i) {
      text += i <= have ? kAlphabet[group >> (18 - 6 * i) & 63] : '=';
    }
  }
  return text;
}

std::optional<std::string> Base64Decode(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  std::string bytes;
  bytes.reserve(text.size() / 4 * 3);
  for (size_t at = 0; at < text.size(); at += 4) {
    std::string_view quad = text.substr(at, 4);
    // Padding may end the text and nothing else.
    if (at + 4 == text.size()) {
      for (int i = 0; i < 2 && quad.back() == '='; ++i) quad.remove_suffix(1);
    }
    uint32_t group = 0;
    for (const char c : quad) {
      const uint8_t value = kValues[static_cast<uint8_t>(c)];
      if (value == kForeign) return std::nullopt;
      group = group << 6 | value;
    }
    group <<= 6 * (4 - quad.size());
    const size_t have = quad.size() - 1;
    if ((group & ((uint32_t{1} << (8 * (3 - have))) - 1)) != 0) return std::nullopt;
    for (size_t i = 0; i < have; ++i) bytes += static_cast<char>(group >> (16 - 8 * i) & 0xff);
  }
  return bytes;
}

}  // namespace ashlar::base
