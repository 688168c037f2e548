// Building and publishing a transaction's edit.

#include "src/store/commit.h"

#include <algorithm>
#include <cstddef>
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
#include "src/store/current_view.h"
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

// The edit that turns one state of a dataset into another; `rows_appended` when the segments of
// `after` begin with those of `now`.
DatasetEdit EditBetween(const DatasetState& now, const DatasetState& after, bool rows_appended) {
  DatasetEdit edit;
  edit.dataset_id = now.id;
  if (rows_appended) {
    const auto end = static_cast<std::ptrdiff_t>(now.segments.size());
    if (now.segments.size() < after.segments.size()) {
      edit.splices.push_back(
          {now.segments.size(), 0, {after.segments.begin() + end, after.segments.end()}});
    }
  } else {
    edit.splices = manifest::DiffSegments(now.segments, after.segments);
    edit.deaths = manifest::DiffDeaths(now.segments, after.segments, edit.splices);
  }
  DatasetState definition = manifest::DefinitionOf(after);
  if (!manifest::SameDefinition(definition, now)) edit.definition = std::move(definition);
  return edit;
}

class EditMaker {
 public:
  EditMaker(StoreCore& core, const ContentChange& content, const VersionSet& base)
      : core_(core), content_(content), base_(base), view_(core.view->current()) {}

  absl::StatusOr<manifest::ManifestEdit> Make() {
    uint64_t next_dataset_id = base_.next_dataset_id;
    for (const auto& [name, change] : content_.changes) {
      if (change->before == nullptr) {
        if (base_.current()->datasets.contains(name)) return Conflict(name);
        version_.datasets.push_back(EditOfCreation(*change, next_dataset_id++));
      } else {
        RETURN_IF_ERROR(AddDataset(name, change));
      }
    }
    if (content_.flushed != nullptr) {
      for (const auto& [name, flush] : *content_.flushed) {
        if (!content_.changes.contains(name)) RETURN_IF_ERROR(AddDataset(name, nullptr));
      }
    }
    manifest::ManifestEdit edit;
    if (content_.flushed != nullptr) AddOldestLog(&edit);
    if (version_.datasets.empty()) return edit;
    StampVersion(core_, base_, sequence_, &version_);
    if (next_dataset_id != base_.next_dataset_id) edit.next_dataset_id = next_dataset_id;
    const uint64_t next_segment_id = core_.next_segment_id.load();
    if (next_segment_id != base_.next_segment_id) edit.next_segment_id = next_segment_id;
    edit.expired = VersionsToExpire(core_, base_, version_.version, version_.committed_us);
    edit.version = std::move(version_);
    return edit;
  }

 private:
  // A dataset that is there, with what is flushed of it below `change`, which may be null.
  absl::Status AddDataset(const std::string& name, const DatasetChange* change) {
    const DatasetFlush* const flush = FindFlush(name);
    const DatasetChange& first = change != nullptr ? *change : flush->change;
    const auto found = base_.current()->datasets.find(name);
    if (found == base_.current()->datasets.end() || found->second->id != first.before->id) {
      // Nobody asks for the rows of a dataset that is gone.
      return change == nullptr ? absl::OkStatus() : Conflict(name);
    }
    const std::shared_ptr<const DatasetState>& now = found->second;
    if (change != nullptr && change->dropped) {
      DatasetEdit edit;
      edit.dataset_id = now->id;
      edit.drop = true;
      return Add(std::move(edit));
    }
    std::shared_ptr<const DatasetState> after = now;
    // Unless the dataset was replaced since the flush began.
    if (flush != nullptr && flush->flushed_up_to > now->flushed_up_to) {
      ASSIGN_OR_RETURN(DatasetState state, ApplyChange(flush->change, after, *core_.cache));
      after = std::make_shared<const DatasetState>(std::move(state));
    }
    if (change != nullptr) {
      if (change->replaced && ContentSequence(*now, *view_) > change->seen) return Conflict(name);
      ASSIGN_OR_RETURN(DatasetState state, ApplyChange(*change, after, *core_.cache));
      after = std::make_shared<const DatasetState>(std::move(state));
    }
    const bool appended = !now->is_keyed() && (change == nullptr || !change->replaced);
    DatasetEdit edit = EditBetween(*now, *after, appended);
    const bool changed =
        !edit.splices.empty() || !edit.deaths.empty() || edit.definition.has_value();
    uint64_t flushed_up_to = flush == nullptr ? 0 : flush->flushed_up_to;
    const bool supersedes =
        change != nullptr && change->replaced && view_->FindMemtables(now->id) != nullptr;
    if ((change != nullptr && changed) || supersedes) flushed_up_to = content_.sequence;
    if (flushed_up_to > now->flushed_up_to) edit.flushed_up_to = flushed_up_to;
    return changed || edit.flushed_up_to.has_value() ? Add(std::move(edit)) : absl::OkStatus();
  }

