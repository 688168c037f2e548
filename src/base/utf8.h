// UTF-8 validation.
//
// Owns: one question, asked of every name and every utf8 value that comes in. Not: normalisation or
// case, which the engine leaves alone.
#ifndef ASHLAR_SRC_BASE_UTF8_H_
#define ASHLAR_SRC_BASE_UTF8_H_

#include <cstddef>
#include <string_view>

namespace ashlar::base {

// By RFC 3629: shortest forms only, no surrogates, nothing above U+10FFFF. Eight bytes at a time
// while they are ASCII.
[[nodiscard]] bool IsValidUtf8(std::string_view text);

// The length of the well-formed sequence that `text` begins with; 0 when it begins with none or is
// empty.
[[nodiscard]] size_t Utf8SequenceLength(std::string_view text);

}  // namespace ashlar::base

#endif  // ASHLAR_SRC_BASE_UTF8_H_
