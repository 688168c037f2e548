// LiveRuns: where runs of live rows of a segment begin and end, walked in either direction.
//
// Owns: looking at a deletion vector zone by zone, keeping the zone at hand. Does not own: the
// vector. Walks along a segment ask for a place a run, so each zone's mask is made once.
#ifndef ASHLAR_SRC_STORE_LIVE_RUNS_H_
#define ASHLAR_SRC_STORE_LIVE_RUNS_H_

#include <algorithm>
#include <bit>
#include <cstdint>

#include "src/base/limits.h"
#include "src/manifest/deletion_vector.h"

namespace ashlar::store {

// Not thread-safe. `dead` outlives it; null: all rows are alive.
class LiveRuns {
 public:
  explicit LiveRuns(const manifest::DeletionVector* dead) : dead_(dead) {}

  // The first row of [begin, end) that is alive, or dead; `end` when there is none.
  [[nodiscard]] uint64_t NextAlive(uint64_t begin, uint64_t end) {
    return dead_ == nullptr ? begin : Next(begin, end, 0);
  }
  [[nodiscard]] uint64_t NextDead(uint64_t begin, uint64_t end) {
    return dead_ == nullptr ? end : Next(begin, end, ~uint64_t{0});
  }
  // What stands right behind the last such row; `begin` when there is none.
  [[nodiscard]] uint64_t EndOfAlive(uint64_t begin, uint64_t end) {
    return dead_ == nullptr ? end : Last(begin, end, 0);
  }
  [[nodiscard]] uint64_t EndOfDead(uint64_t begin, uint64_t end) {
    return dead_ == nullptr ? begin : Last(begin, end, ~uint64_t{0});
  }

 private:
  static constexpr uint64_t kNoZone = UINT64_MAX;

  // Masks of 64 rows, alive ones set, changed by `flip`.
  uint64_t Next(uint64_t begin, uint64_t end, uint64_t flip) {
    for (uint64_t row = begin; row < end; row = (row / 64 + 1) * 64) {
      const uint64_t found = (Word(row) ^ flip) >> (row % 64);
      if (found != 0) return std::min(end, row + static_cast<uint64_t>(std::countr_zero(found)));
    }
    return end;
  }
  uint64_t Last(uint64_t begin, uint64_t end, uint64_t flip) {
    for (uint64_t behind = end; behind > begin; behind = (behind - 1) / 64 * 64) {
      const uint64_t found = (Word(behind - 1) ^ flip) << (63 - (behind - 1) % 64);
      if (found != 0) {
        return std::max(begin, behind - static_cast<uint64_t>(std::countl_zero(found)));
      }
    }
    return begin;
  }
  uint64_t Word(uint64_t row) {
    if (row / base::kZoneRows != zone_) {
      zone_ = row / base::kZoneRows;
      mask_ = dead_->ZoneMask(zone_);
    }
    return mask_[row % base::kZoneRows / 64];
  }

  const manifest::DeletionVector* dead_;
  uint64_t zone_ = kNoZone;
  manifest::DeletionVector::ZoneMaskBits mask_;
};

}  // namespace ashlar::store

#endif  // ASHLAR_SRC_STORE_LIVE_RUNS_H_
