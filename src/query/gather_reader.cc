// Group by batch, take, join, put in order; see the header.
#include "src/query/gather_reader.h"

#include <algorithm>
#include <span>
#include <utility>

#include "ashlar/status_macros.h"
#include "src/base/check.h"
#include "src/query/output_columns.h"
#include "src/query/take.h"

namespace ashlar::query {
namespace {

// Rows to take from one batch.
struct Share {
  size_t batch = 0;
  std::vector<uint32_t> rows;  // within the batch
};

class GatherReader final : public BatchReader {
 public:
  GatherReader(Schema schema, std::vector<RecordBatch> batches, std::vector<uint32_t> order,
               std::shared_ptr<const void> owner, const QueryControl* control)
      : schema_(std::move(schema)),
        batches_(std::move(batches)),
        order_(std::move(order)),
        owner_(std::move(owner)),
        control_(control) {
    uint32_t first = 0;
    for (size_t i = 0; i < batches_.size(); ++i) {
      starts_.push_back(first);
      const uint64_t end = uint64_t{first} + static_cast<uint64_t>(batches_[i].rows());
      ASHLAR_CHECK(end <= UINT32_MAX);
      first = static_cast<uint32_t>(end);
      // The batch of the first row of every block; others are found by stepping on from it.
      while (blocks_.size() * kBlockRows < first) blocks_.push_back(i);
    }
    starts_.push_back(first);
    uint64_t bytes = 0;
    for (const RecordBatch& batch : batches_) {
      for (const Column& column : batch.columns()) bytes += ViewBytes(column);
    }
    const uint64_t row_bytes = std::max<uint64_t>(1, bytes / std::max<uint64_t>(1, first));
    batch_rows_ = std::clamp<uint64_t>(kBatchBytes / row_bytes, 1, kBatchRows);
  }

  const Schema& schema() const override { return schema_; }

  absl::StatusOr<bool> Next(RecordBatch* batch) override {
    if (next_ == order_.size()) return false;
    const size_t count = std::min<size_t>(batch_rows_, order_.size() - next_);
    ASSIGN_OR_RETURN(*batch, Gather(std::span(order_).subspan(next_, count)));
    next_ += count;
    return true;
  }

 private:
  static constexpr size_t kBlockRows = 1024;
  static constexpr uint64_t kBatchBytes = uint64_t{16} << 20;  // about, where rows are wide

  [[nodiscard]] size_t BatchOf(uint32_t row) const {
    ASHLAR_CHECK(row < starts_.back());
    size_t batch = blocks_[row / kBlockRows];
    while (row >= starts_[batch + 1]) ++batch;
    return batch;
  }

  // The shares of the batches, and for each row its place when they stand behind each other.
  std::vector<Share> Split(std::span<const uint32_t> rows, std::vector<uint32_t>* places) const {
    std::vector<Share> shares;
    std::vector<uint32_t> share_of_batch(batches_.size(), UINT32_MAX);
    std::vector<uint32_t> share_of_row(rows.size());
    for (size_t i = 0; i < rows.size(); ++i) {
      const size_t batch = BatchOf(rows[i]);
      uint32_t& share = share_of_batch[batch];
      if (share == UINT32_MAX) {
        share = static_cast<uint32_t>(shares.size());
        shares.push_back({batch, {}});
      }
      share_of_row[i] = share;
      (*places)[i] = static_cast<uint32_t>(shares[share].rows.size());
      shares[share].rows.push_back(rows[i] - starts_[batch]);
    }
    std::vector<uint32_t> first(shares.size());
    for (size_t i = 1; i < shares.size(); ++i) {
      first[i] = first[i - 1] + static_cast<uint32_t>(shares[i - 1].rows.size());
    }
    for (size_t i = 0; i < rows.size(); ++i) (*places)[i] += first[share_of_row[i]];
    return shares;
  }

  absl::StatusOr<RecordBatch> Gather(std::span<const uint32_t> rows) const {
    std::vector<uint32_t> places(rows.size());
    const std::vector<Share> shares = Split(rows, &places);
    std::vector<Column> columns;
    for (size_t c = 0; c < schema_.size(); ++c) {
      if (control_ != nullptr) RETURN_IF_ERROR(control_->Check());
      std::vector<Column> pieces;
      for (const Share& share : shares) {
        ASSIGN_OR_RETURN(Column piece, Take(batches_[share.batch].column(c), share.rows));
        pieces.push_back(std::move(piece));
      }
      // The rows of one batch were taken in order already.
      ASSIGN_OR_RETURN(Column column, ConcatColumns(schema_.field(c).type, pieces));
      if (shares.size() > 1) {
        ASSIGN_OR_RETURN(column, Take(column, places));
      }
      columns.push_back(std::move(column));
    }
    return RecordBatch::Make(schema_, std::move(columns));
  }

  const Schema schema_;
  const std::vector<RecordBatch> batches_;
  const std::vector<uint32_t> order_;
  const std::shared_ptr<const void> owner_;
  const QueryControl* const control_;
  std::vector<uint32_t> starts_;  // of batches, and the number of rows
  std::vector<size_t> blocks_;
  uint64_t batch_rows_ = 1;
  size_t next_ = 0;
};

}  // namespace

std::unique_ptr<BatchReader> MakeGatherReader(Schema schema, std::vector<RecordBatch> batches,
                                              std::vector<uint32_t> order,
                                              std::shared_ptr<const void> owner,
                                              const QueryControl* control) {
  return std::make_unique<GatherReader>(std::move(schema), std::move(batches), std::move(order),
                                        std::move(owner), control);
}

}  // namespace ashlar::query
