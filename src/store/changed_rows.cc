// Comparing rows with stored ones; see the header.
#include "src/store/changed_rows.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "ashlar/status_macros.h"
#include "src/columnar/row_hash.h"
#include "src/query/take.h"

namespace ashlar::store {
namespace {

absl::StatusOr<std::vector<uint64_t>> HashColumn(const Field& field, const Column& column) {
  ASSIGN_OR_RETURN(Schema schema, Schema::Make({field}));
  ASSIGN_OR_RETURN(const RecordBatch batch, RecordBatch::Make(std::move(schema), {column}));
  return columnar::HashRows(batch);
}

// Positions at which two columns of one length differ, ascending.
absl::StatusOr<std::vector<uint32_t>> Differences(const Field& field, const Column& a,
                                                  const Column& b) {
  std::vector<uint32_t> differ;
  if (a.Equals(b)) return differ;
  ASSIGN_OR_RETURN(const std::vector<uint64_t> hashes_a, HashColumn(field, a));
  ASSIGN_OR_RETURN(const std::vector<uint64_t> hashes_b, HashColumn(field, b));
  std::vector<uint32_t> alike;
  for (uint32_t i = 0; i < hashes_a.size(); ++i) {
    (hashes_a[i] == hashes_b[i] ? alike : differ).push_back(i);
  }
  ASSIGN_OR_RETURN(const Column alike_a, query::Take(a, alike));
  ASSIGN_OR_RETURN(const Column alike_b, query::Take(b, alike));
  if (alike_a.Equals(alike_b)) return differ;
  // Equal hashes of different values: next to never, but then no change may be lost.
  for (uint32_t i = 0; i < alike.size(); ++i) {
    ASSIGN_OR_RETURN(const Column one_a, alike_a.Slice(i, 1));
    ASSIGN_OR_RETURN(const Column one_b, alike_b.Slice(i, 1));
    if (!one_a.Equals(one_b)) differ.push_back(alike[i]);
  }
  std::ranges::sort(differ);
  return differ;
}

}  // namespace

absl::StatusOr<std::vector<uint32_t>> ChangedRows(const RecordBatch& given, const FoundRows& found,
                                                  const std::vector<uint32_t>& rows,
                                                  const Schema& schema) {
  std::vector<uint32_t> same = rows;
  std::vector<uint32_t> changed;
  for (size_t field = 0; field < schema.size() && !same.empty(); ++field) {
    const std::optional<size_t> at = given.schema().FindField(schema.field(field).name);
    if (!at.has_value()) continue;
    ASSIGN_OR_RETURN(const Column stored, found.Gather(same, field));
    ASSIGN_OR_RETURN(const Column mine, query::Take(given.column(*at), same));
    ASSIGN_OR_RETURN(const std::vector<uint32_t> differ,
                     Differences(schema.field(field), mine, stored));
    std::vector<uint32_t> left;
    size_t next = 0;
    for (uint32_t i = 0; i < same.size(); ++i) {
      const bool differs = next < differ.size() && differ[next] == i;
      if (differs) ++next;
      (differs ? changed : left).push_back(same[i]);
    }
    same = std::move(left);
  }
  std::ranges::sort(changed);
  return changed;
}

}  // namespace ashlar::store
