// The invariants of datasets; see the header.
#include "src/manifest/dataset_invariants.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "ashlar/status_macros.h"
#include "src/base/bytes.h"
#include "src/base/check.h"
#include "src/base/limits.h"
#include "src/manifest/broken.h"
#include "src/manifest/dataset_definition.h"

namespace ashlar::manifest {
namespace {

template <typename... Args>
absl::Status BrokenIn(const DatasetState& state, std::string_view invariant, const Args&... args) {
  return Broken(invariant, "dataset ", state.id, " ", args...);
}

bool HasTwice(std::vector<uint32_t> ids) {
  std::sort(ids.begin(), ids.end());
  return std::adjacent_find(ids.begin(), ids.end()) != ids.end();
}

absl::Status CheckFields(const DatasetState& state, const std::vector<uint32_t>& ids,
                         bool required) {
  constexpr const char* kName = "KeyFitsSchema";
  if (ids.size() > base::kMaxKeyFields || HasTwice(ids)) {
    return BrokenIn(state, kName, "names ", ids.size(), " fields: too many, or one of them twice");
  }
  for (const uint32_t id : ids) {
    const Field* const field = FindFieldById(state.schema, id);
    if (field == nullptr) return BrokenIn(state, kName, "has no field ", id);
    if (!IsKeyType(field->type)) {
      return BrokenIn(state, kName, "has a key or partition field ", id, " of type ",
                      field->type.ToString());
    }
    if (required && field->nullable) {
      return BrokenIn(state, kName, "has a nullable key field ", id);
    }
  }
  return absl::OkStatus();
}

bool IsInOrder(const KeyRange& keys) {
  if (keys.min.size() > base::kMaxKeyBoundBytes) return false;
  return !keys.max.has_value() ||
         (keys.max->size() <= base::kMaxKeyBoundBytes && keys.min <= *keys.max);
}

}  // namespace

absl::Status CheckRowCounts(const DatasetState& state) {
  uint64_t rows = 0;
  uint64_t bytes = 0;
  for (const SegmentEntry& entry : state.segments) {
    const std::optional<uint64_t> more_rows = base::CheckedAdd(rows, LiveRows(entry));
    const std::optional<uint64_t> more_bytes = base::CheckedAdd(bytes, entry.meta->logical_bytes);
    if (!more_rows.has_value() || !more_bytes.has_value()) {
      return BrokenIn(state, "RowCounts", "has totals that overflow");
    }
    rows = *more_rows;
    bytes = *more_bytes;
  }
  if (rows == state.rows && bytes == state.logical_bytes) return absl::OkStatus();
  return BrokenIn(state, "RowCounts", "says ", state.rows, " rows, ", state.logical_bytes,
                  " bytes; its segments hold ", rows, " live rows, ", bytes, " bytes");
}

absl::Status CheckKeyFitsSchema(const DatasetState& state) {
  if (!state.is_keyed() && (!state.partition_by.empty() || state.hash_index)) {
    return BrokenIn(state, "KeyFitsSchema", "has partitions or a hash index without a key");
  }
  RETURN_IF_ERROR(CheckFields(state, state.key, /*required=*/true));
  return CheckFields(state, state.partition_by, /*required=*/false);
}

absl::Status CheckDeadRowsFitSegments(const DatasetState& state) {
  for (const SegmentEntry& entry : state.segments) {
    if (entry.dead == nullptr) continue;
    const uint64_t id = entry.meta->file.id;
    if (!state.is_keyed()) {
      return BrokenIn(state, "DeadRowsFitSegments", "has no key, but dead rows in segment ", id);
    }
    if (entry.dead->segment_rows() != entry.meta->rows ||
        entry.dead->cardinality() >= entry.meta->rows) {
      return BrokenIn(state, "DeadRowsFitSegments", "has ", entry.dead->cardinality(), " of ",
                      entry.dead->segment_rows(), " rows dead in segment ", id, ", which has ",
                      entry.meta->rows);
    }
  }
  return absl::OkStatus();
}

absl::Status CheckSegmentsOfAKeyAreBounded(const DatasetState& state) {
  constexpr const char* kName = "SegmentsOfAKeyAreBounded";
  absl::flat_hash_set<uint64_t> ids;
  if (state.is_keyed()) ids.reserve(state.segments.size());
  for (const SegmentEntry& entry : state.segments) {
    const uint64_t id = entry.meta->file.id;
    if ((entry.keys != nullptr) != state.is_keyed()) {
      return BrokenIn(state, kName, state.is_keyed() ? "lacks" : "has no key, but",
                      " a range of keys of segment ", id);
    }
    if (!state.is_keyed()) continue;
    if (!IsInOrder(*entry.keys)) {
      return BrokenIn(state, kName, "has bounds out of order, or too long, of segment ", id);
    }
    if (!ids.insert(id).second) return BrokenIn(state, kName, "lists segment ", id, " twice");
  }
  return absl::OkStatus();
}

absl::Status CheckDatasetState(const DatasetState& state) {
  RETURN_IF_ERROR(CheckKeyFitsSchema(state));
  RETURN_IF_ERROR(CheckDeadRowsFitSegments(state));
  RETURN_IF_ERROR(CheckSegmentsOfAKeyAreBounded(state));
  return CheckRowCounts(state);
}

absl::Status CheckKeyStays(const DatasetState& before, const DatasetState& after) {
  ASHLAR_CHECK(before.id == after.id);
  if (before.key != after.key || before.partition_by != after.partition_by ||
      before.hash_index != after.hash_index) {
    return BrokenIn(after, "KeyStays", "has another key, other partitions or another index");
  }
  for (const std::vector<uint32_t>& ids : {before.key, before.partition_by}) {
    for (const uint32_t id : ids) {
      const Field* const old = FindFieldById(before.schema, id);
      const Field* const now = FindFieldById(after.schema, id);
      if (old == nullptr || now == nullptr || !(old->type == now->type)) {
        return BrokenIn(after, "KeyStays", "lost field ", id, ", or its type changed");
      }
    }
  }
  return absl::OkStatus();
}

absl::Status CheckFlushedUpToNeverDecreases(const DatasetState& before, const DatasetState& after) {
  if (after.flushed_up_to >= before.flushed_up_to) return absl::OkStatus();
  return BrokenIn(after, "FlushedUpToNeverDecreases", "goes from sequence ", before.flushed_up_to,
                  " to ", after.flushed_up_to);
}

}  // namespace ashlar::manifest
