// Predicates on bit planes without unpacking; see bit_planes.h. Numbers are compared with a bound
// from the lowest plane up: where a plane's bit differs from the bound's, it decides anew, else
// what the lower planes said stays. That is one select a plane for each bound, on as many rows as a
// vector has bits, without a branch on the bound. Planes below the bound's lowest telling bit
// cannot change the answer and are never read.
#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "src/base/bytes.h"
#include "src/base/check.h"
#include "src/columnar/bit_planes.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "src/columnar/bit_planes_select.cc"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
// After foreach_target.h, which includes this file again.
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace ashlar::columnar::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

using WordTag = hn::CappedTag<uint64_t, kPlaneWords>;
using Words = hn::Vec<WordTag>;

// Relations of rows to the bound, followed plane by plane: from a plane's bits, the bound's bit (in
// every bit) and what the lower planes say.
struct Less {
  static HWY_INLINE Words Step(Words bits, Words bound, Words lower) {
    // A select by bits: IfVecThenElse() chooses by lanes or bytes on some targets.
    const auto differs = hn::Xor(bits, bound);
    return hn::OrAnd(hn::AndNot(differs, lower), differs, bound);
  }
};
struct Equal {
  static HWY_INLINE Words Step(Words bits, Words bound, Words lower) {
    return hn::AndNot(hn::Xor(bits, bound), lower);
  }
};

// What becomes of the last state `said` and the mask as it was.
struct Assign {
  static HWY_INLINE Words Merge(Words said, const uint64_t*) { return said; }
};
struct AssignNot {
  static HWY_INLINE Words Merge(Words said, const uint64_t*) { return hn::Not(said); }
};
struct ClearWhere {
  static HWY_INLINE Words Merge(Words said, const uint64_t* mask) {
    return hn::AndNot(said, hn::LoadU(WordTag(), mask));
  }
};

// Planes need not be aligned, and the scalar target reads through the pointer that it is given.
HWY_INLINE Words LoadWords(const std::byte* from) {
#if HWY_TARGET == HWY_SCALAR
  return hn::Set(WordTag(), base::LoadLittle<uint64_t>(from));
#else
  return hn::LoadU(WordTag(), reinterpret_cast<const uint64_t*>(from));
#endif
}

// Steps through the planes from `first` on, for up to four vectors at once, whose states stay in
// registers. All rows start as `start` says.
template <typename Relation, typename Outcome>
HWY_INLINE void ForPlanes(const std::byte* planes, int first, int width, uint64_t bound,
                          uint64_t start, uint64_t* HWY_RESTRICT mask) {
  const WordTag d;
  const size_t lanes = hn::Lanes(d);
  const size_t stride = lanes * sizeof(uint64_t);
  const size_t vectors = std::min<size_t>(4, kPlaneWords / lanes);
  for (size_t word = 0; word < kPlaneWords; word += vectors * lanes) {
    const std::byte* at =
        planes + static_cast<size_t>(first) * kPlaneBytes + word * sizeof(uint64_t);
    auto s0 = hn::Set(d, start);
    auto s1 = s0;
    auto s2 = s0;
    auto s3 = s0;
    for (int plane = first; plane < width; ++plane, at += kPlaneBytes) {
      const auto bit = hn::Set(d, uint64_t{0} - (bound >> plane & 1));
      s0 = Relation::Step(LoadWords(at), bit, s0);
      if (vectors > 1) s1 = Relation::Step(LoadWords(at + stride), bit, s1);
      if (vectors > 2) s2 = Relation::Step(LoadWords(at + 2 * stride), bit, s2);
      if (vectors > 3) s3 = Relation::Step(LoadWords(at + 3 * stride), bit, s3);
    }
    uint64_t* out = mask + word;
    hn::StoreU(Outcome::Merge(s0, out), d, out);
    if (vectors > 1) hn::StoreU(Outcome::Merge(s1, out + lanes), d, out + lanes);
    if (vectors > 2) hn::StoreU(Outcome::Merge(s2, out + 2 * lanes), d, out + 2 * lanes);
    if (vectors > 3) hn::StoreU(Outcome::Merge(s3, out + 3 * lanes), d, out + 3 * lanes);
  }
}

// "Not below" starts with none below: planes where the bound ends in zeros keep it at that. "At
// most" starts with all: ones at the bound's end keep it at that.
void SelectAtMost(const std::byte* planes, int width, uint64_t high, uint64_t* mask) {
  const int first = std::countr_one(high);
  ForPlanes<Less, Assign>(planes, first, width, high, ~uint64_t{0}, mask);
}

void SelectAtLeast(const std::byte* planes, int width, uint64_t low, uint64_t* mask) {
  const int first = std::countr_zero(low);
  ForPlanes<Less, AssignNot>(planes, first, width, low, 0, mask);
}

void SelectBetween(const std::byte* planes, int width, uint64_t low, uint64_t high,
                   uint64_t* mask) {
  SelectAtMost(planes, width, high, mask);
  const int first = std::countr_zero(low);
  ForPlanes<Less, ClearWhere>(planes, first, width, low, 0, mask);
}

void SelectEqual(const std::byte* planes, int width, uint64_t value, uint64_t* mask) {
  ForPlanes<Equal, Assign>(planes, 0, width, value, ~uint64_t{0}, mask);
}

}  // namespace ashlar::columnar::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace ashlar::columnar {

HWY_EXPORT(SelectAtMost);
HWY_EXPORT(SelectAtLeast);
HWY_EXPORT(SelectBetween);
HWY_EXPORT(SelectEqual);

void SelectRange(const std::byte* planes, int width, uint64_t low, uint64_t high,
                 uint64_t mask[kPlaneWords]) {
  ASHLAR_CHECK(width >= 0 && width <= kMaxPlanes);
  const uint64_t max = width == kMaxPlanes ? ~uint64_t{0} : (uint64_t{1} << width) - 1;
  high = std::min(high, max);
  if (low > high) {
    std::fill_n(mask, kPlaneWords, uint64_t{0});
  } else if (low == 0 && high == max) {
    std::fill_n(mask, kPlaneWords, ~uint64_t{0});
  } else if (low == high) {
    HWY_DYNAMIC_DISPATCH(SelectEqual)(planes, width, low, mask);
  } else if (low == 0) {
    HWY_DYNAMIC_DISPATCH(SelectAtMost)(planes, width, high, mask);
  } else if (high == max) {
    HWY_DYNAMIC_DISPATCH(SelectAtLeast)(planes, width, low, mask);
  } else {
    HWY_DYNAMIC_DISPATCH(SelectBetween)(planes, width, low, high, mask);
  }
}

void SelectSet(const std::byte* planes, int width, std::span<const uint64_t> values,
               uint64_t mask[kPlaneWords]) {
  std::fill_n(mask, kPlaneWords, uint64_t{0});
  for (size_t begin = 0; begin < values.size();) {
    size_t end = begin + 1;
    while (end < values.size() && values[end] == values[end - 1] + 1) ++end;
    uint64_t run[kPlaneWords];
    SelectRange(planes, width, values[begin], values[end - 1], run);
    for (size_t word = 0; word < kPlaneWords; ++word) mask[word] |= run[word];
    begin = end;
  }
}

}  // namespace ashlar::columnar
#endif  // HWY_ONCE
