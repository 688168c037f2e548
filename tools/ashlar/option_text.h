// Option values with a small grammar of their own.
//
// Owns: numbers, ages ("90d"), seconds, attributes ("K=V"), batch boundaries ("fixed:4096"),
// storage and comma lists. Does not own: which option takes which.
#ifndef ASHLAR_TOOLS_ASHLAR_OPTION_TEXT_H_
#define ASHLAR_TOOLS_ASHLAR_OPTION_TEXT_H_

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ashlar/options.h"

namespace ashlar::tools {

// Digits only: CLI11 would take "-1" for the largest number that there is.
[[nodiscard]] std::optional<uint64_t> ParseNatural(const std::string& text);
// The same without zero.
[[nodiscard]] std::optional<uint64_t> ParsePositive(const std::string& text);

// A number and one of s, m, h, d, w. Nothing for any other text, or beyond ten thousand years.
[[nodiscard]] std::optional<std::chrono::microseconds> ParseAge(std::string_view text);

// Seconds as a decimal number, "2" or "0.5", down to a microsecond; zero is none.
[[nodiscard]] std::optional<std::chrono::microseconds> ParseSeconds(std::string_view text);

// "content" or "fixed:N" with N of 1 to 2^31.
[[nodiscard]] std::optional<BatchBoundaries> ParseBoundaries(std::string_view text);

// "fast" or "compact".
[[nodiscard]] std::optional<Storage> ParseStorage(std::string_view text);
[[nodiscard]] std::string_view StorageText(Storage storage);

// Any text but the empty one, which is what a forgotten shell variable leaves.
[[nodiscard]] std::optional<std::string> ParseNonEmpty(const std::string& text);

// "K=V,K=V"; keys are not empty and not given twice, values hold no comma.
[[nodiscard]] std::optional<TagAttributes> ParseAttributes(const std::vector<std::string>& texts);

// Splits every text at its commas; nothing when a part is empty.
[[nodiscard]] std::optional<std::vector<std::string>> SplitList(
    const std::vector<std::string>& texts);

}  // namespace ashlar::tools

#endif  // ASHLAR_TOOLS_ASHLAR_OPTION_TEXT_H_
