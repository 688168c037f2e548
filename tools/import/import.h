// Import: rows of a CSV or JSON Lines input as record batches.
//
// Owns: the entry point of the readers and their options. Does not own: opening files
// (src/io/input_stream.h), writing to a store. Memory stays bounded whatever the input's size: one
// block, one batch, and the longest record (64 MiB at most).
#ifndef ASHLAR_TOOLS_IMPORT_IMPORT_H_
#define ASHLAR_TOOLS_IMPORT_IMPORT_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "ashlar/builder.h"
#include "ashlar/column.h"
#include "ashlar/types.h"
#include "src/io/input_stream.h"
#include "tools/import/block_buffer.h"

namespace ashlar::tools {

enum class ImportFormat : uint8_t { kCsv, kJsonLines };

struct ImportOptions {
  ImportFormat format = ImportFormat::kCsv;
  // Without a schema the whole input is read once more, before, to infer one.
  std::optional<Schema> schema = std::nullopt;
  // JSON Lines: a utf8 field takes any value (as raw JSON text), and a field whose values have
  // several types becomes such a field instead of an error.
  bool mixed_text = false;
  // Whether a record without one of the fields is an error, even where the field may be null. For
  // updates, in which a missing value is to be kept and a null one to be written.
  bool all_fields = false;
  // Fields that are required whatever the schema says of them; others are passed over.
  std::vector<std::string> required = {};
  size_t block_bytes = kImportBlockBytes;
  // Called after every block with its size, in both passes; OpenImport() runs the first.
  std::function<void(uint64_t)> on_bytes = nullptr;
};

// Next() fails with InvalidArgument naming input, line and field of a bad value, and then fails
// always. Used by one thread.
class ImportReader : public BatchReader {
 public:
  // Rows in all; known only when the schema was inferred.
  [[nodiscard]] virtual std::optional<uint64_t> rows() const = 0;
  // Of the present pass.
  [[nodiscard]] virtual uint64_t bytes_read() const = 0;
  // Where the rows of the last batch stand: the input's name, and a line a row.
  [[nodiscard]] virtual std::string_view input_name() const = 0;
  [[nodiscard]] virtual const std::vector<uint64_t>& lines() const = 0;
};

[[nodiscard]] absl::StatusOr<std::unique_ptr<ImportReader>> OpenImport(
    std::unique_ptr<io::InputStream> input, const ImportOptions& options);

// The schema with options.required.
[[nodiscard]] absl::StatusOr<Schema> WithRequired(const Schema& schema,
                                                  const ImportOptions& options);

// When a batch is large enough. Asking for bytes walks all columns, so it is not done every row.
inline constexpr int64_t kImportBatchRows = 65536;
inline constexpr uint64_t kImportBatchBytes = uint64_t{16} << 20;
[[nodiscard]] inline bool IsBatchFull(const RecordBatchBuilder& builder, int64_t rows) {
  if (rows >= kImportBatchRows) return true;
  return rows % 64 == 0 && builder.byte_size() >= kImportBatchBytes;
}

}  // namespace ashlar::tools

#endif  // ASHLAR_TOOLS_IMPORT_IMPORT_H_
