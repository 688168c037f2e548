// CsvTable: a CSV file as a table: a header, then rows of exactly as many fields.
//
// Owns: the header's rules, ragged records, blank lines and UTF-8. Does not own: cutting bytes
// (csv_scanner.h), types (csv_infer.h, csv_reader.h). Both passes of an import go through it, so
// they agree on what is a row.
//
// Blank lines are skipped when there are several columns. With one column a blank line is a row
// whose only field is null: there is no other way to write one.
#ifndef ASHLAR_TOOLS_IMPORT_CSV_TABLE_H_
#define ASHLAR_TOOLS_IMPORT_CSV_TABLE_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "src/io/input_stream.h"
#include "tools/import/csv_scanner.h"

namespace ashlar::tools {

class CsvTable {
 public:
  // Reads the header from the input's present position. InvalidArgument when there is none, or a
  // name is empty, twice there or no name for a field.
  [[nodiscard]] static absl::StatusOr<std::unique_ptr<CsvTable>> Open(
      io::InputStream& input, size_t block_bytes, std::function<void(uint64_t)> on_bytes);

  [[nodiscard]] const std::vector<std::string>& names() const { return names_; }
  // The next row; false at the end.
  [[nodiscard]] absl::StatusOr<bool> Next();

  // Of the current row. An empty text without quotes is null.
  [[nodiscard]] std::string_view text(size_t column) const { return scanner_.text(column); }
  [[nodiscard]] bool is_null(size_t column) const {
    return scanner_.text(column).empty() && !scanner_.quoted(column);
  }
  [[nodiscard]] uint64_t line() const { return scanner_.line(); }
  [[nodiscard]] uint64_t bytes_read() const { return scanner_.bytes_read(); }
  [[nodiscard]] std::string_view input_name() const { return input_name_; }

 private:
  CsvTable(io::InputStream& input, size_t block_bytes, std::function<void(uint64_t)> on_bytes);
  [[nodiscard]] absl::Status ReadHeader();
  [[nodiscard]] absl::Status CheckUtf8() const;
  [[nodiscard]] absl::Status RaggedError() const;

  std::string input_name_;
  CsvScanner scanner_;
  std::vector<std::string> names_;
};

}  // namespace ashlar::tools

#endif  // ASHLAR_TOOLS_IMPORT_CSV_TABLE_H_
