// Canonical form: the one sequence of Arrow bytes that equal values have, whoever wrote them.
//
// Owns: turning pieces of columns (any encoding, offset and slice) into canonical plain buffers,
// and the digest over them (DESIGN section 3, "Digests"). Does not own: encodings on disk. Why
// here: equality of data must not depend on how a batch was cut, sliced, encoded or padded.
//
// Canonical bytes: null slots are zero (a null string is empty, a null list has no elements, a null
// struct's children are null... their slots zero), offsets start at 0, an all-valid bitmap is
// absent, bits past the end are zero, unreferenced list elements and string bytes are dropped. NaN
// payloads and -0.0 are kept: bytes are values.
//
// Digest of a column: BLAKE3-256 over  "ashlar.chunk.1" · type text length and text (u64, bytes) ·
// row count (u64) · then depth first for each node: null count (u64), and each buffer as length
// (u64) and bytes, in the order validity, offsets, values.
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

// Concatenates the pieces (all of one type) into a plain, canonical column with owned buffers
// (64-byte aligned), offset 0. When one piece is canonical already (plain, no nulls or zeroed ones,
// offsets from 0, exact size), its buffers are shared, not copied. InvalidArgument when a buffer
// would exceed 2 GiB.
[[nodiscard]] absl::StatusOr<Column> MakeCanonical(const DataType& type,
                                                   std::span<const ColumnPiece> pieces);

// The digest of the canonical form of the pieces. Equal to
// DigestOfCanonical(MakeCanonical(pieces)), but hashes null-free fixed-width pieces and string
// bytes where they lie, without copying them (the speed of an unchanged Replace).
[[nodiscard]] absl::StatusOr<base::Digest> DigestOfPieces(const DataType& type,
                                                          std::span<const ColumnPiece> pieces);
[[nodiscard]] base::Digest DigestOfCanonical(const Column& column);

// Bytes of all canonical buffers: what "logical bytes" counts.
[[nodiscard]] uint64_t LogicalBytes(const Column& canonical);
// The same for rows of pieces, without building them.
[[nodiscard]] uint64_t LogicalBytesOfPieces(std::span<const ColumnPiece> pieces);

}  // namespace ashlar::columnar

#endif  // ASHLAR_SRC_COLUMNAR_CANONICAL_H_
