// First pass over JSON Lines: strings are skipped, numbers looked at, objects and arrays walked.
#include "tools/import/json_infer.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "ashlar/status_macros.h"
#include "src/base/limits.h"
#include "src/base/names.h"
#include "src/base/strings.h"
#include "tools/import/import_error.h"
#include "tools/import/json_ondemand.h"
#include "tools/import/json_shape.h"

namespace ashlar::tools {
namespace {

using ondemand::json_type;

constexpr uint64_t kExactInDouble = uint64_t{1} << 53;

std::string_view NameOf(ShapeKind kind) {
  constexpr std::string_view kNames[] = {"null",      "a boolean", "a number",    "a string",
                                         "an object", "an array",  "mixed values"};
  return kNames[static_cast<size_t>(kind)];
}

ShapeKind KindOf(json_type type) {
  switch (type) {
    case json_type::array:
      return ShapeKind::kArray;
    case json_type::object:
      return ShapeKind::kObject;
    case json_type::number:
      return ShapeKind::kNumber;
    case json_type::string:
      return ShapeKind::kString;
    case json_type::boolean:
      return ShapeKind::kBool;
    case json_type::null:
      return ShapeKind::kNone;
  }
  return ShapeKind::kNone;
}

class Inference {
 public:
  explicit Inference(bool mixed_text) : mixed_text_(mixed_text) {}

  bool AddLine(std::string_view text, uint64_t line) {
    line_ = line;
    ondemand::object object;
    return document_.OpenObject(text, &object, error_) && AddObject(object, root_, 1) &&
           document_.CheckEnd(error_);
  }

  bool MakeFields(std::vector<Field>* fields) {
    return FieldsOfShape(root_, mixed_text_, fields, error_, &line_);
  }

  const JsonError& error() const { return error_; }
  uint64_t line() const { return line_; }

 private:
  bool AddObject(ondemand::object& object, JsonShape& shape, uint32_t depth) {
    if (depth > base::kMaxNestingDepth) return TooDeep();
    JsonMembers& members = shape.members;
    members.StartObject();
    for (auto result : object) {
      ondemand::field field;
      if (const auto code = std::move(result).get(field)) return error_.Broken(code);
      std::string_view name;
      simdjson::error_code code;
      std::optional<size_t> index = members.Find(field, &name, &code);
      if (code != simdjson::SUCCESS) return error_.Broken(code);
      if (!index) {
        if (!AddMember(name, shape)) return error_.In(name);
        index = members.size() - 1;
      }
      if (!members.MarkSeen(*index)) {
        return error_.Fail("the member is there twice") || error_.In(members.name(*index));
      }
      ondemand::value value = field.value();
      if (!AddValue(value, *shape.children[*index], depth)) {
        return error_.In(members.name(*index));
      }
    }
    return true;
  }

  bool AddMember(std::string_view name, JsonShape& shape) {
    if (absl::Status valid = base::ValidateName("member", name); !valid.ok()) {
      return error_.Fail(std::move(valid));
    }
    if (++member_count_ > base::kMaxColumns) {
      return error_.Fail(base::StrCat("more than ", base::kMaxColumns, " different members"));
    }
    shape.members.Add(name);
    shape.children.push_back(std::make_unique<JsonShape>());
    return true;
  }

  bool AddValue(ondemand::value& value, JsonShape& shape, uint32_t depth) {
    json_type type;
    if (!ReadType(value, &type, error_)) return false;
    if (type == json_type::null) {
      bool null;
      if (const auto code = value.is_null().get(null)) return error_.Broken(code);
      return null || error_.Broken(simdjson::N_ATOM_ERROR);
    }
    const ShapeKind kind = KindOf(type);
    if (MixesNumbersAndNonFinite(value, kind, shape)) return true;
    if (shape.kind == ShapeKind::kNone) {
      shape.kind = kind;
      shape.first_line = line_;
    } else if (shape.kind != kind) {
      if (!mixed_text_) return Conflict(shape, kind);
      shape.kind = ShapeKind::kMixed;
    }
    switch (shape.kind) {
      case ShapeKind::kBool: {
        bool truth;
        if (const auto code = value.get_bool().get(truth)) return error_.Broken(code);
        return true;
      }
      case ShapeKind::kNumber:
        return AddNumber(value, shape);
      case ShapeKind::kObject: {
        ondemand::object object;
        if (const auto code = value.get_object().get(object)) return error_.Broken(code);
        return AddObject(object, shape, depth + 1);
      }
      case ShapeKind::kArray:
        return AddArray(value, shape, depth + 1);
      default:
        return true;  // nothing in it can matter; the second pass reads it
    }
  }

