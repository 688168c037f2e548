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

absl::Status CheckMayBeDropped(const Field& field, const manifest::DatasetState& state) {
  const auto contains = [&](const std::vector<uint32_t>& ids) {
    return std::find(ids.begin(), ids.end(), field.id) != ids.end();
  };
  if (!contains(state.key) && !contains(state.partition_by)) return absl::OkStatus();
  return absl::InvalidArgumentError(
      base::StrCat("field '", base::EscapeForTerminal(field.name), "' cannot be dropped: the ",
                   contains(state.key) ? "key" : "partitioning", " of the dataset needs it"));
}

}  // namespace

absl::Status EvolveSchema(const SchemaChange& change, manifest::DatasetState* state) {
  std::vector<Field> fields = state->schema.fields();
  uint32_t next_id = state->next_field_id;
  for (const std::string& name : change.drop) {
    ASSIGN_OR_RETURN(const auto field, Find(fields, name));
    RETURN_IF_ERROR(CheckMayBeDropped(*field, *state));
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
  ASSIGN_OR_RETURN(state->schema, Schema::Make(std::move(fields)));
  state->next_field_id = next_id;
  return absl::OkStatus();
}

}  // namespace ashlar::store
