// The invariants of segments; see the header.
#include "src/manifest/segment_invariants.h"

#include "ashlar/status_macros.h"
#include "src/manifest/broken.h"

namespace ashlar::manifest {

absl::Status CheckSegmentId(const SegmentMeta& meta, uint64_t next_segment_id) {
  if (meta.file.id == 0 || meta.file.id >= next_segment_id) {
    return Broken("SegmentIdsBelowNext", "segment ", meta.file.id, ", next ", next_segment_id);
  }
  return absl::OkStatus();
}

absl::Status CheckUses(const SegmentMeta& meta) {
  for (const ChunkUse& use : meta.uses) {
    if (use.holder == nullptr || use.holder->file.id >= meta.file.id) {
      return Broken("ReferencesAreNotChained", "segment ", meta.file.id,
                    " uses a chunk of no older segment");
    }
    if (use.bytes > use.holder->own_chunk_bytes) {
      return Broken("ReferencesAreNotChained", "segment ", meta.file.id, " uses ", use.bytes,
                    " bytes of segment ", use.holder->file.id, ", which holds ",
                    use.holder->own_chunk_bytes, " itself");
    }
  }
  return absl::OkStatus();
}

absl::Status SegmentIdentities::Add(const std::shared_ptr<const SegmentMeta>& meta) {
  RETURN_IF_ERROR(AddOne(*meta));
  for (const ChunkUse& use : meta->uses) RETURN_IF_ERROR(AddOne(*use.holder));
  return absl::OkStatus();
}

absl::Status SegmentIdentities::AddOne(const SegmentMeta& meta) {
  const auto [at, fresh] = known_.try_emplace(meta.file.id, &meta);
  if (fresh || at->second == &meta || SameButUses(*at->second, meta)) return absl::OkStatus();
  return Broken("FileIdentitiesAgree", "segment ", meta.file.id, " has two identities");
}

}  // namespace ashlar::manifest
