// Finding the physical chunk of a field; see the header.
#include "src/segment/chunk_resolver.h"

#include <utility>

#include "ashlar/status_macros.h"
#include "src/base/check.h"
#include "src/base/names.h"
#include "src/base/strings.h"

namespace ashlar::segment {

absl::StatusOr<std::optional<uint32_t>> FindChunk(const SegmentFile& file, const Field& field) {
  const Schema& schema = file.schema();
  for (size_t i = 0; i < schema.size(); ++i) {
    if (schema.field(i).id != field.id) continue;
    if (schema.field(i).type != field.type) {
      return absl::DataLossError(base::StrCat(
          file.name(), ": field ", base::QuoteForMessage(field.name), " was written as ",
          schema.field(i).type.ToString(), " and is read as ", field.type.ToString()));
    }
    return static_cast<uint32_t>(i);
  }
  return std::optional<uint32_t>();
}

absl::StatusOr<ResolvedChunk> ResolveChunk(const std::shared_ptr<SegmentFile>& file,
                                           uint32_t ordinal, const FileProvider& provider) {
  ASHLAR_CHECK(ordinal < file->chunks().size());
  const ChunkEntry& entry = file->chunks()[ordinal];
  if (entry.kind == ChunkKind::kHere) return ResolvedChunk{file, ordinal};
  ASSIGN_OR_RETURN(std::shared_ptr<SegmentFile> holder, provider(entry.holder.file_id));
  ASHLAR_CHECK(holder != nullptr);
  const uint32_t held = entry.holder.ordinal;
  const bool is_same = held < holder->chunks().size() && holder->rows() == file->rows() &&
                       holder->chunks()[held].kind == ChunkKind::kHere &&
                       holder->chunks()[held].digest == entry.digest &&
                       holder->schema().field(held).type == file->schema().field(ordinal).type;
  if (!is_same) {
    return absl::DataLossError(base::StrCat(file->name(), ": chunk ", ordinal, " refers to chunk ",
                                            held, " of ", holder->name(),
                                            ", which is not the same"));
  }
  return ResolvedChunk{std::move(holder), held};
}

}  // namespace ashlar::segment
