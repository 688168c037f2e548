// Timestamps and dates as text: RFC 3339 and YYYY-MM-DD.
//
// Owns: both directions for the two stored types (microseconds since 1970 UTC, days since 1970), in
// the proleptic Gregorian calendar, years 0001 to 9999. Not: the clock, nor time zones by name.
// No locale and no libc parser: imports call this for every cell.
#ifndef ASHLAR_SRC_BASE_TIME_TEXT_H_
#define ASHLAR_SRC_BASE_TIME_TEXT_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ashlar::base {

// 0001-01-01 and 9999-12-31 as days; the timestamps are the first and last microsecond of these.
inline constexpr int32_t kMinDate32 = -719162;
inline constexpr int32_t kMaxDate32 = 2932896;
inline constexpr int64_t kMinTimestampMicros = int64_t{kMinDate32} * 86'400'000'000;
inline constexpr int64_t kMaxTimestampMicros = (int64_t{kMaxDate32} + 1) * 86'400'000'000 - 1;

// "2021-02-03T04:05:06Z", with ".123" or ".123456" when the fraction needs it. A value outside of
// the range above, which a column may hold, becomes its number of microseconds.
[[nodiscard]] std::string FormatTimestamp(int64_t micros);
// "2021-02-03"; a value outside of the range becomes its number of days.
[[nodiscard]] std::string FormatDate32(int32_t days);

// Accepts 'T', 't' or a space between date and time; up to nine digits of fraction, of which those
// beyond the sixth must be zero; 'Z', 'z' or an offset such as +02:00. The zone is required. Leap
// seconds (":60") are refused: no timestamp could give them back.
[[nodiscard]] std::optional<int64_t> ParseTimestamp(std::string_view text);
[[nodiscard]] std::optional<int32_t> ParseDate32(std::string_view text);

}  // namespace ashlar::base

#endif  // ASHLAR_SRC_BASE_TIME_TEXT_H_
