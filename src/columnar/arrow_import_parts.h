// The parts that arrow_import_array.cc is put together from.
//
// Owns: nothing itself; declares the reading of array heads and buffers, conversions of offsets and
// times, and dictionaries. All take arrays as they come: nothing in them has been checked.
#ifndef ASHLAR_SRC_COLUMNAR_ARROW_IMPORT_PARTS_H_
#define ASHLAR_SRC_COLUMNAR_ARROW_IMPORT_PARTS_H_

#include <cstdint>
#include <memory>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "src/columnar/arrow_import.h"

namespace ashlar::columnar {

// An array together with what it should look like and who keeps it alive.
struct ForeignArray {
  const ArrowNode& node;
  const ArrowArray& array;
  const std::shared_ptr<const void>& owner;
};

// Rows, offset, nulls and validity of a column of type `type`, after checking the counts of
// buffers and children. A column without rows has offset 0 and no buffer: whatever pointers it
// comes with need not point to anything.
[[nodiscard]] absl::StatusOr<ColumnData> ReadHead(const ForeignArray& from, int64_t buffers,
                                                  int64_t children, DataType type);

// `size` bytes at `begin` of buffer `index`; InvalidArgument when there are some but no buffer.
[[nodiscard]] absl::StatusOr<PinnedBytes> ShareBuffer(const ForeignArray& from, int64_t index,
                                                      uint64_t begin, uint64_t size);

// Sets `data->offsets` from buffer 1. 32-bit offsets are shared; 64-bit ones are narrowed and made
// to begin at 0, and then `data` begins at row 0, too. [*begin, *end) are the bytes or elements
// that offset 0 and the last offset of the column stand for.
[[nodiscard]] absl::Status ImportOffsets(const ForeignArray& from, ColumnData* data, int64_t* begin,
                                         int64_t* end);

// Sets the values of a head of 64-bit times to those in Ashlar's unit.
[[nodiscard]] absl::Status ImportTimes(const ForeignArray& from, ColumnData* data);

// A dictionary array: as a dictionary where Ashlar may have it so, plain otherwise. `values` is the
// imported dictionary, valid.
[[nodiscard]] absl::StatusOr<ColumnData> ImportCodes(const ForeignArray& from, ColumnData values);

}  // namespace ashlar::columnar

#endif  // ASHLAR_SRC_COLUMNAR_ARROW_IMPORT_PARTS_H_
