// What a large transaction builds on: a dataset as it is, with or without its rows in memory.

#include <algorithm>
#include <utility>

#include "ashlar/status_macros.h"
#include "src/base/check.h"
#include "src/store/dataset_keys.h"
#include "src/store/transaction_impl.h"

namespace ashlar {

using store::PendingDataset;

absl::Status WriteTransaction::Impl::LookAt(std::string_view dataset, PendingDataset* pending) {
  Snapshot now = SnapshotPins::Take(core->pins);
  const store::StoreView& view = SnapshotPins::ViewOf(now);
  const auto found = view.manifest->datasets.find(dataset);
  if (found == view.manifest->datasets.end()) return Unknown(dataset);
  const std::shared_ptr<const manifest::DatasetState> state = found->second;
  if (state->is_keyed() && pending->codec == nullptr) {
    // Made once a version, not once a transaction.
    const std::shared_ptr<const store::DatasetKeys> keys = core->cache->KeysOf(state);
    pending->codec = std::shared_ptr<const columnar::KeyCodec>(keys, &keys->codec());
  }
  pending->before = state;
  // Who writes blindly needs no snapshot, and most small transactions do.
  if (!large) return absl::OkStatus();
  pending->over_memory = view.FindMemtables(state->id) != nullptr;
  pending->change = std::make_unique<store::DatasetChange>(store::DatasetChange{
      .before = state, .seen = store::ContentSequence(*state, view), .pending = *state});
  pending->base = std::move(now);
  return absl::OkStatus();
}

absl::Status WriteTransaction::Impl::LookAtMemory(std::string_view dataset,
                                                  PendingDataset* pending) {
  return pending->over_memory ? BuildOnNow(dataset, pending) : absl::OkStatus();
}

absl::Status WriteTransaction::Impl::BuildOnNow(std::string_view dataset, PendingDataset* pending) {
  Snapshot now;
  std::shared_ptr<const manifest::DatasetState> before;
  std::optional<store::DatasetFlush> below;
  {
    // A flush that is at work would soon be in the way.
    base::MutexLock flushing(core->flush_mutex);
    now = SnapshotPins::Take(core->pins);
    const store::StoreView& view = SnapshotPins::ViewOf(now);
    const auto found = view.manifest->datasets.find(dataset);
    // Claimed, so nobody else has dropped it.
    ASHLAR_CHECK(found != view.manifest->datasets.end() &&
                 found->second->id == pending->before->id);
    before = found->second;
    if (view.FindMemtables(before->id) != nullptr) {
      ASSIGN_OR_RETURN(
          below, store::WriteBelow(view, before, now.sequence(), *core->cache, Files().sink()));
    }
  }
  store::DatasetChange& change = *pending->change;
  change.seen = before->flushed_up_to;
  if (below.has_value()) {
    change.seen = std::max(change.seen, below->flushed_up_to);
    before = below->made;
  }
  ASSIGN_OR_RETURN(change.pending, store::ApplyChange(change, before, *core->cache));
  change.before = before;
  pending->before = std::move(before);
  pending->below = std::move(below);
  pending->base = std::move(now);
  pending->over_memory = false;
  return absl::OkStatus();
}

}  // namespace ashlar
