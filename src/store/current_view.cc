// From one view to the next; see the header.
#include "src/store/current_view.h"

#include <algorithm>
#include <utility>

#include "src/base/check.h"
#include "src/store/dataset_keys.h"

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

// Of the memtables of `before` that are not in `after`: nobody writes to them any more.
uint64_t BytesLeftOut(const std::map<uint64_t, MemtableList>& before,
                      const std::map<uint64_t, MemtableList>& after) {
  uint64_t bytes = 0;
  for (const auto& [id, list] : before) {
    const auto left = after.find(id);
    for (const MemtableRef& ref : list) {
      const auto is_it = [&](const MemtableRef& other) { return other.memtable == ref.memtable; };
      const bool stays = left != after.end() && std::ranges::any_of(left->second, is_it);
      if (!stays) bytes += ref.memtable->bytes();
    }
  }
  return bytes;
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
  bytes_.fetch_sub(BytesLeftOut(view_->memtables, left), std::memory_order_relaxed);
  SetView(std::make_shared<const StoreView>(StoreView{std::move(manifest), std::move(left)}));
}

WritableRows& CurrentView::Writable(const manifest::DatasetState& dataset, uint64_t log_number) {
  WritableRows& rows = writable_[dataset.id];
  if (rows.memtable != nullptr) return rows;
  const bool keyed = dataset.is_keyed();
  rows.memtable = log::Memtable::Make(dataset.schema, keyed);
  if (keyed) rows.codec = KeyCodecOf(dataset);
  Count(rows);
  base::MutexLock lock(mutex_);
  auto next = std::make_shared<StoreView>(*view_);
  next->memtables[dataset.id].push_back(
      {rows.memtable, keyed ? std::make_shared<PendingDeaths>() : nullptr, log_number});
  SetView(std::move(next));
  return rows;
}

void CurrentView::Count(WritableRows& rows) {
  const uint64_t bytes = rows.memtable->bytes();
  // Memtables only grow.
  bytes_.fetch_add(bytes - std::exchange(rows.counted_bytes, bytes), std::memory_order_relaxed);
}

void CurrentView::SealAll() {
  for (const auto& [id, rows] : writable_) rows.memtable->Seal();
  writable_.clear();
}

void CurrentView::Seal(uint64_t dataset_id) {
  const auto found = writable_.find(dataset_id);
  if (found == writable_.end()) return;
  found->second.memtable->Seal();
  writable_.erase(found);
}

uint64_t OldestLogOf(const StoreView& view, uint64_t otherwise) {
  uint64_t oldest = otherwise;
  for (const auto& [id, memtables] : view.memtables) {
    oldest = std::min(oldest, memtables.front().first_log);
  }
  return oldest;
}

}  // namespace ashlar::store
