// Timestamps and dates: known values both ways, every refusal, and a round trip of every day.
#include "src/base/time_text.h"

#include <gtest/gtest.h>

#include <limits>
#include <string>

#include "src/base/random.h"

namespace ashlar::base {
namespace {

TEST(Date32, KnownDays) {
  EXPECT_EQ(FormatDate32(0), "1970-01-01");
  EXPECT_EQ(FormatDate32(-1), "1969-12-31");
  EXPECT_EQ(FormatDate32(11016), "2000-02-29");
  EXPECT_EQ(FormatDate32(kMinDate32), "0001-01-01");
  EXPECT_EQ(FormatDate32(kMaxDate32), "9999-12-31");
  EXPECT_EQ(FormatDate32(kMaxDate32 + 1), "2932897");
  EXPECT_EQ(ParseDate32("2000-02-29"), 11016);
}

TEST(Date32, EveryDayRoundTrips) {
  for (int32_t day = kMinDate32; day <= kMaxDate32; day += 13) {
    ASSERT_EQ(ParseDate32(FormatDate32(day)), day);
  }
}

TEST(Date32, RefusesWhatIsNoDate) {
  for (const std::string_view bad :
       {"", "2021", "2021-02-30", "1900-02-29", "2021-13-01", "2021-00-01", "2021-01-00",
        "2021-01-32", "0000-01-01", "2021-1-1", "2021/01/01", "2021-01-01 ", " 2021-01-01",
        "2021-01-01T", "-001-01-01", "+021-01-01", "20210-01-01", "2021-0a-01"}) {
    EXPECT_EQ(ParseDate32(bad), std::nullopt) << bad;
  }
}

TEST(Timestamp, FormatsTheShortestOfThreeFractions) {
  EXPECT_EQ(FormatTimestamp(0), "1970-01-01T00:00:00Z");
  EXPECT_EQ(FormatTimestamp(1), "1970-01-01T00:00:00.000001Z");
  EXPECT_EQ(FormatTimestamp(120'000), "1970-01-01T00:00:00.120Z");
  EXPECT_EQ(FormatTimestamp(-1), "1969-12-31T23:59:59.999999Z");
  EXPECT_EQ(FormatTimestamp(1'612'325'106'000'000), "2021-02-03T04:05:06Z");
  EXPECT_EQ(FormatTimestamp(kMinTimestampMicros), "0001-01-01T00:00:00Z");
  EXPECT_EQ(FormatTimestamp(kMaxTimestampMicros), "9999-12-31T23:59:59.999999Z");
  EXPECT_EQ(FormatTimestamp(std::numeric_limits<int64_t>::max()), "9223372036854775807");
}

TEST(Timestamp, ParsesEveryAcceptedForm) {
  const int64_t expected = 1'612'325'106'000'000;
  for (const std::string_view text :
       {"2021-02-03T04:05:06Z", "2021-02-03 04:05:06Z", "2021-02-03t04:05:06z",
        "2021-02-03T04:05:06.0Z", "2021-02-03T04:05:06.000000000Z", "2021-02-03T06:05:06+02:00",
        "2021-02-02T22:35:06-05:30", "2021-02-03T04:05:06-00:00"}) {
    EXPECT_EQ(ParseTimestamp(text), expected) << text;
  }
  EXPECT_EQ(ParseTimestamp("2021-02-03T04:05:06.5Z"), expected + 500'000);
  EXPECT_EQ(ParseTimestamp("2021-02-03T04:05:06.123456Z"), expected + 123'456);
  EXPECT_EQ(ParseTimestamp("2021-02-03T04:05:06.123456000Z"), expected + 123'456);
}

TEST(Timestamp, RefusesWhatItCouldNotGiveBack) {
  for (const std::string_view bad :
       {"2021-02-03T04:05:06", "2021-02-03", "2021-02-03T24:00:00Z", "2021-02-03T04:60:00Z",
        "2021-02-03T04:05:60Z", "2021-02-30T04:05:06Z", "2021-02-03T04:05:06.Z",
        "2021-02-03T04:05:06.1234561Z", "2021-02-03T04:05:06.0000000000Z",
        "2021-02-03T04:05:06+2:00", "2021-02-03T04:05:06+0200", "2021-02-03T04:05:06+24:00",
        "2021-02-03T04:05:06+02:60", "2021-02-03T04:05:06Zx", "2021-02-03T04:05Z",
        "2021-02-03_04:05:06Z", "0001-01-01T00:00:00+00:01", "9999-12-31T23:59:59-00:01", ""}) {
    EXPECT_EQ(ParseTimestamp(bad), std::nullopt) << bad;
  }
}

TEST(Timestamp, RandomValuesRoundTrip) {
  Random random(3);
  const auto range = static_cast<uint64_t>(kMaxTimestampMicros - kMinTimestampMicros);
  for (int i = 0; i < 20'000; ++i) {
    const int64_t micros = kMinTimestampMicros + static_cast<int64_t>(random.Uniform(range));
    ASSERT_EQ(ParseTimestamp(FormatTimestamp(micros)), micros);
  }
}

}  // namespace
}  // namespace ashlar::base
