// Shape rules, encoding of leaves and description of columns; see the header.
#include "src/segment/chunk_codec.h"

#include <memory>
#include <optional>
#include <utility>

#include "ashlar/status_macros.h"
#include "src/base/bytes.h"
#include "src/base/check.h"
#include "src/base/limits.h"
#include "src/base/strings.h"
#include "src/columnar/bitmap.h"
#include "src/columnar/dictionary.h"
#include "src/segment/chunk_sizes.h"

namespace ashlar::segment {
namespace {

absl::Status Wrong(std::string what) { return absl::InvalidArgumentError(std::move(what)); }

absl::Status CheckDictionary(const DataType& type, const ChunkNode& node) {
  const size_t expected = node.encoding == Encoding::kPlain ? 0 : 1;
  if (node.dictionary.size() != expected) return Wrong("a dictionary is missing or too many");
  if (expected == 0) return absl::OkStatus();
  const ChunkNode& values = node.dictionary[0];
  if (values.encoding != Encoding::kPlain || values.null_count != 0) {
    return Wrong("the dictionary is not plain, or holds null");
  }
  if (node.encoding == Encoding::kConstant) {
    if (node.null_count != 0 && node.null_count != node.length) {
      return Wrong("a constant column is partly null");
    }
    // Without rows there may be a value or none.
    const uint64_t expected_values = node.null_count < node.length ? 1 : 0;
    if (values.length > 1 || (node.length > 0 && values.length != expected_values)) {
      return Wrong("the constant is not one value");
    }
  } else {
    if (values.length > node.length) return Wrong("the dictionary is longer than its column");
    if (values.length == 0 && node.length > 0) return Wrong("the dictionary is empty");
    if (values.length > uint64_t{1} << (8 * node.code_width)) {
      return Wrong("the dictionary has more values than codes");
    }
  }
  return CheckNode(type, values);
}

absl::Status CheckEncoding(const DataType& type, const ChunkNode& node) {
  const bool is_dictionary = node.encoding == Encoding::kDictionary;
  const uint8_t width = node.code_width;
  if (is_dictionary ? width != 1 && width != 2 && width != 4 : width != 0) {
    return Wrong(base::StrCat("code width ", static_cast<int>(width), " is not possible"));
  }
  const Shape shape = ShapeOf(type);
  const bool encodable = shape == Shape::kBits || shape == Shape::kFixed || shape == Shape::kBytes;
  if (node.encoding != Encoding::kPlain && !encodable) return Wrong("the type must be plain");
  return absl::OkStatus();
}

// The length that child `index` must have; nothing for the elements of a list.
std::optional<uint64_t> ExpectedChildLength(const DataType& type, const ChunkNode& node) {
  switch (ShapeOf(type)) {
    case Shape::kStruct:
      return node.length;
    case Shape::kVector:
      return node.length * static_cast<uint64_t>(type.width());
    default:
      return std::nullopt;
  }
}

absl::Status CheckChildren(const DataType& type, const ChunkNode& node) {
  const std::vector<DataType> types = ChildTypes(type);
  if (node.children.size() != types.size()) return Wrong("the children do not match the type");
  const std::optional<uint64_t> expected = ExpectedChildLength(type, node);
  for (size_t i = 0; i < types.size(); ++i) {
    const ChunkNode& child = node.children[i];
    if (expected.has_value() && child.length != *expected) {
      return Wrong("a child's length does not follow from its parent's");
    }
    if (!expected.has_value() && child.length > base::kMaxBufferBytes) {
      return Wrong("a list has more elements than 32-bit offsets reach");
    }
    if (ShapeOf(type) == Shape::kVector && child.encoding != Encoding::kPlain) {
      return Wrong("the elements of a vector must be plain");
    }
    RETURN_IF_ERROR(CheckNode(types[i], child));
  }
  return absl::OkStatus();
}

// Takes the first `size` bytes of a column's buffer.
absl::StatusOr<BufferRange> TakeBuffer(const PinnedBytes& buffer, uint64_t size,
                                       std::vector<PinnedBytes>* buffers) {
  if (size == 0) return BufferRange{};
  if (buffer.size() < size) return Wrong("a buffer is shorter than its column's length claims");
  ASSIGN_OR_RETURN(PinnedBytes exact, buffer.Slice(0, size));
  buffers->push_back(std::move(exact));
  return BufferRange{.offset = 0, .size = size};
}

// The bytes of strings end where the last offset says.
absl::StatusOr<uint64_t> ValueBytes(const ColumnData& data) {
  const size_t last = static_cast<size_t>(data.length) * sizeof(int32_t);
  if (data.offsets.size() < last + sizeof(int32_t)) return Wrong("the offsets are too short");
  const auto end = base::LoadLittle<int32_t>(data.offsets.data() + last);
  if (end < 0) return Wrong("an offset is negative");
  return static_cast<uint64_t>(end);
}

std::shared_ptr<const ColumnData> EncodeNode(const std::shared_ptr<const ColumnData>& data) {
  const Shape shape = ShapeOf(data->type);
  if (shape == Shape::kVector) return data;
  if (shape != Shape::kList && shape != Shape::kStruct) {
    return columnar::ChooseEncoding(Column(data)).data();
  }
  auto encoded = std::make_shared<ColumnData>(*data);
  for (auto& child : encoded->children) child = EncodeNode(child);
  return encoded;
}

}  // namespace

Shape ShapeOf(const DataType& type) {
  switch (type.id()) {
    case TypeId::kBool:
      return Shape::kBits;
    case TypeId::kUtf8:
    case TypeId::kBinary:
      return Shape::kBytes;
    case TypeId::kFixedSizeList:
      return Shape::kVector;
    case TypeId::kList:
      return Shape::kList;
    case TypeId::kStruct:
      return Shape::kStruct;
    default:
      return Shape::kFixed;
  }
}

bool IsLeaf(const DataType& type) { return !type.is_nested(); }

std::vector<DataType> ChildTypes(const DataType& type) {
  std::vector<DataType> types;
  for (const Field& field : type.fields()) types.push_back(field.type);
  return types;
}

absl::Status CheckNode(const DataType& type, const ChunkNode& node) {
  if (node.null_count > node.length) return Wrong("more nulls than rows");
  // A vector's elements are the longest nodes there can be.
  if (node.length > base::kMaxSegmentBytes) return Wrong("longer than any segment");
  RETURN_IF_ERROR(CheckEncoding(type, node));
  RETURN_IF_ERROR(CheckSizes(type, node));
  RETURN_IF_ERROR(CheckDictionary(type, node));
  return CheckChildren(type, node);
}

Column EncodeLeaves(const Column& canonical) {
  ASHLAR_CHECK(canonical.data() != nullptr);
  return Column(EncodeNode(canonical.data()));
}

absl::StatusOr<ChunkNode> DescribeNode(const ColumnData& data, std::vector<PinnedBytes>* buffers) {
  if (data.offset != 0 || data.null_count < 0 || data.length < 0) {
    return Wrong("only whole, counted columns can be stored");
  }
  ChunkNode node;
  node.encoding = data.encoding;
  node.code_width = data.code_width;
  node.length = static_cast<uint64_t>(data.length);
  node.null_count = static_cast<uint64_t>(data.null_count);
  ASSIGN_OR_RETURN(const DecodedSizes sizes, SizesOf(data.type, node));
  ASSIGN_OR_RETURN(node.validity, TakeBuffer(data.validity, sizes.validity, buffers));
  ASSIGN_OR_RETURN(node.offsets, TakeBuffer(data.offsets, sizes.offsets, buffers));
  uint64_t values = sizes.values.value_or(0);
  if (!sizes.values.has_value()) {
    ASSIGN_OR_RETURN(values, ValueBytes(data));
  }
  ASSIGN_OR_RETURN(node.values, TakeBuffer(data.values, values, buffers));
  node.decoded_values = node.values.size;
  return node;
}

absl::StatusOr<ChunkNode> DescribeColumn(const Column& encoded, std::vector<PinnedBytes>* buffers) {
  const ColumnData& data = *encoded.data();
  ASSIGN_OR_RETURN(ChunkNode node, DescribeNode(data, buffers));
  if (data.dictionary != nullptr) {
    ASSIGN_OR_RETURN(ChunkNode dictionary, DescribeColumn(Column(data.dictionary), buffers));
    node.dictionary.push_back(std::move(dictionary));
  }
  for (const auto& child : data.children) {
    ASSIGN_OR_RETURN(ChunkNode described, DescribeColumn(Column(child), buffers));
    node.children.push_back(std::move(described));
  }
  return node;
}

}  // namespace ashlar::segment
