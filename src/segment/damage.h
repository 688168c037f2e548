// Damage: one thing that is wrong with a segment file, and the rows that it costs.
//
// Owns: the value that verification reports, and working out which rows a range of bad bytes hits.
// Does not own: finding what is bad (segment_verifier.h).
#ifndef ASHLAR_SRC_SEGMENT_DAMAGE_H_
#define ASHLAR_SRC_SEGMENT_DAMAGE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "src/segment/segment_file.h"

namespace ashlar::segment {

// Rows [first, first + rows) of the segment.
struct RowRange {
  uint64_t first = 0;
  uint64_t rows = 0;
  friend bool operator==(const RowRange&, const RowRange&) = default;
};

struct Damage {
  std::string file;               // "segments/000000000001.seg"
  uint64_t offset = 0;            // of the bad bytes
  uint64_t size = 0;              // 0: not one range of bytes
  std::optional<uint32_t> chunk;  // its ordinal; nothing when no chunk is hit
  std::string what;
  std::vector<RowRange> lost;  // of that chunk; ascending, apart
};

// Appends one Damage for each chunk of `file` whose buffers share bytes with [offset, offset +
// size), or one without a chunk when only header, padding or zone maps do.
void AppendDamagedChunks(const SegmentFile& file, uint64_t offset, uint64_t size, std::string what,
                         std::vector<Damage>* damages);

}  // namespace ashlar::segment

#endif  // ASHLAR_SRC_SEGMENT_DAMAGE_H_
