// The rows of 84 bytes that throughput is stated in.
//
// Owns: them as batches in memory, for benchmarks of writing. They are those of ScanTable
// (generators/scan_table.h) with 1,000 cities; offsets come on top and are not counted.
#ifndef ASHLAR_BENCH_BENCH_ROWS_H_
#define ASHLAR_BENCH_BENCH_ROWS_H_

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "ashlar/ashlar.h"

namespace ashlar::bench {

inline constexpr uint64_t kRowBytes = 84;
inline constexpr int64_t kBenchBatchRows = 65536;

[[nodiscard]] Schema WideRowSchema();
// Rows [first, first + count); row i is the same whoever asks. `salt` makes other rows.
[[nodiscard]] RecordBatch MakeWideRows(int64_t first, int64_t count, uint64_t salt = 0);
// Batches of kBenchBatchRows.
[[nodiscard]] std::vector<RecordBatch> MakeWideBatches(int64_t rows);

// Every buffer of the batches, in order: what a raw pass over the same memory reads.
[[nodiscard]] std::vector<std::span<const std::byte>> BuffersOf(
    const std::vector<RecordBatch>& batches);

}  // namespace ashlar::bench

#endif  // ASHLAR_BENCH_BENCH_ROWS_H_
