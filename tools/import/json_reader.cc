// Second pass over JSON Lines.
#include "tools/import/json_reader.h"

#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "ashlar/status_macros.h"
#include "tools/import/import_error.h"
#include "tools/import/json_appender.h"
#include "tools/import/json_infer.h"
#include "tools/import/json_lines.h"

namespace ashlar::tools {
namespace {

JsonAsText TextRule(const ImportOptions& options) {
  if (options.mixed_text) return JsonAsText::kEverything;
  return options.schema ? JsonAsText::kNothing : JsonAsText::kEmptyObjects;
}

class JsonReader final : public ImportReader {
 public:
  JsonReader(std::unique_ptr<io::InputStream> input, const ImportOptions& options, Schema schema,
             std::optional<uint64_t> rows)
      : input_(std::move(input)),
        lines_(*input_, options.block_bytes, options.on_bytes),
        rows_(rows),
        builder_(schema),
        appender_(schema, TextRule(options)) {
    if (options.all_fields) appender_.RequireAllMembers();
  }

  const Schema& schema() const override { return builder_.schema(); }
  std::optional<uint64_t> rows() const override { return rows_; }
  uint64_t bytes_read() const override { return lines_.bytes_read(); }
  std::string_view input_name() const override { return lines_.input_name(); }
  const std::vector<uint64_t>& lines() const override { return row_lines_; }

  absl::StatusOr<bool> Next(RecordBatch* batch) override {
    RETURN_IF_ERROR(failure_);
    absl::StatusOr<bool> result = Fill(batch);
    failure_ = result.status();
    return result;
  }

 private:
  absl::StatusOr<bool> Fill(RecordBatch* batch) {
    int64_t rows = 0;
    row_lines_.clear();
    while (!IsBatchFull(builder_, rows)) {
      ASSIGN_OR_RETURN(const bool found, lines_.Next());
      if (!found) break;
      const absl::Status status = appender_.AppendPaddedRow(lines_.text(), builder_);
      if (!status.ok()) {
        return AddPlace(lines_.input_name(), lines_.line(), appender_.error_path(), status);
      }
      row_lines_.push_back(lines_.line());
      ++rows;
    }
    if (rows == 0) return false;
    ASSIGN_OR_RETURN(*batch, builder_.Finish());
    return true;
  }

  std::unique_ptr<io::InputStream> input_;
  JsonLines lines_;
  std::vector<uint64_t> row_lines_;
  std::optional<uint64_t> rows_;
  RecordBatchBuilder builder_;
  JsonAppender appender_;
  absl::Status failure_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<ImportReader>> OpenJsonLines(std::unique_ptr<io::InputStream> input,
                                                            const ImportOptions& options) {
  std::optional<uint64_t> rows;
  std::optional<Schema> schema = options.schema;
  if (!schema) {
    JsonLines first(*input, options.block_bytes, options.on_bytes);
    ASSIGN_OR_RETURN(InferredJsonSchema inferred, InferJsonSchema(first, options.mixed_text));
    RETURN_IF_ERROR(input->Rewind());
    schema = std::move(inferred.schema);
    rows = inferred.rows;
  }
  ASSIGN_OR_RETURN(schema, WithRequired(*schema, options));
  return std::make_unique<JsonReader>(std::move(input), options, *std::move(schema), rows);
}

}  // namespace ashlar::tools