  absl::Status Add(DatasetEdit edit) {
    sequence_ = std::max(sequence_, edit.flushed_up_to.value_or(content_.sequence));
    version_.datasets.push_back(std::move(edit));
    return absl::OkStatus();
  }

  [[nodiscard]] const DatasetFlush* FindFlush(const std::string& name) const {
    if (content_.flushed == nullptr) return nullptr;
    const auto found = content_.flushed->find(name);
    return found == content_.flushed->end() ? nullptr : &found->second;
  }

  // The oldest log that has rows which are neither flushed before nor by this edit.
  void AddOldestLog(manifest::ManifestEdit* edit) const {
    StoreView left;
    for (const auto& [name, state] : view_->manifest->datasets) {
      const MemtableList* const memtables = view_->FindMemtables(state->id);
      if (memtables == nullptr) continue;
      const DatasetFlush* const flush = FindFlush(name);
      for (const MemtableRef& ref : *memtables) {
        const uint64_t last = ref.memtable->stats().last_sequence;
        const bool flushed = flush != nullptr && ref.memtable->sealed() &&
                             flush->change.before->id == state->id && last <= flush->flushed_up_to;
        if (!flushed) left.memtables[state->id].push_back(ref);
      }
    }
    const uint64_t oldest = OldestLogOf(left, content_.log_number);
    if (oldest > base_.oldest_log) edit->oldest_log = oldest;
  }

  StoreCore& core_;
  const ContentChange& content_;
  const VersionSet& base_;
  const std::shared_ptr<const StoreView> view_;
  manifest::VersionEdit version_;
  uint64_t sequence_ = 0;  // of the newest content
};

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

// Of the files that were made, those that no dataset lists (calls that failed halfway, replaced or
// dropped again before the commit) are removed, unless a listed segment refers to them. The others
// can be reused from now on.
void SettleFiles(StoreCore& core, const ContentChange& content, const SegmentSink& sink) {
  absl::flat_hash_set<uint64_t> listed;
  absl::flat_hash_set<uint64_t> needed;
  const auto keep = [&](const DatasetChange& change) {
    if (change.dropped) return;
    const bool whole = change.before == nullptr || change.replaced || change.pending.is_keyed();
    for (const auto& entry : whole ? change.pending.segments : change.appended) {
      listed.insert(entry.meta->file.id);
      needed.insert(entry.meta->file.id);
      for (const manifest::ChunkUse& use : entry.meta->uses) needed.insert(use.holder->file.id);
    }
  };
  for (const auto& [name, change] : content.changes) keep(*change);
  if (content.flushed != nullptr) {
    for (const auto& [name, flush] : *content.flushed) keep(flush.change);
  }
  std::vector<NewSegment> reusable;
  for (const NewSegment& segment : sink.written()) {
    if (listed.contains(segment.meta->file.id)) reusable.push_back(segment);
  }
  core.reuse->AddPublished(reusable);
  std::vector<uint64_t> useless = sink.created_files();
  std::erase_if(useless, [&](uint64_t id) { return needed.contains(id); });
  // What cannot be removed now is an orphan that the next collection removes.
  RemoveUnpublished(core, useless).IgnoreError();
}

