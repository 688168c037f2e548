// A consumer of the Arrow C data interface by the letter of its specification.
//
// Owns: reading values and checking claims with nothing but the structs. Does not own: any code of
// the engine; that is its point.
#ifndef ASHLAR_TESTS_COLUMNAR_ARROW_CONSUMER_H_
#define ASHLAR_TESTS_COLUMNAR_ARROW_CONSUMER_H_

#include <cstdint>
#include <string>

#include "ashlar/arrow_c.h"
#include "ashlar/column.h"

namespace ashlar::columnar {

// The value of a row as text: bytes in hexadecimal, "null", "[..]" and "{..}".
[[nodiscard]] std::string ArrowText(const ArrowSchema& schema, const ArrowArray& array,
                                    int64_t row);
// The same text from a column's accessors.
[[nodiscard]] std::string ColumnText(const Column& column, int64_t row);

// What `array` and all below it claim: counts of buffers, children and nulls, pointers that must
// not be null, formats that fit. Empty when all is well.
[[nodiscard]] std::string FindFault(const ArrowSchema& schema, const ArrowArray& array);

// Whether every buffer of `array` and below starts at a multiple of 64 bytes.
[[nodiscard]] bool IsAligned(const ArrowArray& array);

// Moves a struct as the specification has it: its bytes, then the mark of a released source. The
// rest of the source becomes garbage, which no producer may depend on.
template <typename Struct>
Struct MoveStruct(Struct* source) {
  Struct moved = *source;
  *source = {};
  return moved;
}

}  // namespace ashlar::columnar

#endif  // ASHLAR_TESTS_COLUMNAR_ARROW_CONSUMER_H_
