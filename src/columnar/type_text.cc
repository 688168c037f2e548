// Tables and spelling of the type notation; see the header.
#include "src/columnar/type_text.h"

#include <algorithm>
#include <array>
#include <utility>

namespace ashlar::columnar {
namespace {

constexpr std::array<std::pair<TypeId, std::string_view>, 19> kNames = {{
    {TypeId::kBool, "bool"},
    {TypeId::kInt8, "int8"},
    {TypeId::kInt16, "int16"},
    {TypeId::kInt32, "int32"},
    {TypeId::kInt64, "int64"},
    {TypeId::kUInt8, "uint8"},
    {TypeId::kUInt16, "uint16"},
    {TypeId::kUInt32, "uint32"},
    {TypeId::kUInt64, "uint64"},
    {TypeId::kFloat32, "float32"},
    {TypeId::kFloat64, "float64"},
    {TypeId::kUtf8, "utf8"},
    {TypeId::kBinary, "binary"},
    {TypeId::kFixedSizeBinary, "fixed_size_binary"},
    {TypeId::kDate32, "date32"},
    {TypeId::kTimestamp, "timestamp"},
    {TypeId::kFixedSizeList, "fixed_size_list"},
    {TypeId::kList, "list"},
    {TypeId::kStruct, "struct"},
}};

void AppendName(std::string_view name, std::string* out) {
  if (!name.empty() && std::ranges::all_of(name, IsBareNameByte)) {
    *out += name;
    return;
  }
  *out += '"';
  for (const char c : name) {
    if (c == '"' || c == '\\') *out += '\\';
    *out += c;
  }
  *out += '"';
}

}  // namespace

std::string_view TypeName(TypeId id) {
  for (const auto& [known, name] : kNames) {
    if (known == id) return name;
  }
  return "none";
}

std::optional<TypeId> TypeByName(std::string_view name) {
  for (const auto& [id, known] : kNames) {
    if (known == name) return id;
  }
  return std::nullopt;
}

bool IsBareNameByte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '.' || c == '-' || static_cast<unsigned char>(c) >= 0x80;
}

std::string FieldsText(const std::vector<Field>& fields) {
  std::string text;
  for (const Field& field : fields) {
    if (!text.empty()) text += ", ";
    AppendName(field.name, &text);
    text += ": ";
    text += field.type.ToString();
    if (!field.nullable) text += " not null";
  }
  return text;
}

}  // namespace ashlar::columnar
