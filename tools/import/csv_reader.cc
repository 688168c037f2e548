// Second pass over a CSV file.
#include "tools/import/csv_reader.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "ashlar/status_macros.h"
#include "src/base/strings.h"
#include "tools/import/csv_infer.h"
#include "tools/import/csv_table.h"
#include "tools/import/import_error.h"
#include "tools/import/json_appender.h"
#include "tools/import/value_text.h"

namespace ashlar::tools {
namespace {

// For each column of the file the field of the schema, and the fields that no column fills.
struct ColumnMap {
  std::vector<size_t> field_of_column;
  std::vector<size_t> absent;
};

absl::StatusOr<ColumnMap> MapColumns(const CsvTable& table, const Schema& schema, bool all_fields) {
  ColumnMap map;
  std::vector<bool> present(schema.size(), false);
  for (const std::string& name : table.names()) {
    const std::optional<size_t> index = schema.FindField(name);
    if (!index) {
      return ErrorAt(table.input_name(), 1, name, "the schema has no such field");
    }
    present[*index] = true;
    map.field_of_column.push_back(*index);
  }
  for (size_t i = 0; i < schema.size(); ++i) {
    if (present[i]) continue;
    if (!schema.field(i).nullable) {
      return ErrorAt(table.input_name(), 1, schema.field(i).name,
                     "the header lacks this required field");
    }
    if (all_fields) {
      return ErrorAt(table.input_name(), 1, schema.field(i).name, "the header lacks this field");
    }
    map.absent.push_back(i);
  }
  return map;
}

bool IsJsonCell(const DataType& type) {
  return type.is_nested() || type.id() == TypeId::kFixedSizeList;
}

class CsvReader final : public ImportReader {
 public:
  CsvReader(std::unique_ptr<io::InputStream> input, std::unique_ptr<CsvTable> table, Schema schema,
            ColumnMap map, std::optional<uint64_t> rows)
      : input_(std::move(input)),
        table_(std::move(table)),
        map_(std::move(map)),
        rows_(rows),
        builder_(schema),
        json_(schema, JsonAsText::kNothing) {}

  const Schema& schema() const override { return builder_.schema(); }
  std::optional<uint64_t> rows() const override { return rows_; }
  uint64_t bytes_read() const override { return table_->bytes_read(); }
  std::string_view input_name() const override { return table_->input_name(); }
  const std::vector<uint64_t>& lines() const override { return lines_; }

  absl::StatusOr<bool> Next(RecordBatch* batch) override {
    RETURN_IF_ERROR(failure_);
    absl::StatusOr<bool> result = Fill(batch);
    // Columns may differ in length after an error: nothing more may come of this builder.
    failure_ = result.status();
    return result;
  }

 private:
  absl::StatusOr<bool> Fill(RecordBatch* batch) {
    int64_t rows = 0;
    lines_.clear();
    while (!IsBatchFull(builder_, rows)) {
      ASSIGN_OR_RETURN(const bool found, table_->Next());
      if (!found) break;
      RETURN_IF_ERROR(AppendRow());
      lines_.push_back(table_->line());
      ++rows;
    }
    if (rows == 0) return false;
    ASSIGN_OR_RETURN(*batch, builder_.Finish());
    return true;
  }

  absl::Status AppendRow() {
    for (size_t i = 0; i < map_.field_of_column.size(); ++i) {
      const size_t index = map_.field_of_column[i];
      if (table_->is_null(i)) {
        if (!schema().field(index).nullable) {
          return Error(index, absl::InvalidArgumentError("is required but empty"));
        }
        builder_.column(index).AppendNull();
      } else if (const absl::Status status = AppendCell(table_->text(i), index); !status.ok()) {
        return Error(index, status);
      }
    }
    for (const size_t index : map_.absent) builder_.column(index).AppendNull();
    return absl::OkStatus();
  }

  absl::Status AppendCell(std::string_view text, size_t index) {
    ColumnBuilder& column = builder_.column(index);
    return IsJsonCell(column.type()) ? json_.AppendCell(text, index, column)
                                     : AppendTextValue(text, column);
  }

  absl::Status Error(size_t index, const absl::Status& status) const {
    std::string path = schema().field(index).name;
    if (!json_.error_path().empty()) path += base::StrCat(".", json_.error_path());
    return AddPlace(table_->input_name(), table_->line(), path, status);
  }

  std::unique_ptr<io::InputStream> input_;
  std::unique_ptr<CsvTable> table_;
  ColumnMap map_;
  std::vector<uint64_t> lines_;
  std::optional<uint64_t> rows_;
  RecordBatchBuilder builder_;
  JsonAppender json_;
  absl::Status failure_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<ImportReader>> OpenCsv(std::unique_ptr<io::InputStream> input,
                                                      const ImportOptions& options) {
  std::optional<uint64_t> rows;
  std::optional<Schema> schema = options.schema;
  if (!schema) {
    ASSIGN_OR_RETURN(auto first, CsvTable::Open(*input, options.block_bytes, options.on_bytes));
    ASSIGN_OR_RETURN(InferredSchema inferred, InferCsvSchema(*first));
    RETURN_IF_ERROR(input->Rewind());
    schema = std::move(inferred.schema);
    rows = inferred.rows;
  }
  ASSIGN_OR_RETURN(schema, WithRequired(*schema, options));
  ASSIGN_OR_RETURN(auto table, CsvTable::Open(*input, options.block_bytes, options.on_bytes));
  ASSIGN_OR_RETURN(ColumnMap map, MapColumns(*table, *schema, options.all_fields));
  return std::make_unique<CsvReader>(std::move(input), std::move(table), *std::move(schema),
                                     std::move(map), rows);
}

}  // namespace ashlar::tools
