// Columns of a chunk; see the header.
#include "src/log/memtable_rows.h"

#include <utility>
#include <vector>

#include "src/base/check.h"

namespace ashlar::log {

RecordBatch ReadChunk(const MemtableView& view, size_t chunk) {
  std::vector<Column> columns;
  for (size_t field = 0; field < view.schema().size(); ++field) {
    columns.push_back(view.ReadColumn(chunk, field));
  }
  absl::StatusOr<RecordBatch> batch = RecordBatch::Make(view.schema(), std::move(columns));
  ASHLAR_CHECK_OK(batch.status());  // the memtable took only what fits its schema
  return *std::move(batch);
}

}  // namespace ashlar::log
