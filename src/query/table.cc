// Table: batches as one sequence of rows.
#include <utility>

#include "ashlar/query.h"
#include "src/base/check.h"

namespace ashlar {

Table::Table(Schema schema, std::vector<RecordBatch> batches)
    : schema_(std::move(schema)), batches_(std::move(batches)) {
  for (const RecordBatch& batch : batches_) rows_ += batch.rows();
}

std::pair<const RecordBatch*, int64_t> Table::Locate(int64_t row) const {
  ASHLAR_CHECK(row >= 0 && row < rows_);
  for (const RecordBatch& batch : batches_) {
    if (row < batch.rows()) return {&batch, row};
    row -= batch.rows();
  }
  ASHLAR_CHECK(false && "rows_ is the sum of the batches' rows");
  return {nullptr, 0};
}

}  // namespace ashlar
