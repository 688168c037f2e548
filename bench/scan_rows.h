// Rows of the scan benchmark that no generator has, and the mapped bytes of a stored column.
#ifndef ASHLAR_BENCH_SCAN_ROWS_H_
#define ASHLAR_BENCH_SCAN_ROWS_H_

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "ashlar/ashlar.h"
#include "src/base/check.h"

namespace ashlar::bench {

// One column "ten" of uniform integers below 1,024: no dictionary of them is smaller than 10 bits.
struct PackedRows {
  std::vector<RecordBatch> batches;
  uint64_t below_300 = 0;
};
[[nodiscard]] PackedRows MakePackedRows(uint64_t seed, uint64_t rows);

// Columns of a dataset as one batch of plain memory, with one row in ten dead.
struct DeletedRows {
  RecordBatch batch;
  std::vector<uint64_t> live;  // one bit a row
  std::vector<uint64_t> dead;
};
[[nodiscard]] DeletedRows MakeDeletedRows(uint64_t seed, const Dataset& dataset,
                                          const std::vector<std::string>& columns);

// The mapped bytes of one plain column, segment by segment; `keep` holds them.
template <typename T>
[[nodiscard]] std::vector<std::span<const T>> MappedColumn(const Dataset& dataset,
                                                           const std::string& name,
                                                           std::vector<Column>* keep) {
  std::vector<std::span<const T>> pieces;
  auto reader = dataset.Scan({.columns = {name}});
  ASHLAR_CHECK_OK(reader.status());
  for (RecordBatch batch; *(*reader)->Next(&batch);) {
    const Column& column = batch.column(0);
    ASHLAR_CHECK(column.encoding() == Encoding::kPlain);
    pieces.emplace_back(reinterpret_cast<const T*>(column.data()->values.data()),
                        static_cast<size_t>(column.length()));
    keep->push_back(column);
  }
  return pieces;
}

}  // namespace ashlar::bench

#endif  // ASHLAR_BENCH_SCAN_ROWS_H_
