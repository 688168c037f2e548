// Copying ranges of rows out of a chunk; see the header.
#include "src/segment/segment_salvage.h"

#include <optional>
#include <utility>
#include <vector>

#include "ashlar/status_macros.h"
#include "src/base/bytes.h"
#include "src/base/check.h"
#include "src/base/strings.h"
#include "src/columnar/bitmap.h"
#include "src/columnar/buffer_builder.h"
#include "src/columnar/null_column.h"
#include "src/segment/buffer_decode.h"
#include "src/segment/chunk_codec.h"
#include "src/segment/chunk_resolver.h"
#include "src/segment/chunk_view.h"

namespace ashlar::segment {
namespace {

struct Rows {
  uint64_t first = 0;
  uint64_t count = 0;
};

class Salvager {
 public:
  explicit Salvager(SegmentFile& file) : file_(file) {}

  absl::StatusOr<std::shared_ptr<const ColumnData>> ReadNode(const DataType& type,
                                                             const ChunkNode& node, Rows rows) {
    ASHLAR_CHECK(rows.first <= node.length && rows.count <= node.length - rows.first);
    ASSIGN_OR_RETURN(const Source source, Open(type, node));
    auto data = std::make_shared<ColumnData>();
    data->type = type;
    data->encoding = node.encoding;
    data->code_width = node.code_width;
    data->length = static_cast<int64_t>(rows.count);
    RETURN_IF_ERROR(ReadNulls(node, source, rows, data.get()));
    if (node.encoding != Encoding::kPlain) {
      RETURN_IF_ERROR(ReadEncoded(type, node, source, rows, data.get()));
      return data;
    }
    switch (ShapeOf(type)) {
      case Shape::kBits: {
        ASSIGN_OR_RETURN(data->values, CopyBits(source.values, rows));
        break;
      }
      case Shape::kFixed: {
        ASSIGN_OR_RETURN(data->values,
                         CopyFixed(source.values, static_cast<uint64_t>(type.byte_width()), rows));
        break;
      }
      case Shape::kBytes: {
        ASSIGN_OR_RETURN(const Rows bytes,
                         ReadOffsets(source.offsets, rows, node.decoded_values, data.get()));
        ASSIGN_OR_RETURN(data->values, CopyFixed(source.values, 1, bytes));
        break;
      }
      default:
        RETURN_IF_ERROR(ReadChildren(type, node, source, rows, data.get()));
    }
    return data;
  }

 private:
  // A buffer: its place in the file, where it is raw, or the bytes that it was decoded to.
  struct Buffer {
    BufferRange range;
    PinnedBytes decoded;
  };
  struct Source {
    Buffer validity;
    Buffer offsets;
    Buffer values;
  };

  // Raw buffers are proven page by page, as rows need them; packed and compressed ones as a whole.
  absl::StatusOr<Source> Open(const DataType& type, const ChunkNode& node) {
    Source source{{node.validity, {}}, {node.offsets, {}}, {node.values, {}}};
    if (node.is_raw()) return source;
    for (const BufferRange& range : {node.validity, node.offsets, node.values}) {
      RETURN_IF_ERROR(file_.Prove(range.offset, range.size));
    }
    absl::StatusOr<NodeBuffers> buffers =
        DecodeBuffers(type, node, {file_.body(), file_.MakePin(0)});
    if (!buffers.ok()) {
      return absl::DataLossError(base::StrCat(file_.name(), ": ", buffers.status().message(),
                                              " at offset ", node.values.offset));
    }
    source.validity.decoded = std::move(buffers->validity);
    source.offsets.decoded = std::move(buffers->offsets);
    source.values.decoded = std::move(buffers->values);
    return source;
  }

  absl::Status ReadNulls(const ChunkNode& node, const Source& source, Rows rows, ColumnData* data) {
    if (node.encoding == Encoding::kConstant) {
      data->null_count = node.null_count > 0 ? data->length : 0;
      return absl::OkStatus();
    }
    if (node.validity.size == 0 || rows.count == 0) return absl::OkStatus();
    ASSIGN_OR_RETURN(PinnedBytes validity, CopyBits(source.validity, rows));
    data->null_count = data->length - columnar::CountSetBits(validity.data(), 0, data->length);
    if (data->null_count > 0) data->validity = std::move(validity);
    return absl::OkStatus();
  }

  absl::Status ReadEncoded(const DataType& type, const ChunkNode& node, const Source& source,
                           Rows rows, ColumnData* data) {
    const ChunkNode& values = node.dictionary[0];
    ASSIGN_OR_RETURN(data->dictionary, ReadNode(type, values, {0, values.length}));
    if (node.encoding == Encoding::kDictionary) {
      ASSIGN_OR_RETURN(data->values, CopyFixed(source.values, node.code_width, rows));
    }
    return absl::OkStatus();
  }

