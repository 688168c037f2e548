// What the import tests share: reading text into one batch, and taking a schema from its notation.
#ifndef ASHLAR_TESTS_TOOLS_IMPORT_TESTING_H_
#define ASHLAR_TESTS_TOOLS_IMPORT_TESTING_H_

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "ashlar/column.h"
#include "ashlar/status_macros.h"
#include "src/io/input_stream.h"
#include "tools/import/export_writer.h"
#include "tools/import/import.h"
#include "tools/import/schema_text.h"

namespace ashlar::tools::testing {

struct Table {
  Schema schema;
  std::vector<RecordBatch> batches;

  [[nodiscard]] int64_t rows() const {
    int64_t rows = 0;
    for (const RecordBatch& batch : batches) rows += batch.rows();
    return rows;
  }
  // Of the first batch.
  [[nodiscard]] const Column& column(size_t index) const { return batches.at(0).column(index); }
};

inline absl::StatusOr<Table> Drain(BatchReader& reader) {
  Table table{.schema = reader.schema(), .batches = {}};
  while (true) {
    RecordBatch batch;
    ASSIGN_OR_RETURN(const bool more, reader.Next(&batch));
    if (!more) return table;
    table.batches.push_back(std::move(batch));
  }
}

inline absl::StatusOr<Table> Import(std::string text, ImportOptions options) {
  ASSIGN_OR_RETURN(auto reader, OpenImport(io::MakeMemoryInput("input", std::move(text)), options));
  return Drain(*reader);
}

inline ImportOptions Csv(std::string_view schema = "", size_t block_bytes = kImportBlockBytes) {
  ImportOptions options{.format = ImportFormat::kCsv, .block_bytes = block_bytes};
  if (!schema.empty()) options.schema = ParseSchemaText(schema).value();
  return options;
}

inline ImportOptions Json(std::string_view schema = "", size_t block_bytes = kImportBlockBytes) {
  ImportOptions options = Csv(schema, block_bytes);
  options.format = ImportFormat::kJsonLines;
  return options;
}

// The whole table in one of the two import formats.
inline std::string Export(const Table& table, ImportFormat format) {
  StringOutput output;
  auto reader = MakeBatchReader(table.schema, table.batches);
  auto writer = format == ImportFormat::kCsv ? MakeCsvWriter(output, table.schema)
                                             : MakeJsonLinesWriter(output);
  const absl::Status status = ExportAll(*reader, *writer);
  return status.ok() ? output.text() : std::string(status.message());
}

// Whether both hold the same values in batches of the same sizes.
inline bool SameValues(const Table& a, const Table& b) {
  if (!a.schema.EqualsIgnoringIds(b.schema) || a.batches.size() != b.batches.size()) return false;
  for (size_t i = 0; i < a.batches.size(); ++i) {
    if (!a.batches[i].Equals(b.batches[i])) return false;
  }
  return true;
}

}  // namespace ashlar::tools::testing

#endif  // ASHLAR_TESTS_TOOLS_IMPORT_TESTING_H_
