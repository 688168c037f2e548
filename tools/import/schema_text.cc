// Schema spellings. The text form is the body of a struct type, so its parser is used; the JSON
// forms are small, so the simple DOM parser reads them.
#include "tools/import/schema_text.h"

#include <simdjson.h>

#include <string>
#include <utility>
#include <vector>

#include "ashlar/status_macros.h"
#include "src/base/strings.h"
#include "tools/import/import_error.h"

namespace ashlar::tools {
namespace {

namespace dom = simdjson::dom;

constexpr std::string_view kNotNull = " not null";

absl::Status Bad(std::string_view message) {
  return absl::InvalidArgumentError(base::StrCat("schema: ", message));
}

// "int64" or "int64 not null".
absl::StatusOr<Field> MakeField(std::string_view name, std::string_view type_text) {
  Field field{.name = std::string(name), .type = DataType()};
  if (type_text.ends_with(kNotNull)) {
    field.nullable = false;
    type_text.remove_suffix(kNotNull.size());
  }
  absl::StatusOr<DataType> type = DataType::Parse(type_text);
  if (!type.ok()) {
    return Bad(base::StrCat("field ", QuoteValue(name), ": ", type.status().message()));
  }
  field.type = *std::move(type);
  return field;
}

absl::StatusOr<Field> FieldOfObject(const dom::object& object) {
  std::string_view name;
  std::string_view type;
  bool nullable = true;
  bool has_nullable = false;
  for (const auto [key, value] : object) {
    simdjson::error_code code = simdjson::SUCCESS;
    if (key == "name" && name.data() == nullptr) {
      code = value.get(name);
    } else if (key == "type" && type.data() == nullptr) {
      code = value.get(type);
    } else if (key == "nullable" && !std::exchange(has_nullable, true)) {
      code = value.get(nullable);
    } else {
      return Bad(base::StrCat("unknown or repeated member ", QuoteValue(key), " of a field"));
    }
    if (code != simdjson::SUCCESS) {
      return Bad(base::StrCat("member ", QuoteValue(key), " of a field has the wrong type"));
    }
  }
  if (name.data() == nullptr || type.data() == nullptr) {
    return Bad("a field needs a name and a type");
  }
  ASSIGN_OR_RETURN(Field field, MakeField(name, type));
  if (has_nullable) field.nullable = nullable;
  return field;
}

absl::StatusOr<Schema> SchemaOfArray(const dom::array& array) {
  std::vector<Field> fields;
  for (const dom::element element : array) {
    dom::object object;
    if (element.get(object) != simdjson::SUCCESS) return Bad("a field must be an object");
    ASSIGN_OR_RETURN(Field field, FieldOfObject(object));
    fields.push_back(std::move(field));
  }
  return Schema::Make(std::move(fields));
}

absl::StatusOr<Schema> SchemaOfObject(const dom::object& object) {
  dom::array array;
  if (object.size() == 1 && object.at_key("fields").get(array) == simdjson::SUCCESS) {
    return SchemaOfArray(array);
  }
  std::vector<Field> fields;
  for (const auto [key, value] : object) {
    std::string_view type;
    if (value.get(type) != simdjson::SUCCESS) {
      return Bad(base::StrCat("field ", QuoteValue(key), ": the type must be a string"));
    }
    ASSIGN_OR_RETURN(Field field, MakeField(key, type));
    fields.push_back(std::move(field));
  }
  return Schema::Make(std::move(fields));
}

absl::StatusOr<Schema> SchemaOfJson(std::string_view text) {
  dom::parser parser;
  dom::element root;
  const simdjson::padded_string copy(text);
  if (const auto code = parser.parse(copy).get(root)) {
    return Bad(base::StrCat("broken JSON: ", simdjson::error_message(code)));
  }
  dom::array array;
  if (root.get(array) == simdjson::SUCCESS) return SchemaOfArray(array);
  dom::object object;
  if (root.get(object) == simdjson::SUCCESS) return SchemaOfObject(object);
  return Bad("JSON of a schema is an object or an array");
}

absl::StatusOr<Schema> SchemaOfNotation(std::string_view text) {
  const absl::StatusOr<DataType> type = DataType::Parse(base::StrCat("struct<", text, ">"));
  if (!type.ok()) return Bad(base::StrCat(type.status().message()));
  return Schema::Make(type->fields());
}

}  // namespace

absl::StatusOr<Schema> ParseSchemaText(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r\n";
  const size_t first = text.find_first_not_of(kBlanks);
  if (first == text.npos) return Bad("is empty");
  text = text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
  const bool json = text.front() == '{' || text.front() == '[';
  ASSIGN_OR_RETURN(Schema schema, json ? SchemaOfJson(text) : SchemaOfNotation(text));
  if (schema.size() == 0) return Bad("has no field");
  return schema;
}

}  // namespace ashlar::tools
