// Groups of segments, replaced one after the other; see the header.
#include "src/store/rewrite_segments.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ashlar/status_macros.h"
#include "src/base/check.h"
#include "src/store/live_rows.h"

namespace ashlar::store {
namespace {

using manifest::DatasetState;
using manifest::SegmentEntry;

// The least key of a segment, or what it begins with.
std::string_view LeastKey(const SegmentEntry& entry) {
  return entry.keys == nullptr ? std::string_view() : std::string_view(entry.keys->min);
}

using Group = std::vector<SegmentEntry>;

// By their least keys, so that what is written together lies together.
std::vector<Group> GroupSegments(const absl::flat_hash_set<uint64_t>& ids,
                                 const DatasetState& state) {
  std::vector<SegmentEntry> entries;
  for (const SegmentEntry& entry : state.segments) {
    if (ids.contains(entry.meta->file.id)) entries.push_back(entry);
  }
  std::ranges::stable_sort(entries, {}, LeastKey);
  std::vector<Group> groups;
  uint64_t rows = 0;
  uint64_t bytes = 0;
  for (SegmentEntry& entry : entries) {
    rows += manifest::LiveRows(entry);
    bytes += entry.meta->logical_bytes;
    if (groups.empty() || rows > static_cast<uint64_t>(kRowsAtOnce) || bytes > kBytesAtOnce) {
      groups.emplace_back();
      rows = manifest::LiveRows(entry);
      bytes = entry.meta->logical_bytes;
    }
    groups.back().push_back(std::move(entry));
  }
  return groups;
}

// The live rows of a segment by now; nothing when there are none left.
absl::StatusOr<std::optional<RecordBatch>> ReadLive(uint64_t id, const DatasetState& state,
                                                    SegmentCache& cache) {
  const auto entry = std::ranges::find_if(
      state.segments, [&](const SegmentEntry& e) { return e.meta->file.id == id; });
  if (entry == state.segments.end()) return std::optional<RecordBatch>();
  ASSIGN_OR_RETURN(RecordBatch batch, ReadLiveRows(*entry, state.schema, cache));
  return std::optional(std::move(batch));
}

}  // namespace

absl::Status RewriteSegments(const absl::flat_hash_set<uint64_t>& ids,
                             std::optional<SortedRows> more, const KeyedTarget& target) {
  const std::vector<Group> groups = GroupSegments(ids, *target.state);
  if (groups.empty()) {
    if (!more.has_value()) return absl::OkStatus();
    return UpsertSorted(*std::move(more), *target.cache, *target.sink, target.state, target.change,
                        target.stats);
  }
  if (more.has_value()) {
    // Before anything is written: what is rewritten has no row then that `more` kills later.
    RETURN_IF_ERROR(DeleteRows(more->keys, *target.cache, target.state, target.change));
  }
  size_t next = 0;  // of the rows of `more`
  for (size_t i = 0; i < groups.size(); ++i) {
    std::vector<RecordBatch> batches;
    for (const SegmentEntry& entry : groups[i]) {
      ASSIGN_OR_RETURN(std::optional<RecordBatch> rows,
                       ReadLive(entry.meta->file.id, *target.state, *target.cache));
      if (rows.has_value()) batches.push_back(*std::move(rows));
    }
    if (more.has_value()) {
      const size_t begin = next;
      const bool last = i + 1 == groups.size();
      while (next < more->keys.rows &&
             (last || more->keys.key(next) < LeastKey(groups[i + 1].front()))) {
        ++next;
      }
      ASSIGN_OR_RETURN(RecordBatch slice, more->rows->Slice(static_cast<int64_t>(begin),
                                                            static_cast<int64_t>(next - begin)));
      if (slice.rows() > 0) batches.push_back(std::move(slice));
    }
    if (batches.empty()) continue;
    RETURN_IF_ERROR(UpsertRows(batches, *target.cache, *target.sink, target.state, target.change,
                               target.stats));
  }
  return absl::OkStatus();
}

}  // namespace ashlar::store
