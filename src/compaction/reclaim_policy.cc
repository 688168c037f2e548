// Choosing and grouping; see the header.
#include "src/compaction/reclaim_policy.h"

#include <algorithm>
#include <string_view>
#include <tuple>

#include "src/base/check.h"

namespace ashlar::compaction {
namespace {

using manifest::DatasetState;
using manifest::LiveRows;
using manifest::SegmentEntry;

uint64_t DeadRows(const SegmentEntry& entry) { return entry.meta->rows - LiveRows(entry); }

bool HasManyDead(const SegmentEntry& entry) {
  return DeadRows(entry) > 0 && DeadRows(entry) >= entry.meta->rows / kRowsForADeadOne;
}

// As far as the manifest knows: dead rows are taken to be as large as the others.
double LiveBytes(const SegmentEntry& entry) {
  ASHLAR_CHECK(entry.meta->rows > 0);
  const double share = static_cast<double>(LiveRows(entry)) / static_cast<double>(entry.meta->rows);
  return static_cast<double>(entry.meta->logical_bytes) * share;
}

bool IsSmall(const SegmentEntry& entry, const columnar::ChunkerParams& chunker) {
  if (LiveRows(entry) >= chunker.target_rows / kSmallPart) return false;
  return chunker.max_bytes == 0 ||
         LiveBytes(entry) < static_cast<double>(chunker.max_bytes / kSmallPart);
}

// Puts segments, in the order in which they are taken, into tasks within the limits.
class TaskList {
 public:
  TaskList(const DatasetState& state, const TaskLimits& limits) : state_(state), limits_(limits) {}

  void Take(size_t position) {
    const SegmentEntry& entry = state_.segments[position];
    const uint64_t rows = LiveRows(entry);
    const uint64_t bytes = entry.meta->logical_bytes;
    const bool full = task_.live_rows + rows > limits_.rows || bytes_ + bytes > limits_.bytes;
    if (full && !task_.positions.empty()) EndTask();
    task_.positions.push_back(position);
    task_.live_rows += rows;
    task_.dead_rows += DeadRows(entry);
    bytes_ += bytes;
    worthwhile_ = worthwhile_ || HasManyDead(entry);
  }

  // What is taken next goes with nothing that was taken before. A small segment alone stays.
  void EndTask() {
    if (worthwhile_ || task_.positions.size() > 1) {
      std::ranges::sort(task_.positions);
      tasks_.push_back(std::move(task_));
    }
    task_ = {};
    bytes_ = 0;
    worthwhile_ = false;
  }

  std::vector<ReclaimTask> Finish() && {
    EndTask();
    return std::move(tasks_);
  }

 private:
  const DatasetState& state_;
  const TaskLimits limits_;
  std::vector<ReclaimTask> tasks_;
  ReclaimTask task_;
  uint64_t bytes_ = 0;
  bool worthwhile_ = false;
};

// By partition, then by their least keys, so that what is written together lies together.
void TakeKeyed(const DatasetState& state, std::span<const uint64_t> partitions, TaskList* tasks) {
  const auto partition_of = [&](size_t at) { return partitions.empty() ? 0 : partitions[at]; };
  const auto least_key = [&](size_t at) {
    const auto& keys = state.segments[at].keys;
    return keys == nullptr ? std::string_view() : std::string_view(keys->min);
  };
  std::vector<size_t> taken;
  for (size_t at = 0; at < state.segments.size(); ++at) {
    if (IsReclaimable(state.segments[at], state.chunker)) taken.push_back(at);
  }
  std::ranges::stable_sort(taken, [&](size_t a, size_t b) {
    return std::tuple(partition_of(a), least_key(a)) < std::tuple(partition_of(b), least_key(b));
  });
  for (size_t i = 0; i < taken.size(); ++i) {
    if (i > 0 && partition_of(taken[i]) != partition_of(taken[i - 1])) tasks->EndTask();
    tasks->Take(taken[i]);
  }
}

}  // namespace

bool IsReclaimable(const SegmentEntry& entry, const columnar::ChunkerParams& chunker) {
  return HasManyDead(entry) || IsSmall(entry, chunker);
}

std::vector<ReclaimTask> PlanReclaim(const DatasetState& state,
                                     std::span<const uint64_t> partitions,
                                     const TaskLimits& limits) {
  ASHLAR_CHECK(partitions.empty() || partitions.size() == state.segments.size());
  TaskList tasks(state, limits);
  if (state.is_keyed()) {
    TakeKeyed(state, partitions, &tasks);
  } else {
    for (size_t at = 0; at < state.segments.size(); ++at) {
      if (IsReclaimable(state.segments[at], state.chunker)) {
        tasks.Take(at);
      } else {
        tasks.EndTask();
      }
    }
  }
  return std::move(tasks).Finish();
}

}  // namespace ashlar::compaction
