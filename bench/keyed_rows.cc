// Making rows and their columns. See keyed_rows.h.
#include "bench/keyed_rows.h"

#include <algorithm>
#include <cstring>
#include <numeric>
#include <span>
#include <utility>

#include "src/base/check.h"
#include "src/base/hash.h"
#include "src/base/strings.h"

namespace ashlar::bench {
namespace {

void AppendBigEndian(uint64_t value, std::string* out) {
  for (int shift = 56; shift >= 0; shift -= 8) out->push_back(static_cast<char>(value >> shift));
}

void AppendValue(const RowShape& shape, uint64_t row, std::string* out) {
  const size_t begin = out->size();
  const size_t bytes = shape.value_bytes();
  for (uint64_t word = 0; out->size() - begin < bytes; ++word) {
    AppendBigEndian(base::Combine(base::Mix64(row), word), out);
  }
  out->resize(begin + bytes);
}

// `width` bytes of each value, from `offset` on, as a column.
Column Cut(const KeyedBatch& batch, size_t offset, size_t width, DataType type) {
  std::string bytes;
  bytes.reserve(batch.rows() * width);
  for (size_t row = 0; row < batch.rows(); ++row) {
    bytes.append(batch.value(row).substr(offset, width));
  }
  return Column::FromFixedWidthBytes(std::move(type), std::as_bytes(std::span(bytes)));
}

RecordBatch MakeColumns(const KeyedBatch& batch, const Schema& schema) {
  const RowShape& shape = batch.shape;
  std::vector<Column> columns = {Column::FromFixedWidthBytes(FixedSizeBinary(kKeyBytes),
                                                             std::as_bytes(std::span(batch.keys)))};
  for (size_t word = 0; word < shape.words; ++word) {
    columns.push_back(Cut(batch, word * sizeof(uint64_t), sizeof(uint64_t), UInt64()));
  }
  columns.push_back(Cut(batch, shape.words * sizeof(uint64_t), shape.tail_bytes,
                        FixedSizeBinary(static_cast<int32_t>(shape.tail_bytes))));
  absl::StatusOr<RecordBatch> made = RecordBatch::Make(schema, std::move(columns));
  ASHLAR_CHECK_OK(made.status());
  return *std::move(made);
}

KeyedBatch MakeBatch(const RowShape& shape, const Schema& schema,
                     const std::vector<uint64_t>& rows) {
  KeyedBatch batch;
  batch.shape = shape;
  batch.keys.reserve(rows.size() * kKeyBytes);
  batch.values.reserve(rows.size() * (shape.value_bytes() + sizeof(uint64_t)));
  for (const uint64_t row : rows) {
    batch.keys += KeyOfRow(row);
    AppendValue(shape, row, &batch.values);
  }
  batch.columns = MakeColumns(batch, schema);
  return batch;
}

// All of one schema, as those of a caller are.
std::vector<KeyedBatch> CutIntoBatches(const RowShape& shape, const std::vector<uint64_t>& rows,
                                       uint64_t batch_rows) {
  const Schema schema = KeyedSchema(shape);
  std::vector<KeyedBatch> batches;
  for (uint64_t first = 0; first < rows.size(); first += batch_rows) {
    const auto begin = rows.begin() + static_cast<std::ptrdiff_t>(first);
    const auto count = std::min<uint64_t>(batch_rows, rows.size() - first);
    batches.push_back(
        MakeBatch(shape, schema, {begin, begin + static_cast<std::ptrdiff_t>(count)}));
  }
  return batches;
}

}  // namespace

Schema KeyedSchema(const RowShape& shape) {
  std::vector<Field> fields = {{"key", FixedSizeBinary(kKeyBytes), false}};
  for (size_t word = 0; word < shape.words; ++word) {
    fields.push_back({base::StrCat("w", word), UInt64(), false});
  }
  fields.push_back({"tail", FixedSizeBinary(static_cast<int32_t>(shape.tail_bytes)), false});
  absl::StatusOr<Schema> schema = Schema::Make(std::move(fields));
  ASHLAR_CHECK_OK(schema.status());
  return *std::move(schema);
}

std::string KeyOfRow(uint64_t row) {
  std::string key;
  AppendBigEndian(base::Mix64(row), &key);
  AppendBigEndian(row, &key);
  return key;
}

KeyedBatch MakeKeyedBatch(const RowShape& shape, const std::vector<uint64_t>& rows) {
  return MakeBatch(shape, KeyedSchema(shape), rows);
}

std::vector<KeyedBatch> MakeKeyedBatches(const RowShape& shape, uint64_t first, uint64_t count,
                                         uint64_t batch_rows) {
  std::vector<uint64_t> rows(count);
  std::iota(rows.begin(), rows.end(), first);
  return CutIntoBatches(shape, rows, batch_rows);
}

std::vector<KeyedBatch> MakeSortedBatches(const RowShape& shape, uint64_t count,
                                          uint64_t batch_rows) {
  std::vector<uint64_t> rows(count);
  std::iota(rows.begin(), rows.end(), 0);
  std::ranges::sort(rows, {}, [](uint64_t row) { return base::Mix64(row); });
  return CutIntoBatches(shape, rows, batch_rows);
}

uint64_t SumOfBytes(std::string_view bytes) {
  uint64_t sum = 0;
  uint64_t word = 0;
  size_t at = 0;
  for (; at + sizeof(word) <= bytes.size(); at += sizeof(word)) {
    std::memcpy(&word, bytes.data() + at, sizeof(word));
    sum += word;
  }
  word = 0;
  for (size_t end = bytes.size(); end > at; --end) {
    word = word << 8 | static_cast<uint8_t>(bytes[end - 1]);
  }
  return sum + word;
}

uint64_t NumberOfValue(std::string_view value) {
  uint64_t number = 0;
  std::memcpy(&number, value.data(), sizeof(number));
  return number;
}

uint64_t SumOfValue(const RowShape& shape, std::string_view value) {
  uint64_t sum = 0;
  for (size_t word = 0; word < shape.words; ++word) {
    sum += NumberOfValue(value.substr(word * sizeof(uint64_t)));
  }
  return sum + SumOfBytes(value.substr(shape.words * sizeof(uint64_t)));
}

}  // namespace ashlar::bench
