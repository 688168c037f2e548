// The intact rows of a dataset in a damaged store, as a stream of batches.
//
// Owns: finding out which rows of a damaged segment can still be read, row by row where it must,
// and saying what was lost; dead rows are left out. Does not own: reading a range of rows
// (segment/segment_salvage.h), or where rows go (repair.h). Whole segments are streamed without a
// copy.
#ifndef ASHLAR_SRC_STORE_SALVAGE_READER_H_
#define ASHLAR_SRC_STORE_SALVAGE_READER_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "ashlar/column.h"
#include "src/manifest/manifest.h"
#include "src/segment/damage.h"
#include "src/segment/segment_file.h"
#include "src/store/segment_cache.h"

namespace ashlar::store {

class SalvageReader final : public BatchReader {
 public:
  SalvageReader(std::shared_ptr<const manifest::DatasetState> state,
                std::shared_ptr<SegmentCache> cache);

  [[nodiscard]] const Schema& schema() const override { return state_->schema; }
  [[nodiscard]] absl::StatusOr<bool> Next(RecordBatch* batch) override;

  // After the end of the stream.
  [[nodiscard]] uint64_t rows_saved() const { return rows_saved_; }
  [[nodiscard]] uint64_t rows_lost() const { return rows_lost_; }
  // What was lost, in words, in the order of rows.
  [[nodiscard]] const std::vector<std::string>& notes() const { return notes_; }

 private:
  // By field: those that are read whole, whatever the checksums of their pages say.
  using ProvenColumns = std::vector<std::optional<Column>>;

  // Queue what can be read of the next segment: the whole, or a run of its rows.
  [[nodiscard]] absl::Status AddSegment(const manifest::SegmentEntry& entry);
  [[nodiscard]] absl::Status AddWhole(const manifest::SegmentEntry& entry);
  [[nodiscard]] absl::Status AddRun(const manifest::SegmentEntry& entry,
                                    const std::shared_ptr<segment::SegmentFile>& file,
                                    segment::RowRange run, const ProvenColumns& proven);
  // `lost` counts within the segment, the dead included: those are no loss.
  void NoteLoss(const manifest::SegmentEntry& entry, const std::vector<segment::RowRange>& lost,
                const std::string& why);
  // The batch's live rows; it holds rows from `first_row` on.
  [[nodiscard]] absl::Status Queue(RecordBatch batch, uint64_t first_row,
                                   const manifest::SegmentEntry& entry);

  const std::shared_ptr<const manifest::DatasetState> state_;
  const std::shared_ptr<SegmentCache> cache_;
  size_t next_segment_ = 0;
  uint64_t first_row_ = 0;  // of the next segment, in the dataset
  std::deque<RecordBatch> ready_;
  uint64_t rows_saved_ = 0;
  uint64_t rows_lost_ = 0;
  std::vector<std::string> notes_;
};

}  // namespace ashlar::store

#endif  // ASHLAR_SRC_STORE_SALVAGE_READER_H_
