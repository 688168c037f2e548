// Leaving out the dead.

#include "src/store/live_rows.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "ashlar/status_macros.h"
#include "src/base/check.h"
#include "src/query/take.h"

namespace ashlar::store {

absl::StatusOr<RecordBatch> TakeLiveRows(const RecordBatch& batch, uint64_t first_row,
                                         const manifest::DeletionVector& dead, uint64_t skip,
                                         uint64_t limit) {
  const uint64_t end_row = first_row + static_cast<uint64_t>(batch.rows());
  ASHLAR_CHECK(end_row <= dead.segment_rows());
  std::vector<uint32_t> rows;
  dead.ForEachLiveRun(first_row, end_row, [&](uint64_t first, uint64_t count) {
    const uint64_t skipped = std::min(skip, count);
    skip -= skipped;
    const uint64_t taken = std::min(count - skipped, limit - rows.size());
    for (uint64_t i = 0; i < taken; ++i) {
      rows.push_back(static_cast<uint32_t>(first + skipped + i - first_row));
    }
  });
  std::vector<Column> columns;
  columns.reserve(batch.columns().size());
  for (const Column& column : batch.columns()) {
    ASSIGN_OR_RETURN(Column taken, query::Take(column, rows));
    columns.push_back(std::move(taken));
  }
  return RecordBatch::Make(batch.schema(), std::move(columns));
}

absl::StatusOr<RecordBatch> ReadLiveRows(const manifest::SegmentEntry& entry, const Schema& schema,
                                         SegmentCache& cache) {
  ASSIGN_OR_RETURN(const segment::SegmentReader reader, cache.OpenReader(entry.meta));
  std::vector<Column> columns;
  for (const Field& field : schema.fields()) {
    ASSIGN_OR_RETURN(Column column, reader.ReadColumn(field));
    columns.push_back(std::move(column));
  }
  ASSIGN_OR_RETURN(RecordBatch batch, RecordBatch::Make(schema, std::move(columns)));
  if (entry.dead == nullptr) return batch;
  return TakeLiveRows(batch, 0, *entry.dead);
}

segment::RowRange LiveRange(const manifest::DeletionVector* dead, segment::RowRange range) {
  if (dead == nullptr) return range;
  // Ranges come from damaged files, too.
  const uint64_t begin = std::min<uint64_t>(range.first, dead->segment_rows());
  const uint64_t end = begin + std::min<uint64_t>(range.rows, dead->segment_rows() - begin);
  return {begin - dead->CountIn(0, begin), end - begin - dead->CountIn(begin, end)};
}

}  // namespace ashlar::store
