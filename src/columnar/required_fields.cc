// A walk over rows that is only taken when some required field below holds nulls at all; then the
// nulls may still be right, under a null parent.
#include "src/columnar/required_fields.h"

#include "src/base/check.h"
#include "src/columnar/column_data.h"

namespace ashlar::columnar {
namespace {

bool IsNullAt(const ColumnData& data, int64_t index) {
  if (data.encoding == Encoding::kConstant) return data.dictionary->length == 0;
  return !data.validity.empty() && !GetBit(data.validity.data(), index);
}

bool MayHoldForbiddenNull(const Field& field, const ColumnData& data) {
  if (!field.nullable && data.null_count != 0) return true;
  if (!field.type.is_nested()) return false;
  for (size_t i = 0; i < data.children.size(); ++i) {
    if (MayHoldForbiddenNull(field.type.fields()[i], *data.children[i])) return true;
  }
  return false;
}

// `index` is physical, as in column_data.h.
std::optional<std::string> FindInRow(const Field& field, const ColumnData& data, int64_t index) {
  if (IsNullAt(data, index)) {
    if (field.nullable) return std::nullopt;
    return field.name;
  }
  if (!field.type.is_nested()) return std::nullopt;
  const bool is_list = field.type.id() == TypeId::kList;
  const int64_t begin = is_list ? LoadOffset(data, index) : index;
  const int64_t end = is_list ? LoadOffset(data, index + 1) : index + 1;
  for (size_t i = 0; i < data.children.size(); ++i) {
    const ColumnData& child = *data.children[i];
    for (int64_t row = begin; row < end; ++row) {
      std::optional<std::string> found =
          FindInRow(field.type.fields()[i], child, child.offset + row);
      if (found.has_value()) return field.name + "." + *found;
    }
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string> FindForbiddenNull(const Field& field, const Column& column) {
  const ColumnData& data = *column.data();
  ASHLAR_CHECK(field.type == data.type);
  if (!MayHoldForbiddenNull(field, data)) return std::nullopt;
  for (int64_t row = 0; row < data.length; ++row) {
    std::optional<std::string> found = FindInRow(field, data, data.offset + row);
    if (found.has_value()) return found;
  }
  return std::nullopt;
}

}  // namespace ashlar::columnar
