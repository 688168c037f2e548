// Loading, finding, pinning and forgetting of reusable contents.

#include "src/store/reuse_index.h"

#include <utility>

#include "src/base/check.h"
#include "src/store/held_chunks.h"

namespace ashlar::store {

FilePins::~FilePins() {
  if (index_ != nullptr) index_->Release(files_);
}

void FilePins::Pin(uint64_t file_id) {
  ASHLAR_CHECK(index_ != nullptr);
  base::MutexLock lock(index_->mutex_);
  index_->PinLocked(file_id, this);
}

ReuseIndex::ReuseIndex(std::shared_ptr<SegmentCache> cache, VersionSource source)
    : cache_(std::move(cache)), source_(std::move(source)) {
  ASHLAR_CHECK(cache_ != nullptr);
}

void ReuseIndex::PinLocked(uint64_t file_id, FilePins* pins) {
  if (pins->files_.insert(file_id).second) ++pins_[file_id];
}

void ReuseIndex::Release(const absl::flat_hash_set<uint64_t>& files) {
  base::MutexLock lock(mutex_);
  for (const uint64_t file : files) {
    const auto found = pins_.find(file);
    ASHLAR_CHECK(found != pins_.end() && found->second > 0);
    if (--found->second == 0) pins_.erase(found);
  }
}

// Segment digests are in the manifest; a first write of known content needs nothing else.
void ReuseIndex::Load() {
  if (std::exchange(segments_loaded_, true)) return;
  for (const auto& version : source_()->versions) {
    for (const auto& [name, dataset] : version->datasets) {
      for (const manifest::SegmentEntry& entry : dataset->segments) index_.AddSegment(entry.meta);
    }
  }
}

// Chunk digests are in the files' chunk tables; they are read once, when the first segment is
// written.
void ReuseIndex::LoadChunks(const std::shared_ptr<const manifest::SegmentMeta>& holder) {
  if (index_.HasChunksOf(holder->file.id)) return;
  const absl::StatusOr<std::shared_ptr<segment::SegmentFile>> file = cache_->Open(*holder);
  // A damaged file serves nobody; verify reports it.
  if (!file.ok()) return;
  index_.AddChunks(holder, HeldChunks((*file)->chunks()));
}

std::shared_ptr<const manifest::SegmentMeta> ReuseIndex::FindSegment(const base::Digest& digest,
                                                                     uint64_t rows,
                                                                     FilePins* pins) {
  base::MutexLock lock(mutex_);
  Load();
  std::shared_ptr<const manifest::SegmentMeta> meta = index_.FindSegment(digest, rows);
  if (meta == nullptr || !cache_->Open(*meta).ok()) return nullptr;
  PinLocked(meta->file.id, pins);
  for (const manifest::ChunkUse& use : meta->uses) PinLocked(use.holder->file.id, pins);
  return meta;
}

std::optional<manifest::KnownChunk> ReuseIndex::FindChunk(const base::Digest& digest, uint64_t rows,
                                                          FilePins* pins) {
  base::MutexLock lock(mutex_);
  if (!std::exchange(chunks_loaded_, true)) {
    for (const auto& version : source_()->versions) {
      manifest::ForEachFile(*version, [this](const auto& holder) { LoadChunks(holder); });
    }
  }
  std::optional<manifest::KnownChunk> chunk = index_.FindChunk(digest, rows);
  if (chunk.has_value()) PinLocked(chunk->holder->file.id, pins);
  return chunk;
}

void ReuseIndex::AddPublished(std::span<const NewSegment> segments) {
  base::MutexLock lock(mutex_);
  for (const NewSegment& segment : segments) {
    ASHLAR_CHECK(pins_.contains(segment.meta->file.id));
    if (segments_loaded_) index_.AddSegment(segment.meta);
    if (chunks_loaded_) index_.AddChunks(segment.meta, segment.chunks);
  }
}

std::vector<uint64_t> ReuseIndex::ForgetUnpinned(std::span<const uint64_t> candidates) {
  base::MutexLock lock(mutex_);
  std::vector<uint64_t> forgotten;
  for (const uint64_t file : candidates) {
    if (pins_.contains(file)) continue;
    index_.RemoveFile(file);
    forgotten.push_back(file);
  }
  return forgotten;
}

}  // namespace ashlar::store
