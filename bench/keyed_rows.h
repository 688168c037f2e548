// The rows of the keyed benchmarks, the same bytes for every engine.
//
// Owns: rows by number, as bytes (key and value side by side, what key-value stores take) and as
// columns, and the sums by which readers prove that they read. Values are random and do not
// compress. Does not own: storing them (keyed_engine.h).
#ifndef ASHLAR_BENCH_KEYED_ROWS_H_
#define ASHLAR_BENCH_KEYED_ROWS_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "ashlar/column.h"

namespace ashlar::bench {

inline constexpr size_t kKeyBytes = 16;

// After the key: `words` columns of 8 bytes, and a column of `tail_bytes` bytes.
struct RowShape {
  size_t words = 0;
  size_t tail_bytes = 0;
  [[nodiscard]] size_t value_bytes() const { return words * sizeof(uint64_t) + tail_bytes; }
  [[nodiscard]] size_t row_bytes() const { return kKeyBytes + value_bytes(); }
};
inline constexpr RowShape kWideRows{.words = 10, .tail_bytes = 20};    // 116 bytes, 12 columns
inline constexpr RowShape kCommitRows{.words = 0, .tail_bytes = 112};  // 128 bytes

// "key", "w0", "w1", ..., "tail"; none is nullable.
[[nodiscard]] Schema KeyedSchema(const RowShape& shape);

// Random in order, different for different rows; a row of another number is as likely anywhere.
[[nodiscard]] std::string KeyOfRow(uint64_t row);

struct KeyedBatch {
  RowShape shape;
  std::string keys;     // one after the other
  std::string values;   // likewise: the words, then the tail
  RecordBatch columns;  // the same rows

  [[nodiscard]] size_t rows() const { return keys.size() / kKeyBytes; }
  [[nodiscard]] std::string_view key(size_t row) const {
    return std::string_view(keys).substr(row * kKeyBytes, kKeyBytes);
  }
  [[nodiscard]] std::string_view value(size_t row) const {
    return std::string_view(values).substr(row * shape.value_bytes(), shape.value_bytes());
  }
};

[[nodiscard]] KeyedBatch MakeKeyedBatch(const RowShape& shape, const std::vector<uint64_t>& rows);
// Rows [first, first + count), in batches of `batch_rows`.
[[nodiscard]] std::vector<KeyedBatch> MakeKeyedBatches(const RowShape& shape, uint64_t first,
                                                       uint64_t count, uint64_t batch_rows);
// The same rows [0, count) in the order of their keys.
[[nodiscard]] std::vector<KeyedBatch> MakeSortedBatches(const RowShape& shape, uint64_t count,
                                                        uint64_t batch_rows);

// Bytes as little-endian words, the last one filled up with zeros, added up.
[[nodiscard]] uint64_t SumOfBytes(std::string_view bytes);
// What a reader of one word (the first), and one of the whole value, add up.
[[nodiscard]] uint64_t NumberOfValue(std::string_view value);
[[nodiscard]] uint64_t SumOfValue(const RowShape& shape, std::string_view value);

}  // namespace ashlar::bench

#endif  // ASHLAR_BENCH_KEYED_ROWS_H_
