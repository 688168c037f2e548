// WideTable: hundreds of columns of which a query wants few, as wide exports are.
//
//   id          int64 not null       the row's number
//   event_time  timestamp not null   ascending, a second or less apart
//   country     utf8                 one of 40 texts
//   status      utf8                 one of 5 texts
//   amount      float64              in [0, 10,000), a multiple of 1/128; 2 % null
//   quantity    int32                in [1, 100]
//   active      bool                 mostly true
//   c007, c008, …                    what no query of ours asks for
//
// The last are of eight types in turn, and of each ten: four hold one value in all rows, one holds
// nothing but nulls, three hold a value in about 1 % of the rows, one draws from 16 values, one has
// values of its own in every row.
#ifndef ASHLAR_BENCH_GENERATORS_WIDE_TABLE_H_
#define ASHLAR_BENCH_GENERATORS_WIDE_TABLE_H_

#include <cstddef>
#include <cstdint>
#include <memory>

#include "bench/generators/row_generator.h"

namespace ashlar::bench {

inline constexpr size_t kWideUsedColumns = 7;

struct WideTableOptions {
  size_t columns = 500;  // in all; at least kWideUsedColumns
};

[[nodiscard]] std::unique_ptr<const RowGenerator> MakeWideTableRows(
    uint64_t seed, const WideTableOptions& options = {});
[[nodiscard]] std::unique_ptr<BatchReader> MakeWideTable(uint64_t seed, uint64_t rows,
                                                         uint64_t batch_rows,
                                                         const WideTableOptions& options = {});

}  // namespace ashlar::bench

#endif  // ASHLAR_BENCH_GENERATORS_WIDE_TABLE_H_
