// Comparing two sequences of row hashes.
//
// Owns: finding what a sequence has in common with another one, in near-linear time for mostly
// equal ones. Does not own: what the elements are: equal hashes are only believed after a callback
// has compared the elements themselves.
//
// Method: what both begin and end with is set aside; what stands exactly once on either side is an
// anchor (patience), and the gaps between anchors are treated alike; a gap without anchors goes
// through Myers' algorithm within a bound. Beyond it the gap counts as replaced, which is always
// right and never minimal. The result depends on the two sequences alone.
#ifndef ASHLAR_SRC_STORE_SEQUENCE_DIFF_H_
#define ASHLAR_SRC_STORE_SEQUENCE_DIFF_H_

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace ashlar::store {

// from[from_begin, +from_size) is replaced by to[to_begin, +to_size); one of them may be empty.
struct SequenceEdit {
  uint64_t from_begin = 0;
  uint64_t from_size = 0;
  uint64_t to_begin = 0;
  uint64_t to_size = 0;
  friend bool operator==(const SequenceEdit&, const SequenceEdit&) = default;
};

// Whether from[from_begin, +size) and to[to_begin, +size) hold equal elements.
using EqualRuns = std::function<bool(uint64_t from_begin, uint64_t to_begin, uint64_t size)>;

// The edits that turn `from` into `to`: ascending, with at least one common element in between.
// `equal` is asked once a common run; only a collision of hashes makes it ask for parts of one.
[[nodiscard]] std::vector<SequenceEdit> DiffSequences(std::span<const uint64_t> from,
                                                      std::span<const uint64_t> to,
                                                      const EqualRuns& equal);

}  // namespace ashlar::store

#endif  // ASHLAR_SRC_STORE_SEQUENCE_DIFF_H_
