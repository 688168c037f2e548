// MultiGet: the rows of many keys at once.
//
// Owns: from keys to rows. Does not own: finding them (dataset_keys.h). Each step is made for all
// keys before the next one, so that their memory accesses overlap.
#include <algorithm>
#include <utility>

#include "ashlar/status_macros.h"
#include "src/columnar/column_data.h"
#include "src/store/dataset_impl.h"

namespace ashlar {
namespace {

// Columns of a row whose memory is asked for: few are read, and each takes a cache line.
constexpr size_t kColumnsAhead = 4;

void PrefetchRow(const RecordBatch& rows, int64_t row) {
  const size_t columns = std::min(kColumnsAhead, rows.columns().size());
  for (size_t i = 0; i < columns; ++i) columnar::PrefetchValue(*rows.column(i).data(), row);
}

}  // namespace

absl::StatusOr<std::vector<std::optional<RowRef>>> Dataset::MultiGet(
    std::span<const Key> keys) const {
  ASSIGN_OR_RETURN(const store::DatasetKeys* const segments, store::KeysOf(*impl_));
  ASSIGN_OR_RETURN(const columnar::EncodedKeys encoded, segments->codec().Encode(keys));
  ASSIGN_OR_RETURN(const auto found, segments->FindAll(encoded));
  std::vector<std::optional<RowRef>> refs(keys.size());
  for (size_t i = 0; i < keys.size(); ++i) {
    if (!found[i].has_value()) continue;
    ASSIGN_OR_RETURN(const auto* const rows, segments->OpenRows(found[i]->segment));
    PrefetchRow(**rows, found[i]->row);
    refs[i].emplace(rows, found[i]->row);
  }
  return refs;
}

}  // namespace ashlar
