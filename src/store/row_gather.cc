// Slices and copies of gathered rows; see the header.
#include "src/store/row_gather.h"

#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "ashlar/status_macros.h"
#include "src/base/check.h"
#include "src/query/take.h"

namespace ashlar::store {
namespace {

// What is copied for one batch, about.
constexpr uint64_t kBatchBytes = uint64_t{16} << 20;

// Whether `order` moves nothing.
bool IsIdentity(const std::vector<uint32_t>& order) {
  for (uint32_t i = 0; i < order.size(); ++i) {
    if (order[i] != i) return false;
  }
  return true;
}

}  // namespace

// Block by block, and how to put them in order: row i is row order[i] of all of them.
struct RowGather::Rows {
  std::vector<ColumnBlock*> blocks;
  std::vector<std::vector<uint32_t>> taken;  // of each block
  std::vector<uint32_t> order;               // empty: as they are
};

void RowGather::Add(const std::shared_ptr<ColumnBlock>& block, uint64_t first, uint64_t rows) {
  ASHLAR_CHECK(rows > 0 && first + rows <= UINT32_MAX);
  rows_ += rows;
  if (!pieces_.empty() && pieces_.back().block == block) {
    Piece& last = pieces_.back();
    const bool goes_on = backward_ ? first + rows == last.first : last.first + last.rows == first;
    if (goes_on) {
      if (backward_) last.first = first;
      last.rows += rows;
      return;
    }
  }
  pieces_.push_back({block, first, rows});
}

absl::StatusOr<RecordBatch> RowGather::Finish() {
  ASHLAR_CHECK(rows_ > 0);
  if (pieces_.size() == 1 && (!backward_ || rows_ == 1)) {
    ASSIGN_OR_RETURN(RecordBatch batch, Slice());
    Drop(rows_);
    return batch;
  }
  ASSIGN_OR_RETURN(uint64_t count, FittingRows());
  absl::StatusOr<RecordBatch> batch = Copy(count);
  // Rows that are far wider than the mean can exceed what a buffer takes.
  while (absl::IsInvalidArgument(batch.status()) && count > 1) batch = Copy(count /= 2);
  if (batch.ok()) Drop(count);
  return batch;
}

absl::StatusOr<RecordBatch> RowGather::Slice() const {
  const Piece& piece = pieces_.front();
  std::vector<Column> columns;
  columns.reserve(schema_.size());
  for (size_t output = 0; output < schema_.size(); ++output) {
    ASSIGN_OR_RETURN(const Column column, piece.block->Read(output));
    ASSIGN_OR_RETURN(Column slice, column.Slice(static_cast<int64_t>(piece.first),
                                                static_cast<int64_t>(piece.rows)));
    columns.push_back(std::move(slice));
  }
  return RecordBatch::Make(schema_, std::move(columns));
}

absl::StatusOr<uint64_t> RowGather::FittingRows() const {
  absl::flat_hash_map<ColumnBlock*, uint64_t> rows;
  for (const Piece& piece : pieces_) rows[piece.block.get()] += piece.rows;
  double bytes = 0;
  for (const auto& [block, count] : rows) {
    for (size_t output = 0; output < schema_.size(); ++output) {
      ASSIGN_OR_RETURN(const Column column, block->Read(output));
      bytes += static_cast<double>(query::ViewBytes(column)) /
               static_cast<double>(std::max<int64_t>(1, column.length())) *
               static_cast<double>(count);
    }
  }
  if (bytes <= static_cast<double>(kBatchBytes)) return rows_;
  const double share = static_cast<double>(kBatchBytes) / bytes;
  return std::max<uint64_t>(1, static_cast<uint64_t>(share * static_cast<double>(rows_)));
}

RowGather::Rows RowGather::RowsByBlock(uint64_t count) const {
  Rows rows;
  absl::flat_hash_map<ColumnBlock*, uint32_t> numbers;
  std::vector<std::pair<uint32_t, uint32_t>> places;  // block and row among those taken of it
  places.reserve(count);
  for (const Piece& piece : pieces_) {
    const auto [number, added] =
        numbers.try_emplace(piece.block.get(), static_cast<uint32_t>(rows.blocks.size()));
    if (added) {
      rows.blocks.push_back(piece.block.get());
      rows.taken.emplace_back();
    }
    std::vector<uint32_t>& taken = rows.taken[number->second];
    for (uint64_t i = 0; i < piece.rows && places.size() < count; ++i) {
      const uint64_t row = piece.first + (backward_ ? piece.rows - 1 - i : i);
      places.emplace_back(number->second, static_cast<uint32_t>(taken.size()));
      taken.push_back(static_cast<uint32_t>(row));
    }
    if (places.size() == count) break;
  }
  std::vector<uint32_t> first = {0};
  for (const auto& taken : rows.taken) {
    first.push_back(first.back() + static_cast<uint32_t>(taken.size()));
  }
  rows.order.reserve(count);
  for (const auto& [block, row] : places) rows.order.push_back(first[block] + row);
  if (IsIdentity(rows.order)) rows.order.clear();
  return rows;
}

absl::StatusOr<RecordBatch> RowGather::Copy(uint64_t count) const {
  const Rows rows = RowsByBlock(count);
  std::vector<Column> columns;
  columns.reserve(schema_.size());
  for (size_t output = 0; output < schema_.size(); ++output) {
    std::vector<Column> pieces;
    pieces.reserve(rows.blocks.size());
    for (size_t block = 0; block < rows.blocks.size(); ++block) {
      ASSIGN_OR_RETURN(const Column column, rows.blocks[block]->Read(output));
      ASSIGN_OR_RETURN(Column taken, query::Take(column, rows.taken[block]));
      pieces.push_back(std::move(taken));
    }
    ASSIGN_OR_RETURN(Column column, query::ConcatColumns(schema_.field(output).type, pieces));
    if (!rows.order.empty()) {
      ASSIGN_OR_RETURN(column, query::Take(column, rows.order));
    }
    columns.push_back(std::move(column));
  }
  return RecordBatch::Make(schema_, std::move(columns));
}

void RowGather::Drop(uint64_t count) {
  rows_ -= count;
  while (count > 0) {
    Piece& piece = pieces_.front();
    const uint64_t dropped = std::min(count, piece.rows);
    piece.rows -= dropped;
    if (!backward_) piece.first += dropped;
    count -= dropped;
    if (piece.rows == 0) pieces_.pop_front();
  }
}

}  // namespace ashlar::store
