// The parts of dates and timestamps, over the whole range of their integers.
//
// Owns: the proleptic Gregorian calendar (year 0 exists and is a leap year) in 64-bit arithmetic
// that cannot overflow for any stored value. Does not own: text (src/base/time_text.h), whose range
// is smaller.
#ifndef ASHLAR_SRC_QUERY_CALENDAR_H_
#define ASHLAR_SRC_QUERY_CALENDAR_H_

#include <cstdint>

#include "src/query/bound_expression.h"

namespace ashlar::query {

inline constexpr int64_t kMicrosPerDay = 86'400'000'000;

// Rounds down, also below zero; `divisor` is positive.
[[nodiscard]] constexpr int64_t FloorDivide(int64_t value, int64_t divisor) {
  const int64_t quotient = value / divisor;
  return quotient - (value % divisor < 0 ? 1 : 0);
}
[[nodiscard]] constexpr int64_t FloorRemainder(int64_t value, int64_t divisor) {
  const int64_t rest = value % divisor;
  return rest < 0 ? rest + divisor : rest;
}
// The day that a timestamp lies in.
[[nodiscard]] constexpr int64_t DayOfMicros(int64_t micros) {
  return FloorDivide(micros, kMicrosPerDay);
}

struct CivilDate {
  int64_t year = 0;
  int64_t month = 0;  // 1 to 12
  int64_t day = 0;    // 1 to 31
};
// Of a day since 1970-01-01; for any day of a date or timestamp.
[[nodiscard]] CivilDate CivilFromDays(int64_t days);

// One part (kYear to kQuarter) of a date in days or a timestamp in microseconds.
[[nodiscard]] int64_t DatePart(Function part, bool is_timestamp, int64_t value);

}  // namespace ashlar::query

#endif  // ASHLAR_SRC_QUERY_CALENDAR_H_
