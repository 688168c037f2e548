// Schema: the columns of a dataset, their ids and their paths.
//
// Owns: the rules between the fields of one schema. Does not own: the rules of a single type
// (type_rules.h), nor how schemas evolve (the store). A path such as "birth.year" names at most one
// field: the query language has no other way to say which was meant.
#include <algorithm>
#include <string>
#include <unordered_set>
#include <utility>

#include "ashlar/status_macros.h"
#include "ashlar/types.h"
#include "src/base/limits.h"
#include "src/base/names.h"
#include "src/base/strings.h"
#include "src/columnar/type_rules.h"
#include "src/columnar/type_text.h"

namespace ashlar {
namespace {

// The members that a path may name below a field: a list adds no step of its own.
const std::vector<Field>& MembersOf(const DataType& type) {
  if (type.id() == TypeId::kList) return MembersOf(type.fields()[0].type);
  static const std::vector<Field>* const kNone = new std::vector<Field>();
  return type.id() == TypeId::kStruct ? type.fields() : *kNone;
}

// Also bounds the number of fields at all depths, for each costs every reader of the schema.
absl::Status CollectPaths(const std::vector<Field>& fields, const std::string& prefix,
                          std::unordered_set<std::string>* paths) {
  for (const Field& field : fields) {
    std::string path = base::StrCat(prefix, field.name);
    if (!paths->insert(path).second) {
      return absl::InvalidArgumentError(base::StrCat("the field path ", base::QuoteForMessage(path),
                                                     " is ambiguous: two fields spell it"));
    }
    if (paths->size() > base::kMaxColumns) {
      return absl::InvalidArgumentError(
          base::StrCat("a schema holds at most ", base::kMaxColumns, " fields"));
    }
    path += '.';
    RETURN_IF_ERROR(CollectPaths(MembersOf(field.type), path, paths));
  }
  return absl::OkStatus();
}

absl::Status AssignIds(std::vector<Field>* fields) {
  std::unordered_set<uint32_t> taken;
  uint32_t max = 0;
  for (const Field& field : *fields) {
    if (field.id == 0) continue;
    if (!taken.insert(field.id).second) {
      return absl::InvalidArgumentError(base::StrCat("two fields have id ", field.id));
    }
    max = std::max(max, field.id);
  }
  for (Field& field : *fields) {
    if (field.id != 0) continue;
    if (max == UINT32_MAX) return absl::InvalidArgumentError("field ids are exhausted");
    field.id = ++max;
  }
  return absl::OkStatus();
}

bool SameButForId(const Field& a, const Field& b) {
  return a.name == b.name && a.nullable == b.nullable && a.type == b.type;
}

}  // namespace

absl::StatusOr<Schema> Schema::Make(std::vector<Field> fields) {
  RETURN_IF_ERROR(columnar::ValidateFields(fields, 1));
  std::unordered_set<std::string> paths;
  RETURN_IF_ERROR(CollectPaths(fields, "", &paths));
  RETURN_IF_ERROR(AssignIds(&fields));
  Schema schema;
  schema.fields_ = std::make_shared<const std::vector<Field>>(std::move(fields));
  return schema;
}

std::optional<size_t> Schema::FindField(std::string_view name) const {
  const auto found = std::ranges::find(*fields_, name, &Field::name);
  if (found == fields_->end()) return std::nullopt;
  return static_cast<size_t>(found - fields_->begin());
}

uint32_t Schema::max_field_id() const {
  uint32_t max = 0;
  for (const Field& field : *fields_) max = std::max(max, field.id);
  return max;
}

std::string Schema::ToString() const { return columnar::FieldsText(*fields_); }

bool operator==(const Schema& a, const Schema& b) {
  return a.fields_ == b.fields_ || *a.fields_ == *b.fields_;
}

bool Schema::EqualsIgnoringIds(const Schema& other) const {
  return fields_ == other.fields_ || std::ranges::equal(*fields_, *other.fields_, SameButForId);
}

}  // namespace ashlar
