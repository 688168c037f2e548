// Logical types: their making, comparison and text.
//
// Owns: DataType but for Parse (type_parser.cc). Does not own: which types are allowed in a schema
// (type_rules.h). Making normalises what has no meaning (ids of nested fields, the name of a list's
// element), so that equal types compare equal however they were made.
#include <algorithm>
#include <utility>

#include "ashlar/types.h"
#include "src/base/check.h"
#include "src/base/strings.h"
#include "src/columnar/type_text.h"

namespace ashlar {
namespace {

constexpr std::string_view kElementName = "element";

DataType MakeSimple(TypeId id) { return MakeDataType(id, 0, {}); }

}  // namespace

DataType MakeDataType(TypeId id, int32_t width, std::vector<Field> fields) {
  if (id == TypeId::kFixedSizeList) fields = {Field{"", Float32(), /*nullable=*/false}};
  for (Field& field : fields) field.id = 0;
  const bool is_list = id == TypeId::kList || id == TypeId::kFixedSizeList;
  if (is_list) {
    ASHLAR_CHECK(fields.size() == 1);
    fields[0].name = kElementName;
  }
  DataType type;
  type.id_ = id;
  type.width_ = width;
  if (is_list || id == TypeId::kStruct) {
    type.fields_ = std::make_shared<const std::vector<Field>>(std::move(fields));
  }
  return type;
}

DataType Bool() { return MakeSimple(TypeId::kBool); }
DataType Int8() { return MakeSimple(TypeId::kInt8); }
DataType Int16() { return MakeSimple(TypeId::kInt16); }
DataType Int32() { return MakeSimple(TypeId::kInt32); }
DataType Int64() { return MakeSimple(TypeId::kInt64); }
DataType UInt8() { return MakeSimple(TypeId::kUInt8); }
DataType UInt16() { return MakeSimple(TypeId::kUInt16); }
DataType UInt32() { return MakeSimple(TypeId::kUInt32); }
DataType UInt64() { return MakeSimple(TypeId::kUInt64); }
DataType Float32() { return MakeSimple(TypeId::kFloat32); }
DataType Float64() { return MakeSimple(TypeId::kFloat64); }
DataType Utf8() { return MakeSimple(TypeId::kUtf8); }
DataType Binary() { return MakeSimple(TypeId::kBinary); }
DataType Date32() { return MakeSimple(TypeId::kDate32); }
DataType Timestamp() { return MakeSimple(TypeId::kTimestamp); }
DataType FixedSizeBinary(int32_t width) {
  return MakeDataType(TypeId::kFixedSizeBinary, width, {});
}
DataType Vector(int32_t dimensions) { return MakeDataType(TypeId::kFixedSizeList, dimensions, {}); }
DataType List(DataType element, bool element_nullable) {
  return MakeDataType(TypeId::kList, 0, {Field{"", std::move(element), element_nullable}});
}
DataType Struct(std::vector<Field> fields) {
  return MakeDataType(TypeId::kStruct, 0, std::move(fields));
}

const std::vector<Field>& DataType::fields() const {
  static const std::vector<Field>* const kNone = new std::vector<Field>();
  return fields_ == nullptr ? *kNone : *fields_;
}

bool DataType::is_nested() const { return id_ == TypeId::kList || id_ == TypeId::kStruct; }
bool DataType::is_signed_integer() const { return id_ >= TypeId::kInt8 && id_ <= TypeId::kInt64; }
bool DataType::is_unsigned_integer() const {
  return id_ >= TypeId::kUInt8 && id_ <= TypeId::kUInt64;
}
bool DataType::is_floating() const { return id_ == TypeId::kFloat32 || id_ == TypeId::kFloat64; }
bool DataType::is_variable_size() const { return id_ == TypeId::kUtf8 || id_ == TypeId::kBinary; }

int32_t DataType::byte_width() const {
  switch (id_) {
    case TypeId::kInt8:
    case TypeId::kUInt8:
      return 1;
    case TypeId::kInt16:
    case TypeId::kUInt16:
      return 2;
    case TypeId::kInt32:
    case TypeId::kUInt32:
    case TypeId::kFloat32:
    case TypeId::kDate32:
      return 4;
    case TypeId::kInt64:
    case TypeId::kUInt64:
    case TypeId::kFloat64:
    case TypeId::kTimestamp:
      return 8;
    case TypeId::kFixedSizeBinary:
      return width_;
    case TypeId::kFixedSizeList:
      return static_cast<int32_t>(std::min<int64_t>(int64_t{width_} * 4, INT32_MAX));
    default:
      return 0;
  }
}

std::string DataType::ToString() const {
  std::string text(columnar::TypeName(id_));
  switch (id_) {
    case TypeId::kFixedSizeBinary:
      return base::StrCat(text, '(', width_, ')');
    case TypeId::kFixedSizeList:
      return base::StrCat(text, "<float32>(", width_, ')');
    case TypeId::kList:
      return base::StrCat(text, '<', fields()[0].type.ToString(),
                          fields()[0].nullable ? ">" : " not null>");
    case TypeId::kStruct:
      return base::StrCat(text, '<', columnar::FieldsText(fields()), '>');
    default:
      return text;
  }
}

bool operator==(const DataType& a, const DataType& b) {
  if (a.id_ != b.id_ || a.width_ != b.width_) return false;
  return a.fields_ == b.fields_ || a.fields() == b.fields();
}

bool operator==(const Field& a, const Field& b) {
  return a.name == b.name && a.nullable == b.nullable && a.id == b.id && a.type == b.type;
}

}  // namespace ashlar
