// Searching the nodes of key fences with vectors.
//
// Owns: counting the fences that are before a prefix, level by level. Does not own: what the levels
// hold and where they lie (key_fences.h). Nodes are counted, not bisected: one comparison of a
// whole node costs less than three loads that wait for each other. On 4,096 fences in the cache a
// search of both ends takes a third of the time of one std::lower_bound (bench/key_index_bench.cc).
#ifndef ASHLAR_SRC_SEGMENT_FENCE_SEARCH_H_
#define ASHLAR_SRC_SEGMENT_FENCE_SEARCH_H_

#include <cstddef>
#include <cstdint>
#include <span>

namespace ashlar::segment {

// Whole nodes, the last one filled up with the largest number; at least one fence.
struct FenceLevel {
  const std::byte* nodes = nullptr;
  uint64_t fences = 0;
};

// The numbers of fences of the lowest level that are smaller than a prefix, and not greater: at
// most as many as there are, whatever the fences are.
struct FenceCounts {
  uint64_t smaller = 0;
  uint64_t not_greater = 0;
};

// `levels` go from the lowest to the highest, at least one; the highest is one node.
[[nodiscard]] FenceCounts CountFences(std::span<const FenceLevel> levels, uint64_t prefix);

// The same in two steps: the node of the lowest level where the smaller fences end, found without
// reading that level, and the counts from there.
[[nodiscard]] uint64_t FindFenceNode(std::span<const FenceLevel> levels, uint64_t prefix);
[[nodiscard]] FenceCounts CountFencesFrom(uint64_t node, std::span<const FenceLevel> levels,
                                          uint64_t prefix);

}  // namespace ashlar::segment

#endif  // ASHLAR_SRC_SEGMENT_FENCE_SEARCH_H_
