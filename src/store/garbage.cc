// Finding and removing unreachable files. See garbage.h for the order of the proofs.

#include "src/store/garbage.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "ashlar/status_macros.h"
#include "src/base/check.h"
#include "src/base/strings.h"
#include "src/compaction/obsolete_files.h"
#include "src/io/file_names.h"
#include "src/store/reader_registry.h"
#include "src/store/segment_files.h"

namespace ashlar::store {
namespace {

using ManifestPointer = std::shared_ptr<const manifest::Manifest>;
using Ids = absl::flat_hash_set<uint64_t>;

// Walks each dataset state and each segment once, however many versions share it.
class FileWalk {
 public:
  void Visit(const manifest::Manifest& manifest) {
    for (const auto& [name, state] : manifest.datasets) {
      if (!states_.insert(state.get()).second) continue;
      for (const manifest::SegmentEntry& entry : state->segments) {
        if (!files_.insert(entry.meta->file.id).second) continue;
        for (const manifest::ChunkUse& use : entry.meta->uses) holders_.insert(use.holder->file.id);
      }
    }
  }
  // Of states that `other` did not see.
  void VisitOnlyNew(const manifest::Manifest& manifest, const FileWalk& other) {
    manifest::Manifest fresh;
    for (const auto& [name, state] : manifest.datasets) {
      if (!other.states_.contains(state.get())) fresh.datasets.emplace(name, state);
    }
    Visit(fresh);
  }
  [[nodiscard]] bool Reaches(uint64_t id) const {
    return files_.contains(id) || holders_.contains(id);
  }
  [[nodiscard]] std::vector<uint64_t> Sorted() const {
    std::vector<uint64_t> ids(files_.begin(), files_.end());
    for (const uint64_t id : holders_) {
      if (!files_.contains(id)) ids.push_back(id);
    }
    std::sort(ids.begin(), ids.end());
    return ids;
  }

