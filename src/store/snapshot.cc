// Snapshot: the public handle over a pinned slot.

#include "ashlar/snapshot.h"

#include <algorithm>
#include <atomic>
#include <memory>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "src/base/check.h"
#include "src/base/clock.h"
#include "src/base/mutex.h"
#include "src/base/nearest_names.h"
#include "src/store/dataset_impl.h"
#include "src/store/snapshot_pins.h"

namespace ashlar {

// The datasets that a snapshot gave out, without pins of their own: rows that were got from them
// are borrowed from it.
struct SnapshotDatasets {
  base::Mutex mutex;
  absl::flat_hash_map<uint64_t, Dataset> datasets ABSL_GUARDED_BY(mutex);  // by id
};

namespace {

SnapshotDatasets& KeptBy(std::atomic<SnapshotDatasets*>& kept) {
  if (SnapshotDatasets* const made = kept.load(std::memory_order_acquire)) return *made;
  auto made = std::make_unique<SnapshotDatasets>();
  SnapshotDatasets* other = nullptr;
  // Another thread may have been faster.
  if (!kept.compare_exchange_strong(other, made.get())) return *other;
  return *made.release();
}

}  // namespace

Snapshot::~Snapshot() {
  if (slot_ == nullptr) return;
  delete kept_.load(std::memory_order_acquire);
  const int64_t before = slot_->counts[stripe_].pins.fetch_sub(1, std::memory_order_seq_cst);
  ASHLAR_CHECK(before > 0);
}

Snapshot Snapshot::Clone() const {
  if (slot_ == nullptr) return {};
  slot_->counts[stripe_].pins.fetch_add(1, std::memory_order_seq_cst);
  return {pins_, slot_, sequence_, stripe_};
}

uint64_t Snapshot::version() const {
  ASHLAR_CHECK(slot_ != nullptr);
  return slot_->view->manifest->version;
}

uint64_t Snapshot::sequence() const {
  ASHLAR_CHECK(slot_ != nullptr);
  // A large commit is seen with its manifest.
  return std::max(sequence_, slot_->view->manifest->sequence);
}

std::chrono::system_clock::time_point Snapshot::committed_at() const {
  ASHLAR_CHECK(slot_ != nullptr);
  return base::TimeFromMicros(slot_->view->manifest->committed_us);
}

std::vector<std::string> Snapshot::dataset_names() const {
  ASHLAR_CHECK(slot_ != nullptr);
  std::vector<std::string> names;
  for (const auto& [name, state] : slot_->view->manifest->datasets) names.push_back(name);
  return names;
}

absl::StatusOr<Dataset> Snapshot::GetDataset(std::string_view name) const {
  ASHLAR_CHECK(slot_ != nullptr);
  const manifest::DatasetMap& datasets = slot_->view->manifest->datasets;
  const auto found = datasets.find(name);
  if (found == datasets.end()) return base::UnknownName("dataset", name, dataset_names());
  SnapshotDatasets& kept = KeptBy(kept_);
  base::MutexLock lock(kept.mutex);
  auto known = kept.datasets.find(found->second->id);
  if (known == kept.datasets.end()) {
    known = kept.datasets
                .emplace(found->second->id,
                         pins_->dataset_factory()(found->second, *slot_->view, sequence_))
                .first;
  }
  Dataset::Impl impl = known->second.impl();
  impl.pin = SnapshotPins::PinForDataset(*this);
  return Dataset(std::make_shared<const Dataset::Impl>(std::move(impl)));
}

}  // namespace ashlar
