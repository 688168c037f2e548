// Finding and forgetting contents by digest.
#include "src/manifest/digest_index.h"

#include <utility>

#include "src/base/check.h"

namespace ashlar::manifest {

void DigestIndex::AddSegment(const std::shared_ptr<const SegmentMeta>& meta) {
  ASHLAR_CHECK(meta != nullptr);
  // The first of equals stays: one of them is enough.
  const auto [at, fresh] = segments_.try_emplace(meta->digest, meta);
  if (at->second->file.id != meta->file.id) return;
  digest_of_segment_.insert_or_assign(meta->file.id, meta->digest);
  for (const ChunkUse& use : meta->uses) {
    users_of_file_[use.holder->file.id].insert(meta->file.id);
  }
}

void DigestIndex::AddChunks(const std::shared_ptr<const SegmentMeta>& holder,
                            std::span<const HeldChunk> chunks) {
  ASHLAR_CHECK(holder != nullptr);
  const auto [file, fresh] = chunks_of_file_.try_emplace(holder->file.id);
  if (!fresh) return;
  const std::shared_ptr<const SegmentMeta> plain = AsHolder(holder);
  for (const HeldChunk& chunk : chunks) {
    const KnownChunk known{plain, chunk.ordinal, chunk.bytes, holder->rows};
    if (chunks_.try_emplace(chunk.digest, known).second) file->second.push_back(chunk.digest);
  }
}

bool DigestIndex::HasChunksOf(uint64_t file_id) const { return chunks_of_file_.contains(file_id); }

void DigestIndex::RemoveFile(uint64_t file_id) {
  RemoveSegment(file_id);
  if (const auto users = users_of_file_.extract(file_id); !users.empty()) {
    for (const uint64_t user : users.mapped()) RemoveSegment(user);
  }
  const auto file = chunks_of_file_.find(file_id);
  if (file == chunks_of_file_.end()) return;
  for (const base::Digest& digest : file->second) chunks_.erase(digest);
  chunks_of_file_.erase(file);
}

void DigestIndex::RemoveSegment(uint64_t segment_id) {
  const auto found = digest_of_segment_.find(segment_id);
  if (found == digest_of_segment_.end()) return;
  const auto segment = segments_.find(found->second);
  ASHLAR_CHECK(segment != segments_.end());
  for (const ChunkUse& use : segment->second->uses) {
    const auto users = users_of_file_.find(use.holder->file.id);
    if (users == users_of_file_.end()) continue;  // just being removed, or named before
    users->second.erase(segment_id);
    if (users->second.empty()) users_of_file_.erase(users);
  }
  segments_.erase(segment);
  digest_of_segment_.erase(found);
}

std::shared_ptr<const SegmentMeta> DigestIndex::FindSegment(const base::Digest& digest,
                                                            uint64_t rows) const {
  const auto found = segments_.find(digest);
  return found != segments_.end() && found->second->rows == rows ? found->second : nullptr;
}

std::optional<KnownChunk> DigestIndex::FindChunk(const base::Digest& digest, uint64_t rows) const {
  const auto found = chunks_.find(digest);
  if (found == chunks_.end() || found->second.rows != rows) return std::nullopt;
  return found->second;
}

}  // namespace ashlar::manifest