 private:
  absl::flat_hash_set<const manifest::DatasetState*> states_;
  Ids files_;
  Ids holders_;
};

FileWalk WalkLive(StoreCore& core, const manifest::VersionSet& set) {
  FileWalk live;
  for (const ManifestPointer& version : set.versions) live.Visit(*version);
  for (const ManifestPointer& version : core.pins[0]->PinnedVersions()) live.Visit(*version);
  return live;
}

void EraseLive(const FileWalk& live, std::vector<uint64_t>* ids) {
  ids->erase(
      std::remove_if(ids->begin(), ids->end(), [&](uint64_t id) { return live.Reaches(id); }),
      ids->end());
}

// Removes, or only counts, files that were proven to be garbage.
absl::StatusOr<ExpireReport> Unlink(StoreCore& core, std::vector<uint64_t> garbage, bool dry_run) {
  compaction::LiveFiles live;
  live.next_segment_id = core.next_segment_id;
  live.manifest_number = core.publisher->manifest_number();
  ASSIGN_OR_RETURN(const compaction::ObsoleteReport removed,
                   compaction::RemoveObsoleteFiles(*core.files, live,
                                                   {.mode = compaction::RemovalMode::kKnown,
                                                    .candidates = std::move(garbage),
                                                    .orphans_from = std::nullopt,
                                                    .dry_run = dry_run}));
  ExpireReport report;
  report.files_removed = removed.removed.size();
  report.bytes_removed = removed.bytes;
  return report;
}

// Steps two to four: forget what is unpinned, look again, unlink.
absl::StatusOr<ExpireReport> RemoveGarbage(StoreCore& core, std::vector<uint64_t> candidates) {
  std::vector<uint64_t> garbage = core.reuse->ForgetUnpinned(candidates);
  const Ids unpinned(garbage.begin(), garbage.end());
  std::erase_if(candidates, [&](uint64_t id) { return unpinned.contains(id); });
  {
    base::MutexLock lock(core.mutex);
    core.deferred_garbage.insert(core.deferred_garbage.end(), candidates.begin(), candidates.end());
  }
  if (!garbage.empty()) EraseLive(WalkLive(core, *core.current()), &garbage);
  absl::StatusOr<ExpireReport> report = Unlink(core, garbage, /*dry_run=*/false);
  // Afterwards, for until then a reader may open it once more; the cache would keep its space.
  for (const uint64_t id : garbage) core.cache->Forget(id);
  return report;
}

std::vector<uint64_t> TakeDeferred(StoreCore& core) {
  base::MutexLock lock(core.mutex);
  return std::exchange(core.deferred_garbage, {});
}

// Moves to `candidates` what is left of files whose segments have moved; nothing while other
// processes hold any version.
void AddReplaced(StoreCore& core, const FileWalk& live, bool others_read,
                 std::vector<uint64_t>* candidates) {
  base::MutexLock lock(core.mutex);
  if (others_read) return;
  std::erase_if(core.replaced_files, [&](uint64_t id) {
    if (live.Reaches(id)) return false;
    candidates->push_back(id);
    return true;
  });
  std::ranges::sort(*candidates);
  candidates->erase(std::unique(candidates->begin(), candidates->end()), candidates->end());
}

// Leaves out what waits in `replaced_files` for the others to go.
void EraseReplaced(StoreCore& core, std::vector<uint64_t>* candidates) {
  base::MutexLock lock(core.mutex);
  const Ids replaced(core.replaced_files.begin(), core.replaced_files.end());
  std::erase_if(*candidates, [&](uint64_t id) { return replaced.contains(id); });
}

bool OthersRead(StoreCore& core) {
  return !VersionsHeldByReaders(*core.files, core.current()->current()->version).empty();
}

}  // namespace

std::vector<uint64_t> LiveFileIds(StoreCore& core, const manifest::VersionSet& set) {
  return WalkLive(core, set).Sorted();
}

absl::StatusOr<ExpireReport> CollectAfterExpiry(StoreCore& core,
                                                const std::vector<ManifestPointer>& expired) {
  FileWalk live = WalkLive(core, *core.current());
  // Asked again after the publication: a reader that registered while the edit was made may have
  // seen its version still there. Its files then wait for a collection of everything.
  const std::vector<uint64_t> held =
      VersionsHeldByReaders(*core.files, core.current()->current()->version);
  for (const ManifestPointer& version : expired) {
    if (std::ranges::binary_search(held, version->version)) live.Visit(*version);
  }
  FileWalk gone;
  for (const ManifestPointer& version : expired) gone.VisitOnlyNew(*version, live);
  std::vector<uint64_t> candidates = gone.Sorted();
  for (const uint64_t id : TakeDeferred(core)) candidates.push_back(id);
  EraseLive(live, &candidates);
  // Others may read the newest version by files that only older ones name by now.
  if (!held.empty()) EraseReplaced(core, &candidates);
  AddReplaced(core, live, !held.empty(), &candidates);
  return RemoveGarbage(core, std::move(candidates));
}

absl::StatusOr<ExpireReport> CollectReplaced(StoreCore& core,
                                             const std::vector<uint64_t>& replaced) {
  {
    base::MutexLock lock(core.mutex);
    core.replaced_files.insert(core.replaced_files.end(), replaced.begin(), replaced.end());
  }
  std::vector<uint64_t> candidates;
  AddReplaced(core, WalkLive(core, *core.current()), OthersRead(core), &candidates);
  return RemoveGarbage(core, std::move(candidates));
}

absl::StatusOr<ExpireReport> CollectAll(StoreCore& core, bool dry_run) {
  ASHLAR_CHECK(core.publisher != nullptr);
  if (core.publisher->read_only()) {
    return absl::FailedPreconditionError(
        "what the durable manifest names is unknown since a write failed; reopen the store");
  }
  ASSIGN_OR_RETURN(std::vector<uint64_t> candidates, ListSegmentIds(*core.files));
  // Listed first: a file made after this look is no candidate, and one made before is pinned by its
  // transaction or reached by the value read now.
  EraseLive(WalkLive(core, *core.current()), &candidates);
  if (OthersRead(core)) EraseReplaced(core, &candidates);
  if (dry_run) return Unlink(core, std::move(candidates), dry_run);
  if (core.unproven) {
    RETURN_IF_ERROR(core.publisher->Roll());
    core.unproven = false;
  }
  TakeDeferred(core);
  return RemoveGarbage(core, std::move(candidates));
}

absl::StatusOr<bool> HoldsOnlyVersionsFiles(StoreCore& core) {
  ASSIGN_OR_RETURN(std::vector<uint64_t> ids, ListSegmentIds(*core.files));
  FileWalk retained;
  for (const ManifestPointer& version : core.current()->versions) retained.Visit(*version);
  EraseLive(retained, &ids);
  return ids.empty();
}

void KeepForReaders(StoreCore& core, std::vector<uint64_t> found) {
  if (!OthersRead(core)) return;
  // What only older versions name may have been compacted: others may read the newest one by it.
  FileWalk newest;
  newest.Visit(*core.current()->current());
  EraseLive(newest, &found);
  std::erase_if(found, [&](uint64_t id) { return id >= core.next_segment_id; });
  base::MutexLock lock(core.mutex);
  core.replaced_files = std::move(found);
}

absl::Status RemoveOrphans(StoreCore& core) {
  compaction::LiveFiles live;
  live.segments = LiveFileIds(core, *core.current());
  {
    base::MutexLock lock(core.mutex);
    live.segments.insert(live.segments.end(), core.replaced_files.begin(),
                         core.replaced_files.end());
  }
  std::ranges::sort(live.segments);
  live.next_segment_id = core.next_segment_id;
  live.manifest_number = core.publisher->manifest_number();
  return compaction::RemoveObsoleteFiles(*core.files, live,
                                         {.mode = compaction::RemovalMode::kSweep,
                                          .candidates = {},
                                          .orphans_from = live.next_segment_id,
                                          .dry_run = false})
      .status();
}

absl::Status RemoveUnpublished(StoreCore& core, const std::vector<uint64_t>& created) {
  // After the lock is given up the directory, and the ids in it, may be another writer's.
  if (created.empty() || core.closed) return absl::OkStatus();
  for (const uint64_t id : created) core.cache->Forget(id);
  return Unlink(core, created, /*dry_run=*/false).status();
}

}  // namespace ashlar::store
