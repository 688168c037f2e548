// A segment written again by reference; see the header.
#include "src/segment/key_rebuild.h"

#include <memory>

#include "ashlar/status_macros.h"
#include "src/base/check.h"

namespace ashlar::segment {

absl::StatusOr<WrittenSegment> RebuildKeySections(io::FileSystem& files, const SegmentFile& file,
                                                  const KeySections& keys,
                                                  const SegmentWriterOptions& options) {
  // Before any I/O: the writer would find the same, but only behind the references.
  RETURN_IF_ERROR(CheckKeyChunks(keys.key_chunks, file.chunks().size()));
  RETURN_IF_ERROR(CheckKeySections(keys, file.rows()));
  ASSIGN_OR_RETURN(const std::unique_ptr<SegmentWriter> writer,
                   SegmentWriter::Create(files, file.schema(), file.rows(), options));
  for (uint32_t ordinal = 0; ordinal < file.chunks().size(); ++ordinal) {
    const ChunkEntry& entry = file.chunks()[ordinal];
    const ChunkLocation here = {file.identity().id, ordinal};
    RETURN_IF_ERROR(writer->AddReference(
        entry.digest, entry.kind == ChunkKind::kReference ? entry.holder : here));
  }
  RETURN_IF_ERROR(writer->AddKeys(keys));
  ASSIGN_OR_RETURN(WrittenSegment written, writer->Finish());
  ASHLAR_CHECK(written.digest == file.digest());
  RETURN_IF_ERROR(writer->Sync());
  return written;
}

}  // namespace ashlar::segment
