// Reordering, completing and checking the columns of a batch.

#include "src/store/batch_adapter.h"

#include <string>
#include <utility>
#include <vector>

#include "ashlar/builder.h"
#include "ashlar/status_macros.h"
#include "src/base/names.h"
#include "src/base/nearest_names.h"
#include "src/base/strings.h"

namespace ashlar::store {
namespace {

absl::Status Refuse(std::string_view dataset, std::string_view field, std::string_view what) {
  return absl::InvalidArgumentError(base::StrCat("dataset '", base::EscapeForTerminal(dataset),
                                                 "', field '", base::EscapeForTerminal(field),
                                                 "': ", what));
}

absl::Status CheckValid(const Column& column, const Field& field, std::string_view dataset) {
  const absl::Status valid = column.Validate();
  if (valid.ok()) return valid;
  return Refuse(dataset, field.name, {valid.message().data(), valid.message().size()});
}

Column NullColumn(const DataType& type, int64_t rows) {
  ColumnBuilder builder(type);
  for (int64_t row = 0; row < rows; ++row) builder.AppendNull();
  return builder.Finish();
}

}  // namespace

absl::StatusOr<RecordBatch> AdaptBatch(const RecordBatch& batch, const Schema& schema,
                                       std::string_view dataset) {
  // Mostly it is the dataset's own schema: then nothing must be looked for.
  if (batch.schema().EqualsIgnoringIds(schema)) {
    for (size_t i = 0; i < schema.size(); ++i) {
      RETURN_IF_ERROR(CheckValid(batch.column(i), schema.field(i), dataset));
    }
    return RecordBatch::Make(schema, batch.columns());
  }
  for (const Field& field : batch.schema().fields()) {
    if (schema.FindField(field.name).has_value()) continue;
    std::vector<std::string> known;
    for (const Field& other : schema.fields()) known.push_back(other.name);
    return absl::InvalidArgumentError(
        base::StrCat("dataset '", base::EscapeForTerminal(dataset), "' has ",
                     base::UnknownName("column", field.name, known).message()));
  }
  std::vector<Column> columns;
  for (const Field& field : schema.fields()) {
    const std::optional<size_t> index = batch.schema().FindField(field.name);
    if (!index.has_value()) {
      if (!field.nullable) return Refuse(dataset, field.name, "required, but missing");
      columns.push_back(NullColumn(field.type, batch.rows()));
      continue;
    }
    const Column& column = batch.column(*index);
    if (!(column.type() == field.type)) {
      return Refuse(dataset, field.name,
                    base::StrCat("is ", field.type.ToString(), ", not ", column.type().ToString()));
    }
    RETURN_IF_ERROR(CheckValid(column, field, dataset));
    columns.push_back(column);
  }
  return RecordBatch::Make(schema, std::move(columns));
}

absl::Status CheckAdaptable(const Schema& given, const Schema& schema, std::string_view dataset) {
  ASSIGN_OR_RETURN(const RecordBatch none, RecordBatchBuilder(given).Finish());
  return AdaptBatch(none, schema, dataset).status();
}

}  // namespace ashlar::store
