// Row sizes, column by column.

#include "src/store/row_bytes.h"

#include <algorithm>
#include <cstddef>
#include <span>

#include "src/base/check.h"

namespace ashlar::store {
namespace {

constexpr uint64_t kOffsetBytes = 4;

// Saturates: a row of 4 GiB or more is cut off alone anyway.
void Add(uint32_t* sum, uint64_t bytes) {
  *sum = static_cast<uint32_t>(std::min<uint64_t>(*sum + bytes, UINT32_MAX));
}

void AddVariable(const Column& column, std::span<uint32_t> sums);

// Bytes that each row of a column of `type` has at least.
uint64_t UniformBytes(const DataType& type) {
  switch (type.id()) {
    case TypeId::kUtf8:
    case TypeId::kBinary:
    case TypeId::kList:
      return kOffsetBytes;
    case TypeId::kStruct: {
      uint64_t bytes = 0;
      for (const Field& field : type.fields()) bytes += UniformBytes(field.type);
      return bytes;
    }
    case TypeId::kBool:
      return 1;
    default:
      return static_cast<uint64_t>(type.byte_width());
  }
}

void AddStrings(const Column& column, std::span<uint32_t> sums) {
  if (column.encoding() == Encoding::kPlain) {
    const ColumnData& data = *column.data();
    const int32_t* offsets = reinterpret_cast<const int32_t*>(data.offsets.data()) + data.offset;
    for (size_t row = 0; row < sums.size(); ++row) {
      Add(&sums[row], static_cast<uint64_t>(offsets[row + 1] - offsets[row]));
    }
    return;
  }
  for (size_t row = 0; row < sums.size(); ++row) {
    Add(&sums[row], column.GetBytes(static_cast<int64_t>(row)).size());
  }
}

void AddLists(const Column& column, std::span<uint32_t> sums) {
  const Column elements = column.child(0);
  const uint64_t uniform = UniformBytes(elements.type());
  std::vector<uint32_t> element_sums(static_cast<size_t>(elements.length()), 0);
  AddVariable(elements, element_sums);
  for (size_t row = 0; row < sums.size(); ++row) {
    const auto [begin, end] = column.GetListRange(static_cast<int64_t>(row));
    uint64_t bytes = static_cast<uint64_t>(end - begin) * uniform;
    for (int64_t element = begin; element < end; ++element) {
      bytes += element_sums[static_cast<size_t>(element)];
    }
    Add(&sums[row], bytes);
  }
}

void AddVariable(const Column& column, std::span<uint32_t> sums) {
  ASHLAR_CHECK(static_cast<size_t>(column.length()) == sums.size());
  if (sums.empty()) return;
  switch (column.type().id()) {
    case TypeId::kUtf8:
    case TypeId::kBinary:
      return AddStrings(column, sums);
    case TypeId::kList:
      return AddLists(column, sums);
    case TypeId::kStruct:
      for (size_t i = 0; i < column.type().fields().size(); ++i) AddVariable(column.child(i), sums);
      return;
    default:
      return;
  }
}

bool HasVariable(const DataType& type) {
  if (type.is_variable_size() || type.id() == TypeId::kList) return true;
  return std::any_of(type.fields().begin(), type.fields().end(),
                     [](const Field& field) { return HasVariable(field.type); });
}

}  // namespace

RowBytes MeasureRows(const RecordBatch& batch) {
  RowBytes bytes;
  for (const Column& column : batch.columns()) {
    bytes.uniform += UniformBytes(column.type());
    if (!HasVariable(column.type())) continue;
    bytes.variable.resize(static_cast<size_t>(batch.rows()), 0);
    AddVariable(column, bytes.variable);
  }
  return bytes;
}

}  // namespace ashlar::store
