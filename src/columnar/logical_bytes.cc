// Logical bytes: the sizes of canonical buffers, added up.
#include <cstdint>

#include "src/columnar/canonical.h"
#include "src/columnar/canonical_emit.h"

namespace ashlar::columnar {
namespace {

uint64_t BytesOfBuffers(const ColumnData& data) {
  uint64_t bytes = data.validity.size() + data.offsets.size() + data.values.size();
  for (const auto& child : data.children) bytes += BytesOfBuffers(*child);
  return bytes;
}

uint64_t BytesOfRuns(const DataType& type, const RunList& runs) {
  const NodeShape shape = ShapeOf(type, runs);
  uint64_t bytes = shape.validity + shape.offsets + shape.values;
  for (size_t i = 0; HasChildren(type) && i < type.fields().size(); ++i) {
    bytes += BytesOfRuns(type.fields()[i].type, ChildRuns(type, runs, i));
  }
  return bytes;
}

}  // namespace

uint64_t LogicalBytes(const Column& canonical) { return BytesOfBuffers(*canonical.data()); }

uint64_t LogicalBytesOfPieces(std::span<const ColumnPiece> pieces) {
  if (pieces.empty()) return 0;
  return BytesOfRuns(pieces.front().column->type(), RunsOfPieces(pieces));
}

}  // namespace ashlar::columnar
