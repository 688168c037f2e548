// FindKeys(): many keys in many segments at once.
//
// Owns: overlapping the memory accesses of independent searches, which is what makes a batch cheap:
// each step asks for the cache lines of a group of searches before it reads the first one. Does not
// own: which segments may have a key (the caller prunes by key ranges), nor the rows' keys.
#ifndef ASHLAR_SRC_SEGMENT_KEY_BATCH_H_
#define ASHLAR_SRC_SEGMENT_KEY_BATCH_H_

#include <compare>
#include <cstdint>
#include <span>
#include <vector>

#include "src/segment/key_lookup.h"

namespace ashlar::segment {

// Search for probe `probe` with lookup `lookup`, both numbered by their place in the batch.
struct KeyQuestion {
  uint32_t lookup = 0;
  uint32_t probe = 0;
  friend bool operator==(const KeyQuestion&, const KeyQuestion&) = default;
};

struct KeyHit {
  KeyQuestion question;
  uint32_t row = 0;
  friend bool operator==(const KeyHit&, const KeyHit&) = default;
};

// The full keys of the rows and of the probes.
class KeyComparer {
 public:
  virtual ~KeyComparer() = default;
  // Asks for the memory that Compare() will read for this row.
  virtual void Prefetch(uint32_t lookup, uint32_t row) const = 0;
  // How the key of the row stands to that of the probe.
  [[nodiscard]] virtual std::strong_ordering Compare(const KeyQuestion& question,
                                                     uint32_t row) const = 0;
};

// Appends a hit for each question whose segment has the key, in the order of the questions; the
// numbers in questions are those of `lookups` and `probes` (checked). Allocates nothing but hits.
void FindKeys(std::span<const KeyLookup* const> lookups, std::span<const KeyProbe> probes,
              std::span<const KeyQuestion> questions, const KeyComparer& comparer,
              std::vector<KeyHit>* hits);

}  // namespace ashlar::segment

#endif  // ASHLAR_SRC_SEGMENT_KEY_BATCH_H_
