// Canonical form: the one sequence of Arrow bytes that equal values have, whoever wrote them.
//
// Owns: turning pieces of columns (any encoding, offset and slice) into canonical plain buffers,
// and the digest over them (DESIGN section 3, "Digests"). Does not own: encodings on disk. Why
// here: equality of data must not depend on how a batch was cut, sliced, encoded or padded.
//
// Canonical bytes: every slot of a null row is zero or empty: fixed-width values and bits are zero,
// strings are empty, lists have no elements, a vector's elements are zeros (not null), a struct's
// fields are null (also where the field is required). Offsets start at 0 and are one more than
// rows, even without rows. A bitmap of a node without nulls is absent. Bits past the end are zero.
// Unreferenced list elements and string bytes are dropped. NaN payloads and -0.0 are kept: bytes
// are values.
//
// Digest of a column: BLAKE3-256 over "ashlar.chunk.1" · length of the type's text (u64) and that
// text (DataType::ToString) · row count (u64) · then depth first for each node: null count (u64)
// and its three buffers validity, offsets, values, each as length (u64) and bytes. A buffer that
// the node has not is of length 0.
#ifndef ASHLAR_SRC_COLUMNAR_CANONICAL_H_
#define ASHLAR_SRC_COLUMNAR_CANONICAL_H_

#include <cstdint>
#include <span>
#include <vector>

#include "absl/status/statusor.h"
#include "ashlar/column.h"
#include "src/base/digest.h"

namespace ashlar::columnar {

// Rows [offset, offset + length) of `column`.
struct ColumnPiece {
  const Column* column = nullptr;
  int64_t offset = 0;
  int64_t length = 0;
};

// Concatenates the pieces (all of `type`) into a plain, canonical column of offset 0. A buffer that
// lies canonical within one source buffer is shared, whatever becomes of the others (so slices of
// null-free columns cost nothing); it is aligned as the source is. Buffers that must be made are
// 64-byte aligned. InvalidArgument when a buffer would exceed 2 GiB.
[[nodiscard]] absl::StatusOr<Column> MakeCanonical(const DataType& type,
                                                   std::span<const ColumnPiece> pieces);

// The digest of the canonical form of the pieces. Equal to that of MakeCanonical(pieces), but
// hashes bytes where they lie and never copies a column (the speed of an unchanged Replace).
[[nodiscard]] absl::StatusOr<base::Digest> DigestOfPieces(const DataType& type,
                                                          std::span<const ColumnPiece> pieces);
[[nodiscard]] base::Digest DigestOfCanonical(const Column& column);

// Bytes of all canonical buffers: what "logical bytes" counts.
[[nodiscard]] uint64_t LogicalBytes(const Column& canonical);
// The same for the canonical form of pieces (of one type), without making it; 0 without pieces.
[[nodiscard]] uint64_t LogicalBytesOfPieces(std::span<const ColumnPiece> pieces);

}  // namespace ashlar::columnar

#endif  // ASHLAR_SRC_COLUMNAR_CANONICAL_H_
