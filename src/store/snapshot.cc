// Snapshot: the public handle over a pinned slot.

#include "ashlar/snapshot.h"

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
  return {pins_, slot_, stripe_};
}

uint64_t Snapshot::version() const {
  ASHLAR_CHECK(slot_ != nullptr);
  return slot_->manifest->version;
}

std::chrono::system_clock::time_point Snapshot::committed_at() const {
  ASHLAR_CHECK(slot_ != nullptr);
  return base::TimeFromMicros(slot_->manifest->committed_us);
}

std::vector<std::string> Snapshot::dataset_names() const {
  ASHLAR_CHECK(slot_ != nullptr);
  std::vector<std::string> names;
  for (const auto& [name, state] : slot_->manifest->datasets) names.push_back(name);
  return names;
}

absl::StatusOr<Dataset> Snapshot::GetDataset(std::string_view name) const {
  ASHLAR_CHECK(slot_ != nullptr);
  const manifest::DatasetMap& datasets = slot_->manifest->datasets;
  const auto found = datasets.find(name);
  if (found == datasets.end()) return base::UnknownName("dataset", name, dataset_names());
  Dataset::Impl impl = pins_->dataset_factory()(found->second).impl();
  impl.pin = SnapshotPins::PinForDataset(*this);
  return Dataset(std::make_shared<const Dataset::Impl>(std::move(impl)));
}

}  // namespace ashlar
