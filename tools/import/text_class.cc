// Classification by first byte, then by one walk over the digits.
#include "tools/import/text_class.h"

#include <charconv>

#include "src/base/time_text.h"

namespace ashlar::tools {
namespace {

constexpr uint64_t kExactInDouble = uint64_t{1} << 53;
// Any integer of so many digits fits int64.
constexpr size_t kSafeDigits = 18;
// A number without exponent and with fewer digits than this is finite.
constexpr size_t kSafeFiniteBytes = 300;

bool IsDigit(char c) { return static_cast<unsigned char>(c - '0') < 10; }

size_t DigitRun(std::string_view text, size_t from) {
  size_t end = from;
  while (end < text.size() && IsDigit(text[end])) ++end;
  return end - from;
}

uint32_t ClassifyInteger(std::string_view digits, bool negative) {
  if (digits.size() > 1 && digits[0] == '0') return kTextOther;
  if (negative && digits == "0") return kTextOther;
  uint64_t value = 0;
  const char* end = digits.data() + digits.size();
  if (digits.size() <= kSafeDigits) {
    for (const char c : digits) value = value * 10 + static_cast<uint64_t>(c - '0');
  } else if (std::from_chars(digits.data(), end, value).ec != std::errc()) {
    return kTextOther;
  }
  uint32_t result = kTextInteger;
  if (value > kExactInDouble) result |= kTextInexact;
  const uint64_t most = uint64_t{INT64_MAX} + (negative ? 1 : 0);
  if (value > most) {
    if (negative) return kTextOther;
    result |= kTextBeyondInt64;
  }
  return negative ? result | kTextNegative : result;
}

bool IsFinite(std::string_view text) {
  if (text.front() == '+') text.remove_prefix(1);
  double value = 0;
  return std::from_chars(text.data(), text.data() + text.size(), value).ec == std::errc();
}

// [+-] digits [. digits] [e [+-] digits] with at least one digit before the exponent.
uint32_t ClassifyNumber(std::string_view text) {
  const bool sign = text[0] == '-' || text[0] == '+';
  size_t at = sign ? 1 : 0;
  const size_t whole = DigitRun(text, at);
  if (at + whole == text.size()) {
    if (whole == 0 || text[0] == '+') return kTextOther;
    return ClassifyInteger(text.substr(at), sign);
  }
  if (whole > 1 && text[at] == '0') return kTextOther;
  at += whole;
  size_t fraction = 0;
  if (text[at] == '.') {
    fraction = DigitRun(text, at + 1);
    at += 1 + fraction;
  }
  if (whole + fraction == 0) return kTextOther;
  if (at == text.size() && at < kSafeFiniteBytes) return kTextDecimal;
  if (at < text.size()) {
    if (text[at] != 'e' && text[at] != 'E') return kTextOther;
    ++at;
    if (at < text.size() && (text[at] == '-' || text[at] == '+')) ++at;
    const size_t exponent = DigitRun(text, at);
    if (exponent == 0 || at + exponent != text.size()) return kTextOther;
  }
  return IsFinite(text) ? kTextDecimal : kTextOther;
}

bool LooksLikeDate(std::string_view text) {
  return text.size() >= 10 && text[4] == '-' && text[7] == '-';
}

uint32_t ClassifyTime(std::string_view text) {
  if (text.size() == 10) return base::ParseDate32(text) ? kTextDate : kTextOther;
  if (text[10] != 'T' || text.back() != 'Z') return kTextOther;
  return base::ParseTimestamp(text) ? kTextTimestamp : kTextOther;
}

}  // namespace

uint32_t ClassifyText(std::string_view text) {
  if (text.empty()) return kTextOther;
  const char first = text.front();
  if (IsDigit(first)) {
    return LooksLikeDate(text) ? ClassifyTime(text) : ClassifyNumber(text);
  }
  if (first == '-' || first == '+' || first == '.') return ClassifyNumber(text);
  return text == "true" || text == "false" ? kTextBool : kTextOther;
}

}  // namespace ashlar::tools
