// ArrowSchema from schemas and forms.
//
// Owns: format strings and flags. The flag for ordered dictionaries is never set: to Arrow it says
// that the order means something, while ours is only how values happen to be stored.
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "src/base/check.h"
#include "src/base/strings.h"
#include "src/columnar/arrow_export.h"

namespace ashlar {
namespace columnar {
namespace {

struct SchemaHolder {
  std::string format;
  std::string name;
  std::vector<ArrowSchema> children;
  std::vector<ArrowSchema*> child_pointers;
  ArrowSchema dictionary = {};
};

void ReleaseSchema(ArrowSchema* schema) {
  auto* holder = static_cast<SchemaHolder*>(schema->private_data);
  for (ArrowSchema& child : holder->children) {
    if (child.release != nullptr) child.release(&child);
  }
  if (holder->dictionary.release != nullptr) holder->dictionary.release(&holder->dictionary);
  delete holder;
  schema->private_data = nullptr;
  schema->release = nullptr;
}

std::string FormatOf(const DataType& type) {
  switch (type.id()) {
    case TypeId::kBool:
      return "b";
    case TypeId::kInt8:
      return "c";
    case TypeId::kInt16:
      return "s";
    case TypeId::kInt32:
      return "i";
    case TypeId::kInt64:
      return "l";
    case TypeId::kUInt8:
      return "C";
    case TypeId::kUInt16:
      return "S";
    case TypeId::kUInt32:
      return "I";
    case TypeId::kUInt64:
      return "L";
    case TypeId::kFloat32:
      return "f";
    case TypeId::kFloat64:
      return "g";
    case TypeId::kUtf8:
      return "u";
    case TypeId::kBinary:
      return "z";
    case TypeId::kFixedSizeBinary:
      return base::StrCat("w:", type.width());
    case TypeId::kDate32:
      return "tdD";
    case TypeId::kTimestamp:
      return "tsu:UTC";
    case TypeId::kFixedSizeList:
      return base::StrCat("+w:", type.width());
    case TypeId::kList:
      return "+l";
    case TypeId::kStruct:
      return "+s";
  }
  ASHLAR_CHECK(false && "a column of no type");
  return {};
}

std::string_view FormatOfCodes(uint8_t code_width) {
  return code_width == 1 ? "C" : code_width == 2 ? "S" : "I";
}

// Room for `count` children; each must be filled in, or left released.
SchemaHolder* MakeHolder(std::string format, std::string_view name, size_t count) {
  auto* holder = new SchemaHolder;
  holder->format = std::move(format);
  holder->name = name;
  holder->children.resize(count);
  for (ArrowSchema& child : holder->children) holder->child_pointers.push_back(&child);
  return holder;
}

// Hands `holder` over to `out`.
void Publish(SchemaHolder* holder, bool nullable, ArrowSchema* out) {
  *out = {};
  out->format = holder->format.c_str();
  out->name = holder->name.c_str();
  out->flags = nullable ? ARROW_FLAG_NULLABLE : 0;
  out->n_children = static_cast<int64_t>(holder->children.size());
  out->children = holder->child_pointers.data();
  if (holder->dictionary.release != nullptr) out->dictionary = &holder->dictionary;
  out->release = &ReleaseSchema;
  out->private_data = holder;
}

void ExportField(const Field& field, const ArrowForm& form, ArrowSchema* out) {
  const std::vector<Field>& members = field.type.fields();
  const bool encoded = form.code_width != 0;
  SchemaHolder* holder =
      MakeHolder(encoded ? std::string(FormatOfCodes(form.code_width)) : FormatOf(field.type),
                 field.name, members.size());
  for (size_t i = 0; i < members.size(); ++i) {
    ExportField(members[i], form.children[i], &holder->children[i]);
  }
  if (encoded) {
    ExportField({"", field.type, /*nullable=*/false}, PlainForm(field.type), &holder->dictionary);
  }
  Publish(holder, field.nullable, out);
}

}  // namespace

void ExportSchema(const Schema& schema, const std::vector<ArrowForm>& forms, ArrowSchema* out) {
  ASHLAR_CHECK(forms.size() == schema.size());
  SchemaHolder* holder = MakeHolder("+s", "", schema.size());
  for (size_t i = 0; i < schema.size(); ++i) {
    ExportField(schema.field(i), forms[i], &holder->children[i]);
  }
  Publish(holder, /*nullable=*/false, out);
}

}  // namespace columnar

absl::Status ExportArrowSchema(const Schema& schema, ArrowSchema* out) {
  if (out == nullptr) return absl::InvalidArgumentError("no ArrowSchema to export to");
  std::vector<columnar::ArrowForm> forms;
  for (const Field& field : schema.fields()) forms.push_back(columnar::PlainForm(field.type));
  columnar::ExportSchema(schema, forms, out);
  return absl::OkStatus();
}

}  // namespace ashlar
