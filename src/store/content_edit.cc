// Edits from changes; see the header.
#include "src/store/content_edit.h"

#include <algorithm>
#include <cstddef>
#include <memory>
#include <string>
#include <utility>

#include "ashlar/status_macros.h"
#include "src/base/names.h"
#include "src/base/strings.h"
#include "src/manifest/dataset_definition.h"
#include "src/store/current_view.h"
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
        RETURN_IF_ERROR(Add(EditOfCreation(*change, next_dataset_id++)));
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
    // An edit that changes nothing publishes nothing.
    if (content_.flushed != nullptr || !version_.datasets.empty()) AddOldestLog(&edit);
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
      ASSIGN_OR_RETURN(after, ApplyFlush(*flush, now));
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
    // Also where it takes away what is flushed below it, so that the segments stay as they were.
    const bool commits = change != nullptr && (changed || flush != nullptr);
    if (commits || supersedes) flushed_up_to = content_.sequence;
    if (flushed_up_to > now->flushed_up_to) edit.flushed_up_to = flushed_up_to;
    return changed || edit.flushed_up_to.has_value() ? Add(std::move(edit)) : absl::OkStatus();
  }

  // The very state that a transaction builds on, where it is one of `now`.
  absl::StatusOr<std::shared_ptr<const DatasetState>> ApplyFlush(
      const DatasetFlush& flush, const std::shared_ptr<const DatasetState>& now) {
    if (now == flush.change.before) return flush.made;
    ASSIGN_OR_RETURN(DatasetState state, ApplyChange(flush.change, now, *core_.cache));
    return std::make_shared<const DatasetState>(std::move(state));
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

  // The oldest log that has rows which are in no segment once the edit is published.
  void AddOldestLog(manifest::ManifestEdit* edit) const {
    StoreView left;
    for (const auto& [id, memtables] : view_->memtables) {
      const auto changed = std::find_if(version_.datasets.begin(), version_.datasets.end(),
                                        [id = id](const auto& of) { return of.dataset_id == id; });
      for (const MemtableRef& ref : memtables) {
        const bool gone =
            changed != version_.datasets.end() &&
            (changed->drop || (ref.memtable->sealed() && ref.memtable->stats().last_sequence <=
                                                             changed->flushed_up_to.value_or(0)));
        if (!gone) left.memtables[id].push_back(ref);
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

}  // namespace

absl::StatusOr<manifest::ManifestEdit> MakeContentEdit(StoreCore& core,
                                                       const ContentChange& content,
                                                       const VersionSet& base) {
  return EditMaker(core, content, base).Make();
}

}  // namespace ashlar::store
