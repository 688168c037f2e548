// Which rows of one column of a segment can be read.
//
// Owns: the search: the whole chunk with its digest, else blocks of rows, halved down to single
// rows, so that a damaged page costs only the rows that it holds. Does not own: reading
// (segment/segment_salvage.h).
#ifndef ASHLAR_SRC_STORE_COLUMN_SALVAGE_H_
#define ASHLAR_SRC_STORE_COLUMN_SALVAGE_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "ashlar/column.h"
#include "ashlar/types.h"
#include "src/segment/damage.h"
#include "src/segment/segment_file.h"
#include "src/segment/segment_reader.h"

namespace ashlar::store {

// Blocks of rows that are read at once while salvaging.
inline constexpr uint64_t kSalvageRows = 1024;

struct LostRows {
  std::vector<segment::RowRange> ranges;  // ascending, apart
  std::string why;                        // of the first
};

// An error is no damage: reading could not go on.
[[nodiscard]] absl::StatusOr<LostRows> FindLostRows(
    const std::shared_ptr<segment::SegmentFile>& file, const segment::FileProvider& provider,
    const Field& field);

}  // namespace ashlar::store

#endif  // ASHLAR_SRC_STORE_COLUMN_SALVAGE_H_
