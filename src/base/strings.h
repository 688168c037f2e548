// Small text helpers: concatenation for messages, hexadecimal, human byte counts.
//
// Owns: making text from values. Not: parsing (each format has its own file) nor escaping
// (names.h). Why not absl::StrCat: Debian's Abseil has its own string_view, which does not take
// std::string_view.
#ifndef ASHLAR_SRC_BASE_STRINGS_H_
#define ASHLAR_SRC_BASE_STRINGS_H_

#include <array>
#include <charconv>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>

#include "absl/strings/string_view.h"

namespace ashlar::base {

// One argument of StrCat as text. Lives only for the call; numbers are formatted in place.
class TextPiece {
 public:
  explicit TextPiece(std::string_view text) : text_(text) {}
  explicit TextPiece(const std::string& text) : text_(text) {}
  explicit TextPiece(const char* text) : text_(text) {}
  explicit TextPiece(absl::string_view text) : text_(text.data(), text.size()) {}
  explicit TextPiece(char character) : digits_{character}, text_(digits_.data(), 1) {}
  explicit TextPiece(bool value) : text_(value ? "true" : "false") {}
  template <typename Number>
  requires std::integral<Number> || std::floating_point<Number>
  explicit TextPiece(Number value) {
    // The shortest text that reads back as the same value: at most 24 characters for a double.
    const auto end = std::to_chars(digits_.data(), digits_.data() + digits_.size(), value).ptr;
    text_ = {digits_.data(), static_cast<size_t>(end - digits_.data())};
  }
  TextPiece(const TextPiece&) = delete;
  TextPiece& operator=(const TextPiece&) = delete;

  [[nodiscard]] std::string_view text() const { return text_; }

 private:
  std::array<char, 32> digits_{};
  std::string_view text_;
};

[[nodiscard]] std::string Concatenate(std::initializer_list<TextPiece> pieces);

// Strings, characters, booleans, integers and doubles as one string.
template <typename... Args>
[[nodiscard]] std::string StrCat(const Args&... args) {
  return Concatenate({TextPiece(args)...});
}

// Lower case, two digits a byte.
[[nodiscard]] std::string HexEncode(std::span<const std::byte> bytes);

// "0 B", "1023 B", "1.5 KiB", "12 MiB": at most one decimal, and only below ten.
[[nodiscard]] std::string HumanBytes(uint64_t bytes);

}  // namespace ashlar::base

#endif  // ASHLAR_SRC_BASE_STRINGS_H_
