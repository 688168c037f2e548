// Ranges of source rows and what their parents' nulls do to them.
#include "src/columnar/canonical_runs.h"

#include <cstddef>
#include <span>

#include "src/base/check.h"

namespace ashlar::columnar {
namespace {

int64_t CountNulls(const ColumnData& data, int64_t begin, int64_t length) {
  if (data.encoding == Encoding::kConstant) return IsNullConstant(data) ? length : 0;
  if (data.validity.empty()) return 0;
  ASHLAR_CHECK(BitmapBytes(begin + length) <= static_cast<int64_t>(data.validity.size()));
  return length - CountSetBits(data.validity.data(), begin, length);
}

bool IsNullRow(const ColumnData& data, int64_t row) {
  return !data.validity.empty() && !GetBit(data.validity.data(), row);
}

// A field of a struct. Null structs whose field is null too, as builders make them, need no split.
void AppendFieldRuns(const Run& parent, const ColumnData& child, RunList* out) {
  int64_t begin = parent.begin;
  ForEachNull(parent, [&](int64_t row) {
    if (child.encoding != Encoding::kConstant && IsNullRow(child, child.offset + row)) return;
    out->Append(RunKind::kData, &child, child.offset + begin, row - begin);
    out->Append(RunKind::kNull, nullptr, 0, 1);
    begin = row + 1;
  });
  out->Append(RunKind::kData, &child, child.offset + begin, parent.begin + parent.length - begin);
}

void AppendListElements(const Run& parent, const ColumnData& child, RunList* out) {
  ForEachReferencedRange(parent, [&](int32_t begin, int32_t end) {
    out->Append(RunKind::kData, &child, child.offset + begin, end - begin);
  });
}

bool AreZeroFloats(const ColumnData& child, int64_t begin, int64_t length) {
  if (child.encoding != Encoding::kPlain || !child.validity.empty()) return false;
  const auto bytes = child.values.bytes().subspan(static_cast<size_t>(begin) * sizeof(float),
                                                  static_cast<size_t>(length) * sizeof(float));
  return std::ranges::all_of(bytes, [](std::byte byte) { return byte == std::byte{0}; });
}

// The elements of vectors. Null vectors of zeros, as builders make them, need no split.
void AppendVectorElements(const Run& parent, int64_t width, const ColumnData& child, RunList* out) {
  int64_t begin = parent.begin;
  ForEachNull(parent, [&](int64_t row) {
    if (AreZeroFloats(child, child.offset + row * width, width)) return;
    out->Append(RunKind::kData, &child, child.offset + begin * width, (row - begin) * width);
    out->Append(RunKind::kZero, nullptr, 0, width);
    begin = row + 1;
  });
  out->Append(RunKind::kData, &child, child.offset + begin * width,
              (parent.begin + parent.length - begin) * width);
}

}  // namespace

void RunList::Append(RunKind kind, const ColumnData* data, int64_t begin, int64_t length) {
  ASHLAR_CHECK(length >= 0);
  if (length == 0) return;
  int64_t run_nulls = kind == RunKind::kNull ? length : 0;
  if (kind == RunKind::kData) run_nulls = CountNulls(*data, begin, length);
  rows += length;
  nulls += run_nulls;
  if (!runs.empty()) {
    Run& last = runs.back();
    const bool continues = kind != RunKind::kData || last.begin + last.length == begin;
    if (last.kind == kind && last.data == data && continues) {
      last.length += length;
      last.nulls += run_nulls;
      return;
    }
  }
  runs.push_back({kind, data, begin, length, run_nulls});
}

RunList RunsOfPieces(std::span<const ColumnPiece> pieces) {
  RunList list;
  for (const ColumnPiece& piece : pieces) {
    const ColumnData& data = *piece.column->data();
    ASHLAR_CHECK(piece.offset >= 0 && piece.length >= 0);
    ASHLAR_CHECK(piece.offset <= data.length && piece.length <= data.length - piece.offset);
    list.Append(RunKind::kData, &data, data.offset + piece.offset, piece.length);
  }
  return list;
}

RunList ChildRuns(const DataType& type, const RunList& parents, size_t index) {
  RunList list;
  for (const Run& run : parents.runs) {
    ASHLAR_CHECK(run.kind != RunKind::kZero);
    if (run.kind == RunKind::kNull) {
      if (type.id() == TypeId::kStruct) list.Append(RunKind::kNull, nullptr, 0, run.length);
      if (type.id() == TypeId::kFixedSizeList) {
        list.Append(RunKind::kZero, nullptr, 0, run.length * type.width());
      }
      continue;
    }
    ASHLAR_CHECK(index < run.data->children.size());
    const ColumnData& child = *run.data->children[index];
    if (type.id() == TypeId::kStruct) AppendFieldRuns(run, child, &list);
    if (type.id() == TypeId::kList) AppendListElements(run, child, &list);
    if (type.id() == TypeId::kFixedSizeList) {
      AppendVectorElements(run, type.width(), child, &list);
    }
  }
  return list;
}

bool NullRowsAreEmpty(const Run& run) {
  bool empty = true;
  ForEachNull(run, [&](int64_t row) {
    empty &= LoadOffset(*run.data, row) == LoadOffset(*run.data, row + 1);
  });
  return empty;
}

}  // namespace ashlar::columnar
