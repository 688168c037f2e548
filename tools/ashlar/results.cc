// Records of commands. Tables and CSV go through the writers that print datasets, so that both look
// alike; JSON is printed as it is, nested.
#include "tools/ashlar/results.h"

#include <memory>
#include <string_view>

#include "ashlar/builder.h"
#include "ashlar/status_macros.h"
#include "tools/import/export_writer.h"
#include "tools/import/value_text.h"

namespace ashlar::tools {
namespace {

// Numbers when all values are: a table aligns them to the right.
DataType ColumnType(const std::vector<Json>& records, const std::string& column) {
  bool any = false;
  for (const Json& record : records) {
    const Json* value = record.Find(column);
    if (value == nullptr || value->is_null()) continue;
    if (!value->is_number()) return Utf8();
    any = true;
  }
  return any ? UInt64() : Utf8();
}

absl::StatusOr<RecordBatch> MakeBatch(const std::vector<std::string>& columns,
                                      const std::vector<Json>& records) {
  std::vector<Field> fields;
  for (const std::string& column : columns) {
    fields.push_back({.name = column, .type = ColumnType(records, column)});
  }
  ASSIGN_OR_RETURN(Schema schema, Schema::Make(std::move(fields)));
  RecordBatchBuilder builder(std::move(schema));
  for (const Json& record : records) {
    for (size_t i = 0; i < columns.size(); ++i) {
      const Json* value = record.Find(columns[i]);
      if (value == nullptr || value->is_null()) {
        builder.column(i).AppendNull();
      } else {
        RETURN_IF_ERROR(AppendTextValue(value->ToCell(), builder.column(i)));
      }
    }
  }
  return builder.Finish();
}

absl::Status PrintBatch(Console& console, OutputFormat format, const RecordBatch& batch) {
  const std::unique_ptr<ExportWriter> writer =
      format == OutputFormat::kCsv
          ? MakeCsvWriter(console, batch.schema())
          : MakeTableWriter(console, batch.schema(), {.width = console.width()});
  RETURN_IF_ERROR(writer->Write(batch));
  return writer->Finish();
}

}  // namespace

absl::Status PrintRecords(Console& console, OutputFormat format,
                          const std::vector<std::string>& columns,
                          const std::vector<Json>& records) {
  format = console.Resolve(format);
  if (format == OutputFormat::kCsv || format == OutputFormat::kTable) {
    ASSIGN_OR_RETURN(const RecordBatch batch, MakeBatch(columns, records));
    return PrintBatch(console, format, batch);
  }
  std::string text;
  if (format == OutputFormat::kJson) {
    Json::Array(records).AppendTo(&text);
    text += '\n';
  } else {
    for (const Json& record : records) {
      record.AppendTo(&text);
      text += '\n';
    }
  }
  RETURN_IF_ERROR(console.Write(text));
  return console.Flush();
}

absl::Status PrintRecord(Console& console, OutputFormat format, const Json& record) {
  format = console.Resolve(format);
  const Json::Members& members = record.members();
  if (format == OutputFormat::kTable) {
    std::vector<Json> lines;
    for (const auto& [name, value] : members) {
      lines.push_back(Json::Object({{"field", name}, {"value", value.ToCell()}}));
    }
    return PrintRecords(console, format, {"field", "value"}, lines);
  }
  if (format == OutputFormat::kCsv) {
    std::vector<std::string> columns;
    for (const auto& [name, value] : members) columns.push_back(name);
    return PrintRecords(console, format, columns, {record});
  }
  RETURN_IF_ERROR(console.Write(record.ToText() + '\n'));
  return console.Flush();
}

}  // namespace ashlar::tools
