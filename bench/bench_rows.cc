// Cuts the rows of ScanTable into batches that stay in memory.
#include "bench/bench_rows.h"

#include <algorithm>
#include <cstddef>

#include "bench/generators/scan_table.h"

namespace ashlar::bench {
namespace {

// The dictionary of a chunk then needs codes of two bytes, which costs a Replace more than one.
constexpr ScanTableOptions kOptions = {.cities = 1000};

}  // namespace

Schema WideRowSchema() { return MakeScanTableRows(0, kOptions)->schema(); }

RecordBatch MakeWideRows(int64_t first, int64_t count, uint64_t salt) {
  return MakeScanTableRows(salt, kOptions)
      ->Rows(static_cast<uint64_t>(first), static_cast<uint64_t>(count));
}

std::vector<RecordBatch> MakeWideBatches(int64_t rows) {
  std::vector<RecordBatch> batches;
  const std::unique_ptr<const RowGenerator> generator = MakeScanTableRows(0, kOptions);
  for (int64_t first = 0; first < rows; first += kBenchBatchRows) {
    const int64_t count = std::min(kBenchBatchRows, rows - first);
    batches.push_back(generator->Rows(static_cast<uint64_t>(first), static_cast<uint64_t>(count)));
  }
  return batches;
}

std::vector<std::span<const std::byte>> BuffersOf(const std::vector<RecordBatch>& batches) {
  std::vector<std::span<const std::byte>> buffers;
  for (const RecordBatch& batch : batches) {
    for (const Column& column : batch.columns()) {
      for (const PinnedBytes* buffer : {&column.data()->offsets, &column.data()->values}) {
        if (!buffer->empty()) buffers.push_back(buffer->bytes());
      }
    }
  }
  return buffers;
}

}  // namespace ashlar::bench
