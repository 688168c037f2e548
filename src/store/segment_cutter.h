// SegmentCutter: a stream of batches becomes runs of rows, one run a segment.
//
// Owns: holding back rows until a boundary is known, and deciding the target at a dataset's first
// write. Does not own: the boundary rule (columnar/chunker.h) or writing (segment_sink.h). Memory
// is bounded: at most one segment is pending, or kUndecidedBytes before the target is known.
#ifndef ASHLAR_SRC_STORE_SEGMENT_CUTTER_H_
#define ASHLAR_SRC_STORE_SEGMENT_CUTTER_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "ashlar/column.h"
#include "src/columnar/chunker.h"

namespace ashlar::store {

// Rows [offset, offset + length) of a batch.
struct RowPiece {
  std::shared_ptr<const RecordBatch> batch;
  int64_t offset = 0;
  int64_t length = 0;
};

struct RowRun {
  std::vector<RowPiece> pieces;
  uint64_t rows = 0;
};

// How much is held back to learn how many rows a first write has.
inline constexpr uint64_t kUndecidedBytes = uint64_t{64} << 20;
inline constexpr uint64_t kUndecidedRows = uint64_t{16} * columnar::kMaxTargetRows;

class SegmentCutter {
 public:
  // `params.target_rows` of 0 is decided from `rows_hint`, or from the rows of the stream.
  SegmentCutter(const columnar::ChunkerParams& params, std::optional<uint64_t> rows_hint);

  // Appends the runs that are complete.
  void Add(const RecordBatch& batch, std::vector<RowRun>* ready);
  // The remaining rows.
  void Finish(std::vector<RowRun>* ready);
  // Decided once any row was cut or Finish() was called.
  [[nodiscard]] const columnar::ChunkerParams& params() const { return params_; }

 private:
  void Decide(std::vector<RowRun>* ready);
  void Cut(std::shared_ptr<const RecordBatch> batch, std::vector<RowRun>* ready);
  void Extend(const std::shared_ptr<const RecordBatch>& batch, int64_t begin, int64_t end);

  columnar::ChunkerParams params_;
  std::optional<columnar::Chunker> chunker_;
  std::vector<std::shared_ptr<const RecordBatch>> undecided_;
  uint64_t undecided_rows_ = 0;
  uint64_t undecided_bytes_ = 0;
  RowRun run_;
};

}  // namespace ashlar::store

#endif  // ASHLAR_SRC_STORE_SEGMENT_CUTTER_H_
