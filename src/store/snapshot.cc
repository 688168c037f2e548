// Snapshot: the public handle over a pinned slot.

#include "ashlar/snapshot.h"

#include <algorithm>
#include <utility>

#include "src/base/check.h"
#include "src/base/clock.h"
#include "src/base/nearest_names.h"
#include "src/store/dataset_impl.h"
#include "src/store/snapshot_pins.h"

namespace ashlar {

Snapshot::~Snapshot() {
  if (slot_ == nullptr) return;
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
  Dataset::Impl impl = pins_->dataset_factory()(found->second, *slot_->view, sequence_).impl();
  impl.pin = SnapshotPins::PinForDataset(*this);
  return Dataset(std::make_shared<const Dataset::Impl>(std::move(impl)));
}

}  // namespace ashlar
