// Opening and keeping segment files.

#include "src/store/segment_cache.h"

#include <cstddef>
#include <string>
#include <utility>

#include "ashlar/status_macros.h"
#include "src/base/check.h"
#include "src/base/strings.h"
#include "src/manifest/manifest_store.h"
#include "src/store/dataset_keys.h"

namespace ashlar::store {

SegmentCache::SegmentCache(std::shared_ptr<io::FileSystem> files,
                           std::shared_ptr<segment::ReadStats> stats)
    : files_(std::move(files)), stats_(std::move(stats)) {
  ASHLAR_CHECK(files_ != nullptr && stats_ != nullptr);
}

std::shared_ptr<segment::SegmentFile> SegmentCache::Find(const segment::FileIdentity& identity) {
  base::MutexLock lock(mutex_);
  const auto found = open_.find(identity.id);
  if (found == open_.end() || !(found->second.file->identity() == identity)) return nullptr;
  recent_.splice(recent_.begin(), recent_, found->second.position);
  return found->second.file;
}

void SegmentCache::Insert(std::shared_ptr<segment::SegmentFile> file) {
  base::MutexLock lock(mutex_);
  const uint64_t id = file->identity().id;
  const auto [entry, added] = open_.try_emplace(id);
  entry->second.file = std::move(file);
  if (!added) return;
  recent_.push_front(id);
  entry->second.position = recent_.begin();
  if (open_.size() <= kMaxCachedSegments) return;
  open_.erase(recent_.back());
  recent_.pop_back();
}

absl::StatusOr<std::shared_ptr<segment::SegmentFile>> SegmentCache::Open(
    const manifest::SegmentMeta& meta) {
  if (auto file = Find(meta.file)) return file;
  RETURN_IF_ERROR(AwaitWrite(meta.file.id));
  if (auto file = Find(meta.file)) return file;
  return OpenWritten(meta);
}

void SegmentCache::BeginWrite(uint64_t file_id) {
  base::MutexLock lock(mutex_);
  writes_[file_id] = {};
}

void SegmentCache::EndWrite(uint64_t file_id, const absl::Status& written) {
  base::MutexLock lock(mutex_);
  if (written.ok()) {
    writes_.erase(file_id);
  } else {
    writes_[file_id] = {.ended = true, .status = written};
  }
  write_ended_.NotifyAll();
}

absl::Status SegmentCache::AwaitWrite(uint64_t file_id) {
  base::MutexLock lock(mutex_);
  while (true) {
    const auto found = writes_.find(file_id);
    if (found == writes_.end()) return absl::OkStatus();
    if (found->second.ended) return found->second.status;
    write_ended_.Wait(mutex_);
  }
}

absl::StatusOr<std::shared_ptr<segment::SegmentFile>> SegmentCache::OpenWritten(
    const manifest::SegmentMeta& meta) {
  // Opened outside of the lock: two threads may do it at once, and the later one's handle stays.
  absl::StatusOr<std::shared_ptr<segment::SegmentFile>> file =
      segment::SegmentFile::Open(*files_, meta.file, stats_);
  if (!file.ok()) return WhyUnreadable(meta, file.status());
  Insert(*file);
  return file;
}

// The manifest promised a regular file: anything else is damage, unless the promise has ended.
absl::Status SegmentCache::WhyUnreadable(const manifest::SegmentMeta& meta,
                                         const absl::Status& opened) {
  if (absl::IsFailedPrecondition(opened)) return absl::DataLossError(std::string(opened.message()));
  if (!absl::IsNotFound(opened)) return opened;
  if (read_only_) {
    bool named = false;
    const auto now = manifest::ReadManifest(*files_);
    for (size_t i = 0; now.ok() && i < now->set->versions.size(); ++i) {
      manifest::ForEachFile(*now->set->versions[i], [&](const auto& file) {
        named = named || file->file.id == meta.file.id;
      });
    }
    if (now.ok() && !named) {
      return absl::FailedPreconditionError(base::StrCat("snapshot too old: segment ", meta.file.id,
                                                        " was removed by the writer; refresh"));
    }
  }
  return absl::DataLossError(
      base::StrCat("segment file ", meta.file.id, " is missing: ", opened.message()));
}

absl::StatusOr<segment::SegmentReader> SegmentCache::OpenReader(
    const std::shared_ptr<const manifest::SegmentMeta>& meta) {
  ASSIGN_OR_RETURN(std::shared_ptr<segment::SegmentFile> file, Open(*meta));
  return segment::SegmentReader(std::move(file), ProviderFor(meta));
}

std::shared_ptr<const SegmentKeys> SegmentCache::FindKeys(uint64_t file_id) {
  base::MutexLock lock(mutex_);
  const auto found = keys_.find(file_id);
  return found == keys_.end() ? nullptr : found->second;
}

absl::StatusOr<std::shared_ptr<const SegmentKeys>> SegmentCache::OpenKeys(
    const std::shared_ptr<const manifest::SegmentMeta>& meta,
    const std::vector<Field>& key_fields) {
  if (auto keys = FindKeys(meta->file.id)) return keys;
  ASSIGN_OR_RETURN(std::shared_ptr<segment::SegmentFile> file, Open(*meta));
  const segment::SegmentReader reader(file, ProviderFor(meta));
  ASSIGN_OR_RETURN(std::shared_ptr<const SegmentKeys> keys,
                   SegmentKeys::Open(file, reader, key_fields));
  base::MutexLock lock(mutex_);
  // What is forgotten is opened again; datasets that use it keep it.
  if (keys_.size() >= kMaxCachedSegments) keys_.clear();
  return keys_.try_emplace(meta->file.id, std::move(keys)).first->second;
}

std::shared_ptr<const DatasetKeys> SegmentCache::KeysOf(
    const std::shared_ptr<const manifest::DatasetState>& state) {
  base::MutexLock lock(mutex_);
  std::shared_ptr<const DatasetKeys>& keys = dataset_keys_[state->id];
  if (keys == nullptr || &keys->state() != state.get()) {
    keys = std::make_shared<const DatasetKeys>(state, *this, /*lasting=*/true);
  }
  return keys;
}

segment::FileProvider SegmentCache::ProviderFor(
    const std::shared_ptr<const manifest::SegmentMeta>& meta) {
  return [self = shared_from_this(),
          meta](uint64_t file_id) -> absl::StatusOr<std::shared_ptr<segment::SegmentFile>> {
    for (const manifest::ChunkUse& use : meta->uses) {
      if (use.holder->file.id == file_id) return self->Open(*use.holder);
    }
    return absl::DataLossError(base::StrCat("segment ", meta->file.id, " refers to file ", file_id,
                                            ", which the manifest does not name"));
  };
}

void SegmentCache::ForgetKeys(uint64_t file_id) {
  absl::flat_hash_map<uint64_t, std::shared_ptr<const DatasetKeys>> dropped;
  base::MutexLock lock(mutex_);
  keys_.erase(file_id);
  // They may hold the file, and are made again where they are used.
  dropped.swap(dataset_keys_);
}

void SegmentCache::Forget(uint64_t file_id) {
  ForgetKeys(file_id);
  directories_.Forget(file_id);  // once no cached dataset is attached to it
  base::MutexLock lock(mutex_);
  writes_.erase(file_id);
  const auto found = open_.find(file_id);
  if (found == open_.end()) return;
  recent_.erase(found->second.position);
  open_.erase(found);
}

}  // namespace ashlar::store
