// Rebuilding the key sections of a segment whose rows are intact.
//
// Owns: writing the same segment again as a file that refers to the old one's chunks and has
// sections of its own, so that a rebuild costs only their bytes. Does not own: when to rebuild,
// computing the keys, and publishing the new file in place of the old one (src/store).
#ifndef ASHLAR_SRC_SEGMENT_KEY_REBUILD_H_
#define ASHLAR_SRC_SEGMENT_KEY_REBUILD_H_

#include "absl/status/statusor.h"
#include "src/io/file_system.h"
#include "src/segment/key_sections.h"
#include "src/segment/segment_file.h"
#include "src/segment/segment_writer.h"

namespace ashlar::segment {

// Writes and syncs file `options.segment_id`, with the content, and so the digest, of `file`, and
// key sections made of `keys`. Chunks are referred to where they physically lie: the manifest must
// keep those files. The directory entry is the caller's to sync. An error leaves a partial file for
// the caller to unlink; InvalidArgument where `keys` do not fit the segment.
[[nodiscard]] absl::StatusOr<WrittenSegment> RebuildKeySections(
    io::FileSystem& files, const SegmentFile& file, const KeySections& keys,
    const SegmentWriterOptions& options);

}  // namespace ashlar::segment

#endif  // ASHLAR_SRC_SEGMENT_KEY_REBUILD_H_
