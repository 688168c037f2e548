// Morsel by morsel, zone by zone; see the header.
#include "src/query/late_rows.h"

#include <algorithm>
#include <utility>

#include "ashlar/status_macros.h"
#include "src/base/check.h"
#include "src/query/output_columns.h"

namespace ashlar::query {
namespace {

constexpr uint64_t kBatchBytes = uint64_t{16} << 20;

// The rows of one morsel.
absl::Status AppendRows(Morsel& morsel, std::span<const RowId> rows, OutputColumns& columns) {
  RETURN_IF_ERROR(columns.BeginMorsel(morsel));
  while (!rows.empty()) {
    ZoneRange zone;
    zone.first_row = rows.front().row / kZoneRows * kZoneRows;
    zone.rows = std::min(kZoneRows, morsel.rows() - zone.first_row);
    Bits selection;
    size_t count = 0;
    for (; count < rows.size() && rows[count].row < zone.first_row + zone.rows; ++count) {
      selection.Set(rows[count].row - zone.first_row);
    }
    ASHLAR_CHECK(count != 0);
    RETURN_IF_ERROR(columns.Append(zone, selection));
    rows = rows.subspan(count);
  }
  return columns.EndMorsel();
}

}  // namespace

absl::StatusOr<std::vector<RecordBatch>> ReadRows(const LateOutput& output,
                                                  std::span<const RowId> rows, uint64_t held,
                                                  MemoryShare& share) {
  ASHLAR_CHECK(std::ranges::is_sorted(rows));
  OutputColumns columns(output.outputs, output.schema, output.back_end);
  SourceCounters unwanted;
  SourceCounters* const counters = output.counters != nullptr ? output.counters : &unwanted;
  std::vector<RecordBatch> batches;
  while (!rows.empty()) {
    const uint32_t index = rows.front().morsel;
    const auto end = std::ranges::find_if(rows, [&](RowId id) { return id.morsel != index; });
    const auto count = static_cast<size_t>(end - rows.begin());
    ASSIGN_OR_RETURN(const std::unique_ptr<Morsel> morsel,
                     output.source->Open(index, *output.inputs, counters));
    RETURN_IF_ERROR(AppendRows(*morsel, rows.first(count), columns));
    RETURN_IF_ERROR(share.GrowTo(held + columns.bytes()));
    rows = rows.subspan(count);
    if (columns.rows() < kBatchRows && columns.bytes() < kBatchBytes && !rows.empty()) continue;
    held += columns.bytes();
    ASSIGN_OR_RETURN(RecordBatch batch, columns.Finish());
    batches.push_back(std::move(batch));
  }
  return batches;
}

}  // namespace ashlar::query
