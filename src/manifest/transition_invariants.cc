// The invariants of a transition: what the next value may have broken, and nothing that both share.
#include <cstdint>
#include <memory>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "ashlar/status_macros.h"
#include "src/manifest/broken.h"
#include "src/manifest/dataset_invariants.h"
#include "src/manifest/invariants.h"
#include "src/manifest/segment_compactions.h"
#include "src/manifest/segment_invariants.h"
#include "src/manifest/segment_moves.h"

namespace ashlar::manifest {
namespace {

using MetaPointer = std::shared_ptr<const SegmentMeta>;

// What a manifest of `next` was made from: the same version, where segments moved or were
// compacted, or the newest.
const std::shared_ptr<const Manifest>& BaseOf(const Manifest& fresh, const VersionSet& current) {
  for (const auto& manifest : current.versions) {
    if (manifest->version == fresh.version) return manifest;
  }
  return current.current();
}

// The manifests of `next` that `current` lacks.
std::vector<std::shared_ptr<const Manifest>> NewManifests(const VersionSet& current,
                                                          const VersionSet& next) {
  std::vector<std::shared_ptr<const Manifest>> fresh;
  for (const auto& manifest : next.versions) {
    if (current.Find(manifest->version) != manifest) fresh.push_back(manifest);
  }
  return fresh;
}

// What `fresh` lists and `base` does not.
std::vector<MetaPointer> NewSegments(const std::shared_ptr<const Manifest>& base,
                                     const std::shared_ptr<const Manifest>& fresh) {
  absl::flat_hash_map<uint64_t, const DatasetState*> before;
  for (const auto& [name, dataset] : base->datasets) before.emplace(dataset->id, dataset.get());
  static const std::vector<SegmentEntry> kNothing;
  std::vector<MetaPointer> segments;
  for (const auto& [name, dataset] : fresh->datasets) {
    const auto found = before.find(dataset->id);
    if (found != before.end() && found->second == dataset.get()) continue;
    const auto& old = found == before.end() ? kNothing : found->second->segments;
    const auto [begin, end] = ChangedRange(old, dataset->segments);
    for (size_t i = begin; i < end; ++i) segments.push_back(dataset->segments[i].meta);
  }
  return segments;
}

// Only ids that were given out before can disagree with `current`, so most commits walk nothing.
absl::Status CheckIdentitiesAgainst(const VersionSet& current, const SegmentIdentities& book) {
  absl::flat_hash_set<uint64_t> old_ids;
  for (const auto& [id, meta] : book.known()) {
    if (id < current.next_segment_id) old_ids.insert(id);
  }
  if (old_ids.empty()) return absl::OkStatus();
  absl::Status status;
  const auto compare = [&](const SegmentMeta& meta) {
    if (!old_ids.contains(meta.file.id)) return;
    if (!SameButUses(meta, *book.known().at(meta.file.id))) {
      status.Update(Broken("FileIdentitiesAgree", "segment ", meta.file.id, " has two identities"));
    }
  };
  ForEachListed(current.versions, [&](const MetaPointer& meta) {
    compare(*meta);
    for (const ChunkUse& use : meta->uses) compare(*use.holder);
  });
  return status;
}

// A dataset is known by its id; its name may have changed.
absl::Status CheckDatasetsFollow(const Manifest& before, const Manifest& after) {
  absl::flat_hash_map<uint64_t, const DatasetState*> old;
  for (const auto& [name, dataset] : before.datasets) old.emplace(dataset->id, dataset.get());
  for (const auto& [name, dataset] : after.datasets) {
    const auto found = old.find(dataset->id);
    if (found == old.end() || found->second == dataset.get()) continue;
    RETURN_IF_ERROR(CheckKeyStays(*found->second, *dataset));
    RETURN_IF_ERROR(CheckFlushedUpToNeverDecreases(*found->second, *dataset));
  }
  return absl::OkStatus();
}

absl::Status CheckNewManifest(const VersionSet& current, const VersionSet& next,
                              const std::shared_ptr<const Manifest>& fresh) {
  RETURN_IF_ERROR(CheckDatasetIdentities(*fresh));
  RETURN_IF_ERROR(CheckFlushedUpToIsReached(*fresh));
  const std::shared_ptr<const Manifest>& base = BaseOf(*fresh, current);
  RETURN_IF_ERROR(CheckDatasetsFollow(*base, *fresh));
  for (const auto& [name, dataset] : fresh->datasets) {
    if (dataset->id >= next.next_dataset_id) {
      return Broken("DatasetIdentities", "dataset ", dataset->id, ", next ", next.next_dataset_id);
    }
    const auto before = base->datasets.find(name);
    if (before != base->datasets.end() && before->second == dataset) continue;
    RETURN_IF_ERROR(CheckDatasetState(*dataset));
  }
  SegmentIdentities book;
  for (const MetaPointer& meta : NewSegments(base, fresh)) {
    RETURN_IF_ERROR(CheckSegmentId(*meta, next.next_segment_id));
    RETURN_IF_ERROR(CheckUses(*meta));
    RETURN_IF_ERROR(book.Add(meta));
  }
  return CheckIdentitiesAgainst(current, book);
}

}  // namespace

absl::Status CheckCountersNeverDecrease(const VersionSet& current, const VersionSet& next) {
  const auto check = [](const char* name, uint64_t before, uint64_t after) {
    if (after >= before) return absl::OkStatus();
    return Broken("CountersNeverDecrease", name, " goes from ", before, " to ", after);
  };
  RETURN_IF_ERROR(check("next segment id", current.next_segment_id, next.next_segment_id));
  RETURN_IF_ERROR(check("next dataset id", current.next_dataset_id, next.next_dataset_id));
  return check("oldest log", current.oldest_log, next.oldest_log);
}

absl::Status CheckRetainedVersionsUnchanged(const VersionSet& current, const VersionSet& next) {
  for (const auto& manifest : next.versions) {
    if (manifest->version > current.current()->version) continue;
    const auto before = current.Find(manifest->version);
    if (before == manifest || (before != nullptr && IsMoved(*before, *manifest))) continue;
    // Of compactions only the newest version knows.
    if (before != nullptr && before == current.current() && manifest == next.current()) {
      RETURN_IF_ERROR(CheckCompactionKeepsContent(*before, *manifest));
      continue;
    }
    return Broken("RetainedVersionsUnchanged", "version ", manifest->version,
                  " is not what it was");
  }
  return absl::OkStatus();
}

absl::Status CheckNewVersionFollows(const VersionSet& current, const VersionSet& next) {
  const Manifest& before = *current.current();
  const Manifest& after = *next.current();
  if (after.version == before.version) return absl::OkStatus();
  if (after.version != before.version + 1 || after.sequence < before.sequence) {
    return Broken("NewVersionFollows", "version ", after.version, " (sequence ", after.sequence,
                  ") after version ", before.version, " (sequence ", before.sequence, ")");
  }
  return absl::OkStatus();
}

absl::Status CheckDurableLogsStay(const VersionSet& current, const VersionSet& next) {
  for (const DurableLog& log : current.durable_logs) {
    if (log.number < next.oldest_log) continue;
    const DurableLog* const kept = next.FindDurableLog(log.number);
    if (kept == nullptr || kept->bytes < log.bytes) {
      return Broken("DurableLogsStay", "log ", log.number, " is no longer known up to ", log.bytes,
                    " bytes");
    }
  }
  return absl::OkStatus();
}

absl::Status CheckTransition(const VersionSet& current, const VersionSet& next) {
  RETURN_IF_ERROR(CheckVersionsAscend(next));
  RETURN_IF_ERROR(CheckCountersNeverDecrease(current, next));
  RETURN_IF_ERROR(CheckRetainedVersionsUnchanged(current, next));
  RETURN_IF_ERROR(CheckNewVersionFollows(current, next));
  RETURN_IF_ERROR(CheckDurableLogs(next));
  RETURN_IF_ERROR(CheckDurableLogsStay(current, next));
  RETURN_IF_ERROR(CheckTagsNameRetainedVersions(next));
  for (const auto& fresh : NewManifests(current, next)) {
    RETURN_IF_ERROR(CheckNewManifest(current, next, fresh));
  }
  return absl::OkStatus();
}

}  // namespace ashlar::manifest
