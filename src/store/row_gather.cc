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

std::vector<query::RowPlace> RowGather::Places(uint64_t count) const {
  std::vector<query::RowPlace> places;
  places.reserve(count);
  for (const Piece& piece : pieces_) {
    const uint64_t most = std::min<uint64_t>(piece.rows, count - places.size());
    for (uint32_t i = 0; i < most; ++i) {
      places.push_back({piece.block, piece.first + (backward_ ? piece.rows - 1 - i : i)});
    }
  }
  return places;
}

absl::StatusOr<RecordBatch> RowGather::Copy(uint64_t count) const {
  const std::vector<query::RowPlace> places = Places(count);
  std::vector<uint32_t> rows;  // of one block, which keeps its encodings
  if (blocks_.size() == 1) {
    for (const query::RowPlace& place : places) rows.push_back(place.row);
  }
  std::vector<Column> columns;
  columns.reserve(schema_.size());
  std::vector<Column> sources(blocks_.size());
  for (size_t output = 0; output < schema_.size(); ++output) {
    for (size_t block = 0; block < blocks_.size(); ++block) {
      ASSIGN_OR_RETURN(sources[block], blocks_[block]->Read(output));
    }
    absl::StatusOr<Column> column =
        blocks_.size() == 1 ? query::Take(sources[0], rows)
                            : query::Interleave(schema_.field(output).type, sources, places);
    RETURN_IF_ERROR(column.status());
    columns.push_back(*std::move(column));
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
