// The invariants. Messages name the invariant first, then the values that break it.
#include "src/manifest/invariants.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "ashlar/status_macros.h"
#include "src/base/bytes.h"
#include "src/base/check.h"
#include "src/base/names.h"
#include "src/base/strings.h"

namespace ashlar::manifest {
namespace {

using MetaPointer = std::shared_ptr<const SegmentMeta>;

template <typename... Args>
absl::Status Broken(const char* invariant, const Args&... args) {
  return absl::InternalError(base::StrCat(invariant, ": ", args...));
}

absl::Status CheckStateRows(const DatasetState& state) {
  uint64_t rows = 0;
  uint64_t bytes = 0;
  for (const SegmentEntry& entry : state.segments) {
    const std::optional<uint64_t> more_rows = base::CheckedAdd(rows, entry.meta->rows);
    const std::optional<uint64_t> more_bytes = base::CheckedAdd(bytes, entry.meta->logical_bytes);
    if (!more_rows.has_value() || !more_bytes.has_value()) {
      return Broken("RowCounts", "totals of dataset ", state.id, " overflow");
    }
    rows = *more_rows;
    bytes = *more_bytes;
  }
  if (rows != state.rows || bytes != state.logical_bytes) {
    return Broken("RowCounts", "dataset ", state.id, " says ", state.rows, " rows, ",
                  state.logical_bytes, " bytes; its segments hold ", rows, " rows, ", bytes,
                  " bytes");
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

absl::Status CheckSegment(const SegmentMeta& meta, uint64_t next_segment_id) {
  if (meta.file.id == 0 || meta.file.id >= next_segment_id) {
    return Broken("SegmentIdsBelowNext", "segment ", meta.file.id, ", next ", next_segment_id);
  }
  return absl::OkStatus();
}

// One identity an id, over all that it is shown.
class IdentityBook {
 public:
  absl::Status Add(const MetaPointer& meta) {
    RETURN_IF_ERROR(AddOne(*meta));
    for (const ChunkUse& use : meta->uses) RETURN_IF_ERROR(AddOne(*use.holder));
    return absl::OkStatus();
  }
  [[nodiscard]] const absl::flat_hash_map<uint64_t, const SegmentMeta*>& known() const {
    return known_;
  }

 private:
  absl::Status AddOne(const SegmentMeta& meta) {
    const auto [at, fresh] = known_.try_emplace(meta.file.id, &meta);
    if (fresh || at->second == &meta || SameButUses(*at->second, meta)) return absl::OkStatus();
    return Broken("FileIdentitiesAgree", "segment ", meta.file.id, " has two identities");
  }

  absl::flat_hash_map<uint64_t, const SegmentMeta*> known_;
};

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
absl::Status CheckIdentitiesAgainst(const VersionSet& current, const IdentityBook& book) {
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

absl::Status CheckNewManifest(const VersionSet& current, const VersionSet& next,
                              const std::shared_ptr<const Manifest>& fresh) {
  RETURN_IF_ERROR(CheckDatasetIdentities(*fresh));
  for (const auto& [name, dataset] : fresh->datasets) {
    if (dataset->id >= next.next_dataset_id) {
      return Broken("DatasetIdentities", "dataset ", dataset->id, ", next ", next.next_dataset_id);
    }
    const auto before = current.current()->datasets.find(name);
    if (before != current.current()->datasets.end() && before->second == dataset) continue;
    RETURN_IF_ERROR(CheckStateRows(*dataset));
  }
  IdentityBook book;
  for (const MetaPointer& meta : NewSegments(current.current(), fresh)) {
    RETURN_IF_ERROR(CheckSegment(*meta, next.next_segment_id));
    RETURN_IF_ERROR(CheckUses(*meta));
    RETURN_IF_ERROR(book.Add(meta));
  }
  return CheckIdentitiesAgainst(current, book);
}

}  // namespace

absl::Status CheckVersionsAscend(const VersionSet& set) {
  if (set.versions.empty()) return Broken("VersionsAscend", "no version at all");
  for (size_t i = 1; i < set.versions.size(); ++i) {
    const Manifest& before = *set.versions[i - 1];
    const Manifest& after = *set.versions[i];
    if (before.version >= after.version || before.sequence > after.sequence) {
      return Broken("VersionsAscend", "version ", after.version, " (sequence ", after.sequence,
                    ") behind version ", before.version, " (sequence ", before.sequence, ")");
    }
  }
  return absl::OkStatus();
}

absl::Status CheckTagsNameRetainedVersions(const VersionSet& set) {
  for (const auto& [name, tag] : set.tags) {
    if (const absl::Status valid = base::ValidateTagName(name); !valid.ok()) {
      return Broken("TagsNameRetainedVersions", valid.message());
    }
    if (set.Find(tag.version) == nullptr) {
      return Broken("TagsNameRetainedVersions", "tag ", name, " names version ", tag.version);
    }
  }
  return absl::OkStatus();
}

absl::Status CheckDatasetIdentities(const Manifest& manifest) {
  absl::flat_hash_set<uint64_t> ids;
  for (const auto& [name, dataset] : manifest.datasets) {
    if (const absl::Status valid = base::ValidateDatasetName(name); !valid.ok()) {
      return Broken("DatasetIdentities", valid.message());
    }
    if (name != dataset->name) {
      return Broken("DatasetIdentities", "dataset ", dataset->id, " stands under another name");
    }
    if (dataset->id == 0 || !ids.insert(dataset->id).second) {
      return Broken("DatasetIdentities", "id ", dataset->id, " is zero or taken twice");
    }
    if (dataset->schema.max_field_id() >= dataset->next_field_id) {
      return Broken("DatasetIdentities", "dataset ", dataset->id, " has field id ",
                    dataset->schema.max_field_id(), ", next ", dataset->next_field_id);
    }
  }
  return absl::OkStatus();
}

absl::Status CheckRowCounts(const Manifest& manifest) {
  for (const auto& [name, dataset] : manifest.datasets) RETURN_IF_ERROR(CheckStateRows(*dataset));
  return absl::OkStatus();
}

absl::Status CheckSegmentIdsBelowNext(const VersionSet& set) {
  absl::Status status;
  for (const auto& manifest : set.versions) {
    for (const auto& [name, dataset] : manifest->datasets) {
      if (dataset->id >= set.next_dataset_id) {
        return Broken("SegmentIdsBelowNext", "dataset ", dataset->id, ", next ",
                      set.next_dataset_id);
      }
    }
  }
  ForEachListed(set.versions, [&](const MetaPointer& meta) {
    if (status.ok()) status = CheckSegment(*meta, set.next_segment_id);
  });
  return status;
}

absl::Status CheckReferencesAreNotChained(const Manifest& manifest) {
  for (const auto& [name, dataset] : manifest.datasets) {
    for (const SegmentEntry& entry : dataset->segments) RETURN_IF_ERROR(CheckUses(*entry.meta));
  }
  return absl::OkStatus();
}

absl::Status CheckFileIdentitiesAgree(const VersionSet& set) {
  IdentityBook book;
  absl::Status status;
  ForEachListed(set.versions, [&](const MetaPointer& meta) {
    if (status.ok()) status = book.Add(meta);
  });
  return status;
}

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
    if (current.Find(manifest->version) != manifest) {
      return Broken("RetainedVersionsUnchanged", "version ", manifest->version,
                    " is not what it was");
    }
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

absl::Status CheckAll(const VersionSet& set) {
  RETURN_IF_ERROR(CheckVersionsAscend(set));
  RETURN_IF_ERROR(CheckTagsNameRetainedVersions(set));
  for (const auto& manifest : set.versions) {
    RETURN_IF_ERROR(CheckDatasetIdentities(*manifest));
    RETURN_IF_ERROR(CheckRowCounts(*manifest));
  }
  RETURN_IF_ERROR(CheckSegmentIdsBelowNext(set));
  // CheckReferencesAreNotChained() of all versions, without walking twice what they share.
  absl::Status status;
  ForEachListed(set.versions, [&](const MetaPointer& meta) {
    if (status.ok()) status = CheckUses(*meta);
  });
  RETURN_IF_ERROR(status);
  return CheckFileIdentitiesAgree(set);
}

absl::Status CheckTransition(const VersionSet& current, const VersionSet& next) {
  RETURN_IF_ERROR(CheckVersionsAscend(next));
  RETURN_IF_ERROR(CheckCountersNeverDecrease(current, next));
  RETURN_IF_ERROR(CheckRetainedVersionsUnchanged(current, next));
  RETURN_IF_ERROR(CheckNewVersionFollows(current, next));
  RETURN_IF_ERROR(CheckTagsNameRetainedVersions(next));
  for (const auto& fresh : NewManifests(current, next)) {
    RETURN_IF_ERROR(CheckNewManifest(current, next, fresh));
  }
  return absl::OkStatus();
}

}  // namespace ashlar::manifest
