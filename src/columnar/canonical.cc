// The canonical walk: sizes of a node's buffers, then their bytes, then its children.
#include "src/columnar/canonical.h"

#include <algorithm>
#include <cstdint>
#include <vector>

#include "ashlar/status_macros.h"
#include "src/base/bytes.h"
#include "src/base/limits.h"
#include "src/base/strings.h"
#include "src/columnar/canonical_emit.h"
#include "src/columnar/canonical_values.h"

namespace ashlar::columnar {
namespace {

// Saturates: a size that does not fit is above every limit.
uint64_t Times(int64_t rows, uint64_t bytes) {
  return base::CheckedMul(static_cast<uint64_t>(rows), bytes).value_or(UINT64_MAX);
}

uint64_t StringBytes(const Run& run) {
  if (run.kind != RunKind::kData || run.nulls == run.length) return 0;
  const ColumnData& data = *run.data;
  uint64_t bytes = 0;
  if (data.encoding == Encoding::kPlain) {
    ForEachReferencedRange(
        run, [&](int32_t begin, int32_t end) { bytes += static_cast<uint64_t>(end - begin); });
    return bytes;
  }
  const ColumnData& dictionary = *data.dictionary;
  if (data.encoding == Encoding::kConstant) {
    return Times(run.length, LoadVariableBytes(dictionary, dictionary.offset).size());
  }
  for (int64_t row = run.begin; row < run.begin + run.length; ++row) {
    if (run.nulls != 0 && !GetBit(data.validity.data(), row)) continue;
    bytes += LoadVariableBytes(dictionary, dictionary.offset + LoadCode(data, row)).size();
  }
  return bytes;
}

absl::Status CheckSize(const DataType& type, uint64_t bytes) {
  if (bytes <= base::kMaxBufferBytes) return absl::OkStatus();
  return absl::InvalidArgumentError(
      base::StrCat("a buffer of ", type.ToString(), " would exceed 2 GiB"));
}

// Writes one buffer through `write(out)`; a node without it has an empty one.
template <typename Write>
void EmitBuffer(CanonicalSink& sink, uint64_t size, Write&& write) {
  BufferWriter out(sink, size);
  if (size != 0) write(out);
  out.Finish();
}

void EmitBuffers(const DataType& type, const RunList& runs, const NodeShape& shape,
                 CanonicalSink& sink) {
  EmitBuffer(sink, shape.validity, [&](BufferWriter& out) { WriteValidity(runs, out); });
  EmitBuffer(sink, shape.offsets, [&](BufferWriter& out) { WriteOffsets(runs, out); });
  EmitBuffer(sink, shape.values, [&](BufferWriter& out) {
    if (type.id() == TypeId::kBool) return WriteBools(runs, out);
    if (type.is_variable_size()) return WriteStringBytes(runs, out);
    WriteFixedWidth(runs, type.byte_width(), out);
  });
}

}  // namespace

NodeShape ShapeOf(const DataType& type, const RunList& runs) {
  NodeShape shape;
  if (runs.nulls != 0) shape.validity = static_cast<uint64_t>(BitmapBytes(runs.rows));
  if (type.is_variable_size() || type.id() == TypeId::kList) {
    shape.offsets = Times(runs.rows + 1, sizeof(int32_t));
  }
  if (type.id() == TypeId::kBool) {
    shape.values = static_cast<uint64_t>(BitmapBytes(runs.rows));
  } else if (type.is_variable_size()) {
    for (const Run& run : runs.runs) shape.values += StringBytes(run);
  } else if (!HasChildren(type)) {
    shape.values = Times(runs.rows, static_cast<uint64_t>(type.byte_width()));
  }
  return shape;
}

absl::Status EmitCanonical(const DataType& type, const RunList& runs, CanonicalSink& sink) {
  const NodeShape shape = ShapeOf(type, runs);
  RETURN_IF_ERROR(CheckSize(type, std::max({shape.validity, shape.offsets, shape.values})));
  std::vector<RunList> children;
  for (size_t i = 0; HasChildren(type) && i < type.fields().size(); ++i) {
    children.push_back(ChildRuns(type, runs, i));
    // Offsets count elements, however few bytes these take.
    RETURN_IF_ERROR(CheckSize(type, static_cast<uint64_t>(children.back().rows)));
  }
  sink.BeginNode(type, runs.rows, runs.nulls);
  EmitBuffers(type, runs, shape, sink);
  for (size_t i = 0; i < children.size(); ++i) {
    RETURN_IF_ERROR(EmitCanonical(type.fields()[i].type, children[i], sink));
  }
  sink.EndNode();
  return absl::OkStatus();
}

}  // namespace ashlar::columnar
