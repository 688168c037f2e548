// Building and publishing a transaction's edit.

#include "src/store/commit.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "ashlar/status_macros.h"
#include "src/base/check.h"
#include "src/base/coding.h"
#include "src/base/names.h"
#include "src/base/strings.h"
#include "src/io/file_names.h"
#include "src/manifest/dataset_definition.h"
#include "src/manifest/edit.h"
#include "src/store/garbage.h"
#include "src/store/history.h"

namespace ashlar::store {
namespace {

using manifest::DatasetEdit;
using manifest::DatasetState;
using manifest::VersionSet;

absl::Status Conflict(std::string_view name) {
  return absl::AbortedError(base::StrCat("dataset '", base::EscapeForTerminal(name),
                                         "' was changed by another transaction; try again"));
}

DatasetEdit EditOfCreation(const DatasetChange& change, uint64_t dataset_id) {
  DatasetEdit edit;
  edit.dataset_id = dataset_id;
  edit.definition = manifest::DefinitionOf(change.pending);
  edit.definition->id = dataset_id;
  if (!change.pending.segments.empty()) edit.splices.push_back({0, 0, change.pending.segments});
  return edit;
}

// Segments that come and go, and rows that die. What another transaction has published meanwhile
// stays, but for the keys that this one has touched: the last to commit counts.
absl::Status AddKeyedChange(const DatasetChange& change,
                            const std::shared_ptr<const DatasetState>& now, SegmentCache& cache,
                            DatasetEdit* edit) {
  DatasetState after = change.pending;
  if (now != change.before) {
    ASSIGN_OR_RETURN(after, Rebase(change.keyed, change.pending, now, cache));
  }
  edit->splices = manifest::DiffSegments(now->segments, after.segments);
  edit->deaths = manifest::DiffDeaths(now->segments, after.segments, edit->splices);
  return absl::OkStatus();
}

// Nothing when the dataset stays as it is.
absl::StatusOr<std::optional<DatasetEdit>> EditOfChange(const DatasetChange& change,
                                                        const std::string& name,
                                                        const VersionSet& base,
                                                        SegmentCache& cache) {
  const auto found = base.current()->datasets.find(name);
  if (found == base.current()->datasets.end() || found->second->id != change.before->id) {
    return Conflict(name);
  }
  const DatasetState& now = *found->second;
  DatasetEdit edit;
  edit.dataset_id = now.id;
  if (change.dropped) {
    edit.drop = true;
    return edit;
  }
  if (now.is_keyed()) {
    RETURN_IF_ERROR(AddKeyedChange(change, found->second, cache, &edit));
  } else if (change.replaced) {
    if (found->second != change.before) return Conflict(name);
    edit.splices = manifest::DiffSegments(now.segments, change.pending.segments);
  } else if (!change.appended.empty()) {
    edit.splices.push_back({now.segments.size(), 0, change.appended});
  }
  DatasetState definition = manifest::DefinitionOf(change.pending);
  // Of two first appends that ran side by side, the one that commits first decides the chunker.
  if (now.chunker.target_rows != 0) definition.chunker = now.chunker;
  if (!manifest::SameDefinition(definition, now)) edit.definition = std::move(definition);
  if (edit.splices.empty() && edit.deaths.empty() && !edit.definition.has_value()) {
    return std::nullopt;
  }
  return edit;
}

absl::StatusOr<manifest::ManifestEdit> MakeEdit(WriteTransaction::Impl& transaction,
                                                const VersionSet& base) {
  StoreCore& core = *transaction.core;
  manifest::ManifestEdit edit;
  manifest::VersionEdit version;
  uint64_t next_dataset_id = base.next_dataset_id;
  for (const auto& [name, change] : transaction.changes) {
    if (change.before == nullptr) {
      if (base.current()->datasets.contains(name)) return Conflict(name);
      version.datasets.push_back(EditOfCreation(change, next_dataset_id++));
      continue;
    }
    ASSIGN_OR_RETURN(std::optional<DatasetEdit> changed,
                     EditOfChange(change, name, base, *core.cache));
    if (changed.has_value()) version.datasets.push_back(*std::move(changed));
  }
  if (version.datasets.empty()) return edit;
  StampVersion(core, base, &version);
  if (next_dataset_id != base.next_dataset_id) edit.next_dataset_id = next_dataset_id;
  const uint64_t next_segment_id = core.next_segment_id.load();
  if (next_segment_id != base.next_segment_id) edit.next_segment_id = next_segment_id;
  edit.expired = VersionsToExpire(core, base, version.version, version.committed_us);
  edit.version = std::move(version);
  return edit;
}

// Of the newly dead rows, as the manifest holds them.
uint64_t DeletionVectorBytes(const manifest::ManifestEdit& edit) {
  if (!edit.version.has_value()) return 0;
  base::ByteWriter bytes;
  for (const DatasetEdit& dataset : edit.version->datasets) {
    for (const manifest::SegmentDeaths& deaths : dataset.deaths) deaths.rows->EncodeBody(bytes);
  }
  return bytes.size();
}

uint64_t CountRemoved(const manifest::ManifestEdit& edit, const VersionSet& base) {
  if (!edit.version.has_value()) return 0;
  uint64_t removed = 0;
  for (const DatasetEdit& dataset : edit.version->datasets) {
    for (const manifest::SegmentSplice& splice : dataset.splices) removed += splice.removed;
    if (!dataset.drop) continue;
    for (const auto& [name, state] : base.current()->datasets) {
      if (state->id == dataset.dataset_id) removed += state->segments.size();
    }
  }
  return removed;
}

// Of the files that the transaction made, those that no dataset lists (calls that failed halfway,
// replaced or dropped again before the commit) are removed, unless a listed segment refers to them.
// The others can be reused from now on.
void SettleFiles(const WriteTransaction::Impl& transaction) {
  absl::flat_hash_set<uint64_t> listed;
  absl::flat_hash_set<uint64_t> needed;
  for (const auto& [name, change] : transaction.changes) {
    if (change.dropped) continue;
    const bool whole = change.replaced || change.pending.is_keyed();
    for (const auto& entry : whole ? change.pending.segments : change.appended) {
      listed.insert(entry.meta->file.id);
      needed.insert(entry.meta->file.id);
      for (const manifest::ChunkUse& use : entry.meta->uses) needed.insert(use.holder->file.id);
    }
  }
  std::vector<NewSegment> reusable;
  for (const NewSegment& segment : transaction.sink.written()) {
    if (listed.contains(segment.meta->file.id)) reusable.push_back(segment);
  }
  transaction.core->reuse->AddPublished(reusable);
  std::vector<uint64_t> useless = transaction.sink.created_files();
  std::erase_if(useless, [&](uint64_t id) { return needed.contains(id); });
  // What cannot be removed now is an orphan that the next collection removes.
  RemoveUnpublished(*transaction.core, useless).IgnoreError();
}

}  // namespace

absl::StatusOr<WriteStats> CommitTransaction(WriteTransaction::Impl& transaction) {
  StoreCore& core = *transaction.core;
  RETURN_IF_ERROR(core.CheckWritable());
  WriteStats stats = transaction.stats;
  // The files themselves were synced when they were finished; their names become durable here.
  if (!transaction.sink.written().empty()) {
    RETURN_IF_ERROR(core.publisher->SyncDirectory(*core.files, io::kSegmentsDirectory));
  }
  std::vector<std::shared_ptr<const manifest::Manifest>> expired;
  auto published = core.publisher->Publish(
      [&](const VersionSet& base) -> absl::StatusOr<manifest::ManifestEdit> {
        ASSIGN_OR_RETURN(manifest::ManifestEdit edit, MakeEdit(transaction, base));
        stats.segments_removed = CountRemoved(edit, base);
        stats.deletion_vector_bytes = DeletionVectorBytes(edit);
        expired = FindVersions(base, edit.expired);
        return edit;
      });
  // After an unknown outcome the files may be named by the durable manifest: they must stay.
  if (!published.ok() && core.publisher->read_only()) transaction.published = true;
  RETURN_IF_ERROR(published.status());
  transaction.published = true;
  ++core.commits;
  SettleFiles(transaction);
  stats.manifest_bytes = published->manifest_bytes;
  stats.version = published->set->current()->version;
  // The commit is durable; garbage that cannot be removed now is removed later.
  if (!expired.empty()) CollectAfterExpiry(core, expired).IgnoreError();
  return stats;
}

}  // namespace ashlar::store
