// Applying a schema change.

#include "src/store/schema_evolution.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "ashlar/status_macros.h"
#include "src/base/names.h"
#include "src/base/nearest_names.h"
#include "src/base/strings.h"

namespace ashlar::store {
namespace {

absl::StatusOr<std::vector<Field>::iterator> Find(std::vector<Field>& fields,
                                                  const std::string& name) {
  const auto found = std::find_if(fields.begin(), fields.end(),
                                  [&](const Field& field) { return field.name == name; });
  if (found != fields.end()) return found;
  std::vector<std::string> known;
  for (const Field& field : fields) known.push_back(field.name);
  return base::UnknownName("field", name, known);
}

}  // namespace

absl::Status EvolveSchema(const SchemaChange& change, Schema* schema, uint32_t* next_field_id) {
  std::vector<Field> fields = schema->fields();
  uint32_t next_id = *next_field_id;
  for (const std::string& name : change.drop) {
    ASSIGN_OR_RETURN(const auto field, Find(fields, name));
    fields.erase(field);
  }
  for (const auto& [from, to] : change.rename) {
    ASSIGN_OR_RETURN(const auto field, Find(fields, from));
    field->name = to;
  }
  for (Field field : change.add) {
    if (!field.nullable) {
      return absl::InvalidArgumentError(
          base::StrCat("field '", base::EscapeForTerminal(field.name),
                       "' must be nullable: rows that exist already have no value for it"));
    }
    if (next_id == UINT32_MAX) return absl::InvalidArgumentError("field ids are exhausted");
    field.id = next_id++;
    fields.push_back(std::move(field));
  }
  if (fields.empty()) return absl::InvalidArgumentError("a schema needs at least one field");
  ASSIGN_OR_RETURN(*schema, Schema::Make(std::move(fields)));
  *next_field_id = next_id;
  return absl::OkStatus();
}

}  // namespace ashlar::store
