// Every kernel against a loop that says what it means, on every instruction set of the machine, at
// odd addresses, lengths and selections. Values lie at the very end of a heap block, so that a
// sanitizer sees a load behind the last row.
#include <cmath>
#include <cstring>
#include <limits>
#include <memory>
#include <vector>

#include "gtest/gtest.h"
#include "src/base/random.h"
#include "src/query/aggregate_kernels.h"
#include "src/query/arithmetic_kernels.h"
#include "src/query/code_set.h"
#include "src/query/compare_kernels.h"
#include "src/query/scalar_math.h"
#include "tests/query/simd_targets.h"

namespace ashlar::query {
namespace {

constexpr uint64_t kSeed = 20260101;
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

int64_t RandomRows(base::Random& random) {
  return random.OneIn(3) ? kZoneRows : 1 + static_cast<int64_t>(random.Uniform(kZoneRows));
}

Bits RandomSelection(int64_t rows, base::Random& random) {
  Bits bits = Bits::FirstRows(rows);
  const uint64_t kind = random.Uniform(4);
  for (uint64_t& word : bits.words) {
    if (kind == 1) word &= random.Next64();
    if (kind == 2) word &= random.OneIn(4) ? random.Next64() & random.Next64() : 0;
    if (kind == 3 && random.OneIn(2)) word = 0;
  }
  return bits;
}

// Bytes of values that end where their memory ends, `shift` bytes off any alignment.
template <typename T>
class Placed {
 public:
  Placed(const std::vector<T>& values, size_t shift)
      : memory_(new std::byte[values.size() * sizeof(T) + shift]), at_(memory_.get() + shift) {
    std::memcpy(at_, values.data(), values.size() * sizeof(T));
  }
  const std::byte* bytes() const { return at_; }

