// Rows of key fields. See key_rows.h.
#include "tools/ashlar/key_rows.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "src/base/check.h"
#include "src/base/names.h"
#include "src/base/strings.h"

namespace ashlar::tools {
namespace {

Key PartAt(const Column& column, int64_t row) {
  if (column.type().is_signed_integer()) return Key(column.GetInt64(row));
  if (column.type().is_unsigned_integer()) return Key(column.GetUInt64(row));
  if (column.type().id() == TypeId::kUtf8) return Key(column.GetBytes(row));
  return Key::Binary(column.GetBytes(row));
}

}  // namespace

absl::StatusOr<Schema> KeySchema(const Dataset& dataset) {
  std::vector<Field> fields;
  for (const std::string& name : dataset.key()) {
    const std::optional<size_t> at = dataset.schema().FindField(name);
    ASHLAR_CHECK(at.has_value());
    fields.push_back({name, dataset.schema().field(*at).type, false});
  }
  if (fields.empty()) {
    return absl::FailedPreconditionError(
        base::StrCat("dataset ", base::QuoteForMessage(dataset.name()), " has no key"));
  }
  return Schema::Make(std::move(fields));
}

Key KeyAt(const RecordBatch& keys, int64_t row) {
  std::vector<Key> parts;
  for (const Column& column : keys.columns()) parts.push_back(PartAt(column, row));
  return Key(std::move(parts));
}

}  // namespace ashlar::tools
