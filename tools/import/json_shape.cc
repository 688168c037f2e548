// From shapes to types, depth first.
#include "tools/import/json_shape.h"

#include <utility>

namespace ashlar::tools {
namespace {

bool NumberType(const JsonShape& shape, bool mixed_text, DataType* type, JsonError& error,
                uint64_t* line) {
  const char* conflict = nullptr;
  if (shape.decimal) {
    *type = Float64();
    if (shape.inexact) conflict = "has decimals, and integers too large for a float64";
  } else if (shape.beyond_int64) {
    *type = UInt64();
    if (shape.negative) conflict = "has negative integers, and integers beyond int64";
  } else {
    *type = Int64();
  }
  if (conflict == nullptr) return true;
  *type = Utf8();
  if (mixed_text) return true;
  *line = shape.number_line;
  return error.Fail(conflict);
}

}  // namespace

bool FieldsOfShape(const JsonShape& shape, bool mixed_text, std::vector<Field>* fields,
                   JsonError& error, uint64_t* line) {
  fields->reserve(shape.children.size());
  for (size_t i = 0; i < shape.children.size(); ++i) {
    Field field{.name = shape.members.name(i), .type = DataType()};
    if (!TypeOfShape(*shape.children[i], mixed_text, &field.type, error, line)) {
      return error.In(field.name);
    }
    fields->push_back(std::move(field));
  }
  return true;
}

bool TypeOfShape(const JsonShape& shape, bool mixed_text, DataType* type, JsonError& error,
                 uint64_t* line) {
  switch (shape.kind) {
    case ShapeKind::kBool:
      *type = Bool();
      return true;
    case ShapeKind::kNumber:
      return NumberType(shape, mixed_text, type, error, line);
    case ShapeKind::kArray: {
      DataType element = Utf8();
      if (shape.element != nullptr &&
          !TypeOfShape(*shape.element, mixed_text, &element, error, line)) {
        return false;
      }
      *type = List(std::move(element));
      return true;
    }
    case ShapeKind::kObject: {
      std::vector<Field> fields;
      if (!FieldsOfShape(shape, mixed_text, &fields, error, line)) return false;
      // No struct is without members; the text of {} at least differs from null.
      *type = fields.empty() ? Utf8() : Struct(std::move(fields));
      return true;
    }
    case ShapeKind::kNone:
    case ShapeKind::kString:
    case ShapeKind::kMixed:
      *type = Utf8();
      return true;
  }
  return error.Fail("unknown shape");
}

}  // namespace ashlar::tools
