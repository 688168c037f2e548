// Plain nodes to bytes; see the header. Lengths stand in place of offsets: they begin nowhere, so
// slices need no rebasing, they cannot descend, and those of most columns fit in a byte.
#include "src/columnar/batch_node_writer.h"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <span>

#include "src/base/check.h"
#include "src/columnar/batch_form.h"
#include "src/columnar/bitmap.h"
#include "src/columnar/canonical_runs.h"
#include "src/columnar/column_data.h"

namespace ashlar::columnar {
namespace {

constexpr int64_t kBlockRows = 1024;

bool HasLengths(const DataType& type) {
  return type.is_variable_size() || type.id() == TypeId::kList;
}

int64_t LongestRow(const ColumnData& node) {
  int32_t longest = 0;
  for (int64_t row = node.offset; row < node.offset + node.length; ++row) {
    longest = std::max(longest, LoadOffset(node, row + 1) - LoadOffset(node, row));
  }
  ASHLAR_CHECK(longest >= 0);
  return longest;
}

// The bytes that the rows of a string column refer to, or of fixed-width ones.
std::span<const std::byte> ValuesOf(const ColumnData& node) {
  if (node.length == 0) return {};
  if (node.type.is_variable_size()) {
    const int32_t begin = LoadOffset(node, node.offset);
    const int32_t end = LoadOffset(node, node.offset + node.length);
    ASHLAR_CHECK(begin >= 0 && begin <= end);
    return node.values.bytes().subspan(static_cast<size_t>(begin),
                                       static_cast<size_t>(end - begin));
  }
  const auto width = static_cast<size_t>(node.type.byte_width());
  if (node.type.id() == TypeId::kFixedSizeList) {
    const ColumnData& child = *node.children[0];
    return child.values.bytes().subspan(static_cast<size_t>(child.offset) * sizeof(float) +
                                            static_cast<size_t>(node.offset) * width,
                                        static_cast<size_t>(node.length) * width);
  }
  return node.values.bytes().subspan(static_cast<size_t>(node.offset) * width,
                                     static_cast<size_t>(node.length) * width);
}

template <typename T>
void WriteLengths(const ColumnData& node, base::ByteWriter& out) {
  T block[kBlockRows];
  for (int64_t done = 0; done < node.length; done += kBlockRows) {
    const int64_t count = std::min(kBlockRows, node.length - done);
    for (int64_t i = 0; i < count; ++i) {
      const int64_t row = node.offset + done + i;
      block[i] = static_cast<T>(LoadOffset(node, row + 1) - LoadOffset(node, row));
    }
    out.PutBytes(std::as_bytes(std::span(block, static_cast<size_t>(count))));
  }
}

void WriteLengths(const ColumnData& node, uint32_t width, base::ByteWriter& out) {
  if (width == 1) return WriteLengths<uint8_t>(node, out);
  if (width == 2) return WriteLengths<uint16_t>(node, out);
  WriteLengths<uint32_t>(node, out);
}

uint8_t ChildForm(const ColumnData& child) { return PlainForm(child, child.null_count != 0); }

}  // namespace

bool CanWriteInPlace(const Column& column) {
  const ColumnData& data = *column.data();
  if (data.encoding != Encoding::kPlain || data.type.is_nested()) return false;
  if (column.null_count() != 0) return false;
  if (data.type.id() != TypeId::kFixedSizeList) return true;
  const ColumnData& elements = *data.children[0];
  return elements.encoding == Encoding::kPlain && elements.validity.empty();
}

void WriteBits(const std::byte* bits, int64_t offset, int64_t length, base::ByteWriter& out) {
  std::byte block[kBlockRows / 8];
  for (int64_t done = 0; done < length; done += kBlockRows) {
    const int64_t count = std::min(kBlockRows, length - done);
    CopyBits(bits, offset + done, block, count);
    out.PutBytes({block, static_cast<size_t>(BitmapBytes(count))});
  }
}

uint8_t PlainForm(const ColumnData& node, bool has_nulls) {
  ASHLAR_CHECK(node.encoding == Encoding::kPlain && (!has_nulls || node.offset == 0));
  const int64_t longest = HasLengths(node.type) ? LongestRow(node) : 0;
  return MakeForm(BatchForm::kPlain, has_nulls, WidthFor(static_cast<uint64_t>(longest)));
}

uint64_t PlainBytes(const ColumnData& node, uint8_t form) {
  const auto bits = static_cast<uint64_t>(BitmapBytes(node.length));
  uint64_t bytes = HasValidity(form) ? bits : 0;
  if (HasLengths(node.type)) bytes += static_cast<uint64_t>(node.length) * WidthOf(form);
  if (node.type.id() == TypeId::kBool) return bytes + bits;
  if (!node.type.is_nested()) return bytes + ValuesOf(node).size();
  ASHLAR_CHECK(node.offset == 0);
  for (const auto& child : node.children) bytes += 1 + PlainBytes(*child, ChildForm(*child));
  return bytes;
}

void WritePlain(const ColumnData& node, uint8_t form, base::ByteWriter& out) {
  ASHLAR_CHECK(FormKind(form) == BatchForm::kPlain);
  if (HasValidity(form)) WriteBits(node.validity.data(), node.offset, node.length, out);
  if (HasLengths(node.type)) WriteLengths(node, WidthOf(form), out);
  if (node.type.id() == TypeId::kBool) {
    WriteBits(node.values.data(), node.offset, node.length, out);
  } else if (!node.type.is_nested()) {
    out.PutBytes(ValuesOf(node));
  } else {
    for (const auto& child : node.children) {
      const uint8_t child_form = ChildForm(*child);
      out.PutU8(child_form);
      WritePlain(*child, child_form, out);
    }
  }
}

}  // namespace ashlar::columnar
