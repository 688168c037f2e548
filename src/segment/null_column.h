// The column of a field that a segment is too old to have.
//
// Owns: making an all-null column of any type from as little memory as its layout allows.
#ifndef ASHLAR_SRC_SEGMENT_NULL_COLUMN_H_
#define ASHLAR_SRC_SEGMENT_NULL_COLUMN_H_

#include <cstdint>

#include "ashlar/column.h"

namespace ashlar::segment {

[[nodiscard]] Column MakeNullColumn(const DataType& type, int64_t rows);

}  // namespace ashlar::segment

#endif  // ASHLAR_SRC_SEGMENT_NULL_COLUMN_H_
