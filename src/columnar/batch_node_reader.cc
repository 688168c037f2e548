// Bytes to plain nodes; see the header. Every size is compared with the bytes that remain before
// memory is taken for it. Recursion is as deep as the type, which the schema's rules bound.
#include "src/columnar/batch_node_reader.h"

#include <cstddef>
#include <span>
#include <string_view>
#include <utility>

#include "src/base/bytes.h"
#include "src/base/check.h"
#include "src/base/limits.h"
#include "src/base/utf8.h"
#include "src/columnar/batch_form.h"
#include "src/columnar/bitmap.h"
#include "src/columnar/canonical_runs.h"
#include "src/columnar/column_data.h"

namespace ashlar::columnar {
namespace {

bool HasZeroPadding(std::span<const std::byte> bits, int64_t length) {
  const int64_t padding = BitmapBytes(length) * 8 - length;
  return padding == 0 || LoadBits(bits.data(), length, padding) == 0;
}

// Whether the form has bits that mean nothing for a plain node of the type.
bool IsKnownForm(const DataType& type, uint8_t form) {
  if ((form & ~kFormKnownBits) != 0 || WidthOf(form) > sizeof(uint32_t)) return false;
  const bool has_lengths = type.is_variable_size() || type.id() == TypeId::kList;
  return has_lengths || WidthBits(form) == 0;
}

}  // namespace

std::shared_ptr<ColumnData> BatchNodeReader::ReadPlain(const DataType& type, int64_t rows,
                                                       uint8_t form) {
  ASHLAR_CHECK(rows >= 0 && static_cast<uint64_t>(rows) <= base::kMaxBufferBytes);
  if (!IsKnownForm(type, form)) in_.Fail("a form that its type cannot have");
  if (!in_.ok()) return nullptr;
  auto node = std::make_shared<ColumnData>();
  node->type = type;
  node->length = rows;
  ReadValidity(form, node.get());
  if (type.id() == TypeId::kBool) {
    ReadBits(node.get());
  } else if (type.is_variable_size()) {
    ReadVariable(WidthOf(form), node.get());
  } else if (type.id() == TypeId::kFixedSizeList) {
    ReadVector(node.get());
  } else if (type.is_nested()) {
    ReadChildren(WidthOf(form), node.get());
  } else {
    const auto width = static_cast<uint64_t>(type.byte_width());
    node->values = arena_.Copy(in_.ReadBytes(static_cast<uint64_t>(rows) * width));
  }
  return in_.ok() ? node : nullptr;
}

void BatchNodeReader::ReadValidity(uint8_t form, ColumnData* node) {
  if (!HasValidity(form)) return;
  const std::span<const std::byte> bits =
      in_.ReadBytes(static_cast<uint64_t>(BitmapBytes(node->length)));
  if (!in_.ok()) return;
  node->null_count = node->length - CountSetBits(bits.data(), 0, node->length);
  if (node->null_count == 0) return in_.Fail("a validity bitmap without a null");
  if (!HasZeroPadding(bits, node->length)) return in_.Fail("bits behind the last row");
  node->validity = arena_.Copy(bits);
}

void BatchNodeReader::ReadBits(ColumnData* node) {
  const std::span<const std::byte> bits =
      in_.ReadBytes(static_cast<uint64_t>(BitmapBytes(node->length)));
  if (!in_.ok()) return;
  if (!HasZeroPadding(bits, node->length)) return in_.Fail("bits behind the last row");
  node->values = arena_.Copy(bits);
}

// The sum is taken in 64 bits, which 2^31 lengths of 32 bits cannot fill: when it fits an offset at
// the end, so did every offset before.
template <typename T>
uint64_t BatchNodeReader::ReadLengthsOf(ColumnData* node) {
  const auto rows = static_cast<size_t>(node->length);
  const std::span<const std::byte> lengths = in_.ReadBytes(uint64_t{rows} * sizeof(T));
  if (!in_.ok()) return 0;
  BufferArena::Room room = arena_.Allocate((rows + 1) * sizeof(int32_t));
  uint64_t end = 0;
  base::StoreLittle<int32_t>(room.data, 0);
  for (size_t row = 0; row < rows; ++row) {
    end += base::LoadLittle<T>(lengths.data() + row * sizeof(T));
    base::StoreLittle<int32_t>(room.data + (row + 1) * sizeof(int32_t), static_cast<int32_t>(end));
  }
  node->offsets = std::move(room.buffer);
  return end;
}

int64_t BatchNodeReader::ReadLengths(uint32_t width, ColumnData* node) {
  uint64_t end = 0;
  if (width == 1) end = ReadLengthsOf<uint8_t>(node);
  if (width == 2) end = ReadLengthsOf<uint16_t>(node);
  if (width == 4) end = ReadLengthsOf<uint32_t>(node);
  if (end <= base::kMaxBufferBytes) return static_cast<int64_t>(end);
  in_.Fail("lengths add up to more than 2 GiB");
  return 0;
}

void BatchNodeReader::ReadVariable(uint32_t width, ColumnData* node) {
  const int64_t bytes = ReadLengths(width, node);
  node->values = arena_.Copy(in_.ReadBytes(static_cast<uint64_t>(bytes)));
  if (in_.ok() && node->type.id() == TypeId::kUtf8) CheckText(*node);
}

// The text is valid as a whole and no row begins within a character: so every row is valid.
void BatchNodeReader::CheckText(const ColumnData& node) {
  const std::string_view text = node.values.view();
  if (!base::IsValidUtf8(text)) return in_.Fail("a text is not valid UTF-8");
  const auto end = static_cast<int32_t>(text.size());
  for (int64_t row = 1; row < node.length; ++row) {
    const int32_t offset = LoadOffset(node, row);
    if (offset == end) return;
    if ((static_cast<uint8_t>(text[static_cast<size_t>(offset)]) & 0xc0) == 0x80) {
      return in_.Fail("a text begins within a character");
    }
  }
}

void BatchNodeReader::ReadVector(ColumnData* node) {
  auto elements = std::make_shared<ColumnData>();
  elements->type = node->type.fields()[0].type;
  elements->length = node->length * node->type.width();
  elements->values =
      arena_.Copy(in_.ReadBytes(static_cast<uint64_t>(elements->length) * sizeof(float)));
  node->children.push_back(std::move(elements));
}

void BatchNodeReader::ReadChildren(uint32_t width, ColumnData* node) {
  const bool is_list = node->type.id() == TypeId::kList;
  const int64_t rows = is_list ? ReadLengths(width, node) : node->length;
  for (const Field& field : node->type.fields()) {
    const uint8_t form = in_.ReadU8();
    if (FormKind(form) != BatchForm::kPlain) in_.Fail("an encoded node below a column");
    std::shared_ptr<ColumnData> child = in_.ok() ? ReadPlain(field.type, rows, form) : nullptr;
    if (child == nullptr) return;
    node->children.push_back(std::move(child));
  }
}

}  // namespace ashlar::columnar
