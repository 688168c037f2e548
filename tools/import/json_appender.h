// JsonAppender: JSON objects become rows of a schema.
//
// Owns: which JSON value fits which type, missing, unknown and duplicate members, and the path of
// the member that failed. Does not own: lines (json_lines.h) nor guessing a schema (json_infer.h).
// One piece of code for JSON Lines, for nested values in CSV cells and for rows in commands.
//
// Integers are exact; a float takes any number, or NaN, Infinity and -Infinity (as strings, or bare
// as Python writes them); binary is base64, dates and timestamps are strings. Null and missing are
// the same: null, or an error where the field is required.
#ifndef ASHLAR_TOOLS_IMPORT_JSON_APPENDER_H_
#define ASHLAR_TOOLS_IMPORT_JSON_APPENDER_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "ashlar/builder.h"
#include "ashlar/types.h"

namespace ashlar::tools {

// Which values besides strings a utf8 field takes, as their JSON text. An inferred schema makes
// members that are always {} such fields.
enum class JsonAsText : uint8_t { kNothing, kEmptyObjects, kEverything };

class JsonAppender {
 public:
  JsonAppender(const Schema& schema, JsonAsText as_text);
  // From here on a row must have every member, null or not; within structs they may be missing.
  void RequireAllMembers();
  ~JsonAppender();

  // Appends the one object that `json` is to a builder of the same schema. kBlockPadding bytes
  // behind `json` must be readable. On an error (InvalidArgument, without the place) the builder is
  // as before.
  [[nodiscard]] absl::Status AppendPaddedRow(std::string_view json, RecordBatchBuilder& out);
  // The same for text without padding.
  [[nodiscard]] absl::Status AppendRow(std::string_view json, RecordBatchBuilder& out);
  // Appends the one value that `json` is to column `index` of the schema.
  [[nodiscard]] absl::Status AppendCell(std::string_view json, size_t index, ColumnBuilder& out);

  // The member that the last error is about, such as "birth.year"; empty for the whole.
  [[nodiscard]] const std::string& error_path() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace ashlar::tools

#endif  // ASHLAR_TOOLS_IMPORT_JSON_APPENDER_H_
