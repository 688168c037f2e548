// Searching the key directory: one key, and many with their memory accesses overlapped.
//
// Owns: when a state gets a view of its directory, and the order of the accesses: bucket, death,
// key. Does not own: searching segments (dataset_keys.cc).
#include <algorithm>
#include <utility>

#include "ashlar/status_macros.h"
#include "src/columnar/column_data.h"
#include "src/store/dataset_keys.h"
#include "src/store/segment_cache.h"

namespace ashlar::store {
namespace {

// Searches that go on together: about as many as memory accesses fit in flight, three times over.
constexpr size_t kGroup = 32;
// A view costs a table look-up a segment, and saves a filter probe a segment and key.
constexpr int64_t kSegmentsPerKey = 8;
// Keys to be asked before memory for a directory is looked for again.
constexpr int64_t kPatience = 4096;

}  // namespace

const DirectoryView* DatasetKeys::ViewFor(size_t keys) const {
  const DirectoryView* const view = view_.load(std::memory_order_acquire);
  if (view != nullptr && (view->IsComplete() || !view->directory().superseded())) return view;
  return MakeView(keys);
}

const DirectoryView* DatasetKeys::MakeView(size_t keys) const {
  const DirectoryView* const old = view_.load(std::memory_order_acquire);
  if (!cache_.directories().enabled() || state_->segments.empty()) return old;
  const int64_t asked = asked_ += static_cast<int64_t>(keys);
  if (asked * kSegmentsPerKey < static_cast<int64_t>(state_->segments.size())) return old;
  std::shared_ptr<KeyDirectory> directory = cache_.directories().Of(NeedOf(*state_));
  if (directory == nullptr) asked_ = -kPatience;
  if (directory == nullptr) return old;
  std::unique_ptr<const DirectoryView> made = DirectoryView::TryMake(*state_, directory);
  if (made == nullptr) return old;
  base::MutexLock lock(mutex_);
  const DirectoryView* const now = view_.load(std::memory_order_acquire);
  if (now != old) return now;  // another thread was faster
  // Old views stay: somebody may be asking them.
  views_.push_back(std::move(made));
  for (size_t position = 0; position < quick_.size(); ++position) {
    if (quick_[position] != nullptr) views_.back()->MakeKnown(position, quick_[position].get());
  }
  view_.store(views_.back().get(), std::memory_order_release);
  return views_.back().get();
}

void DatasetKeys::Build(const DirectoryView& view, size_t keys) const {
  view.Build(
      keys, codec_, [this](size_t position) { return OpenSegment(position); },
      cache_.directories());
}

void DatasetKeys::Prefetch(const RowLocation& at) const {
  const OpenedSegment& open = open_[at.segment];
  const SegmentKeys* const keys = open.keys.load(std::memory_order_acquire);
  if (keys != nullptr && at.row < keys->columns().rows()) keys->columns().Prefetch(at.row);
  const RowSource* const rows = open.rows.load(std::memory_order_acquire);
  if (rows != nullptr) rows->ahead().Prefetch(at.row);
}

bool DatasetKeys::FindQuickly(std::string_view key, uint64_t hash, QuickRow* row) const {
  const DirectoryView* const view = view_.load(std::memory_order_acquire);
  if (view == nullptr || !view->IsComplete()) return false;
  RowLocation at;
  const Probe probe = ProbeDirectory(*view, key, hash, &at);
  if (probe != Probe::kFound) return probe == Probe::kAbsent;
  row->source = open_[at.segment].rows.load(std::memory_order_acquire);
  row->row = at.row;
  return row->source != nullptr;
}

absl::StatusOr<std::optional<RowLocation>> DatasetKeys::FindInDirectory(const DirectoryView& view,
                                                                        std::string_view key,
                                                                        uint64_t hash) const {
  for (RowLocation at;;) {
    switch (ProbeDirectory(view, key, hash, &at)) {
      case Probe::kAbsent:
        return std::optional<RowLocation>();
      case Probe::kFound:
        return std::optional(at);
      case Probe::kUnopened:
        RETURN_IF_ERROR(OpenSegment(at.segment).status());
    }
  }
}

absl::Status DatasetKeys::FindAllInDirectory(const DirectoryView& view,
                                             const columnar::EncodedKeys& keys, Places* found,
                                             std::vector<uint32_t>* missed) const {
  for (size_t begin = 0; begin < keys.rows; begin += kGroup) {
    const size_t end = std::min(begin + kGroup, keys.rows);
    for (size_t i = begin; i < end; ++i) view.Prefetch(keys.hashes[i]);
    for (size_t i = begin; i < end; ++i) {
      view.ForEachRow(keys.hashes[i], [&](const RowLocation& at) {
        if (!IsAlive(at)) return false;
        (*found)[i] = at;  // most often it has the key
        Prefetch(at);
        return true;
      });
    }
    for (size_t i = begin; i < end; ++i) {
      std::optional<RowLocation>& place = (*found)[i];
      if (place.has_value()) {
        ASSIGN_OR_RETURN(const SegmentKeys* const open, OpenSegment(place->segment));
        // Another key's row: the right one may come after it.
        if (!open->columns().Equals(place->row, keys.key(i))) {
          ASSIGN_OR_RETURN(place, FindInDirectory(view, keys.key(i), keys.hashes[i]));
        }
      }
      if (!place.has_value()) missed->push_back(static_cast<uint32_t>(i));
    }
  }
  return absl::OkStatus();
}

}  // namespace ashlar::store
