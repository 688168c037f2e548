// Take: some rows of a column as a column of their own.
//
// Owns: gathering rows of any type and encoding, putting columns behind each other, and saying how
// many bytes the rows of a view are. Does not own: which rows (filters, sorts). Encodings are kept:
// a dictionary is shared and its codes are gathered, a constant stays one, also within structs and
// lists; so what was cheap to store stays cheap to hand on. Buffers made here start at multiples of
// 64 bytes.
#ifndef ASHLAR_SRC_QUERY_TAKE_H_
#define ASHLAR_SRC_QUERY_TAKE_H_

#include <cstdint>
#include <span>
#include <vector>

#include "absl/status/statusor.h"
#include "ashlar/column.h"

namespace ashlar::query {

// Row i of the result is row rows[i] of `column`, in any order and as often as wanted. Rows are
// inside (checked). InvalidArgument when a buffer would exceed 2 GiB.
[[nodiscard]] absl::StatusOr<Column> Take(const Column& column, std::span<const uint32_t> rows);

// The pieces (all of `type`) one after the other. Dictionaries and constants are kept where all
// pieces share them, else decoded. One piece is handed back as it is.
[[nodiscard]] absl::StatusOr<Column> ConcatColumns(const DataType& type,
                                                   std::span<const Column> pieces);

// Bytes that the rows of the view take in its encoding; not those of a dictionary, which is shared.
// The price does not depend on the rows.
[[nodiscard]] uint64_t ViewBytes(const Column& column);
// The same for rows [first, first + rows) of it.
[[nodiscard]] uint64_t ViewBytes(const Column& column, int64_t first, int64_t rows);

// A column of nulls.
[[nodiscard]] Column NullColumn(const DataType& type, int64_t rows);

}  // namespace ashlar::query

#endif  // ASHLAR_SRC_QUERY_TAKE_H_
