// What a text could be: the question schema inference asks of every CSV cell.
//
// Owns: which texts count as bool, integer, decimal, date and timestamp. Does not own: what a
// column of several kinds becomes (csv_infer.h). Why so strict: a value must come out as it went
// in, so "007", "+1" and "-0" are no integers but text.
#ifndef ASHLAR_TOOLS_IMPORT_TEXT_CLASS_H_
#define ASHLAR_TOOLS_IMPORT_TEXT_CLASS_H_

#include <cstdint>
#include <string_view>

namespace ashlar::tools {

// Bits, so that a column can gather them.
enum TextClass : uint32_t {
  kTextBool = 1,        // true, false
  kTextInteger = 2,     // canonical; fits int64 or uint64
  kTextDecimal = 4,     // with a point or an exponent; finite
  kTextDate = 8,        // YYYY-MM-DD
  kTextTimestamp = 16,  // RFC 3339 with 'T' and 'Z'
  kTextOther = 32,
  // Properties that come along with kTextInteger:
  kTextNegative = 64,
  kTextBeyondInt64 = 128,
  kTextInexact = 256,  // no double holds it for certain: above 2^53
};

[[nodiscard]] uint32_t ClassifyText(std::string_view text);

}  // namespace ashlar::tools

#endif  // ASHLAR_TOOLS_IMPORT_TEXT_CLASS_H_
