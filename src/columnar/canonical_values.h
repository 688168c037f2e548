// The bytes of single canonical buffers: bitmaps, offsets, fixed-width values, string bytes.
//
// Owns: one function a kind of buffer, each of which writes exactly the size that ShapeOf() gave.
// Does not own: which node has which buffer (canonical_emit.h).
#ifndef ASHLAR_SRC_COLUMNAR_CANONICAL_VALUES_H_
#define ASHLAR_SRC_COLUMNAR_CANONICAL_VALUES_H_

#include <cstdint>

#include "src/columnar/buffer_writer.h"
#include "src/columnar/canonical_runs.h"

namespace ashlar::columnar {

void WriteValidity(const RunList& runs, BufferWriter& out);
// Values of bool: bits, zero where null.
void WriteBools(const RunList& runs, BufferWriter& out);
// Offsets of utf8, binary or list, from 0 on.
void WriteOffsets(const RunList& runs, BufferWriter& out);
// Values of `width` bytes, zero where null.
void WriteFixedWidth(const RunList& runs, int64_t width, BufferWriter& out);
// The bytes of utf8 or binary.
void WriteStringBytes(const RunList& runs, BufferWriter& out);

}  // namespace ashlar::columnar

#endif  // ASHLAR_SRC_COLUMNAR_CANONICAL_VALUES_H_
