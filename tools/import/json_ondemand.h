// What both JSON passes need from simdjson: one object a line, errors with a path, strings.
//
// Owns: opening a document, and turning simdjson's errors into ours. Does not own: schemas.
// Included only by .cc files of this folder, for simdjson is heavy.
#ifndef ASHLAR_TOOLS_IMPORT_JSON_ONDEMAND_H_
#define ASHLAR_TOOLS_IMPORT_JSON_ONDEMAND_H_

#include <simdjson.h>

#include <string>
#include <string_view>

#include "absl/status/status.h"

namespace ashlar::tools {

namespace ondemand = simdjson::ondemand;

// The first error of a document. Its verbs return false, so that a walk can end with
// `return error.Fail(...)`, and each level adds its name on the way out.
class JsonError {
 public:
  void Clear();
  bool Fail(std::string message) { return Fail(absl::InvalidArgumentError(std::move(message))); }
  bool Fail(absl::Status status);
  bool Broken(simdjson::error_code code);
  // Puts `member` in front of the path; an empty one (a list's element) adds nothing.
  bool In(std::string_view member);
  [[nodiscard]] const absl::Status& status() const { return status_; }
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  absl::Status status_;
  std::string path_;
};

// A parser whose memory grows in steps, and its present document.
class JsonDocument {
 public:
  // `text` is followed by at least simdjson::SIMDJSON_PADDING readable bytes.
  [[nodiscard]] bool OpenObject(std::string_view text, ondemand::object* object, JsonError& error);
  [[nodiscard]] bool OpenArray(std::string_view text, ondemand::array* array, JsonError& error);
  // To be asked after the walk: false (with the error set) when anything follows the value.
  [[nodiscard]] bool CheckEnd(JsonError& error);

 private:
  [[nodiscard]] bool Open(std::string_view text, JsonError& error);

  ondemand::parser parser_;
  ondemand::document document_;
};

// The text of a scalar as it stands in the document, without white space around it.
[[nodiscard]] std::string_view RawToken(ondemand::value& value);

// Whether `text` is an integer by JSON's grammar, however long.
[[nodiscard]] bool IsIntegerText(std::string_view text);

// NaN, Infinity or -Infinity without quotes: no JSON, but what Python's json module writes.
[[nodiscard]] bool IsBareNonFinite(std::string_view token);

// The type of a value by its first byte, where a bare NaN or Infinity is a number.
[[nodiscard]] bool ReadType(ondemand::value& value, ondemand::json_type* type, JsonError& error);

// "an object", "a string", ... for messages.
[[nodiscard]] std::string_view Describe(ondemand::json_type type);

// The text of a string value. `*checked` tells whether it is known to be UTF-8: documents are
// checked as a whole, but an escape may still spell half a surrogate pair.
[[nodiscard]] bool ReadString(ondemand::value& value, std::string_view* text, bool* checked,
                              JsonError& error);

// The JSON text of any value, after a full check of its grammar and depth.
[[nodiscard]] bool ReadRawJson(ondemand::value& value, std::string_view* text, JsonError& error);

}  // namespace ashlar::tools

#endif  // ASHLAR_TOOLS_IMPORT_JSON_ONDEMAND_H_
