// What `ashlar import` reads: the files of one command as one stream of batches.
//
// Owns: opening the files, telling their format, agreeing on one schema, and saying where a row
// stands that does not fit the dataset. Does not own: parsing (tools/import), nor the store.
#ifndef ASHLAR_TOOLS_ASHLAR_IMPORT_INPUT_H_
#define ASHLAR_TOOLS_ASHLAR_IMPORT_INPUT_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "ashlar/column.h"
#include "src/columnar/key_codec.h"
#include "tools/ashlar/console.h"
#include "tools/ashlar/options.h"
#include "tools/ashlar/progress.h"
#include "tools/ashlar/row_places.h"
#include "tools/import/import.h"

namespace ashlar::tools {

// What is known of the dataset that the rows are for.
struct ImportTarget {
  std::optional<Schema> schema;  // to read by
  // Fields that it requires, and those of its key, whatever the schema says.
  std::vector<std::string> required = {};
  std::vector<std::string> key = {};
};

// The batches of all files, in order. Used by one thread.
class ImportInput final : public BatchReader {
 public:
  // Without a schema every file is read once here, to infer its own; InvalidArgument when they do
  // not agree, naming file and field.
  [[nodiscard]] static absl::StatusOr<std::unique_ptr<ImportInput>> Open(
      const ImportCommand& command, const ImportTarget& target, Console& console);

  [[nodiscard]] const Schema& schema() const override { return readers_.front()->schema(); }
  [[nodiscard]] absl::StatusOr<bool> Next(RecordBatch* batch) override;
  // An error "row 7: ..." of an insert, which counts the rows of the stream from 0, with file and
  // line instead; any other as it is.
  [[nodiscard]] absl::Status WithPlace(const absl::Status& status) const;
  // Rows in all; known only when schemas were inferred.
  [[nodiscard]] std::optional<uint64_t> rows() const;

 private:
  ImportInput() = default;
  // InvalidArgument names file and line of a key that is too long.
  [[nodiscard]] absl::Status CheckKeys(const RecordBatch& batch) const;

  std::unique_ptr<Progress> progress_;  // the readers report to it
  std::vector<std::unique_ptr<ImportReader>> readers_;
  size_t next_ = 0;
  std::optional<columnar::KeyCodec> keys_;  // nothing without a key
  bool keeps_places_ = false;
  RowPlaces places_;
};

// The schema that `--schema` gives: text, or @FILE.
[[nodiscard]] absl::StatusOr<Schema> ReadSchemaOption(const std::string& option);

}  // namespace ashlar::tools

#endif  // ASHLAR_TOOLS_ASHLAR_IMPORT_INPUT_H_
