// Numbers as people read them.
//
// Owns: durations and counts as text. Does not own: bytes (src/base/strings.h).
#ifndef ASHLAR_TOOLS_ASHLAR_HUMAN_TEXT_H_
#define ASHLAR_TOOLS_ASHLAR_HUMAN_TEXT_H_

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace ashlar::tools {

// "1.25 s", "230 ms", "3.4 ms", "870 us".
[[nodiscard]] std::string DurationText(std::chrono::nanoseconds duration);
// "1,234,567".
[[nodiscard]] std::string CountText(uint64_t count);
// "1 segment", "2 segments".
[[nodiscard]] std::string Many(uint64_t count, std::string_view what);

}  // namespace ashlar::tools

#endif  // ASHLAR_TOOLS_ASHLAR_HUMAN_TEXT_H_
