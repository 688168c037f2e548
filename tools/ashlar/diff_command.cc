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

absl::Status DifferentSchemas() {
  return absl::FailedPreconditionError(
      "the versions have different schemas: use --format jsonl or json");
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
  if (!schema.has_value()) return DifferentSchemas();
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

// Prints JSON objects, a line each or as one array.
class JsonPrinter {
 public:
  JsonPrinter(bool lines, Console& console) : lines_(lines), console_(console) {}
  absl::Status Print(const Json& object) {
    const std::string_view before = lines_ ? "" : any_ ? ",\n" : "[\n";
    any_ = true;
    return console_.Write(base::StrCat(before, object.ToText(), lines_ ? "\n" : ""));
  }
  absl::Status Finish() {
    if (!lines_) RETURN_IF_ERROR(console_.Write(any_ ? "\n]\n" : "[]\n"));
    return console_.Flush();
  }

 private:
  const bool lines_;
  Console& console_;
  bool any_ = false;
};

absl::Status PrintJson(DiffRows& diff, bool lines, Console& console) {
  JsonPrinter printer(lines, console);
  DiffPiece piece;
  while (true) {
    ASSIGN_OR_RETURN(const bool found, diff.Next(&piece));
    if (!found) return printer.Finish();
    for (int64_t index = 0; index < piece.batch.rows(); ++index) {
      RETURN_IF_ERROR(printer.Print(DescribeDiffRow(piece, index)));
    }
  }
}

// "+" or "-" and the row; of a changed one "<" and what it was, then ">" and what it is.
absl::Status PrintMarkedRow(const RecordBatch& rows, int64_t row, std::string_view sign,
                            const Schema& marked, ExportWriter& writer) {
  ASSIGN_OR_RETURN(const RecordBatch one, rows.Slice(row, 1));
  std::vector<Column> columns = {Column::FromStrings(std::vector<std::string_view>{sign})};
  for (const Column& column : one.columns()) columns.push_back(column);
  ASSIGN_OR_RETURN(const RecordBatch batch, RecordBatch::Make(marked, std::move(columns)));
  return writer.Write(batch);
}

absl::Status PrintMarked(KeyedDiff& diff, OutputFormat format, ChangeCounts* counts,
                         Console& console) {
  if (!diff.schema_before().EqualsIgnoringIds(diff.schema_after())) return DifferentSchemas();
  std::vector<Field> fields = {{.name = FreeName("change", diff.schema_after()), .type = Utf8()}};
  for (const Field& field : diff.schema_after().fields()) {
    fields.push_back({.name = field.name, .type = field.type});
  }
  ASSIGN_OR_RETURN(const Schema marked, Schema::Make(std::move(fields)));
  const std::unique_ptr<ExportWriter> writer = MakeDatasetWriter(format, console, console, marked);
  RowChanges changes;
  while (true) {
    ASSIGN_OR_RETURN(const bool found, diff.Next(&changes));
    if (!found) return writer->Finish();
    for (const RowChange& change : changes.changes) {
      counts->Add(change);
      const bool both = change.kind == RowChange::Kind::kChanged;
      if (change.before >= 0) {
        RETURN_IF_ERROR(
            PrintMarkedRow(changes.before, change.before, both ? "<" : "-", marked, *writer));
      }
      if (change.after >= 0) {
        RETURN_IF_ERROR(
            PrintMarkedRow(changes.after, change.after, both ? ">" : "+", marked, *writer));
      }
    }
  }
}

absl::Status PrintJson(KeyedDiff& diff, bool lines, ChangeCounts* counts, Console& console) {
  JsonPrinter printer(lines, console);
  RowChanges changes;
  while (true) {
    ASSIGN_OR_RETURN(const bool found, diff.Next(&changes));
    if (!found) return printer.Finish();
    for (const RowChange& change : changes.changes) {
      counts->Add(change);
      RETURN_IF_ERROR(printer.Print(DescribeRowChange(changes, change)));
    }
  }
}

std::string SegmentsText(uint64_t shared, uint64_t read) {
  return base::StrCat(shared, " shared segments not read, ", read, " read");
}

absl::Status DiffByKey(KeyedDiff& diff, OutputFormat format, Console& console) {
  ChangeCounts counts;
  const bool table = format == OutputFormat::kTable || format == OutputFormat::kCsv;
  RETURN_IF_ERROR(table ? PrintMarked(diff, format, &counts, console)
                        : PrintJson(diff, format == OutputFormat::kJsonl, &counts, console));
  console.Note(base::StrCat(counts.added, " rows added, ", counts.removed, " removed, ",
                            counts.changed, " changed; ",
                            SegmentsText(diff.segments_shared(), diff.segments_read())));
  return absl::OkStatus();
}

}  // namespace

absl::Status Run(const DiffCommand& command, Console& console) {
  ASSIGN_OR_RETURN(const std::unique_ptr<Store> store, OpenToRead(command.store));
  ASSIGN_OR_RETURN(const Snapshot from, store->AtText(command.from));
  ASSIGN_OR_RETURN(const Snapshot to, store->AtText(command.to));
  const OutputFormat format = console.Resolve(command.format);
  if (IsKeyedIn(from, to, command.dataset)) {
    ASSIGN_OR_RETURN(const std::unique_ptr<KeyedDiff> diff,
                     store->DiffByKey(command.dataset, from, to));
    return DiffByKey(*diff, format, console);
  }
  ASSIGN_OR_RETURN(DiffRows diff, DiffRows::Open(*store, command.dataset, from, to));
  if (format == OutputFormat::kTable || format == OutputFormat::kCsv) {
    RETURN_IF_ERROR(PrintMarked(diff, format, console));
  } else {
    RETURN_IF_ERROR(PrintJson(diff, format == OutputFormat::kJsonl, console));
  }
  const DiffResult& result = diff.result();
  console.Note(base::StrCat(diff.added(), " rows added, ", diff.removed(), " removed; ",
                            SegmentsText(result.segments_shared, result.segments_read)));
  return absl::OkStatus();
}

}  // namespace ashlar::tools
