// OneRowReader: batches of one row from the commit log, without an allocation for each.
//
// Owns: recognising the common form of such a batch, and columns that refer to its bytes. Does not
// own: any other form, nor what is wrong with bytes (batch_codec.h): what it does not know it
// leaves. Why: a log of small commits has millions of them, and recovery reads all.
#ifndef ASHLAR_SRC_COLUMNAR_ONE_ROW_READER_H_
#define ASHLAR_SRC_COLUMNAR_ONE_ROW_READER_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "ashlar/column.h"
#include "src/columnar/batch_fields.h"

namespace ashlar::columnar {

// Of one schema. Not thread-safe.
class OneRowReader {
 public:
  explicit OneRowReader(const Schema& schema);
  OneRowReader(const OneRowReader&) = delete;
  OneRowReader& operator=(const OneRowReader&) = delete;

  // Whether the bytes are one batch and nothing behind it, of one row with all fields of the
  // schema, plain and without nulls, texts below 256 bytes. Then batch() is what DecodeBatch()
  // makes of them, and refers to them: it must not be kept.
  [[nodiscard]] bool Read(std::span<const std::byte> bytes);
  // May be moved from, if it is moved back before the next read.
  [[nodiscard]] RecordBatch& batch() { return batch_; }

 private:
  [[nodiscard]] bool ReadField(std::span<const std::byte> bytes, size_t field);

  bool knows_types_ = true;
  FieldOrder fields_;
  std::string header_;  // what stands between the number of rows and the columns
  std::vector<std::shared_ptr<ColumnData>> columns_;  // of the batch
  std::vector<std::array<int32_t, 2>> offsets_;       // of texts
  RecordBatch batch_;
};

}  // namespace ashlar::columnar

#endif  // ASHLAR_SRC_COLUMNAR_ONE_ROW_READER_H_
