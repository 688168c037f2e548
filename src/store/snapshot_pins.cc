// Pinning and recycling of snapshot slots. See snapshot_pins.h for why this is safe.

#include "src/store/snapshot_pins.h"

#include <algorithm>
#include <utility>

#include "src/base/check.h"

namespace ashlar {
namespace {

// Threads are dealt stripes in turn; two threads meet on one only beyond kSnapshotStripes.
uint32_t ThisThreadsStripe() {
  static std::atomic<uint32_t> next{0};
  thread_local const uint32_t stripe =
      next.fetch_add(1, std::memory_order_relaxed) % kSnapshotStripes;
  return stripe;
}

}  // namespace

int64_t SnapshotSlot::pins() const {
  int64_t total = 0;
  for (const Count& count : counts) total += count.pins.load(std::memory_order_seq_cst);
  return total;
}

SnapshotPins::SnapshotPins(std::shared_ptr<const store::StoreView> current,
                           DatasetFactory make_dataset)
    : make_dataset_(std::move(make_dataset)), current_(nullptr) {
  base::MutexLock lock(mutex_);
  SnapshotSlot* slot = FreeSlot();
  sequence_ = current->manifest->sequence;
  slot->view = std::move(current);
  current_.store(slot, std::memory_order_seq_cst);
}

SnapshotPins::Shares SnapshotPins::Make(std::shared_ptr<const store::StoreView> current,
                                        DatasetFactory make_dataset) {
  auto pins = std::make_shared<SnapshotPins>(std::move(current), std::move(make_dataset));
  Shares shares;
  for (auto& share : shares) {
    share =
        std::shared_ptr<SnapshotPins>(pins.get(), [pins](SnapshotPins*) mutable { pins.reset(); });
  }
  return shares;
}

Snapshot SnapshotPins::Take(const Shares& shares) {
  SnapshotPins& self = *shares[0];
  const uint32_t stripe = ThisThreadsStripe();
  while (true) {
    SnapshotSlot* slot = self.current_.load(std::memory_order_acquire);
    slot->counts[stripe].pins.fetch_add(1, std::memory_order_seq_cst);
    const uint64_t sequence = self.sequence();
    if (self.current_.load(std::memory_order_seq_cst) == slot) {
      return Snapshot(shares[stripe], slot, sequence, stripe);
    }
    slot->counts[stripe].pins.fetch_sub(1, std::memory_order_release);
  }
}

Snapshot SnapshotPins::TakeVersion(const Shares& shares,
                                   std::shared_ptr<const manifest::Manifest> version) {
  ASHLAR_CHECK(version != nullptr);
  SnapshotPins& self = *shares[0];
  const uint32_t stripe = ThisThreadsStripe();
  base::MutexLock lock(self.mutex_);
  for (SnapshotSlot& slot : self.slots_) {
    if (slot.view == nullptr || slot.view->manifest != version || !slot.view->memtables.empty()) {
      continue;
    }
    slot.counts[stripe].pins.fetch_add(1, std::memory_order_seq_cst);
    return Snapshot(shares[stripe], &slot, version->sequence, stripe);
  }
  const uint64_t sequence = version->sequence;
  SnapshotSlot* slot = self.FreeSlot();
  slot->view = std::make_shared<const store::StoreView>(store::StoreView{std::move(version)});
  slot->counts[stripe].pins.fetch_add(1, std::memory_order_seq_cst);
  return Snapshot(shares[stripe], slot, sequence, stripe);
}

std::shared_ptr<const void> SnapshotPins::PinForDataset(const Snapshot& snapshot) {
  class Pin {
   public:
    explicit Pin(Snapshot snapshot) : snapshot_(std::move(snapshot)) { count().fetch_add(1); }
    Pin(const Pin&) = delete;
    Pin& operator=(const Pin&) = delete;
    ~Pin() { count().fetch_sub(1); }

   private:
    std::atomic<int64_t>& count() { return snapshot_.slot_->counts[snapshot_.stripe_].of_datasets; }
    Snapshot snapshot_;
  };
  return std::make_shared<Pin>(snapshot.Clone());
}

SnapshotSlot* SnapshotPins::FreeSlot() {
  // Not one that a late reader has just counted on: when it finds the slot current, the sequence
  // that it has read must not be older than the view.
  for (SnapshotSlot& slot : slots_) {
    if (slot.view == nullptr && slot.pins() == 0) return &slot;
  }
  return &slots_.emplace_back();
}

void SnapshotPins::Recycle() {
  const SnapshotSlot* current = current_.load(std::memory_order_seq_cst);
  for (SnapshotSlot& slot : slots_) {
    // A reader that raced with the publication may add and take back one at any time; it never
    // looks at the view then.
    if (&slot != current && slot.view != nullptr && slot.pins() == 0) slot.view.reset();
  }
}

void SnapshotPins::SetCurrent(std::shared_ptr<const store::StoreView> current) {
  ASHLAR_CHECK(current != nullptr && current->manifest != nullptr);
  base::MutexLock lock(mutex_);
  if (current_.load(std::memory_order_seq_cst)->view == current) return;
  SnapshotSlot* const slot = FreeSlot();
  slot->view = std::move(current);
  current_.store(slot, std::memory_order_seq_cst);
  Recycle();
}

std::vector<std::shared_ptr<const manifest::Manifest>> SnapshotPins::PinnedVersions() {
  base::MutexLock lock(mutex_);
  Recycle();
  std::vector<std::shared_ptr<const manifest::Manifest>> pinned;
  for (const SnapshotSlot& slot : slots_) {
    if (slot.view != nullptr) pinned.push_back(slot.view->manifest);
  }
  std::sort(pinned.begin(), pinned.end(),
            [](const auto& a, const auto& b) { return a->version < b->version; });
  // Views of one version differ in what is in memory.
  pinned.erase(std::unique(pinned.begin(), pinned.end()), pinned.end());
  return pinned;
}

uint64_t SnapshotPins::snapshots() {
  base::MutexLock lock(mutex_);
  int64_t total = 0;
  for (const SnapshotSlot& slot : slots_) {
    for (const SnapshotSlot::Count& count : slot.counts) total += count.pins - count.of_datasets;
  }
  return total > 0 ? static_cast<uint64_t>(total) : 0;
}

uint64_t SnapshotPins::oldest_pinned_version() {
  base::MutexLock lock(mutex_);
  uint64_t oldest = 0;
  for (const SnapshotSlot& slot : slots_) {
    if (slot.view == nullptr || slot.pins() == 0) continue;
    const uint64_t version = slot.view->manifest->version;
    if (oldest == 0 || version < oldest) oldest = version;
  }
  return oldest;
}

}  // namespace ashlar
