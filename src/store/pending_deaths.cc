// Resolving the keys of a memtable; see the header.
#include "src/store/pending_deaths.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

#include "ashlar/status_macros.h"
#include "src/base/check.h"
#include "src/columnar/encoded_keys.h"

namespace ashlar::store {
namespace {

// Deaths between two checkpoints: what a scan adds up at most.
constexpr size_t kCheckpointDeaths = 1024;

}  // namespace

absl::StatusOr<DeadBySegment> PendingDeaths::Of(const std::shared_ptr<const DatasetKeys>& keys,
                                                const log::MemtableView& view) {
  ASHLAR_CHECK(keys != nullptr && view.keyed());
  base::MutexLock lock(mutex_);
  if (keys_ == nullptr || &keys_->state() != &keys->state()) {
    keys_ = keys;
    resolved_ = 0;
    deaths_.clear();
    checkpoints_.clear();
  }
  RETURN_IF_ERROR(ResolveUpTo(view.rows(), view));
  const auto begins_behind = std::lower_bound(
      deaths_.begin(), deaths_.end(), view.rows(),
      [](const Death& death, int64_t position) { return death.position < position; });
  const auto count = static_cast<size_t>(begins_behind - deaths_.begin());
  DeadBySegment dead(keys->state().segments.size());
  size_t from = 0;
  const auto behind = checkpoints_.upper_bound(count);
  if (behind != checkpoints_.begin()) {
    const auto& [number, known] = *std::prev(behind);
    from = number;
    dead = known;
  }
  Add(from, view.rows(), &dead);
  if (count - from >= kCheckpointDeaths) checkpoints_.emplace(count, dead);
  return dead;
}

absl::Status PendingDeaths::ResolveUpTo(int64_t end, const log::MemtableView& view) {
  if (end <= resolved_) return absl::OkStatus();
  columnar::EncodedKeys fresh;
  std::vector<int64_t> positions;
  fresh.offsets.push_back(0);
  view.ForEachNewKey(resolved_, end, [&](const log::MemtableEntry& entry) {
    columnar::AppendKey(entry.key, entry.hash, &fresh);
    positions.push_back(entry.position);
  });
  ASSIGN_OR_RETURN(const auto found, keys_->FindAll(fresh));
  for (size_t i = 0; i < found.size(); ++i) {
    if (found[i].has_value()) deaths_.push_back({positions[i], *found[i]});
  }
  resolved_ = end;
  return absl::OkStatus();
}

void PendingDeaths::Add(size_t first, int64_t end, DeadBySegment* dead) const {
  std::vector<std::vector<uint32_t>> rows(dead->size());
  for (size_t i = first; i < deaths_.size() && deaths_[i].position < end; ++i) {
    rows[deaths_[i].at.segment].push_back(deaths_[i].at.row);
  }
  for (size_t segment = 0; segment < rows.size(); ++segment) {
    if (rows[segment].empty()) continue;
    std::ranges::sort(rows[segment]);
    const auto more =
        manifest::DeletionVector::Make(keys_->state().segments[segment].meta->rows, rows[segment]);
    manifest::DeletionVectorPtr& sum = (*dead)[segment];
    sum = sum == nullptr ? more : sum->With(*more);
  }
}

}  // namespace ashlar::store
