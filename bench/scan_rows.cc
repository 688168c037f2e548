// Rows of the scan benchmark that no generator has; see the header.
#include "bench/scan_rows.h"

#include <algorithm>

#include "src/base/random.h"

namespace ashlar::bench {

PackedRows MakePackedRows(uint64_t seed, uint64_t rows) {
  constexpr uint64_t kBatchRows = 65536;
  base::Random random(seed);
  const Schema schema = *Schema::Make({{"ten", Int64(), false}});
  PackedRows result;
  for (uint64_t first = 0; first < rows; first += kBatchRows) {
    std::vector<int64_t> values(std::min(kBatchRows, rows - first));
    for (int64_t& value : values) {
      value = static_cast<int64_t>(random.Uniform(1024));
      if (value < 300) ++result.below_300;
    }
    result.batches.push_back(
        *RecordBatch::Make(schema, {Column::FromValues<int64_t>(Int64(), values)}));
  }
  return result;
}

DeletedRows MakeDeletedRows(uint64_t seed, const Dataset& dataset,
                            const std::vector<std::string>& columns) {
  base::Random random(seed);
  DeletedRows result;
  result.batch = *dataset.Materialize({.columns = columns});
  result.live.assign(static_cast<size_t>(result.batch.rows()) / 64 + 1, ~uint64_t{0});
  for (int64_t row = 0; row < result.batch.rows(); ++row) {
    if (random.OneIn(10)) result.live[row / 64] &= ~(uint64_t{1} << (row % 64));
  }
  for (const uint64_t word : result.live) result.dead.push_back(~word);
  return result;
}

}  // namespace ashlar::bench
