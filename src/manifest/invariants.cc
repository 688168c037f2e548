// The invariants of one value; see the header.
#include "src/manifest/invariants.h"

#include <cstdint>
#include <memory>

#include "absl/container/flat_hash_set.h"
#include "ashlar/status_macros.h"
#include "src/base/names.h"
#include "src/manifest/broken.h"
#include "src/manifest/dataset_invariants.h"
#include "src/manifest/segment_invariants.h"

namespace ashlar::manifest {
namespace {

using MetaPointer = std::shared_ptr<const SegmentMeta>;

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

absl::Status CheckFlushedUpToIsReached(const Manifest& manifest) {
  for (const auto& [name, dataset] : manifest.datasets) {
    if (dataset->flushed_up_to <= manifest.sequence) continue;
    return Broken("FlushedUpToIsReached", "dataset ", dataset->id, " is flushed up to sequence ",
                  dataset->flushed_up_to, ", version ", manifest.version, " has ",
                  manifest.sequence);
  }
  return absl::OkStatus();
}

absl::Status CheckDurableLogs(const VersionSet& set) {
  uint64_t last = 0;
  for (const DurableLog& log : set.durable_logs) {
    if (log.number <= last || log.number < set.oldest_log) {
      return Broken("DurableLogs", "log ", log.number, " behind log ", last, ", oldest ",
                    set.oldest_log);
    }
    last = log.number;
  }
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
    if (status.ok()) status = CheckSegmentId(*meta, set.next_segment_id);
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
  SegmentIdentities book;
  absl::Status status;
  ForEachListed(set.versions, [&](const MetaPointer& meta) {
    if (status.ok()) status = book.Add(meta);
  });
  return status;
}

absl::Status CheckAll(const VersionSet& set) {
  RETURN_IF_ERROR(CheckVersionsAscend(set));
  RETURN_IF_ERROR(CheckTagsNameRetainedVersions(set));
  RETURN_IF_ERROR(CheckDurableLogs(set));
  absl::flat_hash_set<const DatasetState*> checked;
  for (const auto& manifest : set.versions) {
    RETURN_IF_ERROR(CheckDatasetIdentities(*manifest));
    RETURN_IF_ERROR(CheckFlushedUpToIsReached(*manifest));
    for (const auto& [name, dataset] : manifest->datasets) {
      if (checked.insert(dataset.get()).second) RETURN_IF_ERROR(CheckDatasetState(*dataset));
    }
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

}  // namespace ashlar::manifest
