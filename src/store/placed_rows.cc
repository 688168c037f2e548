// Finding rows and putting them together; see the header.
#include "src/store/placed_rows.h"

#include <algorithm>

#include "ashlar/status_macros.h"
#include "src/base/check.h"
#include "src/query/take.h"

namespace ashlar::store {
namespace {

using query::RowPlace;

size_t CountRows(const PlacedRows::Batches& batches) {
  size_t rows = 0;
  for (const auto& batch : batches) rows += static_cast<size_t>(batch->rows());
  return rows;
}

// The places of rows that are as the batches have them.
std::vector<RowPlace> PlacesOf(const PlacedRows::Batches& batches) {
  std::vector<RowPlace> places;
  places.reserve(CountRows(batches));
  for (uint32_t source = 0; source < batches.size(); ++source) {
    const auto rows = static_cast<uint32_t>(batches[source]->rows());
    for (uint32_t row = 0; row < rows; ++row) places.push_back({source, row});
  }
  return places;
}

}  // namespace

PlacedRows::PlacedRows(Batches batches)
    : batches_(std::make_shared<const Batches>(std::move(batches))), rows_(CountRows(*batches_)) {
  ASHLAR_CHECK(rows_ < UINT32_MAX);
}

PlacedRows::PlacedRows(Batches batches, std::span<const uint32_t> order)
    : PlacedRows(PlacedRows(std::move(batches)).Select(order)) {}

PlacedRows PlacedRows::Placed() const {
  PlacedRows placed = *this;
  if (in_place()) placed.places_ = PlacesOf(*batches_);
  return placed;
}

PlacedRows PlacedRows::Select(std::span<const uint32_t> rows) const {
  if (in_place() && rows_ > 0) return Placed().Select(rows);
  PlacedRows selected;
  selected.batches_ = batches_;
  selected.rows_ = rows.size();
  selected.places_.reserve(rows.size());
  for (const uint32_t row : rows) {
    ASHLAR_CHECK(row < places_.size());
    selected.places_.push_back(places_[row]);
  }
  return selected;
}

RowBytes PlacedRows::Measure() const {
  RowBytes bytes;
  std::vector<std::vector<uint32_t>> variable;  // by batch
  for (const auto& batch : *batches_) {
    RowBytes of_batch = MeasureRows(*batch);
    bytes.uniform = of_batch.uniform;
    if (!of_batch.variable.empty()) bytes.variable.reserve(rows_);
    variable.push_back(std::move(of_batch.variable));
  }
  if (bytes.variable.capacity() == 0) return bytes;
  if (in_place()) {
    for (const auto& rows : variable) {
      bytes.variable.insert(bytes.variable.end(), rows.begin(), rows.end());
    }
  }
  for (const RowPlace& place : places_) {
    bytes.variable.push_back(variable[place.source][place.row]);
  }
  ASHLAR_CHECK(bytes.variable.size() == rows_);
  return bytes;
}

RowRun PlacedRows::PiecesOf(size_t first, size_t rows) const {
  RowRun run;
  run.rows = rows;
  size_t begin = 0;  // of the batch's rows
  for (const auto& batch : *batches_) {
    const size_t end = begin + static_cast<size_t>(batch->rows());
    const size_t from = std::max(begin, first);
    const size_t to = std::min(end, first + rows);
    if (from < to) {
      run.pieces.push_back(
          {batch, static_cast<int64_t>(from - begin), static_cast<int64_t>(to - from)});
    }
    begin = end;
  }
  return run;
}

absl::StatusOr<Column> PlacedRows::Gather(const DataType& type, size_t field,
                                          std::span<const RowPlace> places) const {
  if (batches_->size() == 1) {  // keeps its encodings
    std::vector<uint32_t> rows;
    rows.reserve(places.size());
    for (const RowPlace& place : places) rows.push_back(place.row);
    return query::Take(batches_->front()->column(field), rows);
  }
  std::vector<Column> sources;
  for (const auto& batch : *batches_) sources.push_back(batch->column(field));
  return query::Interleave(type, sources, places);
}

absl::StatusOr<RowRun> PlacedRows::MakeRun(const Schema& schema, size_t first, size_t rows) const {
  ASHLAR_CHECK(rows > 0 && first + rows <= rows_);
  if (in_place()) return PiecesOf(first, rows);
  std::vector<Column> columns;
  for (size_t field = 0; field < schema.size(); ++field) {
    ASSIGN_OR_RETURN(Column column, Gather(schema.field(field).type, field,
                                           std::span(places_).subspan(first, rows)));
    columns.push_back(std::move(column));
  }
  ASSIGN_OR_RETURN(RecordBatch batch, RecordBatch::Make(schema, std::move(columns)));
  RowRun run;
  run.rows = rows;
  run.pieces.push_back(
      {std::make_shared<const RecordBatch>(std::move(batch)), 0, static_cast<int64_t>(rows)});
  return run;
}

absl::StatusOr<Column> PlacedRows::ReadColumn(const Schema& schema, size_t field) const {
  const DataType& type = schema.field(field).type;
  if (!in_place()) return Gather(type, field, places_);
  std::vector<Column> pieces;
  for (const auto& batch : *batches_) pieces.push_back(batch->column(field));
  return query::ConcatColumns(type, pieces);
}

}  // namespace ashlar::store
