// FoundRows: where the rows of many keys are, and their columns.
//
// Owns: looking up a batch of keys as a dataset handle sees them, in memory first, then in segments
// all at once; and gathering columns of what was found, source by source. Does not own: either
// search (memory_rows.h, dataset_keys.h), nor what is done with the rows (resolved_rows.h,
// merge_rows.h).
#ifndef ASHLAR_SRC_STORE_FOUND_ROWS_H_
#define ASHLAR_SRC_STORE_FOUND_ROWS_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "absl/status/statusor.h"
#include "ashlar/column.h"
#include "src/columnar/encoded_keys.h"
#include "src/store/dataset_impl.h"
#include "src/store/dataset_keys.h"

namespace ashlar::store {

// A value; keeps what it needs of the handle.
class FoundRows {
 public:
  // `dataset` is keyed (checked). DataLoss names a file whose keys cannot be trusted.
  [[nodiscard]] static absl::StatusOr<FoundRows> Find(const Dataset::Impl& dataset,
                                                      const columnar::EncodedKeys& keys);

  // Whether key `i` has a row.
  [[nodiscard]] bool has(size_t i) const { return places_[i].source != kNone; }
  // Of a row in a segment: its place in the state's list; nothing for rows in memory.
  [[nodiscard]] std::optional<RowLocation> InSegment(size_t i) const;

  // Column `field` of the rows of these keys, which have some (checked), in this order. Reads that
  // column alone.
  [[nodiscard]] absl::StatusOr<Column> Gather(std::span<const uint32_t> keys, size_t field) const;

 private:
  static constexpr uint32_t kNone = UINT32_MAX;
  struct Place {
    uint32_t source = kNone;
    uint32_t row = 0;
  };
  // A segment, or a batch in memory.
  struct Source {
    uint32_t segment = kNone;
    std::shared_ptr<const RowSource> memory;
  };

  [[nodiscard]] absl::StatusOr<Column> ReadColumn(const Source& source, size_t field) const;

  std::shared_ptr<const manifest::DatasetState> state_;
  std::shared_ptr<SegmentCache> cache_;
  std::vector<Source> sources_;
  std::vector<Place> places_;
};

}  // namespace ashlar::store

#endif  // ASHLAR_SRC_STORE_FOUND_ROWS_H_
