// Plain values as bytes of the commit log: bitmaps, lengths, values, then what is below.
//
// Owns: the size and the bytes of one plain node and of all below it. Does not own: other forms
// (batch_encoder.cc).
#ifndef ASHLAR_SRC_COLUMNAR_BATCH_NODE_WRITER_H_
#define ASHLAR_SRC_COLUMNAR_BATCH_NODE_WRITER_H_

#include <cstddef>
#include <cstdint>

#include "ashlar/column.h"
#include "src/base/coding.h"

namespace ashlar::columnar {

// Whether the rows of a plain column can be written from where they lie, at any offset: leaves and
// vectors without nulls. Everything else must be made canonical first.
[[nodiscard]] bool CanWriteInPlace(const Column& column);

// The bits [offset, offset + length) from bit 0 on; those behind the last are zero.
void WriteBits(const std::byte* bits, int64_t offset, int64_t length, base::ByteWriter& out);

// In all these, `node` is plain, and canonical (offset 0, as MakeCanonical makes it) unless it can
// be written in place; then `has_nulls` is false.

// The form byte that says what PlainBytes() counts.
[[nodiscard]] uint8_t PlainForm(const ColumnData& node, bool has_nulls);
// Without the node's own form byte, with those below it.
[[nodiscard]] uint64_t PlainBytes(const ColumnData& node, uint8_t form);
void WritePlain(const ColumnData& node, uint8_t form, base::ByteWriter& out);

}  // namespace ashlar::columnar

#endif  // ASHLAR_SRC_COLUMNAR_BATCH_NODE_WRITER_H_
