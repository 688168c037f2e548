// A segment written again, chunk by chunk; see the header.
#include "src/segment/key_rebuild.h"

#include "ashlar/status_macros.h"
#include "src/base/check.h"
#include "src/base/strings.h"
#include "src/columnar/canonical.h"
#include "src/segment/digest_read.h"

namespace ashlar::segment {
namespace {

absl::Status CopyChunk(const std::shared_ptr<SegmentFile>& file, uint32_t ordinal,
                       SegmentWriter* writer) {
  const ChunkEntry& entry = file->chunks()[ordinal];
  if (entry.kind == ChunkKind::kReference) {
    return writer->AddReference(entry.digest, entry.holder);
  }
  ASSIGN_OR_RETURN(const Column column, ReadChunkByDigest(file, ordinal));
  const columnar::ColumnPiece piece{&column, 0, column.length()};
  ASSIGN_OR_RETURN(const Column canonical, columnar::MakeCanonical(column.type(), {&piece, 1}));
  return writer->AddChunk(entry.digest, canonical);
}

}  // namespace

absl::StatusOr<WrittenSegment> RebuildKeySections(io::FileSystem& files,
                                                  const std::shared_ptr<SegmentFile>& file,
                                                  const KeySections& keys,
                                                  const SegmentWriterOptions& options) {
  // Before any I/O: the writer would find the same, but only behind the chunks.
  RETURN_IF_ERROR(CheckKeyChunks(keys.key_chunks, file->chunks().size()));
  RETURN_IF_ERROR(CheckKeySections(keys, file->rows()));
  // What the footer promises may be as wrong as the rest, and the new file must keep it.
  if (SegmentDigest(file->schema(), file->rows(), file->chunks().Digests()) != file->digest()) {
    return absl::DataLossError(base::StrCat(file->name(), ": the segment digest is wrong"));
  }
  ASSIGN_OR_RETURN(const std::unique_ptr<SegmentWriter> writer,
                   SegmentWriter::Create(files, file->schema(), file->rows(), options));
  for (uint32_t ordinal = 0; ordinal < file->chunks().size(); ++ordinal) {
    RETURN_IF_ERROR(CopyChunk(file, ordinal, writer.get()));
  }
  RETURN_IF_ERROR(writer->AddKeys(keys));
  ASSIGN_OR_RETURN(WrittenSegment written, writer->Finish());
  ASHLAR_CHECK(written.digest == file->digest());
  RETURN_IF_ERROR(writer->Sync());
  return written;
}

}  // namespace ashlar::segment
