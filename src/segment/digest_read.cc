// A chunk, its digest, and whether they belong together; see the header.
#include "src/segment/digest_read.h"

#include "ashlar/status_macros.h"
#include "src/base/check.h"
#include "src/base/strings.h"
#include "src/columnar/canonical.h"
#include "src/segment/chunk_resolver.h"

namespace ashlar::segment {

absl::StatusOr<Column> ReadChunkByDigest(const std::shared_ptr<SegmentFile>& file,
                                         uint32_t ordinal) {
  const ChunkEntry& entry = file->chunks()[ordinal];
  ASHLAR_CHECK(entry.kind == ChunkKind::kHere);
  ASSIGN_OR_RETURN(Column column, ReadChunk({file, ordinal}));
  const columnar::ColumnPiece piece{&column, 0, column.length()};
  ASSIGN_OR_RETURN(const base::Digest digest, columnar::DigestOfPieces(column.type(), {&piece, 1}));
  if (digest == entry.digest) return column;
  return absl::DataLossError(base::StrCat(file->name(), ": chunk ", ordinal,
                                          " has another content than its digest says, at offset ",
                                          entry.root.values.offset));
}

}  // namespace ashlar::segment
