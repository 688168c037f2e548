// Resolving the names of key and partition fields.

#include "src/store/key_options.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include "ashlar/status_macros.h"
#include "src/base/check.h"
#include "src/base/limits.h"
#include "src/base/names.h"
#include "src/base/nearest_names.h"
#include "src/base/strings.h"
#include "src/manifest/dataset_definition.h"

namespace ashlar::store {
namespace {

absl::Status Refuse(std::string_view kind, std::string_view field, std::string_view why) {
  return absl::InvalidArgumentError(
      base::StrCat(kind, " field '", base::EscapeForTerminal(field), "' ", why));
}

absl::Status UnknownField(std::string_view kind, const std::string& name, const Schema& schema) {
  std::vector<std::string> known;
  for (const Field& field : schema.fields()) known.push_back(field.name);
  return absl::InvalidArgumentError(base::StrCat(
      "unknown ", kind, " field: ", base::UnknownName("field", name, known).message()));
}

absl::StatusOr<std::vector<uint32_t>> Resolve(std::string_view kind,
                                              const std::vector<std::string>& names,
                                              const Schema& schema) {
  std::vector<uint32_t> ids;
  for (const std::string& name : names) {
    const std::optional<size_t> index = schema.FindField(name);
    if (!index.has_value()) return UnknownField(kind, name, schema);
    const Field& field = schema.field(*index);
    if (std::find(ids.begin(), ids.end(), field.id) != ids.end()) {
      return Refuse(kind, name, "is named twice");
    }
    if (!manifest::IsKeyType(field.type)) {
      return Refuse(kind, name,
                    base::StrCat("is ", field.type.ToString(),
                                 "; it must be an integer, utf8, binary or fixed_size_binary"));
    }
    if (ids.size() == base::kMaxKeyFields) {
      return Refuse(kind, name, base::StrCat("is one too many: at most ", base::kMaxKeyFields));
    }
    ids.push_back(field.id);
  }
  return ids;
}

absl::StatusOr<Schema> WithRequired(const Schema& schema, const std::vector<uint32_t>& ids) {
  std::vector<Field> fields = schema.fields();
  for (Field& field : fields) {
    if (std::find(ids.begin(), ids.end(), field.id) != ids.end()) field.nullable = false;
  }
  return Schema::Make(std::move(fields));
}

}  // namespace

absl::Status ResolveKey(const DatasetOptions& options, manifest::DatasetState* state) {
  ASHLAR_CHECK(state != nullptr && state->segments.empty());
  ASSIGN_OR_RETURN(state->key, Resolve("key", options.key, state->schema));
  ASSIGN_OR_RETURN(state->partition_by, Resolve("partition", options.partition_by, state->schema));
  if (options.key.empty() && !options.partition_by.empty()) {
    return absl::UnimplementedError(
        base::StrCat("partition field '", base::EscapeForTerminal(options.partition_by.front()),
                     "': partitions of datasets without a key are not supported"));
  }
  if (options.key.empty() && options.hash_index) {
    return absl::InvalidArgumentError("a hash index needs a key");
  }
  state->hash_index = options.hash_index;
  ASSIGN_OR_RETURN(state->schema, WithRequired(state->schema, state->key));
  return absl::OkStatus();
}

std::vector<std::string> FieldNames(const Schema& schema, const std::vector<uint32_t>& ids) {
  std::vector<std::string> names;
  for (const uint32_t id : ids) {
    const Field* const field = manifest::FindFieldById(schema, id);
    ASHLAR_CHECK(field != nullptr);
    names.push_back(field->name);
  }
  return names;
}

}  // namespace ashlar::store
