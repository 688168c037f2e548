// Emitting canonical buffers: the one walk behind copies, digests and sizes.
//
// Owns: the sequence of nodes and buffers that runs of source rows have in canonical form, and
// their bytes. Does not own: what becomes of the bytes; a CanonicalSink copies or digests them. Why
// one walk: a digest of pieces and a copy of them cannot disagree.
#ifndef ASHLAR_SRC_COLUMNAR_CANONICAL_EMIT_H_
#define ASHLAR_SRC_COLUMNAR_CANONICAL_EMIT_H_

#include <cstddef>
#include <cstdint>
#include <span>

#include "absl/status/status.h"
#include "ashlar/column.h"
#include "src/columnar/canonical_runs.h"

namespace ashlar::columnar {

// Sizes in bytes of a node's own buffers; 0 when it has none.
struct NodeShape {
  uint64_t validity = 0;
  uint64_t offsets = 0;
  uint64_t values = 0;
};

[[nodiscard]] NodeShape ShapeOf(const DataType& type, const RunList& runs);

// Receives nodes depth first; for each one BeginNode, its three buffers, its children, EndNode.
class CanonicalSink {
 public:
  virtual ~CanonicalSink() = default;
  virtual void BeginNode(const DataType& type, int64_t rows, int64_t nulls) = 0;
  // The node's next buffer (validity, offsets, values); `size` bytes follow.
  virtual void BeginBuffer(uint64_t size) = 0;
  // More of the buffer. `bytes` are good for this call only, or lie in `origin`, if there is one.
  virtual void Append(std::span<const std::byte> bytes, const PinnedBytes* origin) = 0;
  virtual void EndNode() = 0;
};

// InvalidArgument when a buffer would exceed 2 GiB; the sink has then seen a part.
[[nodiscard]] absl::Status EmitCanonical(const DataType& type, const RunList& runs,
                                         CanonicalSink& sink);

}  // namespace ashlar::columnar

#endif  // ASHLAR_SRC_COLUMNAR_CANONICAL_EMIT_H_
