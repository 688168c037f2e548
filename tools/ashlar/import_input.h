// What `ashlar import` reads: the files of one command as one stream of batches.
//
// Owns: opening the files, telling their format, and agreeing on one schema. Does not own: parsing
// (tools/import), nor the store.
#ifndef ASHLAR_TOOLS_ASHLAR_IMPORT_INPUT_H_
#define ASHLAR_TOOLS_ASHLAR_IMPORT_INPUT_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "ashlar/column.h"
#include "tools/ashlar/console.h"
#include "tools/ashlar/options.h"
#include "tools/ashlar/progress.h"
#include "tools/import/import.h"

namespace ashlar::tools {

// The batches of all files, in order. Used by one thread.
class ImportInput final : public BatchReader {
 public:
  // Without `schema` every file is read once here, to infer its own; InvalidArgument when they do
  // not agree, naming file and field.
  [[nodiscard]] static absl::StatusOr<std::unique_ptr<ImportInput>> Open(
      const ImportCommand& command, std::optional<Schema> schema, Console& console);

  [[nodiscard]] const Schema& schema() const override { return readers_.front()->schema(); }
  [[nodiscard]] absl::StatusOr<bool> Next(RecordBatch* batch) override;
  // Rows in all; known only when schemas were inferred.
  [[nodiscard]] std::optional<uint64_t> rows() const;

 private:
  ImportInput() = default;

  std::unique_ptr<Progress> progress_;  // the readers report to it
  std::vector<std::unique_ptr<ImportReader>> readers_;
  size_t next_ = 0;
};

// The schema that `--schema` gives: text, or @FILE.
[[nodiscard]] absl::StatusOr<Schema> ReadSchemaOption(const std::string& option);

}  // namespace ashlar::tools

#endif  // ASHLAR_TOOLS_ASHLAR_IMPORT_INPUT_H_
