// Depth-first search along the names that the path begins with.
#include "src/query/column_path.h"

#include "src/base/strings.h"

namespace ashlar::query {
namespace {

class PathSearch {
 public:
  PathSearch(std::string_view path, ColumnPath* found) : path_(path), found_(found) {}

  // Whether the path from `at` on leads somewhere by way of `field`, whose name stands there.
  bool Enter(size_t at, const Field& field) {
    const std::string_view rest = path_.substr(at);
    if (!rest.starts_with(field.name)) return false;
    const size_t end = at + field.name.size();
    if (end == path_.size()) {
      found_->type = field.type;
      return true;
    }
    return path_[end] == '.' && Descend(end, field.type);
  }

 private:
  // The dot at `end` leads into `type`.
  bool Descend(size_t end, const DataType& type) {
    if (type.id() == TypeId::kList) {
      const std::string outer = found_->first_list;
      if (outer.empty()) found_->first_list = std::string(path_.substr(0, end));
      found_->stretches.emplace_back();
      if (Descend(end, type.fields()[0].type)) return true;
      found_->stretches.pop_back();
      found_->first_list = outer;
      return false;
    }
    if (type.id() != TypeId::kStruct) return false;
    for (size_t member = 0; member < type.fields().size(); ++member) {
      found_->stretches.back().push_back(member);
      if (Enter(end + 1, type.fields()[member])) return true;
      found_->stretches.back().pop_back();
    }
    return false;
  }

  const std::string_view path_;
  ColumnPath* const found_;
};

void CollectPaths(const std::vector<Field>& fields, const std::string& prefix,
                  std::vector<std::string>* paths) {
  for (const Field& field : fields) {
    paths->push_back(base::StrCat(prefix, field.name));
    const DataType* type = &field.type;
    while (type->id() == TypeId::kList) type = &type->fields()[0].type;
    if (type->id() == TypeId::kStruct) {
      CollectPaths(type->fields(), base::StrCat(prefix, field.name, "."), paths);
    }
  }
}

}  // namespace

std::optional<ColumnPath> ResolvePath(const Schema& schema, std::string_view path) {
  for (size_t field = 0; field < schema.size(); ++field) {
    ColumnPath found;
    found.field = field;
    if (PathSearch(path, &found).Enter(0, schema.field(field))) return found;
  }
  return std::nullopt;
}

std::vector<std::string> PathsOf(const Schema& schema) {
  std::vector<std::string> paths;
  CollectPaths(schema.fields(), "", &paths);
  return paths;
}

}  // namespace ashlar::query
