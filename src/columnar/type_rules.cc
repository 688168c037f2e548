// The rules of types; see the header. Depth counts every type from the column down, so that no
// recursion over a type that passed here can run deep.
#include "src/columnar/type_rules.h"

#include <string_view>
#include <unordered_set>

#include "ashlar/status_macros.h"
#include "src/base/limits.h"
#include "src/base/names.h"
#include "src/base/strings.h"
#include "src/columnar/type_text.h"

namespace ashlar::columnar {
namespace {

absl::Status ValidateWidth(const DataType& type) {
  const TypeId id = type.id();
  const bool has_width = id == TypeId::kFixedSizeBinary || id == TypeId::kFixedSizeList;
  if (!has_width) {
    if (type.width() == 0) return absl::OkStatus();
    return absl::InvalidArgumentError(base::StrCat("type ", TypeName(id), " takes no width"));
  }
  const int32_t max = id == TypeId::kFixedSizeList ? kMaxValueBytes / 4 : kMaxValueBytes;
  if (type.width() >= 1 && type.width() <= max) return absl::OkStatus();
  return absl::InvalidArgumentError(
      base::StrCat("the width of ", TypeName(id), " must be 1 to ", max, ", not ", type.width()));
}

absl::Status ValidateTypeAt(const DataType& type, uint32_t depth) {
  if (depth > base::kMaxNestingDepth) {
    return absl::InvalidArgumentError(
        base::StrCat("types may nest ", base::kMaxNestingDepth, " deep at most"));
  }
  if (!TypeByName(TypeName(type.id())).has_value()) {
    return absl::InvalidArgumentError("a field has no type");
  }
  RETURN_IF_ERROR(ValidateWidth(type));
  if (type.id() == TypeId::kStruct && type.fields().empty()) {
    return absl::InvalidArgumentError("a struct needs at least one member");
  }
  return type.is_nested() ? ValidateFields(type.fields(), depth + 1) : absl::OkStatus();
}

}  // namespace

absl::Status ValidateType(const DataType& type) { return ValidateTypeAt(type, 1); }

absl::Status ValidateFields(const std::vector<Field>& fields, uint32_t depth) {
  std::unordered_set<std::string_view> names;
  for (const Field& field : fields) {
    RETURN_IF_ERROR(base::ValidateName("field", field.name));
    if (!names.insert(field.name).second) {
      return absl::InvalidArgumentError(
          base::StrCat("two fields are named ", base::QuoteForMessage(field.name)));
    }
    RETURN_IF_ERROR(ValidateTypeAt(field.type, depth));
  }
  return absl::OkStatus();
}

}  // namespace ashlar::columnar
