// KeyLookup: from a key to its row within one segment, or the proof that it is absent.
//
// Owns: the order of the steps: filter, then index or fences, then full keys. Does not own: the
// rows' keys, which a callback compares, nor whether the row is alive. Results are the same with
// and without an index.
#ifndef ASHLAR_SRC_SEGMENT_KEY_LOOKUP_H_
#define ASHLAR_SRC_SEGMENT_KEY_LOOKUP_H_

#include <compare>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>

#include "absl/status/statusor.h"
#include "src/base/check.h"
#include "src/segment/key_views.h"

namespace ashlar::segment {

// A key as it is searched for.
struct KeyProbe {
  uint64_t hash = 0;    // of its encoding
  uint64_t prefix = 0;  // the first 8 bytes of its encoding, big endian, padded with zeros
};

// Keeps the file open. Thread-safe. `compare(row)` says how the key of `row` stands to the one that
// is searched for, as a std::strong_ordering of their encodings; `row` is always one of the
// segment.
class KeyLookup {
 public:
  // DataLoss as OpenKeyViews().
  [[nodiscard]] static absl::StatusOr<KeyLookup> Open(const std::shared_ptr<SegmentFile>& file);

  [[nodiscard]] const KeyViews& views() const { return views_; }
  [[nodiscard]] uint64_t rows() const { return views_.fences.rows(); }

  // A search in parts, for callers that have several: ask for the memory of each part of all
  // searches before the first one goes on.
  void Prefetch(uint64_t hash) const { views_.filter.Prefetch(hash); }
  [[nodiscard]] bool MayContain(uint64_t hash) const { return views_.filter.MayContain(hash); }

  // The row of the key; nothing when the segment does not have it.
  template <typename Compare>
  [[nodiscard]] std::optional<uint32_t> Find(const KeyProbe& probe, const Compare& compare) const {
    if (!MayContain(probe.hash)) return std::nullopt;
    return FindBehindFilter(probe, compare);
  }
  // The same for a key that the filter lets through.
  template <typename Compare>
  [[nodiscard]] std::optional<uint32_t> FindBehindFilter(const KeyProbe& probe,
                                                         const Compare& compare) const {
    if (views_.index.has_value()) return FindByIndex(probe.hash, compare);
    return FindAmong(views_.fences.Find(probe.prefix), compare);
  }

  template <typename Compare>
  [[nodiscard]] std::optional<uint32_t> FindByIndex(uint64_t hash, const Compare& compare) const {
    std::optional<uint32_t> found;
    (void)views_.index->ForEachRow(hash, [&compare, &found](uint32_t row) {
      if (compare(row) == 0) found = row;
      return found.has_value();
    });
    return found;
  }
  template <typename Compare>
  [[nodiscard]] std::optional<uint32_t> FindAmong(const CandidateRows& candidates,
                                                  const Compare& compare) const {
    const uint64_t row = FirstNotBefore(candidates, compare);
    if (row == candidates.last || compare(static_cast<uint32_t>(row)) != 0) return std::nullopt;
    return static_cast<uint32_t>(row);
  }

  // The first row whose key is not before that of the prefix and of `compare`; rows() when all are.
  template <typename Compare>
  [[nodiscard]] uint64_t LowerBound(uint64_t prefix, const Compare& compare) const {
    return FirstNotBefore(views_.fences.Find(prefix), compare);
  }

 private:
  explicit KeyLookup(KeyViews views) : views_(std::move(views)) {}

  // `candidates.last` when all of them are before. The halves are chosen by arithmetic: which one
  // it is cannot be predicted, and a mispredicted branch costs more than a comparison.
  template <typename Compare>
  [[nodiscard]] static uint64_t FirstNotBefore(const CandidateRows& candidates,
                                               const Compare& compare) {
    ASHLAR_CHECK(candidates.first <= candidates.last);
    uint64_t first = candidates.first;
    uint64_t rows = candidates.rows();
    while (rows > 0) {
      const uint64_t half = (rows + 1) / 2;
      first += half * uint64_t{compare(static_cast<uint32_t>(first + half - 1)) < 0};
      rows -= half;
    }
    return first;
  }

  KeyViews views_;
};

}  // namespace ashlar::segment

#endif  // ASHLAR_SRC_SEGMENT_KEY_LOOKUP_H_
