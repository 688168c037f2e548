// Views of chunks and their structural proof; see the header.
#include "src/segment/chunk_view.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "ashlar/status_macros.h"
#include "src/base/bytes.h"
#include "src/base/check.h"
#include "src/columnar/bitmap.h"
#include "src/columnar/column_data.h"
#include "src/segment/chunk_codec.h"

namespace ashlar::segment {
namespace {

absl::Status Broken(const char* what) { return absl::DataLossError(what); }

// Offsets must run from 0 to `end` without ever falling.
absl::Status ProveOffsets(const ColumnData& data, uint64_t end) {
  if (columnar::LoadOffset(data, 0) != 0) return Broken("the first offset is not 0");
  uint32_t falls = 0;
  for (int64_t row = 0; row < data.length; ++row) {
    falls |= columnar::LoadOffset(data, row) > columnar::LoadOffset(data, row + 1) ? 1U : 0U;
  }
  if (falls != 0) return Broken("the offsets fall");
  const int64_t last = columnar::LoadOffset(data, data.length);
  return static_cast<uint64_t>(last) == end
             ? absl::OkStatus()
             : Broken("the last offset is not the end of the values");
}

template <typename T>
uint64_t MaxCode(const ColumnData& data) {
  T max = 0;
  for (int64_t row = 0; row < data.length; ++row) {
    max = std::max(max, columnar::LoadValue<T>(data, row));
  }
  return max;
}

absl::Status ProveCodes(const ColumnData& data) {
  if (data.length == 0) return absl::OkStatus();
  const uint64_t max = data.code_width == 1   ? MaxCode<uint8_t>(data)
                       : data.code_width == 2 ? MaxCode<uint16_t>(data)
                                              : MaxCode<uint32_t>(data);
  const bool inside = max < static_cast<uint64_t>(data.dictionary->length);
  return inside ? absl::OkStatus() : Broken("a code is not in the dictionary");
}

absl::Status ProveNulls(const ColumnData& data) {
  if (data.validity.empty()) return absl::OkStatus();
  const int64_t valid = columnar::CountSetBits(data.validity.data(), 0, data.length);
  return data.length - valid == data.null_count ? absl::OkStatus()
                                                : Broken("the null count is not the bitmap's");
}

}  // namespace

absl::StatusOr<std::shared_ptr<const ColumnData>> ViewChunk(const DataType& type,
                                                            const ChunkNode& node,
                                                            const BodyView& from,
                                                            uint64_t* decoded_bytes) {
  auto data = std::make_shared<ColumnData>();
  data->type = type;
  data->encoding = node.encoding;
  data->code_width = node.code_width;
  data->length = static_cast<int64_t>(node.length);
  data->null_count = static_cast<int64_t>(node.null_count);
  ASSIGN_OR_RETURN(NodeBuffers buffers, DecodeBuffers(type, node, from));
  *decoded_bytes += buffers.decoded_bytes;
  data->validity = std::move(buffers.validity);
  data->offsets = std::move(buffers.offsets);
  data->values = std::move(buffers.values);
  for (const ChunkNode& dictionary : node.dictionary) {
    ASSIGN_OR_RETURN(data->dictionary, ViewChunk(type, dictionary, from, decoded_bytes));
  }
  const std::vector<DataType> types = ChildTypes(type);
  ASHLAR_CHECK(node.children.size() == types.size());
  for (size_t i = 0; i < types.size(); ++i) {
    ASSIGN_OR_RETURN(auto child, ViewChunk(types[i], node.children[i], from, decoded_bytes));
    data->children.push_back(std::move(child));
  }
  return data;
}

absl::Status ProveStructure(const ColumnData& data) {
  ASHLAR_CHECK(data.offset == 0);
  RETURN_IF_ERROR(ProveNulls(data));
  if (data.encoding == Encoding::kDictionary) RETURN_IF_ERROR(ProveCodes(data));
  if (data.encoding != Encoding::kPlain) return ProveStructure(*data.dictionary);
  if (ShapeOf(data.type) == Shape::kBytes) {
    RETURN_IF_ERROR(ProveOffsets(data, data.values.size()));
  } else if (ShapeOf(data.type) == Shape::kList) {
    RETURN_IF_ERROR(ProveOffsets(data, static_cast<uint64_t>(data.children[0]->length)));
  }
  for (const auto& child : data.children) RETURN_IF_ERROR(ProveStructure(*child));
  return absl::OkStatus();
}

}  // namespace ashlar::segment
