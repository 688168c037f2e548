// Myers' diff of two short, or nearly equal, sequences of hashes.
//
// Owns: the shortest edit script within a bound on edits, steps and memory. Does not own: cutting
// long sequences into gaps that fit (sequence_diff.h).
#ifndef ASHLAR_SRC_STORE_BOUNDED_MYERS_H_
#define ASHLAR_SRC_STORE_BOUNDED_MYERS_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace ashlar::store {

// from[from, +size) and to[to, +size) are equal.
struct CommonRun {
  size_t from = 0;
  size_t to = 0;
  size_t size = 0;
};

// Ascending; none when the sequences need more edits than the bound allows.
[[nodiscard]] std::vector<CommonRun> FindCommonRuns(std::span<const uint64_t> from,
                                                    std::span<const uint64_t> to);

}  // namespace ashlar::store

#endif  // ASHLAR_SRC_STORE_BOUNDED_MYERS_H_
