// Reading the intact rows of a damaged chunk.
//
// Owns: making a column from a range of a chunk's rows while proving only the pages that these rows
// need. Does not own: knowing which rows those are (segment_verifier.h). Copies, for it serves
// repair, not queries.
#ifndef ASHLAR_SRC_SEGMENT_SEGMENT_SALVAGE_H_
#define ASHLAR_SRC_SEGMENT_SEGMENT_SALVAGE_H_

#include <cstdint>
#include <memory>

#include "absl/status/statusor.h"
#include "ashlar/column.h"
#include "src/segment/segment_file.h"
#include "src/segment/segment_reader.h"

namespace ashlar::segment {

// Rows [first_row, first_row + rows) of `field`, in stored encoding, with owned buffers. OutOfRange
// when the segment has fewer rows; DataLoss when a page that these rows need is damaged.
[[nodiscard]] absl::StatusOr<Column> ReadColumnRows(const std::shared_ptr<SegmentFile>& file,
                                                    const FileProvider& provider,
                                                    const Field& field, uint64_t first_row,
                                                    uint64_t rows);

}  // namespace ashlar::segment

#endif  // ASHLAR_SRC_SEGMENT_SEGMENT_SALVAGE_H_
