// The vectorised kernels, compiled once an instruction set; the best one the machine has is called.
//
// Four accumulators each, so that no addition waits for the one before. Comparisons yield masks and
// never branches, but for whole words of the deletion mask, which are nearly always all alive.
#include "bench/hand_loops_simd.h"

#include <cstring>
#include <type_traits>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "bench/hand_loops_simd.cc"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace ashlar::bench {
namespace HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;
using Doubles = hn::ScalableTag<double>;
using Integers = hn::ScalableTag<int64_t>;

uint64_t CountGreaterKernel(const double* HWY_RESTRICT values, size_t rows, double bound) {
  const Doubles d;
  const Integers di;
  const size_t lanes = hn::Lanes(d);
  const auto limit = hn::Set(d, bound);
  // A mask as a vector is -1 in each row that counts.
  const auto matches = [&](size_t i) HWY_ATTR {
    return hn::BitCast(di, hn::VecFromMask(d, hn::Gt(hn::LoadU(d, values + i), limit)));
  };
  auto sum0 = hn::Zero(di);
  auto sum1 = hn::Zero(di);
  auto sum2 = hn::Zero(di);
  auto sum3 = hn::Zero(di);
  size_t i = 0;
  for (; i + 4 * lanes <= rows; i += 4 * lanes) {
    sum0 = hn::Sub(sum0, matches(i));
    sum1 = hn::Sub(sum1, matches(i + lanes));
    sum2 = hn::Sub(sum2, matches(i + 2 * lanes));
    sum3 = hn::Sub(sum3, matches(i + 3 * lanes));
  }
  const auto sum = hn::Add(hn::Add(sum0, sum1), hn::Add(sum2, sum3));
  auto count = static_cast<uint64_t>(hn::GetLane(hn::SumOfLanes(di, sum)));
  for (; i < rows; ++i) count += values[i] > bound ? 1 : 0;
  return count;
}

template <class SummedTag, typename T>
T SumGreaterKernel(const SummedTag ds, const double* HWY_RESTRICT values,
                   const T* HWY_RESTRICT summed, size_t rows, double bound) {
  const Doubles d;
  const size_t lanes = hn::Lanes(d);
  const auto limit = hn::Set(d, bound);
  const auto selected = [&](size_t i) HWY_ATTR {
    const auto mask = hn::RebindMask(ds, hn::Gt(hn::LoadU(d, values + i), limit));
    return hn::IfThenElseZero(mask, hn::LoadU(ds, summed + i));
  };
  auto sum0 = hn::Zero(ds);
  auto sum1 = hn::Zero(ds);
  auto sum2 = hn::Zero(ds);
  auto sum3 = hn::Zero(ds);
  size_t i = 0;
  for (; i + 4 * lanes <= rows; i += 4 * lanes) {
    sum0 = hn::Add(sum0, selected(i));
    sum1 = hn::Add(sum1, selected(i + lanes));
    sum2 = hn::Add(sum2, selected(i + 2 * lanes));
    sum3 = hn::Add(sum3, selected(i + 3 * lanes));
  }
  T sum = hn::GetLane(hn::SumOfLanes(ds, hn::Add(hn::Add(sum0, sum1), hn::Add(sum2, sum3))));
  for (; i < rows; ++i) {
    if (!(values[i] > bound)) continue;
    // Through unsigned numbers, for sums of integers wrap.
    if constexpr (std::is_same_v<T, double>) {
      sum += summed[i];
    } else {
      sum = static_cast<T>(static_cast<uint64_t>(sum) + static_cast<uint64_t>(summed[i]));
    }
  }
  return sum;
}

double SumDoublesKernel(const double* values, const double* summed, size_t rows, double bound) {
  return SumGreaterKernel(Doubles(), values, summed, rows, bound);
}

int64_t SumIntegersKernel(const double* values, const int64_t* summed, size_t rows, double bound) {
  return SumGreaterKernel(Integers(), values, summed, rows, bound);
}

