// Building and publishing a transaction's edit.

#include "src/store/commit.h"

#include <algorithm>
#include <cstddef>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "ashlar/status_macros.h"
#include "src/base/check.h"
#include "src/base/coding.h"
#include "src/base/names.h"
#include "src/base/strings.h"
#include "src/io/file_names.h"
#include "src/manifest/dataset_definition.h"
#include "src/manifest/edit.h"
#include "src/store/content_edit.h"
#include "src/store/current_view.h"
#include "src/store/flush_scheduler.h"
#include "src/store/garbage.h"
#include "src/store/history.h"
#include "src/store/obsolete_logs.h"
#include "src/store/pinned_view.h"

namespace ashlar::store {
namespace {

using manifest::DatasetEdit;
using manifest::DatasetState;
using manifest::VersionSet;

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

// The segments with files of `created` that `published` lists of the datasets that were changed.
// Not all that was written: a change may take away what is flushed below it.
std::vector<std::shared_ptr<const manifest::SegmentMeta>> ListedBy(
    const ContentChange& content, const manifest::Manifest& published,
    const std::vector<uint64_t>& created) {
  std::vector<std::shared_ptr<const manifest::SegmentMeta>> listed;
  if (created.empty()) return listed;
  const uint64_t first = *std::ranges::min_element(created);  // nobody older refers to them
  const auto add = [&](const std::string& name) {
    const auto found = published.datasets.find(name);
    if (found == published.datasets.end()) return;
    for (const manifest::SegmentEntry& entry : found->second->segments) {
      if (entry.meta->file.id >= first) listed.push_back(entry.meta);
    }
  };
  for (const auto& [name, change] : content.changes) add(name);
  if (content.flushed == nullptr) return listed;
  for (const auto& [name, flush] : *content.flushed) {
    if (!content.changes.contains(name)) add(name);
  }
  return listed;
}

// Rows in memory that a commit flushes in its own edit; written in some twenty milliseconds.
constexpr uint64_t kMostFlushedAlone = uint64_t{4} << 20;

// Whether a change builds on a dataset that has rows in memory.
bool TouchesMemory(const LargeCommit& commit, const StoreView& view) {
  return std::any_of(commit.changes.begin(), commit.changes.end(), [&](const auto& named) {
    const DatasetChange& change = *named.second;
    return change.before != nullptr && !change.dropped && !change.replaced &&
           view.FindMemtables(change.before->id) != nullptr;
  });
}

// Whether `below` has all that a flush would have to write: nobody has committed or flushed since,
// and no commit there wrote other datasets, too.
bool HoldsBelow(const StoreCore& core, const LargeCommit& commit, const StoreView& view) {
  const bool holds = std::all_of(commit.below.begin(), commit.below.end(), [&](const auto& named) {
    const DatasetFlush& flush = named.second;
    return IsAllInMemory(flush, view) && !SharesCommits(core, *flush.change.before);
  });
  return holds && std::all_of(commit.changes.begin(), commit.changes.end(), [&](const auto& named) {
           return named.second->before == nullptr || commit.below.contains(named.first) ||
                  view.FindMemtables(named.second->before->id) == nullptr;
         });
}

}  // namespace

absl::StatusOr<WriteStats> PublishContent(StoreCore& core, const ContentChange& content,
                                          UnpublishedFiles& files, WriteStats stats) {
  // The files themselves are synced; their names become durable here.
  RETURN_IF_ERROR(files.sink().Settle());
  if (!files.sink().written().empty()) {
    RETURN_IF_ERROR(core.publisher->SyncDirectory(*core.files, io::kSegmentsDirectory));
  }
  std::vector<std::shared_ptr<const manifest::Manifest>> expired;
  auto published = core.publisher->Publish(
      [&](const VersionSet& base) -> absl::StatusOr<manifest::ManifestEdit> {
        ASSIGN_OR_RETURN(manifest::ManifestEdit edit, MakeContentEdit(core, content, base));
        stats.segments_removed = CountRemoved(edit, base);
        stats.deletion_vector_bytes = DeletionVectorBytes(edit);
        expired = FindVersions(base, edit.expired);
        return edit;
      });
  // After an unknown outcome the files may be named by the durable manifest: they must stay.
  if (!published.ok() && core.publisher->failed()) files.Keep();
  RETURN_IF_ERROR(published.status());
  files.Settle(ListedBy(content, *published->set->current(), files.sink().created_files()));
  stats.manifest_bytes = published->manifest_bytes;
  stats.version = published->set->current()->version;
  // It is durable; garbage that cannot be removed now is removed later.
  if (!expired.empty()) CollectAfterExpiry(core, expired).IgnoreError();
  return stats;
}

namespace {

// Alone in the commit queue.
absl::StatusOr<WriteStats> CommitAlone(StoreCore& core, const LargeCommit& commit,
                                       UnpublishedFiles& files, WriteStats stats, uint64_t sequence,
                                       log::CommitLog& log) {
  // What crashes lose is a suffix: earlier commits that are not durable yet become so first.
  RETURN_IF_ERROR(log.Sync());
  const std::shared_ptr<const StoreView> view = core.view->current();
  const bool holds = HoldsBelow(core, commit, *view);
  const bool flush = !holds && TouchesMemory(commit, *view);
  if (flush) core.view->SealAll();
  // Rows of datasets that are replaced or dropped leave memory with the publication.
  for (const auto& [name, change] : commit.changes) {
    if (change->before != nullptr) core.view->Seal(change->before->id);
  }
  FlushedRows flushed;
  std::optional<PinnedView> pinned;
  if (flush) {
    pinned = PinCurrent(core);
    WriteStats of_flush;
    ASSIGN_OR_RETURN(flushed, WriteMemtables(*pinned->view, *core.cache, files.sink(), &of_flush));
  }
  const FlushedRows& below = holds ? commit.below : flushed;
  const ContentChange content{.changes = commit.changes,
                              .flushed = below.empty() ? nullptr : &below,
                              .sequence = sequence,
                              .log_number = log.position().number};
  stats.sequence = sequence;
  ASSIGN_OR_RETURN(stats, PublishContent(core, content, files, stats));
  core.pins[0]->SetSequence(sequence);
  return stats;
}

}  // namespace

absl::StatusOr<WriteStats> CommitChanges(StoreCore& core, const LargeCommit& commit,
                                         UnpublishedFiles& files, const WriteStats& stats,
                                         const std::function<absl::Status()>& prove) {
  RETURN_IF_ERROR(core.CheckWritable());
  // Here, and not alone in the queue: small commits do not wait for large files.
  RETURN_IF_ERROR(files.sink().Settle());
  absl::StatusOr<WriteStats> committed = stats;
  const uint64_t oldest_log = core.current()->oldest_log;
  const std::shared_ptr<const StoreView> view = core.view->current();
  bool needs_mutex = TouchesMemory(commit, *view);
  // Nobody commits while the edit is made, so much of memory is flushed before.
  if (needs_mutex && !HoldsBelow(core, commit, *view) && core.view->bytes() > kMostFlushedAlone) {
    RETURN_IF_ERROR(FlushStore(core));
  }
  while (true) {
    // A flush that is at work has the memtables that this one would flush.
    std::optional<base::MutexLock> flushing;
    if (needs_mutex) flushing.emplace(core.flush_mutex);
    bool again = false;
    const auto alone = [&](uint64_t sequence, log::CommitLog& log) -> absl::Status {
      again = !needs_mutex && TouchesMemory(commit, *core.view->current());
      if (again) return absl::OkStatus();
      RETURN_IF_ERROR(prove());
      committed = CommitAlone(core, commit, files, stats, sequence, log);
      return committed.status();
    };
    RETURN_IF_ERROR(core.queue->Exclusive(alone));
    if (!again) break;
    needs_mutex = true;
  }
  if (committed.ok()) core.flushes->SetBytes(core.view->bytes());
  // Whoever flushes just now does it, too.
  if (core.current()->oldest_log > oldest_log && core.flush_mutex.TryLock()) {
    RecycleLogs(core);
    core.flush_mutex.Unlock();
  }
  ++core.commits;
  return committed;
}

}  // namespace ashlar::store
