// Base64 (RFC 4648, with padding): how binary values travel in JSON.
//
// Owns: both directions; decoding is strict, so that one value has one text. Not: the URL alphabet.
#ifndef ASHLAR_SRC_BASE_BASE64_H_
#define ASHLAR_SRC_BASE_BASE64_H_

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace ashlar::base {

[[nodiscard]] std::string Base64Encode(std::span<const std::byte> bytes);

// Nothing for any text that Base64Encode could not have made: foreign characters, white space,
// missing padding, unused bits that are not zero.
[[nodiscard]] std::optional<std::string> Base64Decode(std::string_view text);

}  // namespace ashlar::base

#endif  // ASHLAR_SRC_BASE_BASE64_H_
