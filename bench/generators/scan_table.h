// ScanTable: the rows that scans, filters, sums and groups are measured on.
//
//   key     int64 not null   the row's number: ascending, so ranges of it lie together
//   count   int64            uniform in [0, 100,000)
//   price   float64          uniform in [0, 10,000), a multiple of 1/128
//   weight  float64          uniform in [0, 1,024), a multiple of 1/1,024
//   city    utf8             12 bytes, one of `cities` texts, all equally frequent
//   note    utf8             40 bytes, different in (as good as) every row
//
// 84 bytes a row, offsets not counted. The columns are independent of each other and hold no null.
// The multiples make sums of the doubles exact below 2^33 rows, so that two engines, or two orders
// of adding, must give equal answers and not just near ones.
#ifndef ASHLAR_BENCH_GENERATORS_SCAN_TABLE_H_
#define ASHLAR_BENCH_GENERATORS_SCAN_TABLE_H_

#include <cstdint>
#include <memory>

#include "bench/generators/row_generator.h"

namespace ashlar::bench {

struct ScanTableOptions {
  uint32_t cities = 100;
};

// `price > ScanPriceAbove(f)` holds for a share `f` of the rows, 0 <= f <= 1.
[[nodiscard]] constexpr double ScanPriceAbove(double share) { return 10'000 * (1 - share); }

[[nodiscard]] std::unique_ptr<const RowGenerator> MakeScanTableRows(
    uint64_t seed, const ScanTableOptions& options = {});
[[nodiscard]] std::unique_ptr<BatchReader> MakeScanTable(uint64_t seed, uint64_t rows,
                                                         uint64_t batch_rows,
                                                         const ScanTableOptions& options = {});

}  // namespace ashlar::bench

#endif  // ASHLAR_BENCH_GENERATORS_SCAN_TABLE_H_
