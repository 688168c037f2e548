// Keys become rows of the key fields, so that values mean what they mean in rows.
#include "tools/ashlar/exec_keys.h"

#include <string>
#include <utility>

#include "ashlar/status_macros.h"
#include "src/base/strings.h"
#include "src/columnar/json_value.h"
#include "tools/ashlar/exec_rows.h"
#include "tools/ashlar/key_rows.h"
#include "tools/import/block_buffer.h"
#include "tools/import/json_ondemand.h"

namespace ashlar::tools {
namespace {

// {"field":value,…}: `values` are the JSON texts of the parts.
absl::Status AppendRow(const Schema& schema, const std::vector<std::string_view>& values,
                       size_t number, std::string* rows) {
  if (values.size() != schema.size()) {
    return absl::InvalidArgumentError(
        base::StrCat("key ", number, " has ", values.size(), " parts instead of ", schema.size()));
  }
  *rows += rows->size() == 1 ? "{" : ",{";
  for (size_t i = 0; i < values.size(); ++i) {
    if (i > 0) *rows += ',';
    columnar::AppendJsonString(schema.field(i).name, rows);
    *rows += base::StrCat(":", values[i]);
  }
  *rows += '}';
  return absl::OkStatus();
}

// The JSON texts of the parts of one key.
absl::Status ReadParts(ondemand::value value, bool composite, std::vector<std::string_view>* parts,
                       JsonError& error) {
  ondemand::json_type type;
  if (!ReadType(value, &type, error)) return error.status();
  if (!composite || type != ondemand::json_type::array) {
    return ReadRawJson(value, &parts->emplace_back(), error) ? absl::OkStatus() : error.status();
  }
  ondemand::array array;
  if (const auto code = value.get_array().get(array)) return error.Broken(code), error.status();
  for (auto next : array) {
    ondemand::value part;
    if (const auto code = std::move(next).get(part)) return error.Broken(code), error.status();
    if (!ReadRawJson(part, &parts->emplace_back(), error)) return error.status();
  }
  return absl::OkStatus();
}

absl::StatusOr<RecordBatch> ParseAsRows(std::string_view array, const Schema& schema) {
  std::string rows = "[";
  JsonDocument document;
  JsonError error;
  ondemand::array keys;
  if (!document.OpenArray(array, &keys, error)) return error.status();
  size_t number = 0;
  for (auto next : keys) {
    ondemand::value value;
    std::vector<std::string_view> parts;
    if (const auto code = std::move(next).get(value)) return error.Broken(code), error.status();
    RETURN_IF_ERROR(ReadParts(value, schema.size() > 1, &parts, error));
    RETURN_IF_ERROR(AppendRow(schema, parts, number++, &rows));
  }
  rows += ']';
  const size_t size = rows.size();
  rows.append(kBlockPadding, ' ');
  return ParseRows(std::string_view(rows).substr(0, size), schema);
}

}  // namespace

absl::StatusOr<std::vector<Key>> ParseKeys(std::string_view array, const Dataset& dataset) {
  ASSIGN_OR_RETURN(const Schema schema, KeySchema(dataset));
  ASSIGN_OR_RETURN(const RecordBatch rows, ParseAsRows(array, schema));
  std::vector<Key> keys;
  for (int64_t row = 0; row < rows.rows(); ++row) keys.push_back(KeyAt(rows, row));
  return keys;
}

}  // namespace ashlar::tools
