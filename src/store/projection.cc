// Resolving output columns; see the header.
#include "src/store/projection.h"

#include <string_view>
#include <utility>

#include "ashlar/status_macros.h"
#include "src/base/nearest_names.h"

namespace ashlar::store {
namespace {

std::vector<std::string> NamesOf(const std::vector<Field>& fields) {
  std::vector<std::string> names;
  for (const Field& field : fields) names.push_back(field.name);
  return names;
}

// Follows `path` below `field`, whose name it begins with; false when it leads nowhere.
bool FollowPath(std::string_view path, const Field& field, Projected* projected, Field* output) {
  if (path == field.name) {
    output->type = field.type;
    output->nullable = output->nullable || field.nullable;
    return true;
  }
  if (field.type.id() != TypeId::kStruct || !path.starts_with(field.name) ||
      path.substr(field.name.size(), 1) != ".") {
    return false;
  }
  const std::string_view rest = path.substr(field.name.size() + 1);
  for (size_t member = 0; member < field.type.fields().size(); ++member) {
    projected->members.push_back(member);
    if (FollowPath(rest, field.type.fields()[member], projected, output)) {
      output->nullable = output->nullable || field.nullable;
      return true;
    }
    projected->members.pop_back();
  }
  return false;
}

absl::StatusOr<Projected> Resolve(const Schema& schema, const std::string& path, Field* output) {
  output->name = path;
  output->nullable = false;
  for (size_t i = 0; i < schema.size(); ++i) {
    const Field& field = schema.field(i);
    Projected projected{i, field.id, {}};
    if (FollowPath(path, field, &projected, output)) {
      if (projected.members.empty()) output->id = field.id;
      return projected;
    }
  }
  return base::UnknownName("column", path, NamesOf(schema.fields()));
}

}  // namespace

absl::StatusOr<Projection> Project(const Schema& schema, const std::vector<std::string>& columns) {
  Projection projection;
  if (columns.empty()) {
    projection.schema = schema;
    for (size_t i = 0; i < schema.size(); ++i) {
      projection.columns.push_back({i, schema.field(i).id, {}});
    }
    return projection;
  }
  std::vector<Field> fields;
  for (const std::string& path : columns) {
    Field output;
    ASSIGN_OR_RETURN(Projected projected, Resolve(schema, path, &output));
    projection.columns.push_back(std::move(projected));
    fields.push_back(std::move(output));
  }
  ASSIGN_OR_RETURN(projection.schema, Schema::Make(std::move(fields)));
  return projection;
}

Column MemberOfStored(Column column, const std::vector<size_t>& members) {
  for (const size_t member : members) column = column.child(member);
  return column;
}

}  // namespace ashlar::store
