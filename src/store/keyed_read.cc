// Memory first, then segments; see the header.
#include "src/store/keyed_read.h"

#include "ashlar/status_macros.h"
#include "src/base/check.h"

namespace ashlar::store {

using log::MemtableHit;

absl::StatusOr<std::optional<RowRef>> FindRow(const Dataset::Impl& dataset, std::string_view key,
                                              uint64_t hash) {
  ASHLAR_CHECK(dataset.keys != nullptr);
  if (dataset.memory != nullptr) {
    const MemoryRows::Hit hit = dataset.memory->Find(key, hash);
    if (hit.kind == MemtableHit::Kind::kTombstone) return std::optional<RowRef>();
    if (hit.kind == MemtableHit::Kind::kRow) {
      int64_t row = 0;
      const RowSource& rows = dataset.memory->OpenRows(hit, &row);
      return std::optional(RowRef(&rows, row));
    }
  }
  ASSIGN_OR_RETURN(const std::optional<RowLocation> at, dataset.keys->Find(key, hash));
  if (!at.has_value()) return std::optional<RowRef>();
  ASSIGN_OR_RETURN(const RowSource* const rows, dataset.keys->OpenRows(at->segment));
  return std::optional(RowRef(rows, at->row));
}

absl::StatusOr<bool> HasRow(const Dataset::Impl& dataset, std::string_view key, uint64_t hash) {
  ASHLAR_CHECK(dataset.keys != nullptr);
  if (dataset.memory != nullptr) {
    const MemtableHit::Kind kind = dataset.memory->Find(key, hash).kind;
    if (kind != MemtableHit::Kind::kAbsent) return kind == MemtableHit::Kind::kRow;
  }
  ASSIGN_OR_RETURN(const std::optional<RowLocation> at, dataset.keys->Find(key, hash));
  return at.has_value();
}

}  // namespace ashlar::store
