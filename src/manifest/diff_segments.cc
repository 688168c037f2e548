// DiffSegments, DiffDeaths and DiffManifests: the edit between two values.
#include <algorithm>
#include <cstddef>
#include <limits>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "src/base/check.h"
#include "src/manifest/dataset_definition.h"
#include "src/manifest/edit.h"

namespace ashlar::manifest {
namespace {

constexpr size_t kNowhere = std::numeric_limits<size_t>::max();

bool SameKeys(const SegmentEntry& a, const SegmentEntry& b) {
  if (a.keys == b.keys) return true;
  return a.keys != nullptr && b.keys != nullptr && *a.keys == *b.keys;
}

// Whether nothing but deaths leads from one to the other.
bool OnlyDies(const SegmentEntry& from, const SegmentEntry& to) {
  if (from.dead == to.dead || from.dead == nullptr) return true;
  return to.dead != nullptr && to.dead->Includes(*from.dead);
}

bool Same(const SegmentEntry& from, const SegmentEntry& to) {
  return from.meta->file.id == to.meta->file.id && from.level == to.level && SameKeys(from, to) &&
         OnlyDies(from, to);
}

// Splices between two runs of which nothing is the same at the ends. Greedy: an element of `to`
// that stands further on in `from` is kept where it can be found in ascending order.
class RunDiffer {
 public:
  RunDiffer(const std::vector<SegmentEntry>& from, const std::vector<SegmentEntry>& to,
            size_t begin, size_t from_end, size_t to_end)
      : from_(from), to_(to), position_(begin), from_end_(from_end), to_end_(to_end) {
    for (size_t i = from_end; i-- > begin;) where_[from[i].meta->file.id] = i;
  }

  std::vector<SegmentSplice> Run() && {
    for (size_t i = position_; i < to_end_; ++i) {
      const size_t kept = FindKept(to_[i]);
      if (kept == kNowhere) {
        open_.push_back(to_[i]);
      } else {
        Flush(kept);
        position_ = kept + 1;
      }
    }
    Flush(from_end_);
    return std::move(splices_);
  }

 private:
  size_t FindKept(const SegmentEntry& entry) const {
    const auto found = where_.find(entry.meta->file.id);
    if (found == where_.end() || found->second < position_) return kNowhere;
    return Same(from_[found->second], entry) ? found->second : kNowhere;
  }

  // Replaces from_[position_, until) by the open run.
  void Flush(size_t until) {
    if (until == position_ && open_.empty()) return;
    splices_.push_back({position_, until - position_, std::exchange(open_, {})});
  }

  const std::vector<SegmentEntry>& from_;
  const std::vector<SegmentEntry>& to_;
  size_t position_;
  size_t from_end_;
  size_t to_end_;
  absl::flat_hash_map<uint64_t, size_t> where_;
  std::vector<SegmentEntry> open_;
  std::vector<SegmentSplice> splices_;
};

DatasetEdit DiffDatasets(const DatasetState* from, const DatasetState& to) {
  static const std::vector<SegmentEntry> kNothing;
  DatasetEdit edit;
  edit.dataset_id = to.id;
  if (from == nullptr || !SameDefinition(*from, to)) edit.definition = DefinitionOf(to);
  const auto& before = from == nullptr ? kNothing : from->segments;
  edit.splices = DiffSegments(before, to.segments);
  edit.deaths = DiffDeaths(before, to.segments, edit.splices);
  if (to.flushed_up_to != (from == nullptr ? 0 : from->flushed_up_to)) {
    edit.flushed_up_to = to.flushed_up_to;
  }
  return edit;
}

}  // namespace

std::vector<SegmentSplice> DiffSegments(const std::vector<SegmentEntry>& from,
                                        const std::vector<SegmentEntry>& to) {
  const size_t shorter = std::min(from.size(), to.size());
  size_t front = 0;
  while (front < shorter && Same(from[front], to[front])) ++front;
  size_t back = 0;
  while (back < shorter - front && Same(from[from.size() - 1 - back], to[to.size() - 1 - back])) {
    ++back;
  }
  return RunDiffer(from, to, front, from.size() - back, to.size() - back).Run();
}

std::vector<SegmentDeaths> DiffDeaths(const std::vector<SegmentEntry>& from,
                                      const std::vector<SegmentEntry>& to,
                                      const std::vector<SegmentSplice>& splices) {
  std::vector<SegmentDeaths> deaths;
  size_t i = 0;
  size_t j = 0;
  const auto compare_until = [&](size_t end) {
    for (; i < end; ++i, ++j) {
      const DeletionVectorPtr& old = from[i].dead;
      const DeletionVectorPtr& now = to[j].dead;
      if (old == now) continue;
      ASHLAR_CHECK(now != nullptr && Same(from[i], to[j]));
      DeletionVectorPtr rows = old == nullptr ? now : now->Without(*old);
      if (rows != nullptr) deaths.push_back({i, from[i].meta->file.id, std::move(rows)});
    }
  };
  for (const SegmentSplice& splice : splices) {
    compare_until(splice.begin);
    i += splice.removed;
    j += splice.inserted.size();
  }
  compare_until(from.size());
  ASHLAR_CHECK(j == to.size());
  return deaths;
}

VersionEdit DiffManifests(const Manifest& from, const Manifest& to) {
  ASHLAR_CHECK(from.version <= to.version);
  VersionEdit edit{to.version, to.sequence, to.committed_us, {}};
  absl::flat_hash_map<uint64_t, const DatasetState*> gone;
  for (const auto& [name, dataset] : from.datasets) gone.emplace(dataset->id, dataset.get());
  for (const auto& [name, dataset] : to.datasets) {
    const auto found = gone.find(dataset->id);
    const DatasetState* const before = found == gone.end() ? nullptr : found->second;
    if (found != gone.end()) gone.erase(found);
    if (before == dataset.get()) continue;
    DatasetEdit change = DiffDatasets(before, *dataset);
    if (change.definition.has_value() || !change.splices.empty() || !change.deaths.empty() ||
        change.flushed_up_to.has_value()) {
      edit.datasets.push_back(std::move(change));
    }
  }
  std::vector<uint64_t> dropped;
  for (const auto& [id, dataset] : gone) dropped.push_back(id);
  std::sort(dropped.begin(), dropped.end());  // equal values, equal bytes
  for (const uint64_t id : dropped) {
    DatasetEdit drop;
    drop.dataset_id = id;
    drop.drop = true;
    edit.datasets.push_back(std::move(drop));
  }
  return edit;
}

}  // namespace ashlar::manifest
