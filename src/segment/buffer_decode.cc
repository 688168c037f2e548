// Buffers by form; see the header.
#include "src/segment/buffer_decode.h"

#include <optional>
#include <utility>

#include "ashlar/status_macros.h"
#include "src/base/check.h"
#include "src/segment/chunk_codec.h"
#include "src/segment/chunk_sizes.h"
#include "src/segment/zstd_codec.h"

namespace ashlar::segment {
namespace {

// A buffer that is raw or a frame.
absl::StatusOr<PinnedBytes> DecodeBytes(const BufferRange& range, BufferForm form, uint64_t size,
                                        const BodyView& from) {
  PinnedBytes stored = from.Stored(range);
  if (form == BufferForm::kRaw) return stored;
  ASHLAR_CHECK(form == BufferForm::kZstd);
  return ZstdDecompress(stored.bytes(), size);
}

absl::StatusOr<PinnedBytes> DecodeOffsets(const DataType& type, const ChunkNode& node,
                                          uint64_t size, const BodyView& from) {
  if (node.offsets_form != BufferForm::kPlanes) {
    return DecodeBytes(node.offsets, node.offsets_form, size, from);
  }
  const NumberRange range = OffsetDifferences();
  ASSIGN_OR_RETURN(const StoredPlanes planes,
                   ParsePlanes(from.Stored(node.offsets), node.length, 8 * range.width));
  RETURN_IF_ERROR(ProveRange(planes, range));
  const bool is_list = ShapeOf(type) == Shape::kList;
  return UnpackOffsets(planes, is_list ? node.children[0].length : node.decoded_values);
}

absl::StatusOr<PinnedBytes> DecodeValues(const DataType& type, const ChunkNode& node,
                                         const PinnedBytes& validity, const BodyView& from) {
  if (node.values_form != BufferForm::kPlanes) {
    return DecodeBytes(node.values, node.values_form, node.decoded_values, from);
  }
  ASSIGN_OR_RETURN(const StoredPlanes planes, OpenValuePlanes(type, node, from, /*proven=*/false));
  return UnpackNumbers(planes, NumbersOf(type, node)->width, validity.bytes());
}

}  // namespace

PinnedBytes BodyView::Stored(const BufferRange& range) const {
  if (range.size == 0) return {};
  ASHLAR_CHECK(range.offset <= body.size() && range.size <= body.size() - range.offset);
  return PinnedBytes(owner, body.subspan(range.offset, range.size));
}

absl::StatusOr<PinnedBytes> DecodeValidity(const ChunkNode& node, const BodyView& from) {
  return DecodeBytes(node.validity, node.validity_form, (node.length + 7) / 8, from);
}

absl::StatusOr<StoredPlanes> OpenValuePlanes(const DataType& type, const ChunkNode& node,
                                             const BodyView& from, bool proven) {
  const std::optional<NumberRange> range = NumbersOf(type, node);
  ASHLAR_CHECK(node.values_form == BufferForm::kPlanes && range.has_value());
  ASSIGN_OR_RETURN(StoredPlanes planes,
                   ParsePlanes(from.Stored(node.values), node.length, 8 * range->width));
  if (!proven) RETURN_IF_ERROR(ProveRange(planes, *range));
  return planes;
}

absl::StatusOr<NodeBuffers> DecodeBuffers(const DataType& type, const ChunkNode& node,
                                          const BodyView& from) {
  ASSIGN_OR_RETURN(const DecodedSizes sizes, SizesOf(type, node));
  NodeBuffers buffers;
  ASSIGN_OR_RETURN(buffers.validity, DecodeValidity(node, from));
  ASSIGN_OR_RETURN(buffers.offsets, DecodeOffsets(type, node, sizes.offsets, from));
  ASSIGN_OR_RETURN(buffers.values, DecodeValues(type, node, buffers.validity, from));
  const auto count = [&](BufferForm form, const PinnedBytes& buffer) {
    if (form != BufferForm::kRaw) buffers.decoded_bytes += buffer.size();
  };
  count(node.validity_form, buffers.validity);
  count(node.offsets_form, buffers.offsets);
  count(node.values_form, buffers.values);
  return buffers;
}

}  // namespace ashlar::segment
