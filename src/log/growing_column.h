// GrowingColumn: a plain column of any type and of fixed capacity that one writer appends to while
// others read the rows that were there.
//
// Owns: the buffers of one column of a memtable chunk, which never move, and views of them. Does
// not own: how many rows are published; the chunk's row count is, after the rows are written. Why
// not batches as they came: small commits bring one row each, and a scan wants thousands in a run.
//
// Readers touch only what was written before the row count they read: values, offsets and list
// elements of other rows lie at other addresses. Bits are the exception: see growing_bits.h.
#ifndef ASHLAR_SRC_LOG_GROWING_COLUMN_H_
#define ASHLAR_SRC_LOG_GROWING_COLUMN_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "ashlar/column.h"
#include "src/log/chunk_memory.h"
#include "src/log/growing_bits.h"

namespace ashlar::log {

// Sources are plain throughout (columnar::DecodeToPlain); `begin` counts a source's logical rows.
class GrowingColumn {
 public:
  // Room for `capacity` rows. Space for strings and list elements is guessed from what the rows of
  // `model` took, when given. The memory is that of the chunk, or the column's own when null.
  GrowingColumn(const DataType& type, int64_t capacity, const GrowingColumn* model,
                ChunkMemory* memory = nullptr);
  GrowingColumn(const GrowingColumn&) = delete;
  GrowingColumn& operator=(const GrowingColumn&) = delete;

  // The writer's. Whether there is room for the rows; never says yes wrongly, and no only when
  // they may not fit.
  [[nodiscard]] bool Fits(const ColumnData& source, int64_t begin, int64_t count) const;
  // Makes room where there is none; only before anything was appended.
  void EnsureFits(const ColumnData& source, int64_t begin, int64_t count);
  // They fit (checked).
  void Append(const ColumnData& source, int64_t begin, int64_t count);
  // Rows that nobody reads: zero or empty, not null.
  void AppendEmpty(int64_t count);
  [[nodiscard]] uint64_t bytes() const;  // of all buffers, whole

  // Readers'. Rows [first, end), which were published; `closed`: nothing is appended any more.
  [[nodiscard]] ColumnData View(const std::shared_ptr<const void>& owner, int64_t first,
                                int64_t end, bool closed) const;

 private:
  enum class Shape : uint8_t { kBits, kFixed, kVariable, kList, kVector, kStruct };
  [[nodiscard]] static Shape ShapeOf(const DataType& type);

  // Memory for buffers, and what of it a buffer has.
  struct Buffer {
    std::byte* bytes = nullptr;
    size_t capacity = 0;
    [[nodiscard]] std::byte* data() const { return bytes; }
    [[nodiscard]] size_t size() const { return capacity; }
  };
  [[nodiscard]] Buffer Allocate(int64_t bytes);
  void MakeChildren(const GrowingColumn* model);
  void AppendValidity(const ColumnData& source, int64_t row, int64_t count);
  void AppendFixed(const ColumnData& source, int64_t row, int64_t count);
  void AppendRanges(const ColumnData& source, int64_t row, int64_t count);
  void AppendRange(const ColumnData& source, int64_t begin, int64_t end);
  void StoreOffset(int64_t row, int64_t offset);
  [[nodiscard]] int32_t LoadOwnOffset(int64_t row) const;
  void ViewValues(const std::shared_ptr<const void>& owner, int64_t first, int64_t end, bool closed,
                  ColumnData* view) const;

  const DataType type_;
  const Shape shape_;
  const int64_t capacity_;
  int64_t width_ = 0;  // bytes of a fixed value, elements of a vector
  int64_t rows_ = 0;   // the writer's count
  int64_t used_ = 0;   // bytes of `values_`, elements of a list
  int64_t room_ = 0;   // the most that `used_` can be
  const std::unique_ptr<ChunkMemory> own_memory_;
  ChunkMemory* const memory_;
  Buffer values_;
  Buffer offsets_;
  GrowingBits bits_;      // values of bools
  GrowingBits validity_;  // made when the first null comes
  std::atomic<bool> has_validity_{false};
  std::vector<std::unique_ptr<GrowingColumn>> children_;
};

}  // namespace ashlar::log

#endif  // ASHLAR_SRC_LOG_GROWING_COLUMN_H_
