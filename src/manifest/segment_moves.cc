// Moving segments in manifests; see the header.
#include "src/manifest/segment_moves.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "ashlar/status_macros.h"
#include "src/base/check.h"
#include "src/base/strings.h"
#include "src/manifest/dataset_definition.h"

namespace ashlar::manifest {
namespace {

bool SameContent(const SegmentMeta& a, const SegmentMeta& b) {
  return a.rows == b.rows && a.digest == b.digest && a.logical_bytes == b.logical_bytes;
}

bool SamePlace(const SegmentEntry& a, const SegmentEntry& b) {
  return a.level == b.level && a.dead == b.dead && a.keys == b.keys;
}

bool IsMoved(const DatasetState& before, const DatasetState& after) {
  if (before.id != after.id || !SameDefinition(before, after)) return false;
  if (before.flushed_up_to != after.flushed_up_to) return false;
  if (before.rows != after.rows || before.logical_bytes != after.logical_bytes) return false;
  if (before.segments.size() != after.segments.size()) return false;
  bool any = false;
  for (size_t i = 0; i < before.segments.size(); ++i) {
    const SegmentEntry& old = before.segments[i];
    const SegmentEntry& now = after.segments[i];
    if (!SamePlace(old, now) || !SameContent(*old.meta, *now.meta)) return false;
    any = any || old.meta->file.id != now.meta->file.id;
  }
  return any;
}

}  // namespace

SegmentMover::SegmentMover(std::span<const SegmentMove> moves) {
  for (const SegmentMove& move : moves) moves_.emplace(move.segment_id, move.to);
}

absl::StatusOr<std::shared_ptr<const Manifest>> SegmentMover::Move(
    const std::shared_ptr<const Manifest>& manifest) {
  ASHLAR_CHECK(manifest != nullptr);
  std::shared_ptr<Manifest> moved;
  for (const auto& [name, state] : manifest->datasets) {
    ASSIGN_OR_RETURN(StatePointer now, MoveState(state));
    if (now == state) continue;
    if (moved == nullptr) moved = std::make_shared<Manifest>(*manifest);
    moved->datasets.find(name)->second = std::move(now);
  }
  if (moved == nullptr) return manifest;
  return moved;
}

absl::StatusOr<SegmentMover::StatePointer> SegmentMover::MoveState(const StatePointer& state) {
  if (const auto known = moved_.find(state); known != moved_.end()) return known->second;
  std::shared_ptr<DatasetState> moved;
  for (size_t i = 0; i < state->segments.size(); ++i) {
    const SegmentMeta& old = *state->segments[i].meta;
    const auto found = moves_.find(old.file.id);
    if (found == moves_.end()) continue;
    if (found->second == nullptr || !SameContent(old, *found->second)) {
      return absl::FailedPreconditionError(base::StrCat("manifest edit: segment ", old.file.id,
                                                        " moves to a file of other content"));
    }
    if (moved == nullptr) moved = std::make_shared<DatasetState>(*state);
    moved->segments[i].meta = found->second;
  }
  return moved_.emplace(state, moved == nullptr ? state : moved).first->second;
}

bool IsMoved(const Manifest& before, const Manifest& after) {
  if (before.version != after.version || before.sequence != after.sequence ||
      before.committed_us != after.committed_us) {
    return false;
  }
  return std::ranges::equal(before.datasets, after.datasets, [](const auto& a, const auto& b) {
    return a.first == b.first && (a.second == b.second || IsMoved(*a.second, *b.second));
  });
}

}  // namespace ashlar::manifest
