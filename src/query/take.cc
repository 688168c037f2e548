// Gathering rows, node by node of the type tree; see the header.
//
// Indexes stay 32 bits wide all the way down (Arrow's offsets are): a node is given the rows
// relative to a physical base, so that slices cost nothing.
#include "src/query/take.h"

#include <algorithm>
#include <cstring>
#include <memory>
#include <utility>

#include "ashlar/status_macros.h"
#include "src/base/check.h"
#include "src/base/limits.h"
#include "src/base/strings.h"
#include "src/columnar/buffer_builder.h"
#include "src/columnar/column_data.h"
#include "src/query/copy_short.h"

namespace ashlar::query {
namespace {

using columnar::BitmapBytes;
using columnar::BufferBuilder;
using columnar::GetBit;
using columnar::LoadOffset;

using Rows = std::span<const uint32_t>;
using DataPtr = std::shared_ptr<const ColumnData>;

absl::StatusOr<DataPtr> TakeData(const ColumnData& data, Rows rows, int64_t base);

absl::Status TooLarge(const DataType& type) {
  return absl::InvalidArgumentError(
      base::StrCat("a buffer of ", type.ToString(), " would exceed 2 GiB"));
}

template <typename T>
void GatherWords(const std::byte* from, Rows rows, std::byte* to) {
  for (size_t i = 0; i < rows.size(); ++i) {
    std::memcpy(to + i * sizeof(T), from + rows[i] * sizeof(T), sizeof(T));
  }
}

// `from` is the value of row 0.
PinnedBytes GatherFixed(const std::byte* from, size_t width, Rows rows) {
  BufferBuilder out;
  out.ResizeUninitialized(rows.size() * width);
  switch (width) {
    case 1:
      GatherWords<uint8_t>(from, rows, out.data());
      break;
    case 2:
      GatherWords<uint16_t>(from, rows, out.data());
      break;
    case 4:
      GatherWords<uint32_t>(from, rows, out.data());
      break;
    case 8:
      GatherWords<uint64_t>(from, rows, out.data());
      break;
    default:
      for (size_t i = 0; i < rows.size(); ++i) {
        std::memcpy(out.data() + i * width, from + rows[i] * width, width);
      }
  }
  return out.Finish();
}

// Bits base + row; `set` counts those that are set.
PinnedBytes GatherBits(const std::byte* bits, Rows rows, int64_t base, int64_t* set) {
  BufferBuilder out;
  out.ResizeUninitialized(static_cast<size_t>(BitmapBytes(static_cast<int64_t>(rows.size()))));
  for (size_t begin = 0; begin < rows.size(); begin += 64) {
    const size_t count = std::min<size_t>(64, rows.size() - begin);
    uint64_t word = 0;
    for (size_t i = 0; i < count; ++i) {
      word |= static_cast<uint64_t>(GetBit(bits, base + rows[begin + i])) << i;
    }
    *set += std::popcount(word);
    std::memcpy(out.data() + begin / 8, &word, (count + 7) / 8);
  }
  return out.Finish();
}

// Offsets of the taken rows; `total` is the last. The first pass of strings and lists.
absl::StatusOr<PinnedBytes> TakeOffsets(const ColumnData& data, Rows rows, int64_t base,
                                        uint64_t* total) {
  BufferBuilder out;
  out.ResizeUninitialized((rows.size() + 1) * sizeof(int32_t));
  uint64_t end = 0;
  base::StoreLittle<int32_t>(out.data(), 0);
  for (size_t i = 0; i < rows.size(); ++i) {
    const int64_t row = base + rows[i];
    end += static_cast<uint64_t>(LoadOffset(data, row + 1) - LoadOffset(data, row));
    base::StoreLittle<int32_t>(out.data() + (i + 1) * sizeof(int32_t), static_cast<int32_t>(end));
  }
  if (end > base::kMaxBufferBytes) return TooLarge(data.type);
  *total = end;
  return out.Finish();
}

absl::Status TakeVariable(const ColumnData& data, Rows rows, int64_t base, ColumnData* out) {
  uint64_t total = 0;
  ASSIGN_OR_RETURN(out->offsets, TakeOffsets(data, rows, base, &total));
  BufferBuilder bytes;
  bytes.Reserve(total + kCopySlack);
  bytes.ResizeUninitialized(total);
  const std::byte* const from_end = data.values.data() + data.values.size();
  std::byte* to = bytes.data();
  for (const uint32_t row : rows) {
    const int32_t begin = LoadOffset(data, base + row);
    const auto size = static_cast<size_t>(LoadOffset(data, base + row + 1) - begin);
    CopyShort(data.values.data() + begin, from_end, size, to);
    to += size;
  }
  out->values = bytes.Finish();
  return absl::OkStatus();
}

absl::Status TakeList(const ColumnData& data, Rows rows, int64_t base, ColumnData* out) {
  uint64_t total = 0;
  ASSIGN_OR_RETURN(out->offsets, TakeOffsets(data, rows, base, &total));
  std::vector<uint32_t> elements(total);
  size_t at = 0;
  for (const uint32_t row : rows) {
    const int32_t end = LoadOffset(data, base + row + 1);
    for (int32_t i = LoadOffset(data, base + row); i < end; ++i) {
      elements[at++] = static_cast<uint32_t>(i);
    }
  }
  const ColumnData& child = *data.children[0];
  ASSIGN_OR_RETURN(DataPtr taken, TakeData(child, elements, child.offset));
  out->children.push_back(std::move(taken));
  return absl::OkStatus();
}

// Vectors are values of width() floats, but where someone made their elements null or encoded.
absl::Status TakeVectors(const ColumnData& data, Rows rows, int64_t base, ColumnData* out) {
  const ColumnData& child = *data.children[0];
  const int64_t width = data.type.width();
  const int64_t first = child.offset + base * width;
  if (child.encoding == Encoding::kPlain && child.validity.empty()) {
    auto taken = std::make_shared<ColumnData>();
    taken->type = child.type;
    taken->length = static_cast<int64_t>(rows.size()) * width;
    const auto bytes = static_cast<int64_t>(sizeof(float));
    taken->values =
        GatherFixed(child.values.data() + first * bytes, static_cast<size_t>(width * bytes), rows);
    out->children.push_back(std::move(taken));
    return absl::OkStatus();
  }
  const auto step = static_cast<uint64_t>(width);
  if (!rows.empty() && (*std::ranges::max_element(rows) + uint64_t{1}) * step > UINT32_MAX) {
    return TooLarge(data.type);
  }
  std::vector<uint32_t> elements;
  elements.reserve(rows.size() * step);
  for (const uint32_t row : rows) {
    for (uint64_t i = 0; i < step; ++i) elements.push_back(static_cast<uint32_t>(row * step + i));
  }
  ASSIGN_OR_RETURN(DataPtr taken, TakeData(child, elements, first));
  out->children.push_back(std::move(taken));
  return absl::OkStatus();
}

absl::Status TakePlain(const ColumnData& data, Rows rows, int64_t base, ColumnData* out) {
  if (data.type.is_variable_size()) return TakeVariable(data, rows, base, out);
  switch (data.type.id()) {
    case TypeId::kList:
      return TakeList(data, rows, base, out);
    case TypeId::kFixedSizeList:
      return TakeVectors(data, rows, base, out);
    case TypeId::kStruct:
      for (const DataPtr& child : data.children) {
        ASSIGN_OR_RETURN(DataPtr taken, TakeData(*child, rows, child->offset + base));
        out->children.push_back(std::move(taken));
      }
      return absl::OkStatus();
    case TypeId::kBool: {
      int64_t set = 0;
      out->values = GatherBits(data.values.data(), rows, base, &set);
      return absl::OkStatus();
    }
    default: {
      const int64_t width = data.type.byte_width();
      out->values =
          GatherFixed(data.values.data() + base * width, static_cast<size_t>(width), rows);
      return absl::OkStatus();
    }
  }
}

// Rows base + rows[i] of the node's buffers.
absl::StatusOr<DataPtr> TakeData(const ColumnData& data, Rows rows, int64_t base) {
  auto out = std::make_shared<ColumnData>();
  out->type = data.type;
  out->encoding = data.encoding;
  out->code_width = data.code_width;
  out->dictionary = data.dictionary;
  out->length = static_cast<int64_t>(rows.size());
  if (data.encoding == Encoding::kConstant) {
    out->null_count = columnar::IsNullConstant(data) ? out->length : 0;
    return out;
  }
  if (!data.validity.empty()) {
    int64_t valid = 0;
    out->validity = GatherBits(data.validity.data(), rows, base, &valid);
    out->null_count = out->length - valid;
    if (out->null_count == 0) out->validity = {};
  }
  if (data.encoding == Encoding::kDictionary) {
    const size_t width = data.code_width;
    out->values = GatherFixed(data.values.data() + base * data.code_width, width, rows);
    return out;
  }
  RETURN_IF_ERROR(TakePlain(data, rows, base, out.get()));
  return out;
}

}  // namespace

absl::StatusOr<Column> Take(const Column& column, std::span<const uint32_t> rows) {
  uint32_t last = 0;
  for (const uint32_t row : rows) last = std::max(last, row);
  ASHLAR_CHECK(rows.empty() || last < column.length());
  ASSIGN_OR_RETURN(DataPtr taken, TakeData(*column.data(), rows, column.data()->offset));
  return Column(std::move(taken));
}

}  // namespace ashlar::query
