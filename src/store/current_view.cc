// From one view to the next; see the header.
#include "src/store/current_view.h"

#include <algorithm>
#include <utility>

#include "src/base/check.h"

namespace ashlar::store {
namespace {

// What of `memtables` is not in the segments of `manifest`.
std::map<uint64_t, MemtableList> WithoutFlushed(const std::map<uint64_t, MemtableList>& memtables,
                                                const manifest::Manifest& manifest) {
  std::map<uint64_t, MemtableList> left;
  if (memtables.empty()) return left;
  for (const auto& [name, state] : manifest.datasets) {
    const auto found = memtables.find(state->id);
    if (found == memtables.end()) continue;
    MemtableList list;
    for (const MemtableRef& ref : found->second) {
      // One that may still get rows stays, whatever it has now.
      const bool flushed =
          ref.memtable->sealed() && ref.memtable->stats().last_sequence <= state->flushed_up_to;
      if (!flushed) list.push_back(ref);
    }
    if (!list.empty()) left.emplace(state->id, std::move(list));
  }
  return left;
}

}  // namespace

CurrentView::CurrentView(std::shared_ptr<const manifest::Manifest> manifest, Publish publish)
    : publish_(std::move(publish)) {
  ASHLAR_CHECK(manifest != nullptr && publish_ != nullptr);
  base::MutexLock lock(mutex_);
  view_ = std::make_shared<const StoreView>(StoreView{std::move(manifest)});
}

std::shared_ptr<const StoreView> CurrentView::current() const {
  base::MutexLock lock(mutex_);
  return view_;
}

void CurrentView::SetView(std::shared_ptr<const StoreView> view) {
  view_ = std::move(view);
  publish_(view_);
}

void CurrentView::SetManifest(std::shared_ptr<const manifest::Manifest> manifest) {
  base::MutexLock lock(mutex_);
  if (view_->manifest == manifest) return;
  std::map<uint64_t, MemtableList> left = WithoutFlushed(view_->memtables, *manifest);
  SetView(std::make_shared<const StoreView>(StoreView{std::move(manifest), std::move(left)}));
}

log::Memtable& CurrentView::Writable(const manifest::DatasetState& dataset, uint64_t log_number) {
  std::shared_ptr<log::Memtable>& memtable = writable_[dataset.id];
  if (memtable != nullptr && !memtable->sealed()) return *memtable;
  memtable = log::Memtable::Make(dataset.schema, dataset.is_keyed());
  base::MutexLock lock(mutex_);
  auto next = std::make_shared<StoreView>(*view_);
  next->memtables[dataset.id].push_back(
      {memtable, dataset.is_keyed() ? std::make_shared<PendingDeaths>() : nullptr, log_number});
  SetView(std::move(next));
  return *memtable;
}

void CurrentView::SealAll() {
  for (const auto& [id, memtable] : writable_) memtable->Seal();
  writable_.clear();
}

void CurrentView::Seal(uint64_t dataset_id) {
  const auto found = writable_.find(dataset_id);
  if (found == writable_.end()) return;
  found->second->Seal();
  writable_.erase(found);
}

uint64_t MemoryBytes(const StoreView& view) {
  uint64_t bytes = 0;
  for (const auto& [id, memtables] : view.memtables) {
    for (const MemtableRef& ref : memtables) bytes += ref.memtable->bytes();
  }
  return bytes;
}

uint64_t OldestLogOf(const StoreView& view, uint64_t otherwise) {
  uint64_t oldest = otherwise;
  for (const auto& [id, memtables] : view.memtables) {
    oldest = std::min(oldest, memtables.front().first_log);
  }
  return oldest;
}

}  // namespace ashlar::store
