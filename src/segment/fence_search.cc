// The vector loops of fence searches; see the header. A whole descent is one dispatch.
#include "src/segment/fence_search.h"

#include <algorithm>

#include "src/base/bytes.h"
#include "src/base/check.h"
#include "src/segment/format.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "src/segment/fence_search.cc"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
// After foreach_target.h, which includes this file again.
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace ashlar::segment::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

using FenceTag = hn::CappedTag<uint64_t, format::fences::kNodeFences>;
using Fences = hn::Vec<FenceTag>;

// Nodes lie at multiples of 64 in the file, but the scalar target would trust the pointer.
HWY_INLINE Fences LoadFences(const std::byte* from) {
#if HWY_TARGET == HWY_SCALAR
  return hn::Set(FenceTag(), base::LoadLittle<uint64_t>(from));
#else
  return hn::LoadU(FenceTag(), reinterpret_cast<const uint64_t*>(from));
#endif
}

struct Smaller {
  static HWY_INLINE auto Test(Fences fences, Fences prefix) { return hn::Lt(fences, prefix); }
};
struct NotGreater {
  static HWY_INLINE auto Test(Fences fences, Fences prefix) {
    return hn::Not(hn::Lt(prefix, fences));
  }
};

template <typename IsBefore>
HWY_INLINE uint32_t CountNode(const std::byte* node, Fences prefix) {
  const FenceTag d;
  const size_t lanes = hn::Lanes(d);
  size_t count = 0;
  for (size_t i = 0; i < format::fences::kNodeFences; i += lanes) {
    count += hn::CountTrue(d, IsBefore::Test(LoadFences(node + i * sizeof(uint64_t)), prefix));
  }
  return static_cast<uint32_t>(count);
}

// The fences that are before come first at each level; the child of the last of them holds the end
// of those below. Counts are cut to the level's fences, for padding may count as before too.
template <typename IsBefore>
HWY_INLINE uint64_t Descend(const FenceLevel* levels, size_t height, uint64_t prefix) {
  const auto wanted = hn::Set(FenceTag(), prefix);
  uint64_t node = 0;
  for (size_t level = height; level-- > 0;) {
    const uint32_t before =
        CountNode<IsBefore>(levels[level].nodes + node * format::fences::kNodeBytes, wanted);
    const uint64_t count =
        std::min(node * format::fences::kNodeFences + before, levels[level].fences);
    if (level == 0 || count == 0) return count;
    node = count - 1;
  }
  return 0;
}

uint64_t FindNode(const FenceLevel* levels, size_t height, uint64_t prefix) {
  if (height == 1) return 0;
  const uint64_t smaller = Descend<Smaller>(levels + 1, height - 1, prefix);
  return smaller == 0 ? 0 : smaller - 1;
}

FenceCounts CountFrom(uint64_t node, const FenceLevel* levels, size_t height, uint64_t prefix) {
  constexpr uint64_t kNodeFences = format::fences::kNodeFences;
  const auto wanted = hn::Set(FenceTag(), prefix);
  const std::byte* const at = levels[0].nodes + node * format::fences::kNodeBytes;
  const uint64_t first = node * kNodeFences;
  const uint64_t fences = levels[0].fences;
  FenceCounts counts = {std::min(first + CountNode<Smaller>(at, wanted), fences),
                        std::min(first + CountNode<NotGreater>(at, wanted), fences)};
  // Equal prefixes go on in the next node: where they end, only the tree knows.
  if (counts.not_greater == first + kNodeFences && counts.not_greater < fences &&
      base::LoadLittle<uint64_t>(at + format::fences::kNodeBytes) <= prefix) {
    counts.not_greater = Descend<NotGreater>(levels, height, prefix);
  }
  return counts;
}

FenceCounts CountAll(const FenceLevel* levels, size_t height, uint64_t prefix) {
  return CountFrom(FindNode(levels, height, prefix), levels, height, prefix);
}

}  // namespace ashlar::segment::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace ashlar::segment {

HWY_EXPORT(FindNode);
HWY_EXPORT(CountFrom);
HWY_EXPORT(CountAll);

FenceCounts CountFences(std::span<const FenceLevel> levels, uint64_t prefix) {
  ASHLAR_CHECK(!levels.empty());
  return HWY_DYNAMIC_DISPATCH(CountAll)(levels.data(), levels.size(), prefix);
}

uint64_t FindFenceNode(std::span<const FenceLevel> levels, uint64_t prefix) {
  ASHLAR_CHECK(!levels.empty());
  return HWY_DYNAMIC_DISPATCH(FindNode)(levels.data(), levels.size(), prefix);
}

FenceCounts CountFencesFrom(uint64_t node, std::span<const FenceLevel> levels, uint64_t prefix) {
  ASHLAR_CHECK(!levels.empty() && node * format::fences::kNodeFences < levels[0].fences);
  return HWY_DYNAMIC_DISPATCH(CountFrom)(node, levels.data(), levels.size(), prefix);
}

}  // namespace ashlar::segment
#endif  // HWY_ONCE
