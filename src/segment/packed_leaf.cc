// From a node to its planes; see the header.
#include "src/segment/packed_leaf.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "ashlar/status_macros.h"
#include "src/base/strings.h"
#include "src/columnar/bitmap.h"
#include "src/segment/buffer_decode.h"
#include "src/segment/chunk_codec.h"
#include "src/segment/chunk_sizes.h"
#include "src/segment/chunk_view.h"

namespace ashlar::segment {
namespace {

struct Leaf {
  DataType type;
  const ChunkNode* node = nullptr;
};

// Nothing when the path leaves the structs.
std::optional<Leaf> FindLeaf(Leaf leaf, std::span<const size_t> members) {
  for (const size_t member : members) {
    if (ShapeOf(leaf.type) != Shape::kStruct || member >= leaf.node->children.size()) {
      return std::nullopt;
    }
    leaf = {leaf.type.fields()[member].type, &leaf.node->children[member]};
  }
  if (leaf.node->values_form != BufferForm::kPlanes) return std::nullopt;
  return leaf;
}

absl::StatusOr<columnar::PackedColumn> OpenLeaf(const Leaf& leaf, const BodyView& from, bool proven,
                                                uint64_t* decoded_bytes) {
  const ChunkNode& node = *leaf.node;
  columnar::PackedColumn column;
  column.type = leaf.type;
  column.length = static_cast<int64_t>(node.length);
  column.null_count = static_cast<int64_t>(node.null_count);
  column.value_width = NumbersOf(leaf.type, node)->width;
  ASSIGN_OR_RETURN(column.validity, DecodeValidity(node, from));
  if (node.validity_form != BufferForm::kRaw) *decoded_bytes += column.validity.size();
  if (!column.validity.empty() && !proven) {
    const int64_t valid = columnar::CountSetBits(column.validity.data(), 0, column.length);
    if (column.length - valid != column.null_count) {
      return absl::DataLossError("the null count is not the bitmap's");
    }
  }
  if (node.encoding == Encoding::kDictionary) {
    ASSIGN_OR_RETURN(column.dictionary,
                     ViewChunk(leaf.type, node.dictionary[0], from, decoded_bytes));
    if (!proven) RETURN_IF_ERROR(ProveStructure(*column.dictionary));
  }
  ASSIGN_OR_RETURN(StoredPlanes planes, OpenValuePlanes(leaf.type, node, from, proven));
  column.zones = std::move(planes.zones);
  column.planes = std::move(planes.bytes);
  return column;
}

}  // namespace

absl::StatusOr<std::optional<columnar::PackedColumn>> ReadPackedLeaf(
    const ResolvedChunk& chunk, std::span<const size_t> members) {
  SegmentFile& file = *chunk.file;
  const ChunkEntry& entry = file.chunks()[chunk.ordinal];
  const std::optional<Leaf> leaf =
      FindLeaf({file.schema().field(chunk.ordinal).type, &entry.root}, members);
  if (!leaf.has_value()) return std::nullopt;
  std::vector<BufferRange> ranges;
  AppendBuffers(*leaf->node, &ranges);
  for (const BufferRange& range : ranges) RETURN_IF_ERROR(file.Prove(range.offset, range.size));
  const NodeBytes bytes = CountNodeBytes(*leaf->node);
  uint64_t decoded_bytes = 0;
  absl::StatusOr<columnar::PackedColumn> column =
      OpenLeaf(*leaf, {file.body(), file.MakePin(bytes.stored + bytes.dictionary)},
               file.IsProven(chunk.ordinal, SegmentFile::Proof::kStructure), &decoded_bytes);
  if (!column.ok()) {
    return absl::DataLossError(base::StrCat(file.name(), ": chunk ", chunk.ordinal, ": ",
                                            column.status().message(),
                                            ", in the buffers at offset ", ranges[0].offset));
  }
  // The proof of one member is not that of its chunk.
  if (members.empty()) file.SetProven(chunk.ordinal, SegmentFile::Proof::kStructure);
  ReadStats& stats = file.stats();
  stats.chunks_touched.fetch_add(1, std::memory_order_relaxed);
  stats.chunks_packed.fetch_add(1, std::memory_order_relaxed);
  stats.bytes_borrowed.fetch_add(leaf->node->values.size, std::memory_order_relaxed);
  stats.bytes_copied.fetch_add(decoded_bytes, std::memory_order_relaxed);
  return std::optional<columnar::PackedColumn>(*std::move(column));
}

}  // namespace ashlar::segment
