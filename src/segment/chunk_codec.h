// Between columns and chunk nodes: which buffers a column of some type and encoding has, and how
// large they must be.
//
// Owns: the shape rules of nodes, the encoding of leaves, and taking a column's buffers apart. Does
// not own: where buffers lie (chunk_table.h), or proving what they hold (chunk_view.h),
// nor forms of buffers (chunk_sizes.h, chunk_compact.h).
#ifndef ASHLAR_SRC_SEGMENT_CHUNK_CODEC_H_
#define ASHLAR_SRC_SEGMENT_CHUNK_CODEC_H_

#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "ashlar/column.h"
#include "src/segment/chunk_table.h"

namespace ashlar::segment {

// The physical kinds of column that the format tells apart.
enum class Shape : uint8_t { kBits, kFixed, kBytes, kVector, kList, kStruct };
[[nodiscard]] Shape ShapeOf(const DataType& type);
// A leaf has a zone map. A vector is one, without bounds; its elements are not.
[[nodiscard]] bool IsLeaf(const DataType& type);
// Types of the children of a plain node, in order.
[[nodiscard]] std::vector<DataType> ChildTypes(const DataType& type);

// Checks a node's encoding, counts and buffer sizes, and those of all below it, against its type
// and against each other; not where the buffers lie. The message says what is wrong; the code is
// InvalidArgument.
[[nodiscard]] absl::Status CheckNode(const DataType& type, const ChunkNode& node);

// The column with every leaf in its best encoding; elements of vectors stay plain.
[[nodiscard]] Column EncodeLeaves(const Column& canonical);

// The node of an encoded column alone, nothing below it, without its places and with raw buffers,
// which are appended as validity, offsets, values (empty ones left out). InvalidArgument when a
// buffer is shorter than its length claims or the column is a slice.
[[nodiscard]] absl::StatusOr<ChunkNode> DescribeNode(const ColumnData& data,
                                                     std::vector<PinnedBytes>* buffers);
// The same with all that is below, the buffers in the order of AppendBuffers().
[[nodiscard]] absl::StatusOr<ChunkNode> DescribeColumn(const Column& encoded,
                                                       std::vector<PinnedBytes>* buffers);

}  // namespace ashlar::segment

#endif  // ASHLAR_SRC_SEGMENT_CHUNK_CODEC_H_
