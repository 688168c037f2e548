// Runs stay runs until a gap shows; see the header.
#include "src/query/output_columns.h"

#include <numeric>
#include <utility>

#include "ashlar/status_macros.h"
#include "src/base/check.h"
#include "src/query/take.h"

namespace ashlar::query {
namespace {

// The selected rows as [first, end) of the zone; a run when there are as many.
std::pair<int64_t, int64_t> Bounds(const Bits& bits) {
  int64_t first = -1;
  int64_t end = 0;
  for (size_t word = 0; word < kZoneWords; ++word) {
    if (bits.words[word] == 0) continue;
    const auto base = static_cast<int64_t>(word) * 64;
    if (first < 0) first = base + std::countr_zero(bits.words[word]);
    end = base + 64 - std::countl_zero(bits.words[word]);
  }
  return {first, end};
}

// Bytes of the selected rows when they are like the others of their zone.
uint64_t ShareOfZone(const Column& column, const ZoneRange& zone, int64_t count) {
  const uint64_t bytes = ViewBytes(column, zone.first_row, zone.rows);
  return bytes * static_cast<uint64_t>(count) / static_cast<uint64_t>(zone.rows);
}

}  // namespace

OutputColumns::OutputColumns(std::vector<BoundPtr> outputs, Schema schema, BackEnd back_end)
    : schema_(std::move(schema)), vector_(std::make_unique<Vector>()) {
  ASHLAR_CHECK(outputs.size() == schema_.size());
  for (size_t i = 0; i < outputs.size(); ++i) {
    const DataType& type = schema_.field(i).type;
    ASHLAR_CHECK(outputs[i]->physical == Physical::kNull || outputs[i]->type == type);
    Output output;
    output.expression = std::move(outputs[i]);
    output.direct = output.expression->op == Op::kInput;
    if (!output.direct) {
      output.evaluator = MakeEvaluator(output.expression, back_end);
      output.computed = std::make_unique<ComputedColumn>(type);
    }
    outputs_.push_back(std::move(output));
  }
}

absl::Status OutputColumns::BeginMorsel(Morsel& morsel) {
  ASHLAR_CHECK(morsel_ == nullptr);
  morsel_ = &morsel;
  columns_read_ = false;
  for (Output& output : outputs_) {
    if (!output.direct) RETURN_IF_ERROR(output.evaluator->BeginMorsel(morsel));
  }
  return absl::OkStatus();
}

absl::Status OutputColumns::ReadColumns() {
  columns_read_ = true;
  for (Output& output : outputs_) {
    if (!output.direct) continue;
    ASSIGN_OR_RETURN(output.column, morsel_->Read(output.expression->input));
    ASHLAR_CHECK(output.column->length() == morsel_->rows());
  }
  return absl::OkStatus();
}

absl::Status OutputColumns::Append(const ZoneRange& zone, const Bits& selection) {
  ASHLAR_CHECK(morsel_ != nullptr);
  const int64_t count = selection.Count();
  if (count == 0) return absl::OkStatus();
  if (!columns_read_) RETURN_IF_ERROR(ReadColumns());
  for (Output& output : outputs_) {
    if (output.direct) {
      direct_bytes_ += ShareOfZone(*output.column, zone, count);
      continue;
    }
    RETURN_IF_ERROR(output.evaluator->Evaluate(zone, selection, vector_.get()));
    RETURN_IF_ERROR(output.computed->Append(*vector_, selection));
  }
  AppendPending(zone, selection, count);
  rows_ += count;
  return absl::OkStatus();
}

void OutputColumns::AppendPending(const ZoneRange& zone, const Bits& selection, int64_t count) {
  const auto [begin, end] = Bounds(selection);
  const int64_t first = zone.first_row + begin;
  const bool continues = pending_.count == 0 || pending_.first + pending_.count == first;
  if (pending_.is_run && continues && end - begin == count) {
    if (pending_.count == 0) pending_.first = first;
    pending_.count += count;
    return;
  }
  if (pending_.is_run) {
    pending_.is_run = false;
    pending_.rows.resize(static_cast<size_t>(pending_.count));
    std::iota(pending_.rows.begin(), pending_.rows.end(), static_cast<uint32_t>(pending_.first));
  }
  ForEachRow(selection, [&](int64_t row) {
    pending_.rows.push_back(static_cast<uint32_t>(zone.first_row + row));
  });
  pending_.count += count;
}

absl::Status OutputColumns::FlushPending() {
  if (pending_.count == 0) return absl::OkStatus();
  for (Output& output : outputs_) {
    if (!output.direct) continue;
    auto piece = pending_.is_run ? output.column->Slice(pending_.first, pending_.count)
                                 : Take(*output.column, pending_.rows);
    RETURN_IF_ERROR(piece.status());
    output.pieces.push_back(*std::move(piece));
  }
  shares_rows_ = pending_.is_run;
  pending_.first = 0;
  pending_.count = 0;
  pending_.is_run = true;
  pending_.rows.clear();
  return absl::OkStatus();
}

absl::Status OutputColumns::EndMorsel() {
  ASHLAR_CHECK(morsel_ != nullptr);
  RETURN_IF_ERROR(FlushPending());
  for (Output& output : outputs_) output.column.reset();
  morsel_ = nullptr;
  return absl::OkStatus();
}

uint64_t OutputColumns::bytes() const {
  uint64_t bytes = direct_bytes_;
  for (const Output& output : outputs_) {
    if (!output.direct) bytes += output.computed->bytes();
  }
  return bytes;
}

absl::StatusOr<Column> OutputColumns::FinishOutput(Output& output) {
  if (!output.direct) {
    ASSIGN_OR_RETURN(Column column, output.computed->Finish());
    bytes_copied_ += ViewBytes(column);
    return column;
  }
  const bool shared = output.pieces.size() == 1 && shares_rows_;
  ASSIGN_OR_RETURN(Column column, ConcatColumns(output.expression->type, output.pieces));
  output.pieces.clear();
  (shared ? bytes_borrowed_ : bytes_copied_) += ViewBytes(column);
  return column;
}

absl::StatusOr<RecordBatch> OutputColumns::Finish() {
  RETURN_IF_ERROR(FlushPending());
  std::vector<Column> columns;
  columns.reserve(outputs_.size());
  for (Output& output : outputs_) {
    ASSIGN_OR_RETURN(Column column, FinishOutput(output));
    columns.push_back(std::move(column));
  }
  rows_ = 0;
  direct_bytes_ = 0;
  return RecordBatch::Make(schema_, std::move(columns));
}

}  // namespace ashlar::query
