// MultiGet: the rows of many keys at once.
//
// Owns: from keys to rows. Does not own: finding them, and asking for the memory of many rows
// before the first one is read (dataset_keys.h).
#include <utility>

#include "ashlar/status_macros.h"
#include "src/store/dataset_impl.h"

namespace ashlar {

absl::StatusOr<std::vector<std::optional<RowRef>>> Dataset::MultiGet(
    std::span<const Key> keys) const {
  ASSIGN_OR_RETURN(const store::DatasetKeys* const segments, store::KeysOf(*impl_));
  ASSIGN_OR_RETURN(const columnar::EncodedKeys encoded, segments->codec().Encode(keys));
  ASSIGN_OR_RETURN(const auto found, segments->FindAll(encoded));
  std::vector<std::optional<RowRef>> refs(keys.size());
  for (size_t i = 0; i < keys.size(); ++i) {
    if (!found[i].has_value()) continue;
    ASSIGN_OR_RETURN(const auto* const rows, segments->OpenRows(found[i]->segment));
    refs[i].emplace(rows, found[i]->row);
  }
  return refs;
}

}  // namespace ashlar
