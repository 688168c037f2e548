// Days are counted from 1 March of year 0, so that a leap day is the last of its year; 400 years
// have always the same number of days.
#include "src/query/calendar.h"

#include "src/base/check.h"

namespace ashlar::query {
namespace {

constexpr int64_t kDaysPerEra = 146'097;       // 400 years
constexpr int64_t kEpochFromMarch0 = 719'468;  // days from 0000-03-01 to 1970-01-01

bool IsLeap(int64_t year) { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0); }

int64_t DayOfYear(const CivilDate& date) {
  constexpr int64_t kBefore[] = {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334};
  const int64_t leap_day = date.month > 2 && IsLeap(date.year) ? 1 : 0;
  return kBefore[date.month - 1] + date.day + leap_day;
}

}  // namespace

CivilDate CivilFromDays(int64_t days) {
  const int64_t from_march0 = days + kEpochFromMarch0;
  const int64_t era = FloorDivide(from_march0, kDaysPerEra);
  const int64_t day_of_era = FloorRemainder(from_march0, kDaysPerEra);
  // Whole years in the era: take out the leap days seen so far, then divide.
  const int64_t year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  const int64_t day_of_year =
      day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  // From March on, month lengths repeat every five months with 153 days.
  const int64_t march_month = (5 * day_of_year + 2) / 153;
  CivilDate date;
  date.day = day_of_year - (153 * march_month + 2) / 5 + 1;
  date.month = march_month < 10 ? march_month + 3 : march_month - 9;
  date.year = year_of_era + era * 400 + (date.month <= 2 ? 1 : 0);
  return date;
}

int64_t DatePart(Function part, bool is_timestamp, int64_t value) {
  const int64_t days = is_timestamp ? DayOfMicros(value) : value;
  const int64_t second_of_day = is_timestamp ? FloorRemainder(value, kMicrosPerDay) / 1'000'000 : 0;
  switch (part) {
    case Function::kYear:
      return CivilFromDays(days).year;
    case Function::kMonth:
      return CivilFromDays(days).month;
    case Function::kDay:
      return CivilFromDays(days).day;
    case Function::kHour:
      return second_of_day / 3600;
    case Function::kMinute:
      return second_of_day / 60 % 60;
    case Function::kSecond:
      return second_of_day % 60;
    case Function::kDayOfWeek:
      return FloorRemainder(days + 3, 7) + 1;  // 1970-01-01 was a Thursday
    case Function::kDayOfYear:
      return DayOfYear(CivilFromDays(days));
    case Function::kQuarter:
      return (CivilFromDays(days).month - 1) / 3 + 1;
    default:
      ASHLAR_CHECK(false && "no part of a date");
  }
  return 0;
}

}  // namespace ashlar::query
