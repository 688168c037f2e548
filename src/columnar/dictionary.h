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

// The smallest of plain, constant and dictionary form of a plain, canonical leaf column (offset 0),
// judged by buffer bytes (dictionary only when at least 20 % smaller). Deterministic. utf8, binary,
// fixed_size_binary and fixed-width leaves of 4 bytes or more are tried for a dictionary; bool and
// 1- and 2-byte types only for constant. Sort order of dictionaries: integers by value, floats by
// total order of their bits, bytes lexicographically (unsigned). Gives up early on high cardinality
// (a sample of the first rows), so that the trial costs little.
[[nodiscard]] Column ChooseEncoding(const Column& plain);

// Plain form of any leaf or nested column (children are decoded too); shares buffers where nothing
// changes.
[[nodiscard]] absl::StatusOr<Column> DecodeToPlain(const Column& column);

}  // namespace ashlar::columnar

#endif  // ASHLAR_SRC_COLUMNAR_DICTIONARY_H_
