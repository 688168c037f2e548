// Typed access to single rows of a column.
//
// Owns: finding the plain leaf and index that hold a row's value, whatever the encoding, and
// reading it. Does not own: slices, comparison, validation (column_*.cc). Row access is what keys,
// filters and text output use by the million, hence one predictable branch per question.
#include "ashlar/column.h"

#include <cstdint>
#include <string_view>
#include <utility>

#include "src/base/check.h"
#include "src/columnar/bitmap.h"
#include "src/columnar/column_data.h"

namespace ashlar {
namespace {

using columnar::LoadValue;

// A physical row of a plain leaf; no leaf at all for a null.
struct Place {
  const ColumnData* leaf;
  int64_t index;
};

bool IsNullAt(const ColumnData& data, int64_t index) {
  return !data.validity.empty() && !columnar::GetBit(data.validity.data(), index);
}

Place LocateEncoded(const ColumnData& data, int64_t index) {
  const ColumnData& dictionary = *data.dictionary;
  if (data.encoding == Encoding::kConstant) {
    return dictionary.length == 0 ? Place{nullptr, 0} : Place{&dictionary, dictionary.offset};
  }
  if (IsNullAt(data, index)) return {nullptr, 0};
  return {&dictionary, dictionary.offset + columnar::LoadCode(data, index)};
}

inline Place Locate(const ColumnData& data, int64_t row) {
  ASHLAR_CHECK(static_cast<uint64_t>(row) < static_cast<uint64_t>(data.length));
  const int64_t index = data.offset + row;
  if (data.encoding != Encoding::kPlain) return LocateEncoded(data, index);
  if (IsNullAt(data, index)) return {nullptr, 0};
  return {&data, index};
}

}  // namespace

bool Column::IsNull(int64_t row) const {
  const ColumnData& data = *data_;
  ASHLAR_CHECK(static_cast<uint64_t>(row) < static_cast<uint64_t>(data.length));
  if (data.encoding == Encoding::kConstant) return data.dictionary->length == 0;
  return IsNullAt(data, data.offset + row);
}

bool Column::GetBool(int64_t row) const {
  ASHLAR_CHECK(data_->type.id() == TypeId::kBool);
  const Place place = Locate(*data_, row);
  return place.leaf != nullptr && columnar::GetBit(place.leaf->values.data(), place.index);
}

int64_t Column::GetInt64(int64_t row) const {
  const Place place = Locate(*data_, row);
  const bool null = place.leaf == nullptr;
  switch (data_->type.id()) {
    case TypeId::kInt64:
    case TypeId::kTimestamp:
      return null ? 0 : LoadValue<int64_t>(*place.leaf, place.index);
    case TypeId::kInt32:
    case TypeId::kDate32:
      return null ? 0 : LoadValue<int32_t>(*place.leaf, place.index);
    case TypeId::kInt16:
      return null ? 0 : LoadValue<int16_t>(*place.leaf, place.index);
    case TypeId::kInt8:
      return null ? 0 : LoadValue<int8_t>(*place.leaf, place.index);
    default:
      ASHLAR_CHECK(false && "GetInt64 of a type that is no signed integer");
  }
  return 0;
}

uint64_t Column::GetUInt64(int64_t row) const {
  const Place place = Locate(*data_, row);
  const bool null = place.leaf == nullptr;
  switch (data_->type.id()) {
    case TypeId::kUInt64:
      return null ? 0 : LoadValue<uint64_t>(*place.leaf, place.index);
    case TypeId::kUInt32:
      return null ? 0 : LoadValue<uint32_t>(*place.leaf, place.index);
    case TypeId::kUInt16:
      return null ? 0 : LoadValue<uint16_t>(*place.leaf, place.index);
    case TypeId::kUInt8:
      return null ? 0 : LoadValue<uint8_t>(*place.leaf, place.index);
    default:
      ASHLAR_CHECK(false && "GetUInt64 of a type that is no unsigned integer");
  }
  return 0;
}

double Column::GetDouble(int64_t row) const {
  ASHLAR_CHECK(data_->type.is_floating());
  const Place place = Locate(*data_, row);
  if (place.leaf == nullptr) return 0;
  if (data_->type.id() == TypeId::kFloat64) return LoadValue<double>(*place.leaf, place.index);
  return LoadValue<float>(*place.leaf, place.index);
}

std::string_view Column::GetBytes(int64_t row) const {
  const Place place = Locate(*data_, row);
  const DataType& type = data_->type;
  if (type.is_variable_size()) {
    if (place.leaf == nullptr) return {};
    return columnar::LoadVariableBytes(*place.leaf, place.index);
  }
  ASHLAR_CHECK(type.id() == TypeId::kFixedSizeBinary);
  if (place.leaf == nullptr) return {};
  return columnar::LoadFixedBytes(*place.leaf, place.index, type.width());
}

std::pair<int64_t, int64_t> Column::GetListRange(int64_t row) const {
  const TypeId id = data_->type.id();
  ASHLAR_CHECK(id == TypeId::kList || id == TypeId::kFixedSizeList);
  const Place place = Locate(*data_, row);
  if (place.leaf == nullptr) return {0, 0};
  if (id == TypeId::kList) {
    return {columnar::LoadOffset(*place.leaf, place.index),
            columnar::LoadOffset(*place.leaf, place.index + 1)};
  }
  const int64_t width = data_->type.width();
  return {place.index * width, (place.index + 1) * width};
}

Column Column::child(size_t index) const {
  ASHLAR_CHECK(index < data_->children.size());
  const std::shared_ptr<const ColumnData>& child = data_->children[index];
  if (data_->type.id() != TypeId::kStruct) return Column(child);
  if (data_->offset == 0 && child->length == data_->length) return Column(child);
  return Column(std::make_shared<const ColumnData>(
      columnar::SliceData(*child, data_->offset, data_->length)));
}

}  // namespace ashlar
