// Functions of text: characters are Unicode code points.
//
// Owns: counting, cutting, trimming and case. Does not own: patterns (like_matcher.h). Text is
// taken for valid UTF-8, which stored columns are; other bytes do no harm, each counting as at most
// one character.
#ifndef ASHLAR_SRC_QUERY_TEXT_FUNCTIONS_H_
#define ASHLAR_SRC_QUERY_TEXT_FUNCTIONS_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace ashlar::query {

// Where the character at `at` (inside the text) ends.
[[nodiscard]] inline size_t NextCharacter(std::string_view text, size_t at) {
  ++at;
  while (at < text.size() && (static_cast<uint8_t>(text[at]) & 0xc0) == 0x80) ++at;
  return at;
}

[[nodiscard]] int64_t CharacterCount(std::string_view text);
// The characters at positions p, from 1 on, with first <= p < first + count. No number is an error:
// what lies outside of the text is nothing.
[[nodiscard]] std::string_view Substr(std::string_view text, int64_t first, int64_t count);
// Without the blanks (space, tab, newline, vertical tab, form feed, return) at both ends.
[[nodiscard]] std::string_view Trim(std::string_view text);

// Letter by letter, where the other case is one letter of equally many bytes: ASCII, Latin-1, Latin
// Extended-A, Greek and Cyrillic (U+0000 to U+045F). All else stays.
[[nodiscard]] std::string Lower(std::string_view text);
[[nodiscard]] std::string Upper(std::string_view text);

}  // namespace ashlar::query

#endif  // ASHLAR_SRC_QUERY_TEXT_FUNCTIONS_H_
