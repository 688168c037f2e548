// Rows that die: from segment ids to positions, and from positions to new vectors.
#include "src/manifest/deaths.h"

#include <algorithm>
#include <iterator>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "ashlar/status_macros.h"
#include "src/base/check.h"
#include "src/base/strings.h"

namespace ashlar::manifest {
namespace {

absl::Status Misfit(uint64_t dataset_id, uint64_t segment_id, std::string_view why) {
  return absl::FailedPreconditionError(base::StrCat("manifest edit of dataset ", dataset_id,
                                                    ": deaths in segment ", segment_id, ": ", why));
}

// Splices ascend and are apart, so that only the last one that begins no later can reach so far.
bool IsRemoved(const std::vector<SegmentSplice>& splices, uint64_t position) {
  const auto next = std::upper_bound(
      splices.begin(), splices.end(), position,
      [](uint64_t wanted, const SegmentSplice& splice) { return wanted < splice.begin; });
  if (next == splices.begin()) return false;
  const SegmentSplice& last = *std::prev(next);
  return position - last.begin < last.removed;
}

// Whether rows of the entry's segment are named, all of them alive.
absl::Status CheckAlive(uint64_t dataset_id, const SegmentEntry& entry,
                        const DeletionVector& rows) {
  const uint64_t id = entry.meta->file.id;
  if (rows.segment_rows() != entry.meta->rows) {
    return Misfit(dataset_id, id,
                  base::StrCat("it has ", entry.meta->rows, " rows, not ", rows.segment_rows()));
  }
  if (entry.dead != nullptr && entry.dead->Intersects(rows)) {
    return Misfit(dataset_id, id, "a row is dead already");
  }
  return absl::OkStatus();
}

absl::Status ApplyTo(const DatasetEdit& edit, const SegmentDeaths& deaths, SegmentEntry& entry) {
  const auto misfit = [&](std::string_view why) {
    return Misfit(edit.dataset_id, deaths.segment_id, why);
  };
  if (deaths.rows == nullptr) return misfit("no row is named");
  if (entry.meta->file.id != deaths.segment_id) {
    return misfit(base::StrCat("segment ", entry.meta->file.id, " stands there"));
  }
  RETURN_IF_ERROR(CheckAlive(edit.dataset_id, entry, *deaths.rows));
  if (deaths.rows->cardinality() >= LiveRows(entry)) {
    return misfit("no row stays alive: the segment is to be removed");
  }
  if (IsRemoved(edit.splices, deaths.position)) return misfit("the same edit removes it");
  entry.dead = entry.dead == nullptr ? deaths.rows : entry.dead->With(*deaths.rows);
  return absl::OkStatus();
}

}  // namespace

absl::Status ApplyDeaths(const DatasetEdit& edit, DatasetState& state) {
  uint64_t next = 0;
  for (const SegmentDeaths& deaths : edit.deaths) {
    if (deaths.position < next || deaths.position >= state.segments.size()) {
      return Misfit(edit.dataset_id, deaths.segment_id, "positions do not ascend within the list");
    }
    RETURN_IF_ERROR(ApplyTo(edit, deaths, state.segments[deaths.position]));
    ASHLAR_CHECK(state.rows >= deaths.rows->cardinality());
    state.rows -= deaths.rows->cardinality();
    next = deaths.position + 1;
  }
  return absl::OkStatus();
}

absl::Status AddDeaths(const DatasetState& before, std::span<const RowsDied> died,
                       DatasetEdit* edit) {
  ASHLAR_CHECK(edit->deaths.empty());
  absl::flat_hash_map<uint64_t, const RowsDied*> wanted;
  for (const RowsDied& rows : died) {
    ASHLAR_CHECK(rows.rows != nullptr);
    if (!wanted.try_emplace(rows.segment_id, &rows).second) {
      return Misfit(before.id, rows.segment_id, "the segment is named twice");
    }
  }
  std::vector<SegmentSplice> removals;
  for (uint64_t at = 0; at < before.segments.size() && !wanted.empty(); ++at) {
    const SegmentEntry& entry = before.segments[at];
    const auto node = wanted.extract(entry.meta->file.id);
    if (node.empty()) continue;
    if (IsRemoved(edit->splices, at)) {
      return Misfit(before.id, entry.meta->file.id, "the same edit removes it");
    }
    RETURN_IF_ERROR(CheckAlive(before.id, entry, *node.mapped()->rows));
    if (node.mapped()->rows->cardinality() == LiveRows(entry)) {
      removals.push_back({at, 1, {}});
    } else {
      edit->deaths.push_back({at, entry.meta->file.id, node.mapped()->rows});
    }
  }
  if (!wanted.empty()) return Misfit(before.id, wanted.begin()->first, "it is not listed");
  edit->splices.insert(edit->splices.end(), removals.begin(), removals.end());
  // Stable: what is inserted before a segment that goes stays before it.
  std::stable_sort(
      edit->splices.begin(), edit->splices.end(),
      [](const SegmentSplice& a, const SegmentSplice& b) { return a.begin < b.begin; });
  return absl::OkStatus();
}

}  // namespace ashlar::manifest
