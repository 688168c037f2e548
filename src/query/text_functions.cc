// All letters with a simple other case below U+0460 take two bytes in both, or one in both.
#include "src/query/text_functions.h"

#include <algorithm>

namespace ashlar::query {
namespace {

bool IsBetween(uint32_t c, uint32_t first, uint32_t last) { return c >= first && c <= last; }

// Latin Extended-A alternates: A upper, then its lower. In some runs the upper ones are even, in
// others odd.
bool IsEvenPair(uint32_t c) {
  return IsBetween(c, 0x100, 0x12f) || IsBetween(c, 0x132, 0x137) || IsBetween(c, 0x14a, 0x177);
}
bool IsOddPair(uint32_t c) { return IsBetween(c, 0x139, 0x148) || IsBetween(c, 0x179, 0x17e); }

uint32_t LowerOf(uint32_t c) {
  if (IsBetween(c, 'A', 'Z')) return c + 32;
  if (c < 0xc0) return c;
  if (IsBetween(c, 0xc0, 0xde)) return c == 0xd7 ? c : c + 32;  // not the multiplication sign
  if (IsEvenPair(c)) return c | 1;
  if (IsOddPair(c)) return c + (c & 1);
  if (c == 0x178) return 0xff;
  if (c == 0x386) return 0x3ac;
  if (IsBetween(c, 0x388, 0x38a)) return c + 37;
  if (c == 0x38c) return 0x3cc;
  if (IsBetween(c, 0x38e, 0x38f)) return c + 63;
  if (IsBetween(c, 0x391, 0x3ab) && c != 0x3a2) return c + 32;
  if (IsBetween(c, 0x400, 0x40f)) return c + 80;
  if (IsBetween(c, 0x410, 0x42f)) return c + 32;
  return c;
}

uint32_t UpperOf(uint32_t c) {
  if (IsBetween(c, 'a', 'z')) return c - 32;
  if (c < 0xe0) return c;
  if (IsBetween(c, 0xe0, 0xfe)) return c == 0xf7 ? c : c - 32;  // not the division sign
  if (c == 0xff) return 0x178;
  if (IsEvenPair(c)) return c & ~uint32_t{1};
  if (IsOddPair(c)) return c - (c & 1 ? 0 : 1);
  if (c == 0x3ac) return 0x386;
  if (IsBetween(c, 0x3ad, 0x3af)) return c - 37;
  if (c == 0x3c2) return 0x3a3;  // sigma at the end of a word
  if (c == 0x3cc) return 0x38c;
  if (IsBetween(c, 0x3cd, 0x3ce)) return c - 63;
  if (IsBetween(c, 0x3b1, 0x3cb)) return c - 32;
  if (IsBetween(c, 0x430, 0x44f)) return c - 32;
  if (IsBetween(c, 0x450, 0x45f)) return c - 80;
  return c;
}

template <typename Map>
std::string MapLetters(std::string_view text, Map map) {
  std::string mapped(text);
  for (size_t i = 0; i < mapped.size(); ++i) {
    const auto lead = static_cast<uint8_t>(mapped[i]);
    if (lead < 0x80) {
      mapped[i] = static_cast<char>(map(lead));
    } else if (lead >= 0xc3 && lead < 0xe0 && i + 1 < mapped.size()) {
      const auto next = static_cast<uint8_t>(mapped[i + 1]);
      if ((next & 0xc0) != 0x80) continue;
      const uint32_t other = map((uint32_t{lead} & 0x1f) << 6 | (next & 0x3f));
      mapped[i] = static_cast<char>(0xc0 | other >> 6);
      mapped[++i] = static_cast<char>(0x80 | (other & 0x3f));
    }
  }
  return mapped;
}

}  // namespace

int64_t CharacterCount(std::string_view text) {
  return std::count_if(text.begin(), text.end(),
                       [](char c) { return (static_cast<uint8_t>(c) & 0xc0) != 0x80; });
}

std::string_view Substr(std::string_view text, int64_t first, int64_t count) {
  if (count <= 0) return {};
  int64_t end = 0;  // position after the last
  if (__builtin_add_overflow(first, count, &end)) end = INT64_MAX;
  size_t at = 0;
  int64_t position = 1;
  while (position < first && at < text.size()) {
    at = NextCharacter(text, at);
    ++position;
  }
  const size_t begin = at;
  while (position < end && at < text.size()) {
    at = NextCharacter(text, at);
    ++position;
  }
  return text.substr(begin, at - begin);
}

std::string_view Trim(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\n\v\f\r";
  const size_t begin = text.find_first_not_of(kBlanks);
  if (begin == text.npos) return {};
  return text.substr(begin, text.find_last_not_of(kBlanks) + 1 - begin);
}

std::string Lower(std::string_view text) { return MapLetters(text, LowerOf); }
std::string Upper(std::string_view text) { return MapLetters(text, UpperOf); }

}  // namespace ashlar::query
