// Slices and copies of gathered rows; see the header.
#include "src/store/row_gather.h"

#include <algorithm>
#include <utility>

#include "ashlar/status_macros.h"
#include "src/base/check.h"
#include "src/query/take.h"

namespace ashlar::store {
namespace {

// What is copied for one batch, about.
constexpr uint64_t kBatchBytes = uint64_t{16} << 20;

}  // namespace

// The rows taken of each block, and how to put them in order: row i is row order[i] of all of them.
struct RowGather::Rows {
  std::vector<std::vector<uint32_t>> taken;  // by slot
  std::vector<uint32_t> order;               // empty: as they are
};

uint32_t RowGather::SlotOf(const std::shared_ptr<ColumnBlock>& block) {
  if (block->slot_ >= blocks_.size() || blocks_[block->slot_] != block) {
    block->slot_ = blocks_.size();
    blocks_.push_back(block);
  }
  return static_cast<uint32_t>(block->slot_);
}

void RowGather::Add(const std::shared_ptr<ColumnBlock>& block, uint64_t first, uint64_t rows) {
  ASHLAR_CHECK(rows > 0 && first + rows <= UINT32_MAX);
  const Piece piece{SlotOf(block), static_cast<uint32_t>(first), static_cast<uint32_t>(rows)};
  rows_ += rows;
  if (!pieces_.empty() && pieces_.back().block == piece.block) {
    Piece& last = pieces_.back();
    const bool goes_on =
        backward_ ? piece.first + piece.rows == last.first : last.first + last.rows == piece.first;
    if (goes_on) {
      if (backward_) last.first = piece.first;
      last.rows += piece.rows;
      return;
    }
  }
  pieces_.push_back(piece);
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
    ASSIGN_OR_RETURN(const Column column, blocks_[piece.block]->Read(output));
    ASSIGN_OR_RETURN(Column slice, column.Slice(piece.first, piece.rows));
    columns.push_back(std::move(slice));
  }
  return RecordBatch::Make(schema_, std::move(columns));
}

absl::StatusOr<uint64_t> RowGather::FittingRows() const {
  std::vector<uint64_t> rows(blocks_.size());
  for (const Piece& piece : pieces_) rows[piece.block] += piece.rows;
  double bytes = 0;
  for (size_t block = 0; block < blocks_.size(); ++block) {
    for (size_t output = 0; output < schema_.size(); ++output) {
      ASSIGN_OR_RETURN(const Column column, blocks_[block]->Read(output));
      bytes += static_cast<double>(query::ViewBytes(column)) /
               static_cast<double>(std::max<int64_t>(1, column.length())) *
               static_cast<double>(rows[block]);
    }
  }
  if (bytes <= static_cast<double>(kBatchBytes)) return rows_;
  const double share = static_cast<double>(kBatchBytes) / bytes;
  return std::max<uint64_t>(1, static_cast<uint64_t>(share * static_cast<double>(rows_)));
}

RowGather::Rows RowGather::RowsByBlock(uint64_t count) const {
  Rows rows;
  rows.taken.resize(blocks_.size());
  std::vector<uint32_t> blocks;  // of each row
  blocks.reserve(count);
  for (const Piece& piece : pieces_) {
    std::vector<uint32_t>& taken = rows.taken[piece.block];
    const uint64_t most = std::min<uint64_t>(piece.rows, count - blocks.size());
    for (uint32_t i = 0; i < most; ++i) {
      taken.push_back(piece.first + (backward_ ? piece.rows - 1 - i : i));
    }
    blocks.insert(blocks.end(), most, piece.block);
  }
  std::vector<uint32_t> next;  // of each block, among the rows of all
  uint32_t first = 0;
  for (const auto& taken : rows.taken) {
    next.push_back(first);
    first += static_cast<uint32_t>(taken.size());
  }
  rows.order.reserve(count);
  for (const uint32_t block : blocks) rows.order.push_back(next[block]++);
  if (std::ranges::is_sorted(rows.order)) rows.order.clear();
  return rows;
}

absl::StatusOr<RecordBatch> RowGather::Copy(uint64_t count) const {
  const Rows rows = RowsByBlock(count);
  std::vector<Column> columns;
  columns.reserve(schema_.size());
  for (size_t output = 0; output < schema_.size(); ++output) {
    std::vector<Column> pieces;
    for (size_t block = 0; block < blocks_.size(); ++block) {
      if (rows.taken[block].empty()) continue;
      ASSIGN_OR_RETURN(const Column column, blocks_[block]->Read(output));
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
  size_t gone = 0;  // pieces
  for (; gone < pieces_.size() && count >= pieces_[gone].rows; ++gone) count -= pieces_[gone].rows;
  pieces_.erase(pieces_.begin(), pieces_.begin() + static_cast<std::ptrdiff_t>(gone));
  if (count > 0) {
    Piece& piece = pieces_.front();
    piece.rows -= static_cast<uint32_t>(count);
    if (!backward_) piece.first += static_cast<uint32_t>(count);
  }
  if (rows_ == 0) blocks_.clear();
}

}  // namespace ashlar::store
