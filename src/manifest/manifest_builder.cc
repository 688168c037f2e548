// Edits of a version. All datasets of an edit are taken out by name before any is put back, so that
// renames may swap names and the order within an edit does not matter.
#include "src/manifest/manifest_builder.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>
#include <vector>

#include "ashlar/status_macros.h"
#include "src/base/bytes.h"
#include "src/base/check.h"
#include "src/base/names.h"
#include "src/base/strings.h"
#include "src/manifest/dataset_definition.h"
#include "src/manifest/deaths.h"
#include "src/manifest/segment_compactions.h"

namespace ashlar::manifest {
namespace {

absl::Status Misfit(const DatasetEdit& edit, std::string_view why) {
  return absl::FailedPreconditionError(
      base::StrCat("manifest edit of dataset ", edit.dataset_id, ": ", why));
}

absl::Status CheckSplices(const DatasetEdit& edit, uint64_t size) {
  uint64_t position = 0;
  for (const SegmentSplice& splice : edit.splices) {
    if (splice.begin < position) return Misfit(edit, "splices overlap or do not ascend");
    if (splice.begin > size || splice.removed > size - splice.begin) {
      return Misfit(edit, base::StrCat("splice [", splice.begin, ", +", splice.removed,
                                       ") is outside of ", size, " segments"));
    }
    position = splice.begin + splice.removed;
    for (const SegmentEntry& entry : splice.inserted) {
      if (entry.meta == nullptr) return Misfit(edit, "a splice inserts no segment");
      if (entry.dead != nullptr && (entry.dead->segment_rows() != entry.meta->rows ||
                                    entry.dead->cardinality() == entry.meta->rows)) {
        return Misfit(edit,
                      "a splice inserts a segment without a live row, or with dead rows of "
                      "another one");
      }
    }
  }
  return absl::OkStatus();
}

absl::Status AddTotals(const DatasetEdit& edit, const std::vector<SegmentEntry>& inserted,
                       DatasetState& state) {
  for (const SegmentEntry& entry : inserted) {
    const std::optional<uint64_t> rows = base::CheckedAdd(state.rows, LiveRows(entry));
    const std::optional<uint64_t> bytes =
        base::CheckedAdd(state.logical_bytes, entry.meta->logical_bytes);
    if (!rows.has_value() || !bytes.has_value()) return Misfit(edit, "totals overflow");
    state.rows = *rows;
    state.logical_bytes = *bytes;
  }
  return absl::OkStatus();
}

void SubtractTotals(const std::vector<SegmentEntry>& list, const SegmentSplice& splice,
                    DatasetState& state) {
  for (uint64_t i = splice.begin; i < splice.begin + splice.removed; ++i) {
    state.rows -= LiveRows(list[i]);
    state.logical_bytes -= list[i].meta->logical_bytes;
  }
}

// Splices are checked. Entries are moved, never copied; an append moves nothing.
void SpliceList(const std::vector<SegmentSplice>& splices, std::vector<SegmentEntry>& list) {
  if (splices.empty()) return;
  const auto first = list.begin() + static_cast<ptrdiff_t>(splices.front().begin);
  std::vector<SegmentEntry> old_tail(std::make_move_iterator(first),
                                     std::make_move_iterator(list.end()));
  uint64_t position = splices.front().begin;
  list.erase(first, list.end());
  auto next = old_tail.begin();
  for (const SegmentSplice& splice : splices) {
    const auto keep_end = next + static_cast<ptrdiff_t>(splice.begin - position);
    std::move(next, keep_end, std::back_inserter(list));
    list.insert(list.end(), splice.inserted.begin(), splice.inserted.end());
    next = keep_end + static_cast<ptrdiff_t>(splice.removed);
    position = splice.begin + splice.removed;
  }
  std::move(next, old_tail.end(), std::back_inserter(list));
}

absl::Status SpliceState(const DatasetEdit& edit, DatasetState& state) {
  RETURN_IF_ERROR(CheckSplices(edit, state.segments.size()));
  RETURN_IF_ERROR(ApplyDeaths(edit, state));
  for (const SegmentSplice& splice : edit.splices) SubtractTotals(state.segments, splice, state);
  for (const SegmentSplice& splice : edit.splices) {
    RETURN_IF_ERROR(AddTotals(edit, splice.inserted, state));
  }
  SpliceList(edit.splices, state.segments);
  return absl::OkStatus();
}

}  // namespace

ManifestBuilder::ManifestBuilder(std::shared_ptr<const Manifest> base) : from_nothing_(false) {
  ASHLAR_CHECK(base != nullptr);
  header_.version = base->version;
  header_.sequence = base->sequence;
  header_.committed_us = base->committed_us;
  for (const auto& [name, dataset] : base->datasets) {
    names_.emplace(dataset->id, name);
    slots_.emplace_hint(slots_.end(), name, Slot{dataset, nullptr});
  }
}

absl::Status ManifestBuilder::Apply(const VersionEdit& edit) {
  if (!std::exchange(from_nothing_, false) && edit.version <= header_.version) {
    return absl::FailedPreconditionError(base::StrCat("manifest edit: version ", edit.version,
                                                      " does not follow ", header_.version));
  }
  header_.version = edit.version;
  header_.sequence = edit.sequence;
  header_.committed_us = edit.committed_us;
  RETURN_IF_ERROR(TakeOut(edit));
  for (const DatasetEdit& dataset : edit.datasets) RETURN_IF_ERROR(PutBack(dataset));
  ASHLAR_CHECK(touched_.empty());
  return absl::OkStatus();
}

absl::Status ManifestBuilder::TakeOut(const VersionEdit& edit) {
  for (const DatasetEdit& dataset : edit.datasets) {
    Slot slot;
    if (const auto name = names_.find(dataset.dataset_id); name != names_.end()) {
      const auto found = slots_.find(name->second);
      ASHLAR_CHECK(found != slots_.end());
      slot = std::move(found->second);
      slots_.erase(found);
      names_.erase(name);
    }
    if (!touched_.emplace(dataset.dataset_id, std::move(slot)).second) {
      return Misfit(dataset, "named twice");
    }
  }
  return absl::OkStatus();
}

absl::Status ManifestBuilder::PutBack(const DatasetEdit& edit) {
  auto node = touched_.extract(edit.dataset_id);
  if (node.empty()) return Misfit(edit, "named twice");
  Slot slot = std::move(node.mapped());
  const bool exists = slot.frozen != nullptr || slot.draft != nullptr;
  if (!exists && (edit.drop || !edit.definition.has_value())) return Misfit(edit, "does not exist");
  if (edit.drop) {
    if (!edit.splices.empty() || !edit.deaths.empty() || edit.definition.has_value() ||
        edit.flushed_up_to.has_value()) {
      return Misfit(edit, "is dropped and changed at once");
    }
    return absl::OkStatus();
  }
  if (edit.definition.has_value() && edit.definition->id != edit.dataset_id) {
    return Misfit(edit, base::StrCat("is defined with id ", edit.definition->id));
  }
  const bool nothing = !edit.definition.has_value() && edit.splices.empty() &&
                       edit.deaths.empty() && !edit.flushed_up_to.has_value();
  if (exists && nothing) return Insert(std::move(slot));
  DatasetState& draft = DraftOf(slot);
  if (edit.definition.has_value()) Redefine(*edit.definition, draft);
  RETURN_IF_ERROR(SpliceState(edit, draft));
  draft.flushed_up_to = edit.flushed_up_to.value_or(draft.flushed_up_to);
  return Insert(std::move(slot));
}

DatasetState& ManifestBuilder::DraftOf(Slot& slot) {
  if (slot.draft == nullptr) {
    slot.draft = slot.frozen != nullptr ? std::make_shared<DatasetState>(*slot.frozen)
                                        : std::make_shared<DatasetState>();
    slot.frozen = nullptr;
  }
  return *slot.draft;
}

absl::Status ManifestBuilder::Compact(const std::vector<DatasetEdit>& compactions) {
  uint64_t last = 0;
  for (const DatasetEdit& edit : compactions) {
    if (&edit != &compactions.front() && edit.dataset_id <= last) {
      return Misfit(edit, "compactions do not ascend");
    }
    last = edit.dataset_id;
    const auto name = names_.find(edit.dataset_id);
    if (name == names_.end()) return Misfit(edit, "is compacted and does not exist");
    Slot& slot = slots_.find(name->second)->second;
    RETURN_IF_ERROR(CheckSplices(edit, slot.state().segments.size()));
    RETURN_IF_ERROR(CheckCompaction(edit, slot.state()));
    RETURN_IF_ERROR(SpliceState(edit, DraftOf(slot)));
  }
  return absl::OkStatus();
}

absl::Status ManifestBuilder::Insert(Slot slot) {
  const uint64_t id = slot.state().id;
  std::string name = slot.state().name;
  if (!slots_.emplace(name, std::move(slot)).second) {
    return absl::FailedPreconditionError(
        base::StrCat("manifest edit: two datasets are named ", base::QuoteForMessage(name)));
  }
  names_.emplace(id, std::move(name));
  return absl::OkStatus();
}

std::shared_ptr<const Manifest> ManifestBuilder::Freeze() {
  auto manifest = std::make_shared<Manifest>(header_);
  for (auto& [name, slot] : slots_) {
    if (slot.draft != nullptr) slot.frozen = std::exchange(slot.draft, nullptr);
    manifest->datasets.emplace_hint(manifest->datasets.end(), name, slot.frozen);
  }
  return manifest;
}

}  // namespace ashlar::manifest
