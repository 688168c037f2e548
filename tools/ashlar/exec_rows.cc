// Rows of commands and answers. See exec_rows.h.
#include "tools/ashlar/exec_rows.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "ashlar/builder.h"
#include "ashlar/status_macros.h"
#include "src/base/strings.h"
#include "src/columnar/json_value.h"
#include "tools/import/import_error.h"
#include "tools/import/json_appender.h"
#include "tools/import/json_ondemand.h"

namespace ashlar::tools {
namespace {

absl::Status RowError(int64_t row, std::string_view path, const absl::Status& status) {
  const std::string field = path.empty() ? "" : base::StrCat(", field ", QuoteValue(path));
  return absl::Status(status.code(), base::StrCat("row ", row, field, ": ", status.message()));
}

// The names of an object's members.
absl::Status ReadNames(std::string_view text, JsonDocument& document,
                       std::set<std::string, std::less<>>* names) {
  JsonError error;
  ondemand::object object;
  if (!document.OpenObject(text, &object, error)) return error.status();
  for (auto next : object) {
    ondemand::field field;
    std::string_view name;
    if (const auto code = std::move(next).get(field)) return error.Broken(code), error.status();
    if (const auto code = field.unescaped_key().get(name)) {
      return error.Broken(code), error.status();
    }
    names->insert(std::string(name));
  }
  return absl::OkStatus();
}

absl::StatusOr<Schema> FieldsNamed(const std::set<std::string, std::less<>>& names,
                                   const Dataset& dataset) {
  const std::vector<std::string> key = dataset.key();
  std::vector<Field> fields;
  for (const Field& field : dataset.schema().fields()) {
    const bool is_key = std::find(key.begin(), key.end(), field.name) != key.end();
    if (is_key || names.contains(field.name)) fields.push_back(field);
  }
  if (fields.empty()) return dataset.schema();
  return Schema::Make(std::move(fields));
}

// Rows with the same members, while they are read.
struct GivenRows {
  explicit GivenRows(const Schema& schema)
      : builder(schema), appender(schema, JsonAsText::kNothing) {}
  RecordBatchBuilder builder;
  JsonAppender appender;
};

}  // namespace

absl::StatusOr<std::vector<RecordBatch>> ParseGivenRows(std::string_view array,
                                                        const Dataset& dataset) {
  std::vector<RecordBatch> batches;
  JsonDocument document;
  JsonDocument of_row;
  JsonError error;
  ondemand::array rows;
  if (!document.OpenArray(array, &rows, error)) return error.status();
  std::optional<GivenRows> same;
  std::set<std::string, std::less<>> members;
  int64_t row = 0;
  for (auto next : rows) {
    ondemand::object object;
    std::string_view text;
    const auto not_object = std::move(next).get_object().get(object);
    if (not_object) return RowError(row, "", absl::InvalidArgumentError("is not an object"));
    if (const auto code = object.raw_json().get(text)) return error.Broken(code), error.status();
    std::set<std::string, std::less<>> names;
    RETURN_IF_ERROR(ReadNames(text, of_row, &names));
    if (!same.has_value() || names != members) {
      if (same.has_value()) {
        ASSIGN_OR_RETURN(batches.emplace_back(), same->builder.Finish());
      }
      members = std::move(names);
      ASSIGN_OR_RETURN(const Schema schema, FieldsNamed(members, dataset));
      same.emplace(schema);
    }
    const absl::Status status = same->appender.AppendPaddedRow(text, same->builder);
    if (!status.ok()) return RowError(row, same->appender.error_path(), status);
    ++row;
  }
  if (same.has_value()) {
    ASSIGN_OR_RETURN(batches.emplace_back(), same->builder.Finish());
  }
  return batches;
}

absl::StatusOr<RecordBatch> ParseRows(std::string_view array, const Schema& schema) {
  RecordBatchBuilder builder(schema);
  JsonAppender appender(schema, JsonAsText::kNothing);
  JsonDocument document;
  JsonError error;
  ondemand::array rows;
  if (!document.OpenArray(array, &rows, error)) return error.status();
  int64_t row = 0;
  for (auto next : rows) {
    ondemand::object object;
    std::string_view text;
    const auto not_object = std::move(next).get_object().get(object);
    if (not_object) return RowError(row, "", absl::InvalidArgumentError("is not an object"));
    if (const auto code = object.raw_json().get(text)) return error.Broken(code), error.status();
    const absl::Status status = appender.AppendPaddedRow(text, builder);
    if (!status.ok()) return RowError(row, appender.error_path(), status);
    ++row;
  }
  return builder.Finish();
}

void AppendRowObject(const RecordBatch& batch, int64_t row, std::string* out) {
  out->push_back('{');
  for (size_t i = 0; i < batch.columns().size(); ++i) {
    if (i > 0) out->push_back(',');
    columnar::AppendJsonString(batch.schema().field(i).name, out);
    out->push_back(':');
    columnar::AppendJsonValue(batch.column(i), row, out);
  }
  out->push_back('}');
}

absl::StatusOr<ExecPage> RowsToJson(BatchReader& reader, uint64_t limit) {
  ExecPage page{.rows = "["};
  for (uint64_t printed = 0; !page.more;) {
    RecordBatch batch;
    ASSIGN_OR_RETURN(const bool found, reader.Next(&batch));
    if (!found) break;
    for (int64_t row = 0; row < batch.rows(); ++row, ++printed) {
      if (printed == limit) {
        page.more = true;
        break;
      }
      if (page.rows.size() > 1) page.rows += ',';
      AppendRowObject(batch, row, &page.rows);
    }
  }
  page.rows += ']';
  return page;
}

}  // namespace ashlar::tools
