// Names may hold dots, so a path is matched field by field, not split at them.
#include "src/query/unnest_schema.h"

#include <span>
#include <string>
#include <utility>
#include <vector>

#include "ashlar/status_macros.h"
#include "src/base/check.h"
#include "src/base/names.h"
#include "src/base/nearest_names.h"
#include "src/base/strings.h"
#include "src/query/unnest_source.h"

namespace ashlar::query {
namespace {

// Whether `path` is `name`, or goes on below it; then `rest` is what follows.
bool Enters(std::string_view path, std::string_view name, std::string_view* rest) {
  if (!path.starts_with(name)) return false;
  *rest = path.substr(name.size());
  if (rest->empty()) return true;
  if (rest->front() != '.') return false;
  rest->remove_prefix(1);
  return !rest->empty();
}

absl::Status NoSuchColumn(std::string_view whole, std::string_view before,
                          const std::vector<Field>& fields) {
  std::vector<std::string> known;
  for (const Field& field : fields) known.push_back(base::StrCat(before, field.name));
  return base::UnknownName("column", whole, known);
}

// `done` bytes of `whole` name what the fields belong to.
absl::Status Walk(std::string_view whole, size_t done, const std::vector<Field>& fields,
                  std::vector<size_t>* way, DataType* type) {
  for (size_t i = 0; i < fields.size(); ++i) {
    std::string_view rest;
    if (!Enters(whole.substr(done), fields[i].name, &rest)) continue;
    way->push_back(i);
    *type = fields[i].type;
    if (rest.empty()) return absl::OkStatus();
    if (type->id() == TypeId::kStruct) {
      const DataType parent = *type;
      return Walk(whole, whole.size() - rest.size(), parent.fields(), way, type);
    }
    if (type->id() == TypeId::kList) {
      return absl::InvalidArgumentError(
          base::StrCat("cannot unnest ", base::QuoteForMessage(whole), ": it lies within the list ",
                       base::QuoteForMessage(fields[i].name), ", which must be unnested first"));
    }
    break;
  }
  return NoSuchColumn(whole, whole.substr(0, done), fields);
}

DataType ReplaceWithin(const DataType& type, std::span<const size_t> members) {
  if (members.empty()) {
    ASHLAR_CHECK(type.id() == TypeId::kList);
    return type.fields()[0].type;
  }
  std::vector<Field> fields = type.fields();
  Field& field = fields[members.front()];
  field.type = ReplaceWithin(field.type, members.subspan(1));
  if (members.size() == 1) field.nullable = true;
  return MakeDataType(type.id(), type.width(), std::move(fields));
}

}  // namespace

absl::StatusOr<Input> FindList(const Schema& schema, std::string_view path) {
  std::vector<size_t> way;
  Input list;
  RETURN_IF_ERROR(Walk(path, 0, schema.fields(), &way, &list.type));
  if (list.type.id() != TypeId::kList) {
    return absl::InvalidArgumentError(base::StrCat("cannot unnest ", base::QuoteForMessage(path),
                                                   " of type ", list.type.ToString(),
                                                   ": it is no list"));
  }
  list.field = way.front();
  list.members.assign(way.begin() + 1, way.end());
  return list;
}

absl::StatusOr<Schema> ReplaceList(const Schema& schema, const Input& list) {
  std::vector<Field> fields = schema.fields();
  Field& field = fields[list.field];
  field.type = ReplaceWithin(field.type, list.members);
  if (list.members.empty()) field.nullable = true;
  return Schema::Make(std::move(fields));
}

absl::StatusOr<Schema> UnnestedSchema(const Schema& schema, std::string_view path) {
  ASSIGN_OR_RETURN(const Input list, FindList(schema, path));
  return ReplaceList(schema, list);
}

}  // namespace ashlar::query
