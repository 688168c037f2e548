// Shortest text by std::to_chars; std::from_chars with its two kinds of "out of range" told apart.
#include "src/base/number_text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <system_error>

namespace ashlar::base {
namespace {

template <typename Float>
void Append(Float value, std::string* out) {
  if (std::isnan(value)) {
    *out += "NaN";
    return;
  }
  if (std::isinf(value)) {
    *out += value > 0 ? "Infinity" : "-Infinity";
    return;
  }
  std::array<char, 32> digits;
  const char* end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  const std::string_view text(digits.data(), static_cast<size_t>(end - digits.data()));
  *out += text;
  if (text.find_first_of(".e") == text.npos) *out += ".0";
}

// Whether a number in plain decimal notation is below 1, when it is known to be no ordinary size.
bool IsTiny(std::string_view text) {
  const size_t mark = text.find_first_of("eE");
  int64_t exponent = 0;
  if (mark != text.npos) {
    const size_t begin = text.substr(mark + 1).starts_with('+') ? mark + 2 : mark + 1;
    const auto result = std::from_chars(text.data() + begin, text.data() + text.size(), exponent);
    if (result.ec != std::errc()) return text.substr(mark + 1).starts_with('-');
  }
  // The power of ten of the first digit that counts.
  const std::string_view digits = text.substr(0, mark);
  const size_t point = std::min(digits.find('.'), digits.size());
  const size_t first = digits.find_first_of("123456789");
  if (first == digits.npos) return true;
  const auto power = static_cast<int64_t>(point) - static_cast<int64_t>(first);
  return exponent < -power;
}

template <typename Float>
std::optional<Float> Parse(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  // from_chars would take another sign, "inf" and "nan".
  if (text.empty() || (text.front() != '.' && (text.front() < '0' || text.front() > '9'))) {
    return std::nullopt;
  }
  Float value = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
  if (result.ptr != text.data() + text.size()) return std::nullopt;
  if (result.ec == std::errc::result_out_of_range) {
    if (!IsTiny(text)) return std::nullopt;
    value = 0;
  } else if (result.ec != std::errc()) {
    return std::nullopt;
  }
  return negative ? -value : value;
}

}  // namespace

void AppendDouble(double value, std::string* out) { Append(value, out); }
void AppendFloat(float value, std::string* out) { Append(value, out); }

std::optional<double> ParseDouble(std::string_view text) { return Parse<double>(text); }
std::optional<float> ParseFloat(std::string_view text) { return Parse<float>(text); }

}  // namespace ashlar::base
