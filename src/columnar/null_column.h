// The column of a field that stored rows are too old to have.
//
// Owns: making all-null columns of any type from as little memory as their layout allows. Does not
// own: which fields are missing.
#ifndef ASHLAR_SRC_COLUMNAR_NULL_COLUMN_H_
#define ASHLAR_SRC_COLUMNAR_NULL_COLUMN_H_

#include <cstdint>

#include "ashlar/column.h"

namespace ashlar::columnar {

// All-null columns of one length. They share one run of zeros, four bytes a row, that the first
// nested or vector column needs: so a batch that lacks a thousand fields costs as much as one that
// lacks one. Not thread-safe; the columns are.
class NullColumns {
 public:
  // `rows` must be in [0, kMaxSegmentRows].
  explicit NullColumns(int64_t rows);

  [[nodiscard]] Column Make(const DataType& type);

 private:
  const int64_t rows_;
  PinnedBytes zeros_;
};

[[nodiscard]] Column MakeNullColumn(const DataType& type, int64_t rows);

}  // namespace ashlar::columnar

#endif  // ASHLAR_SRC_COLUMNAR_NULL_COLUMN_H_