int64_t SumLiveKernel(const int64_t* HWY_RESTRICT values, const int64_t* HWY_RESTRICT summed,
                      size_t rows, int64_t bound, const uint8_t* HWY_RESTRICT deleted) {
  constexpr size_t kWordRows = 64;
  const Integers d;
  const size_t lanes = hn::Lanes(d);
  const auto limit = hn::Set(d, bound);
  const auto lane_bits = hn::Shl(hn::Set(d, 1), hn::Iota(d, 0));
  const auto selected = [&](size_t i) HWY_ATTR {
    return hn::IfThenElseZero(hn::Gt(hn::LoadU(d, values + i), limit), hn::LoadU(d, summed + i));
  };
  auto sum0 = hn::Zero(d);
  auto sum1 = hn::Zero(d);
  size_t i = 0;
  for (; i + kWordRows <= rows; i += kWordRows) {
    uint64_t dead = 0;
    std::memcpy(&dead, deleted + i / 8, sizeof(dead));
    if (dead == 0) {
      for (size_t k = 0; k < kWordRows; k += 2 * lanes) {
        sum0 = hn::Add(sum0, selected(i + k));
        sum1 = hn::Add(sum1, selected(i + k + lanes));
      }
    } else {
      for (size_t k = 0; k < kWordRows; k += lanes) {
        const auto bits = hn::Set(d, static_cast<int64_t>(dead >> k));
        const auto dead_rows = hn::TestBit(bits, lane_bits);
        sum0 = hn::Add(sum0, hn::IfThenZeroElse(dead_rows, selected(i + k)));
      }
    }
  }
  auto sum = static_cast<uint64_t>(hn::GetLane(hn::SumOfLanes(d, hn::Add(sum0, sum1))));
  for (; i < rows; ++i) {
    const bool is_dead = ((deleted[i / 8] >> (i % 8)) & 1) != 0;
    if (!is_dead && values[i] > bound) sum += static_cast<uint64_t>(summed[i]);
  }
  return static_cast<int64_t>(sum);
}

uint64_t SumWordsKernel(const uint8_t* HWY_RESTRICT bytes, size_t count) {
  const hn::ScalableTag<uint64_t> d;
  const size_t lanes = hn::Lanes(d);
  const auto word_at = [bytes](size_t i) {
    uint64_t word = 0;
    std::memcpy(&word, bytes + i * sizeof(word), sizeof(word));
    return word;
  };
#if HWY_TARGET == HWY_SCALAR  // one lane, which no bytes can be viewed as
  const auto load = [&](size_t i) { return hn::Set(d, word_at(i)); };
#else
  const hn::Repartition<uint8_t, decltype(d)> bytes_tag;
  const auto load = [&](size_t i) HWY_ATTR {
    return hn::BitCast(d, hn::LoadU(bytes_tag, bytes + i * sizeof(uint64_t)));
  };
#endif
  auto sum0 = hn::Zero(d);
  auto sum1 = hn::Zero(d);
  auto sum2 = hn::Zero(d);
  auto sum3 = hn::Zero(d);
  size_t i = 0;
  for (; i + 4 * lanes <= count; i += 4 * lanes) {
    sum0 = hn::Add(sum0, load(i));
    sum1 = hn::Add(sum1, load(i + lanes));
    sum2 = hn::Add(sum2, load(i + 2 * lanes));
    sum3 = hn::Add(sum3, load(i + 3 * lanes));
  }
  const auto all = hn::Add(hn::Add(sum0, sum1), hn::Add(sum2, sum3));
  uint64_t sum = hn::GetLane(hn::SumOfLanes(d, all));
  for (; i < count; ++i) sum += word_at(i);
  return sum;
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace ashlar::bench
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace ashlar::bench {

HWY_EXPORT(CountGreaterKernel);
HWY_EXPORT(SumDoublesKernel);
HWY_EXPORT(SumIntegersKernel);
HWY_EXPORT(SumLiveKernel);
HWY_EXPORT(SumWordsKernel);

uint64_t CountGreaterSimd(const double* values, size_t rows, double bound) {
  return HWY_DYNAMIC_DISPATCH(CountGreaterKernel)(values, rows, bound);
}
double SumDoublesSimd(const double* values, const double* summed, size_t rows, double bound) {
  return HWY_DYNAMIC_DISPATCH(SumDoublesKernel)(values, summed, rows, bound);
}
int64_t SumIntegersSimd(const double* values, const int64_t* summed, size_t rows, double bound) {
  return HWY_DYNAMIC_DISPATCH(SumIntegersKernel)(values, summed, rows, bound);
}
int64_t SumLiveSimd(const int64_t* values, const int64_t* summed, size_t rows, int64_t bound,
                    const uint8_t* deleted) {
  return HWY_DYNAMIC_DISPATCH(SumLiveKernel)(values, summed, rows, bound, deleted);
}
uint64_t SumWordsSimd(const uint8_t* bytes, size_t count) {
  return HWY_DYNAMIC_DISPATCH(SumWordsKernel)(bytes, count);
}

}  // namespace ashlar::bench
#endif  // HWY_ONCE
