// From JSON to a row with its key. See row_text.h.
#include "tools/ashlar/row_text.h"

#include <optional>
#include <utility>
#include <vector>

#include "ashlar/builder.h"
#include "ashlar/status_macros.h"
#include "src/base/names.h"
#include "src/base/strings.h"
#include "src/columnar/json_value.h"
#include "tools/import/block_buffer.h"
#include "tools/import/json_appender.h"
#include "tools/import/json_ondemand.h"

namespace ashlar::tools {
namespace {

// The dataset's fields; those of the key may be left out.
absl::StatusOr<Schema> SchemaWithoutKey(const Dataset& dataset, const Schema& key) {
  std::vector<Field> fields = dataset.schema().fields();
  for (Field& field : fields) field.nullable |= key.FindField(field.name).has_value();
  return Schema::Make(std::move(fields));
}

absl::Status Differs(const std::string& field, const Column& given, const Column& key) {
  std::string is;
  std::string says;
  columnar::AppendJsonValue(given, 0, &is);
  columnar::AppendJsonValue(key, 0, &says);
  return absl::InvalidArgumentError(base::StrCat("JSON, field ", base::QuoteForMessage(field),
                                                 ": is ", is, ", but KEY says ", says));
}

}  // namespace

absl::StatusOr<std::string> CheckRowText(const std::string& text) {
  std::string padded = text;
  padded.append(kBlockPadding, ' ');
  JsonDocument document;
  JsonError error;
  ondemand::object object;
  if (!document.OpenObject(std::string_view(padded).substr(0, text.size()), &object, error)) {
    return error.status();
  }
  for (auto next : object) {
    ondemand::field field;
    std::string_view ignored;
    if (const auto code = std::move(next).get(field)) return error.Broken(code), error.status();
    ondemand::value value = field.value();
    if (!ReadRawJson(value, &ignored, error)) return error.status();
  }
  if (!document.CheckEnd(error)) return error.status();
  return text;
}

absl::StatusOr<RecordBatch> ParseRowText(std::string_view text, const RecordBatch& key,
                                         const Dataset& dataset) {
  ASSIGN_OR_RETURN(Schema schema, SchemaWithoutKey(dataset, key.schema()));
  RecordBatchBuilder builder(std::move(schema));
  JsonAppender appender(builder.schema(), JsonAsText::kNothing);
  if (const absl::Status status = appender.AppendRow(text, builder); !status.ok()) {
    const std::string& path = appender.error_path();
    const std::string field =
        path.empty() ? "" : base::StrCat(", field ", base::QuoteForMessage(path));
    return absl::Status(status.code(), base::StrCat("JSON", field, ": ", status.message()));
  }
  ASSIGN_OR_RETURN(const RecordBatch row, builder.Finish());
  std::vector<Column> columns = row.columns();
  for (size_t part = 0; part < key.columns().size(); ++part) {
    const std::string& name = key.schema().field(part).name;
    Column& column = columns[*row.schema().FindField(name)];
    if (!column.IsNull(0) && !column.Equals(key.column(part))) {
      return Differs(name, column, key.column(part));
    }
    column = key.column(part);
  }
  return RecordBatch::Make(dataset.schema(), std::move(columns));
}

}  // namespace ashlar::tools
