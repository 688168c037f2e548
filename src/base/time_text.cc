// Calendar arithmetic by std::chrono, text by hand: fixed columns make both directions short.
#include "src/base/time_text.h"

#include <chrono>

#include "src/base/strings.h"

namespace ashlar::base {
namespace {

constexpr int64_t kMicrosPerSecond = 1'000'000;
constexpr int64_t kSecondsPerDay = 86'400;

// Takes fixed pieces off the front of a text; sticky, so that a parser checks once.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_(text) {}

  // Exactly `count` decimal digits.
  int32_t Digits(size_t count) {
    if (rest_.size() < count) return Fail();
    int32_t value = 0;
    for (const char c : rest_.substr(0, count)) {
      if (c < '0' || c > '9') return Fail();
      value = value * 10 + (c - '0');
    }
    rest_.remove_prefix(count);
    return value;
  }
  // Any one character of `choices`; it must be there.
  char OneOf(std::string_view choices) {
    if (rest_.empty() || choices.find(rest_.front()) == choices.npos) {
      Fail();
      return '\0';
    }
    const char found = rest_.front();
    rest_.remove_prefix(1);
    return found;
  }
  [[nodiscard]] bool NextIs(char c) const { return !rest_.empty() && rest_.front() == c; }
  [[nodiscard]] bool NextIsDigit() const {
    return !rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9';
  }
  int32_t Fail() {
    ok_ = false;
    rest_ = {};
    return 0;
  }
  [[nodiscard]] bool ok() const { return ok_; }
  [[nodiscard]] bool AtEnd() const { return ok_ && rest_.empty(); }

 private:
  std::string_view rest_;
  bool ok_ = true;
};

int32_t ScanDate(Scanner& scanner) {
  const int32_t year = scanner.Digits(4);
  scanner.OneOf("-");
  const int32_t month = scanner.Digits(2);
  scanner.OneOf("-");
  const int32_t day = scanner.Digits(2);
  const std::chrono::year_month_day date(std::chrono::year(year),
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day)));
  if (!scanner.ok() || year < 1 || !date.ok()) return scanner.Fail();
  return static_cast<int32_t>(std::chrono::sys_days(date).time_since_epoch().count());
}

int64_t ScanFraction(Scanner& scanner) {
  if (!scanner.NextIs('.')) return 0;
  scanner.OneOf(".");
  int64_t nanos = 0;
  int digits = 0;
  for (; digits < 9 && scanner.NextIsDigit(); ++digits) nanos = nanos * 10 + scanner.Digits(1);
  if (digits == 0) return scanner.Fail();
  for (; digits < 9; ++digits) nanos *= 10;
  if (nanos % 1000 != 0) return scanner.Fail();
  return nanos / 1000;
}

// Seconds east of UTC.
int64_t ScanZone(Scanner& scanner) {
  const char sign = scanner.OneOf("Zz+-");
  if (sign != '+' && sign != '-') return 0;
  const int64_t hours = scanner.Digits(2);
  scanner.OneOf(":");
  const int64_t minutes = scanner.Digits(2);
  if (hours > 23 || minutes > 59) return scanner.Fail();
  const int64_t seconds = hours * 3600 + minutes * 60;
  return sign == '-' ? -seconds : seconds;
}

void AppendPadded(std::string& text, uint64_t value, size_t width) {
  const std::string digits = StrCat(value);
  text.append(width - digits.size(), '0');
  text += digits;
}

}  // namespace

std::string FormatDate32(int32_t days) {
  if (days < kMinDate32 || days > kMaxDate32) return StrCat(days);
  const std::chrono::year_month_day date{std::chrono::sys_days(std::chrono::days(days))};
  std::string text;
  AppendPadded(text, static_cast<uint64_t>(static_cast<int>(date.year())), 4);
  text += '-';
  AppendPadded(text, static_cast<unsigned>(date.month()), 2);
  text += '-';
  AppendPadded(text, static_cast<unsigned>(date.day()), 2);
  return text;
}

std::string FormatTimestamp(int64_t micros) {
  if (micros < kMinTimestampMicros || micros > kMaxTimestampMicros) return StrCat(micros);
  // From the first microsecond of the range, so that division never sees a negative number.
  const auto since_min = static_cast<uint64_t>(micros - kMinTimestampMicros);
  const uint64_t seconds = since_min / kMicrosPerSecond;
  const uint64_t fraction = since_min % kMicrosPerSecond;
  const uint64_t second_of_day = seconds % kSecondsPerDay;
  std::string text = FormatDate32(kMinDate32 + static_cast<int32_t>(seconds / kSecondsPerDay));
  text += 'T';
  AppendPadded(text, second_of_day / 3600, 2);
  text += ':';
  AppendPadded(text, second_of_day / 60 % 60, 2);
  text += ':';
  AppendPadded(text, second_of_day % 60, 2);
  if (fraction != 0) {
    text += '.';
    if (fraction % 1000 == 0) {
      AppendPadded(text, fraction / 1000, 3);
    } else {
      AppendPadded(text, fraction, 6);
    }
  }
  text += 'Z';
  return text;
}

std::optional<int32_t> ParseDate32(std::string_view text) {
  Scanner scanner(text);
  const int32_t days = ScanDate(scanner);
  if (!scanner.AtEnd()) return std::nullopt;
  return days;
}

std::optional<int64_t> ParseTimestamp(std::string_view text) {
  Scanner scanner(text);
  const int64_t days = ScanDate(scanner);
  scanner.OneOf("Tt ");
  const int64_t hour = scanner.Digits(2);
  scanner.OneOf(":");
  const int64_t minute = scanner.Digits(2);
  scanner.OneOf(":");
  const int64_t second = scanner.Digits(2);
  const int64_t fraction = ScanFraction(scanner);
  const int64_t east = ScanZone(scanner);
  if (!scanner.AtEnd() || hour > 23 || minute > 59 || second > 59) return std::nullopt;
  const int64_t seconds = days * kSecondsPerDay + hour * 3600 + minute * 60 + second - east;
  const int64_t micros = seconds * kMicrosPerSecond + fraction;
  // An offset may carry the first or last day out of the years that can be written.
  if (micros < kMinTimestampMicros || micros > kMaxTimestampMicros) return std::nullopt;
  return micros;
}

}  // namespace ashlar::base
