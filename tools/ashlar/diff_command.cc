// `ashlar diff`: the rows that two versions of a dataset differ in.
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "ashlar/status_macros.h"
#include "src/base/strings.h"
#include "tools/ashlar/commands.h"
#include "tools/ashlar/dataset_writer.h"
#include "tools/ashlar/diff_rows.h"
#include "tools/ashlar/open_store.h"

namespace ashlar::tools {
namespace {

// A name that the dataset does not use.
std::string FreeName(std::string name, const Schema& schema) {
  while (schema.FindField(name).has_value()) name += '_';
  return name;
}

// The dataset's columns behind "+" or "-" and the number of the row.
absl::StatusOr<Schema> MarkedSchema(const Schema& schema) {
  std::vector<Field> fields = {{.name = FreeName("change", schema), .type = Utf8()},
                               {.name = FreeName("row_number", schema), .type = UInt64()}};
  for (const Field& field : schema.fields()) {
    fields.push_back({.name = field.name, .type = field.type});
  }
  return Schema::Make(std::move(fields));
}

absl::StatusOr<RecordBatch> MarkRows(const DiffPiece& piece, const Schema& marked) {
  const auto rows = static_cast<size_t>(piece.batch.rows());
  const std::string_view sign = piece.kind == DiffRun::Kind::kAdded ? "+" : "-";
  std::vector<uint64_t> numbers(rows);
  for (size_t i = 0; i < rows; ++i) numbers[i] = piece.first_row + i;
  std::vector<Column> columns = {Column::FromStrings(std::vector<std::string_view>(rows, sign)),
                                 Column::FromValues<uint64_t>(UInt64(), numbers)};
  for (const Column& column : piece.batch.columns()) columns.push_back(column);
  return RecordBatch::Make(marked, std::move(columns));
}

absl::Status PrintMarked(DiffRows& diff, OutputFormat format, Console& console) {
  const std::optional<Schema> schema = diff.common_schema();
  if (!schema.has_value()) {
    return absl::FailedPreconditionError(
        "the versions have different schemas: use --format jsonl or json");
  }
  ASSIGN_OR_RETURN(const Schema marked, MarkedSchema(*schema));
  const std::unique_ptr<ExportWriter> writer = MakeDatasetWriter(format, console, console, marked);
  DiffPiece piece;
  while (true) {
    ASSIGN_OR_RETURN(const bool found, diff.Next(&piece));
    if (!found) return writer->Finish();
    ASSIGN_OR_RETURN(const RecordBatch batch, MarkRows(piece, marked));
    RETURN_IF_ERROR(writer->Write(batch));
  }
}

absl::Status PrintJson(DiffRows& diff, bool lines, Console& console) {
  std::string_view separator = lines ? "" : "[\n";
  DiffPiece piece;
  bool any = false;
  while (true) {
    ASSIGN_OR_RETURN(const bool found, diff.Next(&piece));
    if (!found) break;
    for (int64_t index = 0; index < piece.batch.rows(); ++index) {
      any = true;
      RETURN_IF_ERROR(console.Write(
          base::StrCat(separator, DescribeDiffRow(piece, index).ToText(), lines ? "\n" : "")));
      if (!lines) separator = ",\n";
    }
  }
  if (!lines) RETURN_IF_ERROR(console.Write(any ? "\n]\n" : "[]\n"));
  return console.Flush();
}

}  // namespace

absl::Status Run(const DiffCommand& command, Console& console) {
  ASSIGN_OR_RETURN(const std::unique_ptr<Store> store, OpenToRead(command.store));
  ASSIGN_OR_RETURN(const Snapshot from, store->AtText(command.from));
  ASSIGN_OR_RETURN(const Snapshot to, store->AtText(command.to));
  ASSIGN_OR_RETURN(DiffRows diff, DiffRows::Open(*store, command.dataset, from, to));
  const OutputFormat format = console.Resolve(command.format);
  if (format == OutputFormat::kTable || format == OutputFormat::kCsv) {
    RETURN_IF_ERROR(PrintMarked(diff, format, console));
  } else {
    RETURN_IF_ERROR(PrintJson(diff, format == OutputFormat::kJsonl, console));
  }
  const DiffResult& result = diff.result();
  console.Note(base::StrCat(diff.added(), " rows added, ", diff.removed(), " removed; ",
                            result.segments_shared, " shared segments not read, ",
                            result.segments_read, " read"));
  return absl::OkStatus();
}

}  // namespace ashlar::tools