  absl::Status ReadChildren(const DataType& type, const ChunkNode& node, const Source& source,
                            Rows rows, ColumnData* data) {
    Rows below = rows;
    if (ShapeOf(type) == Shape::kList) {
      ASSIGN_OR_RETURN(below, ReadOffsets(source.offsets, rows, node.children[0].length, data));
    } else if (ShapeOf(type) == Shape::kVector) {
      const auto width = static_cast<uint64_t>(type.width());
      below = {rows.first * width, rows.count * width};
    }
    const std::vector<DataType> types = ChildTypes(type);
    for (size_t i = 0; i < types.size(); ++i) {
      ASSIGN_OR_RETURN(std::shared_ptr<const ColumnData> child,
                       ReadNode(types[i], node.children[i], below));
      data->children.push_back(std::move(child));
    }
    return absl::OkStatus();
  }

  // Proves and returns bytes of a buffer.
  absl::StatusOr<std::span<const std::byte>> Bytes(const Buffer& buffer, uint64_t offset,
                                                   uint64_t size) {
    if (!buffer.decoded.empty()) {
      ASHLAR_CHECK(offset <= buffer.decoded.size() && size <= buffer.decoded.size() - offset);
      return buffer.decoded.bytes().subspan(offset, size);
    }
    const BufferRange& range = buffer.range;
    ASHLAR_CHECK(offset <= range.size && size <= range.size - offset);
    RETURN_IF_ERROR(file_.Prove(range.offset + offset, size));
    return file_.body().subspan(range.offset + offset, size);
  }

  absl::StatusOr<PinnedBytes> CopyFixed(const Buffer& buffer, uint64_t width, Rows rows) {
    ASSIGN_OR_RETURN(const std::span<const std::byte> bytes,
                     Bytes(buffer, rows.first * width, rows.count * width));
    columnar::BufferBuilder copy;
    copy.Append(bytes);
    return copy.Finish();
  }

  absl::StatusOr<PinnedBytes> CopyBits(const Buffer& buffer, Rows rows) {
    if (rows.count == 0) return PinnedBytes();
    const uint64_t first = rows.first / 8;
    const uint64_t end = (rows.first + rows.count + 7) / 8;
    ASSIGN_OR_RETURN(const std::span<const std::byte> bytes, Bytes(buffer, first, end - first));
    columnar::BufferBuilder copy;
    copy.Resize((rows.count + 7) / 8);
    columnar::CopyBits(bytes.data(), static_cast<int64_t>(rows.first % 8), copy.data(),
                       static_cast<int64_t>(rows.count));
    return copy.Finish();
  }

  // Copies the offsets of the rows, rebased to 0, and gives the range that they span, which is
  // proven to lie below `end`.
  absl::StatusOr<Rows> ReadOffsets(const Buffer& buffer, Rows rows, uint64_t end,
                                   ColumnData* data) {
    constexpr uint64_t kWidth = sizeof(int32_t);
    ASSIGN_OR_RETURN(const std::span<const std::byte> bytes,
                     Bytes(buffer, rows.first * kWidth, (rows.count + 1) * kWidth));
    const auto first = base::LoadLittle<int32_t>(bytes.data());
    columnar::BufferBuilder copy;
    copy.Resize(bytes.size());
    int32_t last = first;
    for (uint64_t at = 0; at < bytes.size(); at += kWidth) {
      const auto offset = base::LoadLittle<int32_t>(bytes.data() + at);
      if (offset < last || offset < 0 || static_cast<uint64_t>(offset) > end) {
        return absl::DataLossError(base::StrCat(file_.name(), ": an offset is out of range",
                                                " at offset ",
                                                buffer.range.offset + rows.first * kWidth + at));
      }
      last = offset;
      base::StoreLittle<int32_t>(copy.data() + at, offset - first);
    }
    data->offsets = copy.Finish();
    return Rows{static_cast<uint64_t>(first), static_cast<uint64_t>(last - first)};
  }

  SegmentFile& file_;
};

}  // namespace

absl::StatusOr<Column> ReadColumnRows(const std::shared_ptr<SegmentFile>& file,
                                      const FileProvider& provider, const Field& field,
                                      uint64_t first_row, uint64_t rows) {
  if (first_row > file->rows() || rows > file->rows() - first_row) {
    return absl::OutOfRangeError(
        base::StrCat(file->name(), ": no rows [", first_row, ", ", first_row, " + ", rows, ")"));
  }
  ASSIGN_OR_RETURN(const std::optional<uint32_t> ordinal, FindChunk(*file, field));
  if (!ordinal.has_value()) return columnar::MakeNullColumn(field.type, static_cast<int64_t>(rows));
  ASSIGN_OR_RETURN(const ResolvedChunk chunk, ResolveChunk(file, *ordinal, provider));
  Salvager salvager(*chunk.file);
  ASSIGN_OR_RETURN(
      std::shared_ptr<const ColumnData> data,
      salvager.ReadNode(field.type, chunk.file->chunks()[chunk.ordinal].root, {first_row, rows}));
  if (const absl::Status proof = ProveStructure(*data); !proof.ok()) {
    return absl::DataLossError(
        base::StrCat(chunk.file->name(), ": chunk ", chunk.ordinal, ": ", proof.message()));
  }
  return Column(std::move(data));
}

}  // namespace ashlar::segment
