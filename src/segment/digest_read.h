// Reading a chunk that its digest proves, whatever the checksums of its pages say.
//
// Owns: the proof. Does not own: when it is worth the price of a hash over all of the chunk: a
// damaged byte beside a chunk costs it nothing, and only repair and rebuilding ask.
#ifndef ASHLAR_SRC_SEGMENT_DIGEST_READ_H_
#define ASHLAR_SRC_SEGMENT_DIGEST_READ_H_

#include <cstdint>
#include <memory>

#include "absl/status/statusor.h"
#include "ashlar/column.h"
#include "src/segment/segment_file.h"

namespace ashlar::segment {

// The column of a chunk that `file`, opened with PageProof::kNone, holds itself (checked), in
// stored encoding. DataLoss when it is not the one that the chunk table promises.
[[nodiscard]] absl::StatusOr<Column> ReadChunkByDigest(const std::shared_ptr<SegmentFile>& file,
                                                       uint32_t ordinal);

}  // namespace ashlar::segment

#endif  // ASHLAR_SRC_SEGMENT_DIGEST_READ_H_
