// From a word to a row of key fields. See key_text.h.
#include "tools/ashlar/key_text.h"

#include <string>
#include <utility>

#include "ashlar/builder.h"
#include "ashlar/status_macros.h"
#include "src/base/names.h"
#include "src/base/strings.h"
#include "src/base/utf8.h"
#include "tools/ashlar/key_rows.h"
#include "tools/import/block_buffer.h"
#include "tools/import/json_appender.h"
#include "tools/import/json_ondemand.h"
#include "tools/import/value_text.h"

namespace ashlar::tools {
namespace {

absl::Status FieldError(const Field& field, const absl::Status& status) {
  return absl::Status(status.code(), base::StrCat("KEY, field ", base::QuoteForMessage(field.name),
                                                  ": ", status.message()));
}

absl::Status AppendText(std::string_view text, const Field& field, ColumnBuilder& out) {
  if (field.type.id() == TypeId::kUtf8 && !base::IsValidUtf8(text)) {
    return FieldError(field, absl::InvalidArgumentError("is not valid UTF-8"));
  }
  const absl::Status status = AppendTextValue(text, out);
  return status.ok() ? status : FieldError(field, status);
}

// What is asked for, in front of what is wrong.
absl::Status NotAnArray(const Schema& schema, std::string_view why) {
  std::string names;
  for (const Field& field : schema.fields()) {
    names += base::StrCat(names.empty() ? "" : ", ", base::QuoteForMessage(field.name));
  }
  return absl::InvalidArgumentError(
      base::StrCat("KEY is a JSON array of the values of ", names, ": ", why));
}

absl::Status NotAnArray(const Schema& schema, const JsonError& error) {
  const absl::string_view why = error.status().message();
  return NotAnArray(schema, std::string_view(why.data(), why.size()));
}

absl::Status AppendArray(std::string_view text, RecordBatchBuilder& out) {
  std::string padded(text);
  padded.append(kBlockPadding, ' ');
  const Schema& schema = out.schema();
  JsonAppender appender(schema, JsonAsText::kNothing);
  JsonDocument document;
  JsonError error;
  ondemand::array parts;
  if (!document.OpenArray(std::string_view(padded).substr(0, text.size()), &parts, error)) {
    return NotAnArray(schema, error);
  }
  size_t count = 0;
  for (auto next : parts) {
    ondemand::value value;
    std::string_view part;
    const auto code = std::move(next).get(value);
    if (code) error.Broken(code);
    if (code || !ReadRawJson(value, &part, error)) return NotAnArray(schema, error);
    if (count < schema.size()) {
      const absl::Status status = appender.AppendCell(part, count, out.column(count));
      if (!status.ok()) return FieldError(schema.field(count), status);
    }
    ++count;
  }
  if (!document.CheckEnd(error)) return NotAnArray(schema, error);
  if (count == schema.size()) return absl::OkStatus();
  return NotAnArray(schema, base::StrCat("it has ", count, " of ", schema.size(), " values"));
}

}  // namespace

absl::StatusOr<RecordBatch> ParseKeyText(std::string_view text, const Dataset& dataset) {
  ASSIGN_OR_RETURN(Schema schema, KeySchema(dataset));
  RecordBatchBuilder builder(std::move(schema));
  if (builder.schema().size() == 1) {
    RETURN_IF_ERROR(AppendText(text, builder.schema().field(0), builder.column(0)));
  } else {
    RETURN_IF_ERROR(AppendArray(text, builder));
  }
  return builder.Finish();
}

}  // namespace ashlar::tools
