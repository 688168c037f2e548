// Plain nodes from bytes of the commit log that nobody vouches for.
//
// Owns: the checks that make a node's buffers sound, and copying them to aligned memory. Does not
// own: other forms (batch_decoder.cc). Failures are the reader's: what comes after one is null.
#ifndef ASHLAR_SRC_COLUMNAR_BATCH_NODE_READER_H_
#define ASHLAR_SRC_COLUMNAR_BATCH_NODE_READER_H_

#include <cstdint>
#include <memory>

#include "ashlar/column.h"
#include "src/base/coding.h"
#include "src/columnar/buffer_arena.h"

namespace ashlar::columnar {

class BatchNodeReader {
 public:
  // Both must outlive the reader.
  BatchNodeReader(base::ByteReader& in, BufferArena& arena) : in_(in), arena_(arena) {}

  // The values of a plain node of `rows` rows, and all below it. `form` is from the bytes; its kind
  // is the caller's matter.
  [[nodiscard]] std::shared_ptr<ColumnData> ReadPlain(const DataType& type, int64_t rows,
                                                      uint8_t form);
  // Takes the node's bitmap, when the form has one; its nulls are then at least one.
  void ReadValidity(uint8_t form, ColumnData* node);

 private:
  void ReadBits(ColumnData* node);
  void ReadVariable(uint32_t width, ColumnData* node);
  void ReadVector(ColumnData* node);
  void ReadChildren(uint32_t width, ColumnData* node);
  // The rows' lengths as offsets; the last offset.
  int64_t ReadLengths(uint32_t width, ColumnData* node);
  template <typename T>
  uint64_t ReadLengthsOf(ColumnData* node);
  void CheckText(const ColumnData& node);

  base::ByteReader& in_;
  BufferArena& arena_;
};

}  // namespace ashlar::columnar

#endif  // ASHLAR_SRC_COLUMNAR_BATCH_NODE_READER_H_
