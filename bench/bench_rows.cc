// Generates the rows from their numbers alone.
#include "bench/bench_rows.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include "src/base/check.h"
#include "src/base/hash.h"

namespace ashlar::bench {
namespace {

// `size` digits of a base of 32; `value` chooses them.
void WriteText(uint64_t value, size_t size, std::string* text) {
  static constexpr std::string_view kDigits = "abcdefghijklmnopqrstuvwxyz012345";
  text->clear();
  uint64_t bits = value;
  for (size_t i = 0; i < size; ++i) {
    if (i % 12 == 0) bits = base::Mix64(value + i);
    text->push_back(kDigits[bits & 31]);
    bits >>= 5;
  }
}

}  // namespace

Schema WideRowSchema() {
  auto schema = Schema::Make({{"key", Int64(), false},
                              {"count", Int64()},
                              {"price", Float64()},
                              {"weight", Float64()},
                              {"city", Utf8()},
                              {"note", Utf8()}});
  ASHLAR_CHECK_OK(schema.status());
  return *std::move(schema);
}

RecordBatch MakeWideRows(int64_t first, int64_t count, uint64_t salt) {
  RecordBatchBuilder builder(WideRowSchema());
  std::string text;
  for (int64_t row = first; row < first + count; ++row) {
    const uint64_t random = base::Mix64(static_cast<uint64_t>(row) * 2 + 1 + (salt << 40));
    ASHLAR_CHECK_OK(builder.column(0).AppendInt64(row));
    ASHLAR_CHECK_OK(builder.column(1).AppendInt64(static_cast<int64_t>(random % 100'000)));
    ASHLAR_CHECK_OK(builder.column(2).AppendDouble(static_cast<double>(random % 1'000'003) / 100));
    ASHLAR_CHECK_OK(builder.column(3).AppendDouble(static_cast<double>(random >> 11) * 0x1p-53));
    WriteText(random % 1000, 12, &text);
    ASHLAR_CHECK_OK(builder.column(4).AppendBytes(text));
    WriteText(random, 40, &text);
    ASHLAR_CHECK_OK(builder.column(5).AppendBytes(text));
  }
  auto batch = builder.Finish();
  ASHLAR_CHECK_OK(batch.status());
  return *std::move(batch);
}

std::vector<RecordBatch> MakeWideBatches(int64_t rows) {
  std::vector<RecordBatch> batches;
  for (int64_t first = 0; first < rows; first += kBenchBatchRows) {
    batches.push_back(MakeWideRows(first, std::min(kBenchBatchRows, rows - first)));
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
