// JsonShape: what was seen of one member of JSON objects, and of everything below it.
//
// Owns: the tree that inference gathers, and the type that each node of it stands for. Does not
// own: walking JSON (json_infer.cc).
#ifndef ASHLAR_TOOLS_IMPORT_JSON_SHAPE_H_
#define ASHLAR_TOOLS_IMPORT_JSON_SHAPE_H_

#include <cstdint>
#include <memory>
#include <vector>

#include "ashlar/types.h"
#include "tools/import/json_members.h"
#include "tools/import/json_ondemand.h"

namespace ashlar::tools {

enum class ShapeKind : uint8_t { kNone, kBool, kNumber, kString, kObject, kArray, kMixed };

struct JsonShape {
  ShapeKind kind = ShapeKind::kNone;
  uint64_t first_line = 0;  // where `kind` was first seen
  // Of numbers.
  bool integer = false;
  bool decimal = false;
  bool negative = false;
  bool beyond_int64 = false;
  bool inexact = false;  // an integer that a double may not hold
  // Of strings: each was "NaN", "Infinity" or "-Infinity", so among numbers they are floats.
  bool only_non_finite = false;
  uint64_t number_line = 0;  // of the last integer that set beyond_int64 or inexact
  // Of objects.
  JsonMembers members;
  std::vector<std::unique_ptr<JsonShape>> children;
  // Of arrays; absent until an array has an element.
  std::unique_ptr<JsonShape> element;
};

// The type of the shape. On a conflict among numbers false, with the error and its path set and the
// line in `*line`; with `mixed_text` such a number is utf8.
[[nodiscard]] bool TypeOfShape(const JsonShape& shape, bool mixed_text, DataType* type,
                               JsonError& error, uint64_t* line);

// The members of an object's shape as fields.
[[nodiscard]] bool FieldsOfShape(const JsonShape& shape, bool mixed_text,
                                 std::vector<Field>* fields, JsonError& error, uint64_t* line);

}  // namespace ashlar::tools

#endif  // ASHLAR_TOOLS_IMPORT_JSON_SHAPE_H_
