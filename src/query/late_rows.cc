// Morsel by morsel, zone by zone; see the header.
#include "src/query/late_rows.h"

#include <algorithm>
#include <utility>

#include "ashlar/status_macros.h"
#include "src/base/check.h"
#include "src/query/conjuncts.h"
#include "src/query/output_columns.h"

namespace ashlar::query {
namespace {

constexpr uint64_t kBatchBytes = uint64_t{16} << 20;

// The rows of one morsel.
absl::Status AppendRows(Morsel& morsel, std::span<const RowId> rows, const QueryControl* control,
                        OutputColumns& columns) {
  RETURN_IF_ERROR(columns.BeginMorsel(morsel));
  while (!rows.empty()) {
    if (control != nullptr) RETURN_IF_ERROR(control->Check());
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

// Fields that both the outputs and the search read.
uint64_t ReadTwice(const LateOutput& output) {
  std::vector<size_t> fields;
  for (const BoundPtr& expression : output.outputs) {
    for (const size_t slot : SlotsOf(*expression)) fields.push_back((*output.inputs)[slot].field);
  }
  std::ranges::sort(fields);
  fields.erase(std::unique(fields.begin(), fields.end()), fields.end());
  return static_cast<uint64_t>(std::ranges::count_if(fields, [&](size_t field) {
    return std::ranges::find(output.read_before, field) != output.read_before.end();
  }));
}

}  // namespace

absl::StatusOr<std::vector<RecordBatch>> ReadRows(const LateOutput& output,
                                                  std::span<const RowId> rows, uint64_t held,
                                                  MemoryShare& share) {
  ASHLAR_CHECK(std::ranges::is_sorted(rows));
  OutputColumns columns(output.outputs, output.schema, output.back_end);
  const uint64_t read_twice = ReadTwice(output);
  SourceCounters counters;
  std::vector<RecordBatch> batches;
  while (!rows.empty()) {
    const uint32_t index = rows.front().morsel;
    const auto end = std::ranges::find_if(rows, [&](RowId id) { return id.morsel != index; });
    const auto count = static_cast<size_t>(end - rows.begin());
    ASSIGN_OR_RETURN(const std::unique_ptr<Morsel> morsel,
                     output.source->Open(index, *output.inputs, &counters));
    const uint64_t touched = counters.chunks_touched;
    RETURN_IF_ERROR(AppendRows(*morsel, rows.first(count), output.control, columns));
    counters.chunks_touched -= std::min(read_twice, counters.chunks_touched - touched);
    RETURN_IF_ERROR(share.GrowTo(held + columns.bytes()));
    rows = rows.subspan(count);
    if (columns.rows() < kBatchRows && columns.bytes() < kBatchBytes && !rows.empty()) continue;
    held += columns.bytes();
    ASSIGN_OR_RETURN(RecordBatch batch, columns.Finish());
    batches.push_back(std::move(batch));
  }
  counters.bytes_copied += columns.bytes_copied();
  if (output.counters != nullptr) *output.counters = counters;
  return batches;
}

}  // namespace ashlar::query
