// QuickSegment: what a get touches of a segment that is open, in one cache line.
//
// Owns: the bits of live rows, spread out so that one look tells. Does not own: the keys and rows,
// which a dataset has opened and keeps (dataset_keys.h). It is made once the keys are known to be
// plain and the rows are there. Gets are many, and each instruction between two of them keeps the
// processor from beginning the next one while it waits for the memory of this one.
#ifndef ASHLAR_SRC_STORE_QUICK_SEGMENT_H_
#define ASHLAR_SRC_STORE_QUICK_SEGMENT_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "ashlar/row_ref.h"
#include "src/base/limits.h"
#include "src/manifest/deletion_vector.h"

namespace ashlar::store {

// Immutable.
struct alignas(64) QuickSegment {
  const RowSource* rows = nullptr;
  const std::byte* keys = nullptr;  // plain, of the width that the codec says
  RowSource::Ahead ahead;
  std::vector<uint64_t> alive;  // a bit a row; empty: all are

  [[nodiscard]] bool IsAlive(uint32_t row) const {
    return alive.data() == nullptr || (alive.data()[row / 64] >> (row % 64) & 1) != 0;
  }
};
static_assert(sizeof(QuickSegment) == 64);

// The bits of live rows; none where `dead` is null.
[[nodiscard]] inline std::vector<uint64_t> AliveBits(const manifest::DeletionVector* dead) {
  std::vector<uint64_t> alive;
  if (dead == nullptr) return alive;
  const uint64_t zones = (dead->segment_rows() + base::kZoneRows - 1) / base::kZoneRows;
  for (uint64_t zone = 0; zone < zones; ++zone) {
    const manifest::DeletionVector::ZoneMaskBits bits = dead->ZoneMask(zone);
    alive.insert(alive.end(), bits.begin(), bits.end());
  }
  return alive;
}

}  // namespace ashlar::store

#endif  // ASHLAR_SRC_STORE_QUICK_SEGMENT_H_
