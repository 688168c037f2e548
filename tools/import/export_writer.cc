// The machine-readable writers. The table writer is in table_writer.cc.
#include "tools/import/export_writer.h"

#include <string>
#include <utility>

#include "ashlar/status_macros.h"
#include "src/columnar/csv_value.h"
#include "src/columnar/json_value.h"
#include "tools/import/block_buffer.h"

namespace ashlar::tools {
namespace {

// Calls `append` for every row and hands its text on in pieces.
template <typename Append>
absl::Status WriteRows(const RecordBatch& batch, Output& output, const Append& append) {
  std::string text;
  for (int64_t row = 0; row < batch.rows(); ++row) {
    append(row, &text);
    if (text.size() < kOutputBufferBytes) continue;
    RETURN_IF_ERROR(output.Write(text));
    text.clear();
  }
  return text.empty() ? absl::OkStatus() : output.Write(text);
}

class JsonLinesWriter final : public ExportWriter {
 public:
  JsonLinesWriter(Output& output, const JsonExportOptions& options)
      : output_(output), options_{options.include_nulls, options.bare_non_finite} {}

  absl::Status Write(const RecordBatch& batch) override {
    return WriteRows(batch, output_, [&](int64_t row, std::string* text) {
      columnar::AppendJsonRow(batch, row, text, options_);
      *text += '\n';
    });
  }
  absl::Status Finish() override { return output_.Flush(); }

 private:
  Output& output_;
  columnar::JsonOptions options_;
};

class JsonWriter final : public ExportWriter {
 public:
  JsonWriter(Output& output, const JsonExportOptions& options)
      : output_(output), options_{options.include_nulls, options.bare_non_finite} {}

  absl::Status Write(const RecordBatch& batch) override {
    return WriteRows(batch, output_, [&](int64_t row, std::string* text) {
      *text += std::exchange(empty_, false) ? "[\n" : ",\n";
      columnar::AppendJsonRow(batch, row, text, options_);
    });
  }
  absl::Status Finish() override {
    RETURN_IF_ERROR(output_.Write(empty_ ? "[]\n" : "\n]\n"));
    return output_.Flush();
  }

 private:
  Output& output_;
  columnar::JsonOptions options_;
  bool empty_ = true;
};

class CsvWriter final : public ExportWriter {
 public:
  CsvWriter(Output& output, Schema schema) : output_(output), schema_(std::move(schema)) {}

  absl::Status Write(const RecordBatch& batch) override {
    RETURN_IF_ERROR(WriteHeaderOnce());
    return WriteRows(batch, output_, [&](int64_t row, std::string* text) {
      for (size_t i = 0; i < batch.columns().size(); ++i) {
        if (i != 0) *text += ',';
        columnar::AppendCsvValue(batch.column(i), row, text);
      }
      *text += '\n';
    });
  }
  absl::Status Finish() override {
    RETURN_IF_ERROR(WriteHeaderOnce());
    return output_.Flush();
  }

 private:
  absl::Status WriteHeaderOnce() {
    if (std::exchange(has_header_, true)) return absl::OkStatus();
    std::string text;
    for (const Field& field : schema_.fields()) {
      // A reader drops one byte order mark: a name that begins with one needs another before it.
      if (text.empty() && field.name.starts_with(kByteOrderMark)) text += kByteOrderMark;
      if (&field != &schema_.fields().front()) text += ',';
      columnar::AppendCsvText(field.name, &text);
    }
    text += '\n';
    return output_.Write(text);
  }

  Output& output_;
  Schema schema_;
  bool has_header_ = false;
};

}  // namespace

std::unique_ptr<ExportWriter> MakeJsonLinesWriter(Output& output,
                                                  const JsonExportOptions& options) {
  return std::make_unique<JsonLinesWriter>(output, options);
}

std::unique_ptr<ExportWriter> MakeJsonWriter(Output& output, const JsonExportOptions& options) {
  return std::make_unique<JsonWriter>(output, options);
}

std::unique_ptr<ExportWriter> MakeCsvWriter(Output& output, Schema schema) {
  return std::make_unique<CsvWriter>(output, std::move(schema));
}

absl::Status ExportAll(BatchReader& reader, ExportWriter& writer) {
  while (true) {
    RecordBatch batch;
    ASSIGN_OR_RETURN(const bool found, reader.Next(&batch));
    if (!found) return writer.Finish();
    RETURN_IF_ERROR(writer.Write(batch));
  }
}

}  // namespace ashlar::tools
