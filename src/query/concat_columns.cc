// Putting columns behind each other without giving up shared dictionaries; and sizes of views.
//
// Whatever has no encoding to keep is left to columnar::MakeCanonical.
#include <algorithm>
#include <memory>
#include <utility>

#include "ashlar/builder.h"
#include "ashlar/status_macros.h"
#include "src/base/check.h"
#include "src/base/limits.h"
#include "src/columnar/buffer_builder.h"
#include "src/columnar/canonical.h"
#include "src/columnar/column_data.h"
#include "src/query/take.h"

namespace ashlar::query {
namespace {

using columnar::BitmapBytes;
using columnar::BufferBuilder;
using columnar::LoadOffset;

// The same values in the same memory: what slices and takes of one chunk share.
bool SharesDictionary(const ColumnData& a, const ColumnData& b) {
  if (a.code_width != b.code_width) return false;
  if (a.dictionary == b.dictionary) return true;
  const ColumnData& x = *a.dictionary;
  const ColumnData& y = *b.dictionary;
  return x.length == y.length && x.offset == y.offset && x.encoding == y.encoding &&
         x.values.data() == y.values.data() && x.offsets.data() == y.offsets.data() &&
         x.values.size() == y.values.size();
}

bool AllShare(std::span<const Column> pieces, Encoding encoding) {
  const ColumnData& first = *pieces.front().data();
  return std::ranges::all_of(pieces, [&](const Column& piece) {
    if (piece.encoding() != encoding) return false;
    if (encoding == Encoding::kConstant) {
      return Column(piece.data()->dictionary).Equals(Column(first.dictionary));
    }
    return SharesDictionary(*piece.data(), first);
  });
}

void ConcatValidity(std::span<const Column> pieces, ColumnData* out) {
  for (const Column& piece : pieces) out->null_count += piece.null_count();
  if (out->null_count == 0) return;
  BufferBuilder bits;
  bits.ResizeUninitialized(static_cast<size_t>(BitmapBytes(out->length)));
  int64_t at = 0;
  for (const Column& piece : pieces) {
    const ColumnData& data = *piece.data();
    if (data.validity.empty()) {
      columnar::AppendSetBits(bits.data(), at, data.length);
    } else {
      columnar::CopyBits(data.validity.data(), data.offset, bits.data(), at, data.length);
    }
    at += data.length;
  }
  out->validity = bits.Finish();
}

void ConcatCodes(std::span<const Column> pieces, ColumnData* out) {
  const ColumnData& first = *pieces.front().data();
  out->encoding = Encoding::kDictionary;
  out->code_width = first.code_width;
  out->dictionary = first.dictionary;
  const size_t width = first.code_width;
  BufferBuilder codes;
  codes.Reserve(static_cast<size_t>(out->length) * width);
  for (const Column& piece : pieces) {
    const ColumnData& data = *piece.data();
    codes.Append({data.values.data() + static_cast<size_t>(data.offset) * width,
                  static_cast<size_t>(data.length) * width});
  }
  out->values = codes.Finish();
}

absl::Status ConcatLists(std::span<const Column> pieces, ColumnData* out) {
  BufferBuilder offsets;
  offsets.ResizeUninitialized((static_cast<size_t>(out->length) + 1) * sizeof(int32_t));
  std::byte* to = offsets.data();
  base::StoreLittle<int32_t>(to, 0);
  std::vector<Column> elements;
  int64_t total = 0;
  for (const Column& piece : pieces) {
    const ColumnData& data = *piece.data();
    if (data.length == 0) continue;
    const int64_t begin = LoadOffset(data, data.offset);
    const int64_t end = LoadOffset(data, data.offset + data.length);
    if (total + end - begin > static_cast<int64_t>(base::kMaxBufferBytes)) {
      return absl::InvalidArgumentError("the lists of a column would exceed 2 Gi elements");
    }
    for (int64_t row = 1; row <= data.length; ++row) {
      to += sizeof(int32_t);
      const int64_t offset = LoadOffset(data, data.offset + row) - begin + total;
      base::StoreLittle<int32_t>(to, static_cast<int32_t>(offset));
    }
    total += end - begin;
    ASSIGN_OR_RETURN(Column slice, Column(data.children[0]).Slice(begin, end - begin));
    elements.push_back(std::move(slice));
  }
  out->offsets = offsets.Finish();
  ASSIGN_OR_RETURN(const Column child, ConcatColumns(out->type.fields()[0].type, elements));
  out->children.push_back(child.data());
  return absl::OkStatus();
}

absl::Status ConcatStructs(std::span<const Column> pieces, ColumnData* out) {
  for (size_t i = 0; i < out->type.fields().size(); ++i) {
    std::vector<Column> members;
    members.reserve(pieces.size());
    for (const Column& piece : pieces) members.push_back(piece.child(i));
    ASSIGN_OR_RETURN(const Column child, ConcatColumns(out->type.fields()[i].type, members));
    out->children.push_back(child.data());
  }
  return absl::OkStatus();
}

absl::StatusOr<Column> ConcatCanonical(const DataType& type, std::span<const Column> columns) {
  std::vector<columnar::ColumnPiece> pieces;
  pieces.reserve(columns.size());
  for (const Column& column : columns) pieces.push_back({&column, 0, column.length()});
  return columnar::MakeCanonical(type, pieces);
}

uint64_t BytesOfRows(const ColumnData& data, int64_t begin, int64_t rows) {
  if (data.encoding == Encoding::kConstant || rows == 0) return 0;
  const auto count = static_cast<uint64_t>(rows);
  uint64_t bytes = data.validity.empty() ? 0 : count / 8;
  if (data.encoding == Encoding::kDictionary) return bytes + count * data.code_width;
  const DataType& type = data.type;
  if (type.is_variable_size() || type.id() == TypeId::kList) {
    const int64_t from = LoadOffset(data, begin);
    const int64_t size = LoadOffset(data, begin + rows) - from;
    bytes += count * sizeof(int32_t);
    if (type.is_variable_size()) return bytes + static_cast<uint64_t>(size);
    const ColumnData& child = *data.children[0];
    return bytes + BytesOfRows(child, child.offset + from, size);
  }
  if (type.id() == TypeId::kBool) return bytes + count / 8;
  if (data.children.empty()) return bytes + count * static_cast<uint64_t>(type.byte_width());
  const int64_t per_row = type.id() == TypeId::kFixedSizeList ? type.width() : 1;
  for (const auto& child : data.children) {
    bytes += BytesOfRows(*child, child->offset + begin * per_row, rows * per_row);
  }
  return bytes;
}

}  // namespace

absl::StatusOr<Column> ConcatColumns(const DataType& type, std::span<const Column> pieces) {
  if (pieces.size() == 1) return pieces.front();
  if (pieces.empty()) return ConcatCanonical(type, pieces);
  auto out = std::make_shared<ColumnData>();
  out->type = type;
  for (const Column& piece : pieces) {
    ASHLAR_CHECK(piece.type() == type);
    out->length += piece.length();
  }
  if (AllShare(pieces, Encoding::kConstant)) {
    out->encoding = Encoding::kConstant;
    out->dictionary = pieces.front().data()->dictionary;
    out->null_count = columnar::IsNullConstant(*out) ? out->length : 0;
    return Column(std::move(out));
  }
  const bool codes = AllShare(pieces, Encoding::kDictionary);
  if (!codes && !type.is_nested()) return ConcatCanonical(type, pieces);
  ConcatValidity(pieces, out.get());
  if (codes) {
    ConcatCodes(pieces, out.get());
  } else if (type.id() == TypeId::kList) {
    RETURN_IF_ERROR(ConcatLists(pieces, out.get()));
  } else {
    RETURN_IF_ERROR(ConcatStructs(pieces, out.get()));
  }
  return Column(std::move(out));
}

uint64_t ViewBytes(const Column& column) { return ViewBytes(column, 0, column.length()); }

uint64_t ViewBytes(const Column& column, int64_t first, int64_t rows) {
  ASHLAR_CHECK(first >= 0 && rows >= 0 && rows <= column.length() - first);
  return BytesOfRows(*column.data(), column.data()->offset + first, rows);
}

Column NullColumn(const DataType& type, int64_t rows) {
  ColumnBuilder builder(type);
  if (type.is_nested() || type.id() == TypeId::kFixedSizeList) {
    for (int64_t row = 0; row < rows; ++row) builder.AppendNull();
    return builder.Finish();
  }
  auto out = std::make_shared<ColumnData>();
  out->type = type;
  out->encoding = Encoding::kConstant;
  out->length = rows;
  out->null_count = rows;
  out->dictionary = builder.Finish().data();
  return Column(std::move(out));
}

}  // namespace ashlar::query
