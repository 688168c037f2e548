// A pipeline of one thread and no filters; see the header.
#include "tests/query/sink_driver.h"

#include <algorithm>
#include <charconv>
#include <memory>
#include <utility>

#include "ashlar/status_macros.h"
#include "src/base/strings.h"
#include "src/query/bound_expression.h"

namespace ashlar::query {

namespace {

absl::Status FeedMorsel(Morsel& morsel, size_t index, int64_t first_row,
                        const DriveOptions& options, SinkPart& part) {
  RETURN_IF_ERROR(part.BeginMorsel(morsel, index));
  for (int64_t row = 0; row < morsel.rows(); row += kZoneRows) {
    const ZoneRange zone{row, std::min(kZoneRows, morsel.rows() - row)};
    Bits selection = Bits::FirstRows(zone.rows);
    const Bits* const live = morsel.LiveRows(row / kZoneRows);
    for (int64_t i = 0; i < zone.rows; ++i) {
      const bool alive = live == nullptr || live->Get(i);
      if (!alive || (options.selected && !options.selected(first_row + row + i))) {
        selection.Clear(i);
      }
    }
    if (!selection.None()) RETURN_IF_ERROR(part.Consume(zone, selection, selection.Count()));
  }
  return part.EndMorsel();
}

}  // namespace

absl::StatusOr<std::vector<RecordBatch>> Drive(const Source& source,
                                               const std::vector<Input>& inputs, Sink& sink,
                                               const DriveOptions& options) {
  SourceCounters counters;
  std::vector<std::unique_ptr<SinkPart>> parts;
  int64_t first_row = 0;
  for (size_t i = 0; i < source.morsels(); ++i) {
    if (i == 0 || (options.cut && options.cut(i))) {
      ASSIGN_OR_RETURN(auto part, sink.NewPart());
      parts.push_back(std::move(part));
    }
    ASSIGN_OR_RETURN(const auto morsel, source.Open(i, inputs, &counters));
    RETURN_IF_ERROR(FeedMorsel(*morsel, i, first_row, options, *parts.back()));
    first_row += source.rows(i);
  }
  for (auto& part : parts) RETURN_IF_ERROR(sink.Merge(std::move(part)));
  ASSIGN_OR_RETURN(const auto reader, sink.Finish());
  std::vector<RecordBatch> batches;
  RecordBatch batch;
  while (true) {
    ASSIGN_OR_RETURN(const bool more, reader->Next(&batch));
    if (!more) return batches;
    batches.push_back(batch);
  }
}

std::string CellText(const Column& column, int64_t row) {
  if (column.IsNull(row)) return "null";
  switch (PhysicalOf(column.type())) {
    case Physical::kBool:
      return column.GetBool(row) ? "b1" : "b0";
    case Physical::kInt64:
      return base::StrCat("i", column.GetInt64(row));
    case Physical::kUInt64:
      return base::StrCat("u", column.GetUInt64(row));
    case Physical::kDouble: {
      const double value = column.GetDouble(row);
      // -0.0 reads as 0, and a NaN of either sign is one NaN.
      if (value != value) return "dnan";
      return base::StrCat("d", value == 0 ? 0.0 : value);
    }
    default:
      return base::StrCat("s", column.GetBytes(row));
  }
}

std::vector<std::vector<std::string>> CellTexts(const std::vector<RecordBatch>& batches) {
  std::vector<std::vector<std::string>> rows;
  for (const RecordBatch& batch : batches) {
    for (int64_t row = 0; row < batch.rows(); ++row) {
      rows.emplace_back();
      for (const Column& column : batch.columns()) rows.back().push_back(CellText(column, row));
    }
  }
  return rows;
}

}  // namespace ashlar::query
