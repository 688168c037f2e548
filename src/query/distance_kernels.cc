// Eight lanes of doubles, in one vector or several; see the header. Products and sums are never
// fused: fused ones have other bits, and not every machine has them.
#include "src/query/distance_kernels.h"

#include <cmath>
#include <cstdint>

#include "src/query/distance.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "src/query/distance_kernels.cc"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
// After foreach_target.h, which includes this file again.
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace ashlar::query::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

using RealTag = hn::CappedTag<double, kDistanceLanes>;
using FloatTag = hn::Rebind<float, RealTag>;

HWY_INLINE hn::Vec<RealTag> LoadReals(const std::byte* at) {
  return hn::PromoteTo(RealTag(), hn::LoadU(FloatTag(), reinterpret_cast<const float*>(at)));
}

// Sums term(a, b) over whole groups of eight elements; one vector of lanes at a time, so that any
// number of lanes will do. Groups of a vector are short enough to stay in the first-level cache.
template <typename Term>
HWY_INLINE void AddTerms(const std::byte* a, const std::byte* b, size_t groups, double* lanes_out,
                         const Term& term) {
  const RealTag d;
  const size_t lanes = hn::Lanes(d);
  for (size_t lane = 0; lane < kDistanceLanes; lane += lanes) {
    auto sum = hn::Zero(d);
    for (size_t group = 0; group < groups; ++group) {
      const size_t at = (group * kDistanceLanes + lane) * sizeof(float);
      sum = hn::Add(sum, term(LoadReals(a + at), LoadReals(b + at)));
    }
    hn::StoreU(sum, d, lanes_out + lane);
  }
}

void AddProducts(const std::byte* a, const std::byte* b, size_t groups, double* lanes) {
  AddTerms(a, b, groups, lanes, [](auto x, auto y) HWY_ATTR { return hn::Mul(x, y); });
}

void AddSquaresOfDifferences(const std::byte* a, const std::byte* b, size_t groups, double* lanes) {
  AddTerms(a, b, groups, lanes, [](auto x, auto y) HWY_ATTR {
    const auto difference = hn::Sub(x, y);
    return hn::Mul(difference, difference);
  });
}

}  // namespace ashlar::query::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace ashlar::query {

HWY_EXPORT(AddProducts);
HWY_EXPORT(AddSquaresOfDifferences);

namespace {

using Kernel = void (*)(const std::byte* a, const std::byte* b, size_t groups, double* lanes);

// The kernel for whole groups, then the few elements that are left.
template <typename Term>
double Sum(Kernel kernel, const std::byte* a, const std::byte* b, size_t count, const Term& term) {
  DistanceLanes lanes{};
  const size_t groups = count / kDistanceLanes;
  kernel(a, b, groups, lanes.data());
  for (size_t i = groups * kDistanceLanes; i < count; ++i) {
    float pair[2];
    std::memcpy(&pair[0], a + i * sizeof(float), sizeof(float));
    std::memcpy(&pair[1], b + i * sizeof(float), sizeof(float));
    lanes[i % kDistanceLanes] += term(static_cast<double>(pair[0]), static_cast<double>(pair[1]));
  }
  return SumLanes(lanes);
}

double Dot(const std::byte* a, const std::byte* b, size_t count) {
  return Sum(HWY_DYNAMIC_DISPATCH(AddProducts), a, b, count,
             [](double x, double y) { return x * y; });
}

}  // namespace

std::optional<double> FastVectorDistance(Function metric, const std::byte* a, const float* b,
                                         size_t count) {
  const auto* to = reinterpret_cast<const std::byte*>(b);
  if (metric == Function::kDistanceDot) return -Dot(a, to, count);
  if (metric == Function::kDistanceL2) {
    return std::sqrt(Sum(HWY_DYNAMIC_DISPATCH(AddSquaresOfDifferences), a, to, count,
                         [](double x, double y) { return (x - y) * (x - y); }));
  }
  return CosineFromSums(Dot(a, to, count), Dot(a, a, count), Dot(to, to, count));
}

}  // namespace ashlar::query
#endif  // HWY_ONCE
