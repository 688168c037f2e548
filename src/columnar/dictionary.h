// Dictionary and constant forms of leaf columns.
//
// Owns: deciding whether a plain leaf is constant or worth a dictionary, building the sorted
// dictionary and codes, and the way back to plain. Does not own: bytes on disk. Sorted values make
// equal data equal bytes, whatever order its values were first seen in.
#ifndef ASHLAR_SRC_COLUMNAR_DICTIONARY_H_
#define ASHLAR_SRC_COLUMNAR_DICTIONARY_H_

#include "absl/status/statusor.h"
#include "ashlar/column.h"

namespace ashlar::columnar {

// The smallest of the plain, constant and dictionary forms of a plain, canonical column (offset 0),
// judged by buffer bytes; dictionary only when at least 20 % smaller than plain. The choice depends
// on the values alone. Dictionaries are tried for utf8, binary, fixed_size_binary and leaves of 4
// and 8 bytes; bool and 1- and 2-byte types can only become constant; lists, structs and vectors
// stay as they are. Dictionary values are sorted: integers by value, floats by the total order of
// their bits (IEEE 754 totalOrder), bytes lexicographically as unsigned. Samples of the rows rule
// out high cardinality early, so that the trial costs little; so a dictionary that would just pay
// may be missed.
[[nodiscard]] Column ChooseEncoding(const Column& plain);

// Plain form of any leaf or nested column (children are decoded too); shares buffers where nothing
// changes.
[[nodiscard]] absl::StatusOr<Column> DecodeToPlain(const Column& column);

}  // namespace ashlar::columnar

#endif  // ASHLAR_SRC_COLUMNAR_DICTIONARY_H_
