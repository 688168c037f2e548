// Rebuilding the key sections of a segment whose rows are intact.
//
// Owns: writing the same segment again as a file with sections of its own. Does not own: when to
// rebuild, computing the keys, and publishing the new file in place of the old one (src/store).
// Chunks are copied, for the old file is damaged and should go.
#ifndef ASHLAR_SRC_SEGMENT_KEY_REBUILD_H_
#define ASHLAR_SRC_SEGMENT_KEY_REBUILD_H_

#include <memory>

#include "absl/status/statusor.h"
#include "src/io/file_system.h"
#include "src/segment/key_sections.h"
#include "src/segment/segment_file.h"
#include "src/segment/segment_writer.h"

namespace ashlar::segment {

// Writes and syncs file `options.segment_id`, with the content, and so the digest, of `file`, and
// key sections made of `keys`. `file` was opened with PageProof::kNone: its chunks are proven by
// their digests. What it refers to stays referred to: the manifest must keep those files. The
// directory entry is the caller's to sync. An error leaves a partial file, if any, for the caller
// to unlink. InvalidArgument where `keys` do not fit the segment; DataLoss where a chunk is
// damaged.
[[nodiscard]] absl::StatusOr<WrittenSegment> RebuildKeySections(
    io::FileSystem& files, const std::shared_ptr<SegmentFile>& file, const KeySections& keys,
    const SegmentWriterOptions& options);

}  // namespace ashlar::segment

#endif  // ASHLAR_SRC_SEGMENT_KEY_REBUILD_H_