// Whether a change builds on a dataset that has rows in memory.
bool TouchesMemory(const std::map<std::string, const DatasetChange*, std::less<>>& changes,
                   const StoreView& view) {
  return std::any_of(changes.begin(), changes.end(), [&](const auto& named) {
    const DatasetChange& change = *named.second;
    return change.before != nullptr && !change.dropped && !change.replaced &&
           view.FindMemtables(change.before->id) != nullptr;
  });
}

}  // namespace

absl::StatusOr<WriteStats> PublishContent(StoreCore& core, const ContentChange& content,
                                          UnpublishedFiles& files, WriteStats stats) {
  // The files themselves were synced when they were finished; their names become durable here.
  if (!files.sink().written().empty()) {
    RETURN_IF_ERROR(core.publisher->SyncDirectory(*core.files, io::kSegmentsDirectory));
  }
  std::vector<std::shared_ptr<const manifest::Manifest>> expired;
  auto published = core.publisher->Publish(
      [&](const VersionSet& base) -> absl::StatusOr<manifest::ManifestEdit> {
        ASSIGN_OR_RETURN(manifest::ManifestEdit edit, EditMaker(core, content, base).Make());
        stats.segments_removed = CountRemoved(edit, base);
        stats.deletion_vector_bytes = DeletionVectorBytes(edit);
        expired = FindVersions(base, edit.expired);
        return edit;
      });
  // After an unknown outcome the files may be named by the durable manifest: they must stay.
  if (!published.ok() && core.publisher->failed()) files.Keep();
  RETURN_IF_ERROR(published.status());
  SettleFiles(core, content, files.sink());
  files.Keep();
  stats.manifest_bytes = published->manifest_bytes;
  stats.version = published->set->current()->version;
  // It is durable; garbage that cannot be removed now is removed later.
  if (!expired.empty()) CollectAfterExpiry(core, expired).IgnoreError();
  return stats;
}

namespace {

// Alone in the commit queue.
absl::StatusOr<WriteStats> CommitAlone(
    StoreCore& core, const std::map<std::string, const DatasetChange*, std::less<>>& changes,
    UnpublishedFiles& files, WriteStats stats, uint64_t sequence, uint64_t log_number) {
  // Rows of datasets that are replaced or dropped leave memory with the publication.
  core.view->SealAll();
  FlushedRows flushed;
  const std::shared_ptr<const StoreView> view = core.view->current();
  const bool flush = TouchesMemory(changes, *view);
  if (flush) {
    WriteStats of_flush;
    ASSIGN_OR_RETURN(flushed, WriteMemtables(*view, *core.cache, files.sink(), &of_flush));
  }
  const ContentChange content{.changes = changes,
                              .flushed = flush ? &flushed : nullptr,
                              .sequence = sequence,
                              .log_number = log_number};
  ASSIGN_OR_RETURN(stats, PublishContent(core, content, files, stats));
  core.pins[0]->SetSequence(sequence);
  return stats;
}

}  // namespace

absl::StatusOr<WriteStats> CommitChanges(
    StoreCore& core, const std::map<std::string, const DatasetChange*, std::less<>>& changes,
    UnpublishedFiles& files, const WriteStats& stats, const std::function<absl::Status()>& prove) {
  RETURN_IF_ERROR(core.CheckWritable());
  absl::StatusOr<WriteStats> committed = stats;
  bool needs_mutex = TouchesMemory(changes, *core.view->current());
  if (needs_mutex) RETURN_IF_ERROR(FlushStore(core));
  while (true) {
    // A flush that is at work has the memtables that this one would flush.
    std::optional<base::MutexLock> flushing;
    if (needs_mutex) flushing.emplace(core.flush_mutex);
    bool again = false;
    const auto alone = [&](uint64_t sequence, log::CommitLog& log) -> absl::Status {
      again = !needs_mutex && TouchesMemory(changes, *core.view->current());
      if (again) return absl::OkStatus();
      RETURN_IF_ERROR(prove());
      committed = CommitAlone(core, changes, files, stats, sequence, log.position().number);
      return committed.status();
    };
    RETURN_IF_ERROR(core.queue->Exclusive(alone));
    if (!again) break;
    needs_mutex = true;
  }
  ++core.commits;
  return committed;
}

}  // namespace ashlar::store