  // Settles a string among numbers that stands for one, and the first number among such strings
  // (which then is looked at as any other).
  bool MixesNumbersAndNonFinite(ondemand::value& value, ShapeKind kind, JsonShape& shape) {
    if (kind == ShapeKind::kNumber && shape.only_non_finite) {
      shape.kind = ShapeKind::kNumber;
      shape.only_non_finite = false;
      shape.decimal = true;
      return false;
    }
    const bool undecided = shape.kind == ShapeKind::kNone || shape.only_non_finite;
    if (kind != ShapeKind::kString || (!undecided && shape.kind != ShapeKind::kNumber))
      return false;
    const std::string_view token = RawToken(value);
    const bool non_finite = token.size() > 2 && IsBareNonFinite(token.substr(1, token.size() - 2));
    if (shape.kind != ShapeKind::kNumber) {
      shape.only_non_finite = non_finite;
      return false;
    }
    shape.decimal |= non_finite;
    return non_finite;
  }

  bool AddArray(ondemand::value& value, JsonShape& shape, uint32_t depth) {
    if (depth > base::kMaxNestingDepth) return TooDeep();
    ondemand::array array;
    if (const auto code = value.get_array().get(array)) return error_.Broken(code);
    for (auto result : array) {
      ondemand::value element;
      if (const auto code = std::move(result).get(element)) return error_.Broken(code);
      if (shape.element == nullptr) shape.element = std::make_unique<JsonShape>();
      if (!AddValue(element, *shape.element, depth)) return false;
    }
    return true;
  }

  bool AddNumber(ondemand::value& value, JsonShape& shape) {
    ondemand::number number;
    if (value.get_number().get(number) != simdjson::SUCCESS) return AddOddNumber(value, shape);
    if (number.is_double()) {
      shape.decimal = true;
      return true;
    }
    shape.integer = true;
    uint64_t magnitude = number.is_uint64() ? number.get_uint64() : 0;
    if (number.is_uint64()) {
      shape.beyond_int64 = true;
      shape.number_line = line_;
    } else if (const int64_t signed_value = number.get_int64(); signed_value < 0) {
      shape.negative = true;
      magnitude = uint64_t{0} - static_cast<uint64_t>(signed_value);
    } else {
      magnitude = static_cast<uint64_t>(signed_value);
    }
    if (magnitude > kExactInDouble) {
      shape.inexact = true;
      shape.number_line = line_;
    }
    return true;
  }

  // What the parser refused: bare NaN or Infinity, broken, or an integer beyond 64 bits, which only
  // text can hold.
  bool AddOddNumber(ondemand::value& value, JsonShape& shape) {
    const std::string_view token = RawToken(value);
    if (IsBareNonFinite(token)) {
      shape.decimal = true;
      return true;
    }
    if (!IsIntegerText(token)) {
      return error_.Fail(base::StrCat(QuoteValue(token), " is not a finite JSON number"));
    }
    if (!mixed_text_) return error_.Fail(base::StrCat(QuoteValue(token), " is beyond 64 bits"));
    shape.kind = ShapeKind::kMixed;
    return true;
  }

  bool TooDeep() {
    return error_.Fail(base::StrCat("nested deeper than ", base::kMaxNestingDepth, " levels"));
  }

  bool Conflict(const JsonShape& shape, ShapeKind kind) {
    return error_.Fail(base::StrCat("is ", NameOf(kind), " here but ", NameOf(shape.kind),
                                    " on line ", shape.first_line));
  }

  bool mixed_text_;
  JsonDocument document_;
  JsonError error_;
  JsonShape root_;
  uint64_t line_ = 0;
  uint64_t member_count_ = 0;
};

}  // namespace

absl::StatusOr<InferredJsonSchema> InferJsonSchema(JsonLines& lines, bool mixed_text) {
  Inference inference(mixed_text);
  const auto fail = [&] {
    const JsonError& error = inference.error();
    return AddPlace(lines.input_name(), inference.line(), error.path(), error.status());
  };
  InferredJsonSchema result;
  while (true) {
    ASSIGN_OR_RETURN(const bool found, lines.Next());
    if (!found) break;
    if (!inference.AddLine(lines.text(), lines.line())) return fail();
    ++result.rows;
  }
  std::vector<Field> fields;
  if (!inference.MakeFields(&fields)) return fail();
  if (fields.empty()) {
    return absl::InvalidArgumentError(
        base::StrCat(lines.input_name(),
                     result.rows == 0 ? ": is empty: no object" : ": no object has a member"));
  }
  ASSIGN_OR_RETURN(result.schema, Schema::Make(std::move(fields)));
  return result;
}

}  // namespace ashlar::tools
