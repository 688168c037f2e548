// OneRowGather: batches of one row from the commit log, gathered into one batch of many rows.
//
// Owns: recognising the common form of such a batch, and the columns that its values are put into.
// Does not own: any other form, nor what is wrong with bytes (batch_codec.h): what it does not know
// it leaves. Why: a log of small commits has millions of them, and recovery reads all; a row alone
// costs more in steps around it than in values.
#ifndef ASHLAR_SRC_COLUMNAR_ONE_ROW_GATHER_H_
#define ASHLAR_SRC_COLUMNAR_ONE_ROW_GATHER_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "ashlar/column.h"
#include "src/io/aligned_buffer.h"

namespace ashlar::columnar {

// Of one schema. Not thread-safe.
class OneRowGather {
 public:
  explicit OneRowGather(const Schema& schema);
  OneRowGather(const OneRowGather&) = delete;
  OneRowGather& operator=(const OneRowGather&) = delete;

  // Whether the bytes are one batch and nothing behind it, of one row with all fields of the
  // schema, plain and without nulls, texts below 256 bytes. Then the row was put behind the others;
  // otherwise nothing has changed. Not when it is full().
  [[nodiscard]] bool Add(std::span<const std::byte> bytes);
  [[nodiscard]] int64_t rows() const { return rows_; }
  [[nodiscard]] bool full() const { return rows_ == capacity_; }
  // The rows that were added, as DecodeBatch() makes them: at least one. Refers to memory that the
  // next Clear() gives to other rows.
  [[nodiscard]] RecordBatch Batch() const;
  void Clear() { rows_ = 0; }

 private:
  // A column, in the order in which batches have them.
  struct Slot {
    size_t field = 0;
    bool is_text = false;  // of any bytes, or characters
    bool is_utf8 = false;
    size_t width = 0;                     // of values that are no texts
    size_t mark_bytes = 0;                // of `mark`
    std::array<std::byte, 10> mark = {};  // what stands before such a value
    io::AlignedBuffer values = {};
    std::vector<int32_t> offsets = {};  // of texts
  };

  void MakeSlot(const Schema& schema, size_t field);
  // Each moves `*at` behind the value, which becomes that of the next row.
  [[nodiscard]] bool AddFixed(Slot& slot, const std::byte** at, const std::byte* end) const;
  [[nodiscard]] bool AddText(Slot& slot, const std::byte** at, const std::byte* end) const;
  [[nodiscard]] Column ColumnOf(const Slot& slot) const;

  const Schema schema_;
  bool knows_types_ = true;
  std::string head_;  // what stands before the columns
  std::vector<Slot> slots_;
  int64_t capacity_ = 0;
  int64_t rows_ = 0;
};

}  // namespace ashlar::columnar

#endif  // ASHLAR_SRC_COLUMNAR_ONE_ROW_GATHER_H_
