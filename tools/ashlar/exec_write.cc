// The ops of `exec` that change datasets.
#include <utility>

#include "ashlar/status_macros.h"
#include "src/base/names.h"
#include "src/base/strings.h"
#include "tools/ashlar/exec_keys.h"
#include "tools/ashlar/exec_rows.h"
#include "tools/ashlar/exec_session.h"
#include "tools/ashlar/option_text.h"
#include "tools/import/schema_text.h"

namespace ashlar::tools {

namespace {

absl::StatusOr<DatasetOptions> ParseDatasetOptions(const ExecRequest& request) {
  DatasetOptions options;
  ASSIGN_OR_RETURN(options.key, request.Texts("key"));
  ASSIGN_OR_RETURN(options.partition_by, request.Texts("partition_by"));
  ASSIGN_OR_RETURN(options.hash_index, request.Flag("hash_index"));
  ASSIGN_OR_RETURN(const std::optional<std::string> boundaries, request.OptionalText("boundaries"));
  if (boundaries.has_value()) {
    const std::optional<BatchBoundaries> parsed = ParseBoundaries(*boundaries);
    if (!parsed.has_value()) {
      return absl::InvalidArgumentError(
          base::StrCat("member \"boundaries\" is \"content\" or "
                       "\"fixed:N\", not ",
                       base::QuoteForMessage(*boundaries)));
    }
    options.boundaries = *parsed;
  }
  ASSIGN_OR_RETURN(const std::optional<std::string> storage, request.OptionalText("storage"));
  if (storage.has_value()) {
    const std::optional<Storage> parsed = ParseStorage(*storage);
    if (!parsed.has_value()) {
      return absl::InvalidArgumentError(base::StrCat(
          "member \"storage\" is \"fast\" or \"compact\", not ", base::QuoteForMessage(*storage)));
    }
    options.storage = *parsed;
  }
  return options;
}

}  // namespace

ExecSession::Result ExecSession::Create(const ExecRequest& request) {
  RETURN_IF_ERROR(request.AllowOnly(
      {"dataset", "schema", "key", "partition_by", "boundaries", "storage", "hash_index"}));
  ASSIGN_OR_RETURN(const std::string dataset, request.Text("dataset"));
  ASSIGN_OR_RETURN(const std::string text, request.SchemaText("schema"));
  ASSIGN_OR_RETURN(const Schema schema, ParseSchemaText(text));
  ASSIGN_OR_RETURN(const DatasetOptions options, ParseDatasetOptions(request));
  return Write([&](WriteTransaction& transaction) {
    return transaction.CreateDataset(dataset, schema, options);
  });
}

ExecSession::Result ExecSession::Drop(const ExecRequest& request) {
  RETURN_IF_ERROR(request.AllowOnly({"dataset"}));
  ASSIGN_OR_RETURN(const std::string dataset, request.Text("dataset"));
  return Write([&](WriteTransaction& transaction) { return transaction.DropDataset(dataset); });
}

ExecSession::Result ExecSession::Append(const ExecRequest& request) {
  return WriteRows(request, [](WriteTransaction& to, std::string_view dataset,
                               const RecordBatch& rows) { return to.Append(dataset, rows); });
}

ExecSession::Result ExecSession::Upsert(const ExecRequest& request) {
  return WriteRows(request, [](WriteTransaction& to, std::string_view dataset,
                               const RecordBatch& rows) { return to.Upsert(dataset, rows); });
}

ExecSession::Result ExecSession::Replace(const ExecRequest& request) {
  return WriteRows(request, [](WriteTransaction& to, std::string_view dataset,
                               const RecordBatch& rows) { return to.Replace(dataset, rows); });
}

// The rows are read and checked as a whole before the transaction sees any of them.
ExecSession::Result ExecSession::WriteRows(const ExecRequest& request, RowsWriter write) {
  RETURN_IF_ERROR(request.AllowOnly({"dataset", "rows"}));
  ASSIGN_OR_RETURN(const std::string dataset, request.Text("dataset"));
  ASSIGN_OR_RETURN(const std::string_view rows, request.RawArray("rows"));
  return Write([&](WriteTransaction& transaction) -> absl::Status {
    ASSIGN_OR_RETURN(const Dataset target, transaction.Read(dataset));
    ASSIGN_OR_RETURN(const RecordBatch batch, ParseRows(rows, target.schema()));
    return write(transaction, dataset, batch);
  });
}

ExecSession::Result ExecSession::DeleteWhere(const ExecRequest& request,
                                             const std::string& dataset) {
  if (request.Has("keys")) {
    return absl::InvalidArgumentError("\"keys\" and \"where\" exclude each other");
  }
  ASSIGN_OR_RETURN(const std::string where, request.Text("where"));
  const absl::StatusOr<Expression> predicate = Expression::Parse(where);
  if (!predicate.ok()) {
    const absl::string_view message = predicate.status().message();
    return absl::InvalidArgumentError(
        base::StrCat("\"where\": ", std::string_view(message.data(), message.size())));
  }
  uint64_t deleted = 0;
  ASSIGN_OR_RETURN(Json::Members answer, Write([&](WriteTransaction& transaction) -> absl::Status {
                     ASSIGN_OR_RETURN(deleted, transaction.DeleteWhere(dataset, *predicate));
                     return absl::OkStatus();
                   }));
  answer.emplace_back("rows_deleted", deleted);
  return answer;
}

ExecSession::Result ExecSession::Delete(const ExecRequest& request) {
  RETURN_IF_ERROR(request.AllowOnly({"dataset", "keys", "where"}));
  ASSIGN_OR_RETURN(const std::string dataset, request.Text("dataset"));
  if (request.Has("where")) return DeleteWhere(request, dataset);
  ASSIGN_OR_RETURN(const std::string_view array, request.RawArray("keys"));
  return Write([&](WriteTransaction& transaction) -> absl::Status {
    ASSIGN_OR_RETURN(const Dataset target, transaction.Read(dataset));
    ASSIGN_OR_RETURN(const std::vector<Key> keys, ParseKeys(array, target));
    return transaction.Delete(dataset, keys);
  });
}

}  // namespace ashlar::tools
