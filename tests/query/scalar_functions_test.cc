// Single operations against independent references: the calendar against counting days, like
// against naive recursion, exact literal bounds and cast limits against wider arithmetic.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "src/base/random.h"
#include "src/query/calendar.h"
#include "src/query/casts.h"
#include "src/query/exact_sum.h"
#include "src/query/like_matcher.h"
#include "src/query/literal_bounds.h"
#include "src/query/scalar_math.h"
#include "src/query/text_functions.h"

namespace ashlar::query {
namespace {

bool IsLeap(int64_t year) { return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0; }

int64_t DaysOfMonth(int64_t year, int64_t month) {
  if (month == 2) return IsLeap(year) ? 29 : 28;
  return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

// One day after the other, from 1970 up and down, past years 0 and 2400.
TEST(Calendar, AgreesWithCountingDays) {
  const auto expect = [](int64_t day, int64_t y, int64_t m, int64_t d, int64_t day_of_year,
                         int64_t weekday) {
    const CivilDate date = CivilFromDays(day);
    ASSERT_TRUE(date.year == y && date.month == m && date.day == d) << day;
    ASSERT_EQ(DatePart(Function::kDayOfYear, false, day), day_of_year) << day;
    ASSERT_EQ(DatePart(Function::kDayOfWeek, false, day), weekday) << day;
    ASSERT_EQ(DatePart(Function::kQuarter, false, day), m <= 3 ? 1 : m <= 6 ? 2 : m <= 9 ? 3 : 4);
    ASSERT_EQ(DatePart(Function::kYear, true, day * kMicrosPerDay), y);
    ASSERT_EQ(DatePart(Function::kDay, true, day * kMicrosPerDay + kMicrosPerDay - 1), d);
  };
  int64_t y = 1970;
  int64_t m = 1;
  int64_t d = 1;
  int64_t of_year = 1;
  int64_t weekday = 4;
  for (int64_t day = 0; day < 200'000; ++day) {
    expect(day, y, m, d, of_year, weekday);
    weekday = weekday % 7 + 1;
    ++of_year;
    if (++d > DaysOfMonth(y, m)) {
      d = 1;
      if (++m > 12) {
        m = 1;
        ++y;
        of_year = 1;
      }
    }
  }
  y = 1970;
  m = 1;
  d = 1;
  of_year = 1;
  weekday = 4;
  for (int64_t day = 0; day > -900'000; --day) {
    expect(day, y, m, d, of_year, weekday);
    weekday = weekday == 1 ? 7 : weekday - 1;
    --of_year;
    if (--d == 0) {
      if (--m == 0) {
        m = 12;
        --y;
        of_year = IsLeap(y) ? 366 : 365;
      }
      d = DaysOfMonth(y, m);
    }
  }
}

TEST(Calendar, WholeRangeOfTheTypes) {
  EXPECT_EQ(DatePart(Function::kYear, false, INT32_MAX), 5'881'580);
  EXPECT_EQ(DatePart(Function::kYear, false, INT32_MIN), -5'877'641);
  EXPECT_EQ(DatePart(Function::kYear, true, INT64_MAX), 294'247);
  EXPECT_EQ(DatePart(Function::kYear, true, INT64_MIN), -290'308);
  EXPECT_EQ(DatePart(Function::kSecond, true, INT64_MIN), 5);
  EXPECT_EQ(DatePart(Function::kHour, true, INT64_MAX), 4);
}

// By definition: a % takes nothing, or one character and tries again.
bool NaiveLike(std::string_view text, std::string_view pattern) {
  if (pattern.empty()) return text.empty();
  if (pattern[0] == '%') {
    if (NaiveLike(text, pattern.substr(1))) return true;
    return !text.empty() && NaiveLike(text.substr(NextCharacter(text, 0)), pattern);
  }
  if (pattern[0] == '_') {
    return !text.empty() && NaiveLike(text.substr(NextCharacter(text, 0)), pattern.substr(1));
  }
  const size_t skip = pattern[0] == '\\' ? 1 : 0;
  return !text.empty() && text[0] == pattern[skip] &&
         NaiveLike(text.substr(1), pattern.substr(skip + 1));
}

TEST(LikeMatcher, AgreesWithNaiveRecursion) {
  base::Random random(7);
  const std::vector<std::string> text_pieces = {"a",          "b", "a", "\u00e9",
                                                "\U0001f9f1", "%", "_", "\\"};
  const std::vector<std::string> pattern_pieces = {"a",      "b",   "%",   "_",   "%",
                                                   "\u00e9", "\\%", "\\_", "\\\\"};
  int matched = 0;
  for (int i = 0; i < 200'000; ++i) {
    std::string text;
    std::string pattern;
    for (uint64_t k = random.Uniform(8); k > 0; --k) {
      text += text_pieces[random.Uniform(text_pieces.size())];
    }
    for (uint64_t k = random.Uniform(7); k > 0; --k) {
      pattern += pattern_pieces[random.Uniform(pattern_pieces.size())];
    }
    const auto matcher = LikeMatcher::Make(pattern);
    ASSERT_TRUE(matcher.ok()) << pattern;
    const bool expected = NaiveLike(text, pattern);
    ASSERT_EQ(matcher->Matches(text), expected) << "'" << text << "' like '" << pattern << "'";
    matched += expected ? 1 : 0;
  }
  EXPECT_GT(matched, 10'000);
}

TEST(LikeMatcher, LongTextsTakeNoBacktracking) {
  const std::string text(100'000, 'a');
  std::string pattern;
  for (int i = 0; i < 50; ++i) pattern += "%a_";
  EXPECT_TRUE(LikeMatcher::Make(pattern + "%")->Matches(text));
  EXPECT_FALSE(LikeMatcher::Make(pattern + "%b")->Matches(text));
}

TEST(ScalarMath, TotalOrderOfDoubles) {
  const double inf = std::numeric_limits<double>::infinity();
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const std::vector<double> ascending = {-inf, -1e300, -1, -0.0, 1e-300, 2, inf, nan};
  for (size_t i = 0; i < ascending.size(); ++i) {
    for (size_t j = 0; j < ascending.size(); ++j) {
      EXPECT_EQ(CompareDouble(ascending[i], ascending[j]), i < j ? -1 : i > j ? 1 : 0);
    }
  }
  EXPECT_EQ(CompareDouble(-0.0, 0.0), 0);
  EXPECT_EQ(CompareDouble(-nan, nan), 0);
}

__extension__ using Wide = __int128;

// Compares by 128-bit integers of halves: exact for every pair of these values.
bool HoldsExactly(Op op, int order) {
  switch (op) {
    case Op::kEqual:
      return order == 0;
    case Op::kNotEqual:
      return order != 0;
    case Op::kLess:
      return order < 0;
    case Op::kLessEqual:
      return order <= 0;
    case Op::kGreater:
      return order > 0;
    default:
      return order >= 0;
  }
}

TEST(LiteralBounds, AgreeWithExactComparison) {
  const std::vector<int64_t> column = {
      INT64_MIN,     INT64_MIN + 1, -3, -1, 0, 1, 2, 3, int64_t{1} << 53, (int64_t{1} << 53) + 1,
      INT64_MAX - 1, INT64_MAX};
  const std::vector<double> literals = {-0x1p63, -0x1.8p63, -2.5,   -1,         -0.5,   0,     0.5,
                                        1,       2.5,       0x1p53, 0x1p53 + 2, 0x1p63, 0x1p64};
  for (const Op op :
       {Op::kEqual, Op::kNotEqual, Op::kLess, Op::kLessEqual, Op::kGreater, Op::kGreaterEqual}) {
    for (const double literal : literals) {
      LiteralValue value;
      value.is_null = false;
      value.real = literal;
      const LiteralComparison exact = CompareExactly(op, Int64(), Float64(), value);
      const Wide twice = static_cast<Wide>(literal * 2);  // all are multiples of a half
      for (const int64_t x : column) {
        const Wide doubled = Wide{x} * 2;
        const int order = doubled < twice ? -1 : doubled > twice ? 1 : 0;
        EXPECT_EQ(HoldsExactly(exact.op, CompareInteger(x, exact.literal.int64)),
                  HoldsExactly(op, order))
            << x << " op " << static_cast<int>(op) << " " << literal;
        // The other way round: a double column and an integer literal.
        LiteralValue whole;
        whole.is_null = false;
        whole.int64 = x;
        const LiteralComparison reversed = CompareExactly(op, Float64(), Int64(), whole);
        EXPECT_EQ(HoldsExactly(reversed.op, CompareDouble(literal, reversed.literal.real)),
                  HoldsExactly(op, -order))
            << literal << " op " << static_cast<int>(op) << " " << x;
      }
    }
  }
}

TEST(Casts, LimitsPlusMinusOne) {
  const std::vector<DataType> types = {Int8(),  Int16(),  Int32(),  Int64(),
                                       UInt8(), UInt16(), UInt32(), UInt64()};
  std::string storage;
  for (const DataType& to : types) {
    const bool is_signed = to.is_signed_integer();
    const Wide min = is_signed ? Wide{SignedBoundsOf(to).min} : Wide{0};
    const Wide max = is_signed ? Wide{SignedBoundsOf(to).max} : Wide{UnsignedMaxOf(to)};
    EXPECT_EQ(max - min + 1, Wide{1} << (to.byte_width() * 8));
    for (const Wide edge : {min, max}) {
      for (int delta = -1; delta <= 1; ++delta) {
        const Wide value = edge + delta;
        const bool fits = value >= min && value <= max;
        if (value >= INT64_MIN && value <= INT64_MAX) {
          const auto result =
              CastDatum(Int64(), to, Datum::OfInt64(static_cast<int64_t>(value)), &storage);
          EXPECT_EQ(result.ok(), fits);
          if (result.ok()) {
            EXPECT_EQ(is_signed ? Wide{result->int64} : Wide{result->uint64}, value);
          }
        }
        if (value >= 0 && value <= Wide{UINT64_MAX}) {
          const auto result =
              CastDatum(UInt64(), to, Datum::OfUInt64(static_cast<uint64_t>(value)), &storage);
          EXPECT_EQ(result.ok(), fits);
        }
      }
    }
  }
}

// CastMayFail() never denies what CastDatum() does.
TEST(Casts, MayFailIsRight) {
  EXPECT_FALSE(CastMayFail(Int32(), Int64()));
  EXPECT_FALSE(CastMayFail(UInt32(), Int64()));
  EXPECT_FALSE(CastMayFail(UInt8(), Int16()));
  EXPECT_FALSE(CastMayFail(Int64(), Float32()));
  EXPECT_FALSE(CastMayFail(Float32(), Float64()));
  EXPECT_FALSE(CastMayFail(Date32(), Int32()));
  EXPECT_FALSE(CastMayFail(Timestamp(), Date32()));
  EXPECT_FALSE(CastMayFail(Int64(), Utf8()));
  EXPECT_FALSE(CastMayFail(Utf8(), Binary()));
  EXPECT_TRUE(CastMayFail(UInt64(), Int64()));
  EXPECT_TRUE(CastMayFail(Int8(), UInt8()));
  EXPECT_TRUE(CastMayFail(Float64(), Float32()));
  EXPECT_TRUE(CastMayFail(Float32(), Int64()));
  EXPECT_TRUE(CastMayFail(Date32(), Timestamp()));
  EXPECT_TRUE(CastMayFail(Timestamp(), Int32()));
  EXPECT_TRUE(CastMayFail(Utf8(), Int64()));
  EXPECT_TRUE(CastMayFail(Binary(), Utf8()));
  EXPECT_TRUE(CastMayFail(Utf8(), FixedSizeBinary(3)));
}

TEST(ExactSum, OverflowsOnlyInTheTotal) {
  ExactSum sum;
  sum.Add(INT64_MAX);
  sum.Add(int64_t{1});
  EXPECT_FALSE(sum.AsInt64().has_value());
  EXPECT_EQ(sum.AsUInt64(), uint64_t{1} << 63);
  sum.Add(int64_t{-1});
  EXPECT_EQ(sum.AsInt64(), INT64_MAX);
  sum.Add(INT64_MIN);
  sum.Add(int64_t{-1});
  EXPECT_FALSE(sum.AsUInt64().has_value());
  EXPECT_EQ(sum.AsInt64(), -2);
}

TEST(TextFunctions, CaseGoesBothWays) {
  int pairs = 0;
  for (uint32_t c = 0x80; c < 0x800; ++c) {
    const std::string letter = {static_cast<char>(0xc0 | c >> 6),
                                static_cast<char>(0x80 | (c & 0x3f))};
    const std::string lower = Lower(letter);
    const std::string upper = Upper(letter);
    EXPECT_EQ(lower.size(), 2U);
    EXPECT_EQ(upper.size(), 2U);
    // Whatever has a lower case is its upper case.
    if (lower != letter) {
      EXPECT_EQ(Upper(lower), letter) << std::hex << c;
      EXPECT_EQ(Lower(lower), lower);
      ++pairs;
    }
  }
  EXPECT_EQ(pairs, 30 + 1 + 61 + 26 + 7 + 48);
}

}  // namespace
}  // namespace ashlar::query