 private:
  std::unique_ptr<std::byte[]> memory_;
  std::byte* at_;
};

template <typename T>
std::vector<T> RandomIntegers(int64_t rows, base::Random& random) {
  std::vector<T> values;
  const uint64_t kind = random.Uniform(3);
  for (int64_t row = 0; row < rows; ++row) {
    auto value = static_cast<T>(random.Next64());
    if (kind == 1) value = static_cast<T>(random.Uniform(7));
    if (kind == 2 && random.OneIn(3)) {
      value = random.OneIn(2) ? std::numeric_limits<T>::min() : std::numeric_limits<T>::max();
    }
    values.push_back(value);
  }
  return values;
}

template <typename T>
T RandomReal(base::Random& random) {
  switch (random.Uniform(10)) {
    case 0:
      return static_cast<T>(kNan);
    case 1:
      return static_cast<T>(kInfinity);
    case 2:
      return static_cast<T>(-kInfinity);
    case 3:
      return T{0};
    case 4:
      return -T{0};
    case 5:
      return std::numeric_limits<T>::denorm_min();
    default:
      return static_cast<T>((random.Double() - 0.5) * 8);
  }
}

template <typename T>
std::vector<T> RandomReals(int64_t rows, base::Random& random) {
  std::vector<T> values;
  for (int64_t row = 0; row < rows; ++row) values.push_back(RandomReal<T>(random));
  return values;
}

// Bits of selected rows as expected; words without a selected row are clear.
template <typename Expected>
void ExpectBits(const Bits& got, int64_t rows, const Bits& selection, const Expected& expected) {
  for (int64_t row = 0; row < kZoneRows; ++row) {
    if (row < rows && selection.Get(row)) {
      ASSERT_EQ(got.Get(row), expected(row)) << "row " << row << " of " << rows;
    } else if (row >= rows || selection.words[row / 64] == 0) {
      ASSERT_FALSE(got.Get(row)) << "row " << row << " of " << rows;
    }
  }
}

template <typename T>
void CheckIntegers(base::Random& random) {
  const int64_t rows = RandomRows(random);
  const std::vector<T> values = RandomIntegers<T>(rows, random);
  const Placed<T> run(values, random.Uniform(9));
  const Bits selection = RandomSelection(rows, random);
  T low = values[random.Uniform(values.size())];
  T high = random.OneIn(2) ? low : RandomIntegers<T>(1, random)[0];
  if (low > high) std::swap(low, high);
  Bits got;
  SelectIntegers(run.bytes(), sizeof(T), rows, static_cast<uint64_t>(low),
                 static_cast<uint64_t>(high) - static_cast<uint64_t>(low), selection, &got);
  ExpectBits(got, rows, selection,
             [&](int64_t row) { return values[row] >= low && values[row] <= high; });
}

TEST(CompareKernels, IntegersOfEveryWidth) {
  base::Random random(kSeed);
  ForEachSimdTarget([&] {
    for (int round = 0; round < 60; ++round) {
      CheckIntegers<int8_t>(random);
      CheckIntegers<uint8_t>(random);
      CheckIntegers<int16_t>(random);
      CheckIntegers<uint16_t>(random);
      CheckIntegers<int32_t>(random);
      CheckIntegers<uint32_t>(random);
      CheckIntegers<int64_t>(random);
      CheckIntegers<uint64_t>(random);
    }
  });
}

template <typename T, typename Kernel>
void CheckReals(base::Random& random, const Kernel& kernel) {
  const int64_t rows = RandomRows(random);
  const std::vector<T> values = RandomReals<T>(rows, random);
  const Placed<T> run(values, random.Uniform(9));
  const Bits selection = RandomSelection(rows, random);
  const T low = RandomReal<T>(random);
  const T high = RandomReal<T>(random);
  if (CompareDouble(low, high) > 0) return;
  Bits got;
  kernel(run.bytes(), rows, low, high, selection, &got);
  ExpectBits(got, rows, selection, [&](int64_t row) {
    return CompareDouble(values[row], low) >= 0 && CompareDouble(values[row], high) <= 0;
  });
}

TEST(CompareKernels, FloatsInTheOrderOfTheLanguage) {
  base::Random random(kSeed + 1);
  ForEachSimdTarget([&] {
    for (int round = 0; round < 100; ++round) {
      CheckReals<float>(random, SelectFloats);
      CheckReals<double>(random, SelectDoubles);
    }
  });
}

template <typename T, typename Kernel, typename Order>
void CheckPairs(std::vector<T> a, std::vector<T> b, base::Random& random, const Kernel& kernel,
                const Order& order) {
  const auto rows = static_cast<int64_t>(a.size());
  for (size_t i = 0; i < b.size(); ++i) {
    if (random.OneIn(3)) b[i] = a[i];
  }
  a.shrink_to_fit();
  b.shrink_to_fit();
  const Bits selection = RandomSelection(rows, random);
  Bits got;
  kernel(Relation::kEqual, a.data(), b.data(), rows, selection, &got);
  ExpectBits(got, rows, selection, [&](int64_t row) { return order(a[row], b[row]) == 0; });
  kernel(Relation::kLessEqual, a.data(), b.data(), rows, selection, &got);
  ExpectBits(got, rows, selection, [&](int64_t row) { return order(a[row], b[row]) <= 0; });
}

TEST(CompareKernels, PairsOfColumns) {
  base::Random random(kSeed + 2);
  const auto integers = [](auto a, auto b) { return a < b ? -1 : int{a > b}; };
  ForEachSimdTarget([&] {
    for (int round = 0; round < 60; ++round) {
      const int64_t rows = RandomRows(random);
      CheckPairs(RandomIntegers<int64_t>(rows, random), RandomIntegers<int64_t>(rows, random),
                 random, RelateInt64, integers);
      CheckPairs(RandomIntegers<uint64_t>(rows, random), RandomIntegers<uint64_t>(rows, random),
                 random, RelateUInt64, integers);
      CheckPairs(RandomReals<double>(rows, random), RandomReals<double>(rows, random), random,
                 RelateDouble, CompareDouble);
    }
  });
}

template <typename T, typename Kernel, typename Reference>
void CheckArithmetic(const std::vector<T>& a, const std::vector<T>& b, base::Random& random,
                     const Kernel& kernel, const Reference& reference) {
  const auto rows = static_cast<int64_t>(a.size());
  for (const Op op : {Op::kAdd, Op::kSubtract, Op::kMultiply, Op::kDivide}) {
    const Bits selection = RandomSelection(rows, random);
    std::vector<T> out(kZoneRows);
    const Bits bad = kernel(op, a.data(), b.data(), rows, selection, out.data());
    ExpectBits(bad, rows, selection, [&](int64_t row) {
      T expected{};
      return reference(op, a[row], b[row], &expected);
    });
    for (int64_t row = 0; row < rows; ++row) {
      T expected{};
      if (!selection.Get(row) || reference(op, a[row], b[row], &expected)) continue;
      if (std::isnan(static_cast<double>(expected))) {
        ASSERT_TRUE(std::isnan(static_cast<double>(out[row])));
      } else {
        ASSERT_EQ(out[row], expected) << "row " << row;
      }
    }
  }
}

// True when there is no result.
template <typename T>
bool IntegerResult(Op op, T a, T b, T* result) {
  if (op == Op::kAdd) return __builtin_add_overflow(a, b, result);
  if (op == Op::kSubtract) return __builtin_sub_overflow(a, b, result);
  if (op == Op::kMultiply) return __builtin_mul_overflow(a, b, result);
  if (b == 0 ||
      (std::is_signed_v<T> && a == std::numeric_limits<T>::min() && b == static_cast<T>(-1))) {
    return true;
  }
  *result = a / b;
  return false;
}

bool RealResult(Op op, double a, double b, double* result) {
  if (op == Op::kAdd) *result = a + b;
  if (op == Op::kSubtract) *result = a - b;
  if (op == Op::kMultiply) *result = a * b;
  if (op == Op::kDivide && b != 0) *result = a / b;
  return op == Op::kDivide && b == 0;
}

TEST(ArithmeticKernels, ResultsAndWhatHasNone) {
  base::Random random(kSeed + 3);
  ForEachSimdTarget([&] {
    for (int round = 0; round < 40; ++round) {
      const int64_t rows = RandomRows(random);
      CheckArithmetic(RandomIntegers<int64_t>(rows, random), RandomIntegers<int64_t>(rows, random),
                      random, CalculateInt64, IntegerResult<int64_t>);
      CheckArithmetic(RandomIntegers<uint64_t>(rows, random),
                      RandomIntegers<uint64_t>(rows, random), random, CalculateUInt64,
                      IntegerResult<uint64_t>);
      CheckArithmetic(RandomReals<double>(rows, random), RandomReals<double>(rows, random), random,
                      CalculateDouble, RealResult);
    }
  });
}

template <typename T, typename Sum, typename ExtremesOf>
void CheckIntegerAggregates(base::Random& random, const Sum& sum, const ExtremesOf& extremes_of) {
  const int64_t rows = RandomRows(random);
  const std::vector<T> values = RandomIntegers<T>(rows, random);
  const Placed<T> run(values, random.Uniform(9));
  const Bits mask = RandomSelection(rows, random);
  Int128 expected = 0;
  T min = std::numeric_limits<T>::max();
  T max = std::numeric_limits<T>::min();
  ForEachRow(mask, [&](int64_t row) {
    expected += values[row];
    min = std::min(min, values[row]);
    max = std::max(max, values[row]);
  });
  ASSERT_TRUE(sum(run.bytes(), rows, mask) == expected);
  if (mask.None()) return;
  const Extremes<T> extremes = extremes_of(run.bytes(), rows, mask);
  ASSERT_EQ(extremes.min, min);
  ASSERT_EQ(extremes.max, max);
}

TEST(AggregateKernels, IntegersExactly) {
  base::Random random(kSeed + 4);
  ForEachSimdTarget([&] {
    for (int round = 0; round < 200; ++round) {
      CheckIntegerAggregates<int64_t>(random, SumInt64, ExtremesInt64);
      CheckIntegerAggregates<uint64_t>(random, SumUInt64, ExtremesUInt64);
    }
  });
}

double SumInOrder(const std::vector<double>& values, const Bits& mask) {
  double l[8] = {};
  for (size_t row = 0; row < values.size(); ++row) {
    l[row % 8] += mask.Get(static_cast<int64_t>(row)) ? values[row] : 0.0;
  }
  return ((l[0] + l[4]) + (l[2] + l[6])) + ((l[1] + l[5]) + (l[3] + l[7]));
}

TEST(AggregateKernels, SumsOfDoublesHaveTheSameBitsOnEveryTarget) {
  base::Random random(kSeed + 5);
  ForEachSimdTarget([&] {
    for (int round = 0; round < 200; ++round) {
      const int64_t rows = RandomRows(random);
      std::vector<double> values;
      for (int64_t row = 0; row < rows; ++row) {
        values.push_back((random.Double() - 0.5) * std::pow(10, random.Uniform(20)));
      }
      const Placed<double> run(values, random.Uniform(9));
      const Bits mask = RandomSelection(rows, random);
      ASSERT_EQ(SumDouble(run.bytes(), rows, mask), SumInOrder(values, mask));
    }
  });
}

TEST(AggregateKernels, ANumberThatIsNotSelectedIsNotCounted) {
  const std::vector<double> values = {1.5, kNan, kInfinity, 2.0};
  Bits mask;
  mask.Set(0);
  mask.Set(3);
  const Placed<double> run(values, 0);
  ForEachSimdTarget([&] {
    EXPECT_EQ(SumDouble(run.bytes(), 4, mask), 3.5);
    EXPECT_EQ(ExtremesDouble(run.bytes(), 4, mask).max, 2.0);
  });
}

TEST(AggregateKernels, ExtremesOfDoublesHaveNanAbove) {
  base::Random random(kSeed + 6);
  ForEachSimdTarget([&] {
    for (int round = 0; round < 300; ++round) {
      const int64_t rows = random.OneIn(2) ? 1 + random.Uniform(3) : RandomRows(random);
      const std::vector<double> values = RandomReals<double>(rows, random);
      const Placed<double> run(values, random.Uniform(9));
      const Bits mask = RandomSelection(rows, random);
      if (mask.None()) continue;
      double min = kNan;
      double max = -kInfinity;
      ForEachRow(mask, [&](int64_t row) {
        if (CompareDouble(values[row], min) < 0) min = values[row];
        if (CompareDouble(values[row], max) > 0) max = values[row];
      });
      const Extremes<double> extremes = ExtremesDouble(run.bytes(), rows, mask);
      ASSERT_EQ(CompareDouble(extremes.min, min), 0) << extremes.min << " is not " << min;
      ASSERT_EQ(CompareDouble(extremes.max, max), 0) << extremes.max << " is not " << max;
      ASSERT_FALSE(extremes.min == 0 && std::signbit(extremes.min));
    }
  });
}

template <typename T>
void CheckCodes(base::Random& random) {
  const uint64_t entries = 1 + random.Uniform(200);
  std::vector<uint8_t> flags(entries);
  const uint64_t kind = random.Uniform(4);
  for (uint64_t code = 0; code < entries; ++code) {
    flags[code] = kind == 0   ? 0
                  : kind == 1 ? 1
                  : kind == 2 ? static_cast<uint8_t>(random.Uniform(2))
                              : static_cast<uint8_t>(code >= entries / 3 && code < entries / 2);
  }
  const int64_t rows = RandomRows(random);
  std::vector<T> codes;
  for (int64_t row = 0; row < rows; ++row) codes.push_back(static_cast<T>(random.Uniform(entries)));
  const Placed<T> run(codes, random.Uniform(5));
  const Bits selection = RandomSelection(rows, random);
  Bits got = selection;
  CodeSet(flags).Retain(run.bytes(), sizeof(T), rows, &got);
  for (int64_t row = 0; row < kZoneRows; ++row) {
    ASSERT_EQ(got.Get(row), row < rows && selection.Get(row) && flags[codes[row]] != 0);
  }
}

TEST(Bits, CountsThoseThatAreSet) {
  base::Random random(kSeed + 8);
  EXPECT_EQ(Bits().Count(), 0);
  EXPECT_EQ(Bits::FirstRows(kZoneRows).Count(), kZoneRows);
  for (int round = 0; round < 200; ++round) {
    const Bits bits = RandomSelection(RandomRows(random), random);
    int64_t count = 0;
    for (int64_t row = 0; row < kZoneRows; ++row) count += bits.Get(row) ? 1 : 0;
    ASSERT_EQ(bits.Count(), count);
  }
}

TEST(CodeSet, SelectsTheWantedCodes) {
  base::Random random(kSeed + 7);
  for (int round = 0; round < 300; ++round) {
    CheckCodes<uint8_t>(random);
    CheckCodes<uint16_t>(random);
    CheckCodes<uint32_t>(random);
  }
}

TEST(CodeSet, OneRunOfCodesNeedsNoTable) {
  std::vector<uint8_t> flags(1000);
  for (size_t code = 300; code < 400; ++code) flags[code] = 1;
  const CodeSet set(flags);
  EXPECT_FALSE(set.table());
  ASSERT_EQ(set.runs().size(), 1);
  EXPECT_EQ(set.runs()[0].first, 300);
  EXPECT_EQ(set.runs()[0].last, 399);
  EXPECT_TRUE(CodeSet(std::vector<uint8_t>(5, 1)).all());
  EXPECT_TRUE(CodeSet(std::vector<uint8_t>(5, 0)).none());
}

}  // namespace
}  // namespace ashlar::query
