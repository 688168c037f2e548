// MultiGet: the rows of many keys at once.
//
// Owns: from keys to rows, memory before segments. Does not own: finding them, and asking for the
// memory of many rows before the first one is read (dataset_keys.h).
#include <utility>

#include "ashlar/status_macros.h"
#include "src/store/dataset_impl.h"
#include "src/store/read_set.h"

namespace ashlar {
namespace {

// Takes the rows of keys that memory knows; says which it does not.
std::vector<uint32_t> GetFromMemory(const store::MemoryRows& memory,
                                    const columnar::EncodedKeys& keys,
                                    std::vector<std::optional<RowRef>>* refs) {
  std::vector<uint32_t> unknown;
  for (size_t i = 0; i < keys.rows; ++i) {
    const store::MemoryRows::Hit hit = memory.Find(keys.key(i), keys.hashes[i]);
    if (hit.kind == log::MemtableHit::Kind::kAbsent) {
      unknown.push_back(static_cast<uint32_t>(i));
    } else if (hit.kind == log::MemtableHit::Kind::kRow) {
      int64_t row = 0;
      const RowSource& rows = memory.OpenRows(hit, &row);
      (*refs)[i].emplace(&rows, row);
    }
  }
  return unknown;
}

// Of the keys at these places, or of all when there are none.
absl::Status GetFromSegments(const store::DatasetKeys& segments, const columnar::EncodedKeys& keys,
                             const std::vector<uint32_t>* places,
                             std::vector<std::optional<RowRef>>* refs) {
  ASSIGN_OR_RETURN(const auto found, segments.FindAll(keys));
  for (size_t i = 0; i < found.size(); ++i) {
    if (!found[i].has_value()) continue;
    ASSIGN_OR_RETURN(const RowSource* const rows, segments.OpenRows(found[i]->segment));
    (*refs)[places == nullptr ? i : (*places)[i]].emplace(rows, found[i]->row);
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::vector<std::optional<RowRef>>> Dataset::MultiGet(
    std::span<const Key> keys) const {
  RETURN_IF_ERROR(store::CheckKeyed(*impl_));
  ASSIGN_OR_RETURN(const columnar::EncodedKeys encoded, impl_->keys->codec().Encode(keys));
  if (impl_->reads != nullptr) impl_->reads->AddKeys(encoded);
  std::vector<std::optional<RowRef>> refs(keys.size());
  if (impl_->memory == nullptr) {
    RETURN_IF_ERROR(GetFromSegments(*impl_->keys, encoded, nullptr, &refs));
    return refs;
  }
  const std::vector<uint32_t> unknown = GetFromMemory(*impl_->memory, encoded, &refs);
  if (unknown.empty()) return refs;
  RETURN_IF_ERROR(
      GetFromSegments(*impl_->keys, columnar::SelectKeys(encoded, unknown), &unknown, &refs));
  return refs;
}

}  // namespace ashlar
