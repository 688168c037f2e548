// The ops of `exec` that read.
#include <algorithm>
#include <utility>

#include "ashlar/status_macros.h"
#include "src/base/names.h"
#include "src/base/strings.h"
#include "tools/ashlar/describe.h"
#include "tools/ashlar/diff_rows.h"
#include "tools/ashlar/exec_cursor.h"
#include "tools/ashlar/exec_keys.h"
#include "tools/ashlar/exec_rows.h"
#include "tools/ashlar/exec_session.h"
#include "tools/import/block_buffer.h"

namespace ashlar::tools {
namespace {

absl::StatusOr<ExecPage> ReadRows(const Dataset& dataset, const ScanOptions& options) {
  ASSIGN_OR_RETURN(const std::unique_ptr<BatchReader> reader, dataset.Scan(options));
  ASSIGN_OR_RETURN(ExecPage page, RowsToJson(*reader, options.limit));
  page.more = dataset.rows() > options.offset && dataset.rows() - options.offset > options.limit;
  return page;
}

// Offsets count rows that match. One row beyond the page is asked for, to know whether it is there.
absl::StatusOr<ExecPage> ReadMatches(const Dataset& dataset, const std::string& where,
                                     const ScanOptions& options) {
  absl::StatusOr<Expression> condition = Expression::Parse(where);
  if (!condition.ok()) {
    const absl::string_view message = condition.status().message();
    return absl::InvalidArgumentError(
        base::StrCat("\"where\": ", std::string_view(message.data(), message.size())));
  }
  Query query = dataset.Filter(*std::move(condition));
  if (!options.columns.empty()) query = query.Select(options.columns);
  ASSIGN_OR_RETURN(const std::unique_ptr<QueryResult> reader,
                   query.Head(options.limit + 1, options.offset).Stream());
  return RowsToJson(*reader, options.limit);
}

}  // namespace

absl::StatusOr<Dataset> ExecSession::RequestedDataset(const ExecRequest& request) {
  ASSIGN_OR_RETURN(const std::string name, request.Text("dataset"));
  ASSIGN_OR_RETURN(const std::optional<Snapshot> snapshot, RequestedSnapshot(request));
  if (snapshot.has_value()) return snapshot->GetDataset(name);
  return in_transaction() ? transaction_->Read(name) : store_.GetSnapshot().GetDataset(name);
}

// A row, or null where there is none.
ExecSession::Result ExecSession::Get(const ExecRequest& request) {
  RETURN_IF_ERROR(request.AllowOnly({"dataset", "key", "at", "snapshot"}));
  ASSIGN_OR_RETURN(const Dataset dataset, RequestedDataset(request));
  ASSIGN_OR_RETURN(const std::string_view key, request.RawValue("key"));
  std::string array = base::StrCat("[", key, "]");
  const size_t size = array.size();
  array.append(kBlockPadding, ' ');
  ASSIGN_OR_RETURN(const std::vector<Key> keys,
                   ParseKeys(std::string_view(array).substr(0, size), dataset));
  ASSIGN_OR_RETURN(const std::optional<RowRef> row, dataset.Get(keys[0]));
  if (!row.has_value()) return Json::Members{{"row", Json::Ready("null")}};
  ASSIGN_OR_RETURN(const RecordBatch batch, row->ToBatch());
  std::string object;
  AppendRowObject(batch, 0, &object);
  return Json::Members{{"row", Json::Ready(std::move(object))}};
}

ExecSession::Result ExecSession::Scan(const ExecRequest& request) {
  RETURN_IF_ERROR(
      request.AllowOnly({"dataset", "columns", "where", "limit", "cursor", "at", "snapshot"}));
  ASSIGN_OR_RETURN(const std::string name, request.Text("dataset"));
  ScanOptions options;
  ASSIGN_OR_RETURN(options.columns, request.Texts("columns"));
  ASSIGN_OR_RETURN(const std::optional<uint64_t> limit, request.OptionalNatural("limit"));
  options.limit = std::min(limit.value_or(kMaxExecScanRows), kMaxExecScanRows);

  ASSIGN_OR_RETURN(std::optional<Snapshot> snapshot, RequestedSnapshot(request));
  ASSIGN_OR_RETURN(const std::optional<std::string> cursor_text, request.OptionalText("cursor"));
  ExecCursor cursor;
  if (cursor_text.has_value()) {
    ASSIGN_OR_RETURN(cursor, ParseCursor(*cursor_text));
    if (snapshot.has_value() && snapshot->version() != cursor.version) {
      return absl::InvalidArgumentError("the cursor belongs to another version");
    }
    if (cursor.version == 0 && !in_transaction()) {
      return absl::FailedPreconditionError("the cursor belongs to a transaction that has ended");
    }
    if (!snapshot.has_value() && cursor.version != 0) {
      ASSIGN_OR_RETURN(snapshot, store_.At(cursor.version));
    }
  }
  const bool newest = !cursor_text.has_value() && !snapshot.has_value() && !in_transaction();
  if (newest) snapshot = store_.GetSnapshot();

  absl::StatusOr<Dataset> dataset =
      snapshot.has_value() ? snapshot->GetDataset(name) : transaction_->Read(name);
  RETURN_IF_ERROR(dataset.status());
  if (cursor.version != 0 && cursor.order != OrderOf(*dataset)) {
    return absl::FailedPreconditionError(
        base::StrCat("rows of version ", cursor.version,
                     " stand in another order since they were compacted; begin the scan anew, or "
                     "scan in a snapshot"));
  }
  options.offset = cursor.offset;
  ASSIGN_OR_RETURN(const std::optional<std::string> where, request.OptionalText("where"));
  const auto read = [&]() -> absl::StatusOr<ExecPage> {
    return where.has_value() ? ReadMatches(*dataset, *where, options) : ReadRows(*dataset, options);
  };
  ASSIGN_OR_RETURN(ExecPage page, read());
  if (page.more && newest) {
    // A cursor names a version, so that it outlives this session: rows in memory become one.
    RETURN_IF_ERROR(store_.Flush());
    snapshot = store_.GetSnapshot();
    dataset = snapshot->GetDataset(name);
    RETURN_IF_ERROR(dataset.status());
    ASSIGN_OR_RETURN(page, read());
  }
  Json::Members members = {{"rows", Json::Ready(std::move(page.rows))}};
  if (snapshot.has_value()) members.emplace_back("version", snapshot->version());
  if (page.more) {
    const ExecCursor next = {.version = snapshot.has_value() ? snapshot->version() : 0,
                             .offset = options.offset + options.limit,
                             .order = OrderOf(*dataset)};
    members.emplace_back("cursor", CursorText(next));
  }
  return members;
}

ExecSession::Result ExecSession::Datasets(const ExecRequest& request) {
  RETURN_IF_ERROR(request.AllowOnly({"at", "snapshot"}));
  ASSIGN_OR_RETURN(std::optional<Snapshot> requested, RequestedSnapshot(request));
  const Snapshot snapshot = requested.has_value() ? *std::move(requested) : store_.GetSnapshot();
  Json datasets = Json::Array();
  for (const std::string& name : snapshot.dataset_names()) {
    ASSIGN_OR_RETURN(const Dataset dataset, snapshot.GetDataset(name));
    datasets.Add(Describe(dataset));
  }
  return Json::Members{{"version", snapshot.version()}, {"datasets", std::move(datasets)}};
}

ExecSession::Result ExecSession::ShowSchema(const ExecRequest& request) {
  RETURN_IF_ERROR(request.AllowOnly({"dataset", "at", "snapshot"}));
  ASSIGN_OR_RETURN(const Dataset dataset, RequestedDataset(request));
  // The form that "create" takes.
  Json schema = Json::Object();
  Json fields = Json::Array();
  for (const Field& field : dataset.schema().fields()) {
    schema.Add(field.name, base::StrCat(field.type.ToString(), field.nullable ? "" : " not null"));
    fields.Add(Describe(field));
  }
  return Json::Members{{"dataset", dataset.name()},
                       {"rows", dataset.rows()},
                       {"schema", std::move(schema)},
                       {"fields", std::move(fields)}};
}

ExecSession::Result ExecSession::Versions(const ExecRequest& request) {
  RETURN_IF_ERROR(request.AllowOnly({}));
  Json versions = Json::Array();
  for (const VersionInfo& version : store_.versions()) versions.Add(Describe(version));
  return Json::Members{{"versions", std::move(versions)}};
}

// All changes are counted; the first `most` are listed.
ExecSession::Result ExecSession::DiffByKey(KeyedDiff& diff, uint64_t most) {
  Json listed = Json::Array();
  ChangeCounts counts;
  uint64_t seen = 0;
  RowChanges changes;
  while (true) {
    ASSIGN_OR_RETURN(const bool found, diff.Next(&changes));
    if (!found) break;
    for (const RowChange& change : changes.changes) {
      counts.Add(change);
      if (seen++ < most) listed.Add(DescribeRowChange(changes, change));
    }
  }
  return Json::Members{{"changes", std::move(listed)},
                       {"added", counts.added},
                       {"removed", counts.removed},
                       {"changed", counts.changed},
                       {"segments_shared", diff.segments_shared()},
                       {"segments_read", diff.segments_read()},
                       {"complete", seen <= most}};
}

ExecSession::Result ExecSession::Diff(const ExecRequest& request) {
  RETURN_IF_ERROR(request.AllowOnly({"dataset", "from", "to", "limit"}));
  ASSIGN_OR_RETURN(const std::string name, request.Text("dataset"));
  ASSIGN_OR_RETURN(const std::optional<std::string> from, request.OptionalWord("from"));
  ASSIGN_OR_RETURN(const std::optional<std::string> to, request.OptionalWord("to"));
  ASSIGN_OR_RETURN(const std::optional<uint64_t> limit, request.OptionalNatural("limit"));
  if (!from.has_value()) return absl::InvalidArgumentError("member \"from\" is missing");
  ASSIGN_OR_RETURN(const Snapshot before, store_.AtText(*from));
  Snapshot after = store_.GetSnapshot();
  if (to.has_value()) {
    ASSIGN_OR_RETURN(after, store_.AtText(*to));
  }
  const uint64_t most = std::min(limit.value_or(kMaxExecScanRows), kMaxExecScanRows);
  if (IsKeyedIn(before, after, name)) {
    ASSIGN_OR_RETURN(const std::unique_ptr<KeyedDiff> diff, store_.DiffByKey(name, before, after));
    return DiffByKey(*diff, most);
  }
  ASSIGN_OR_RETURN(DiffRows diff, DiffRows::Open(store_, name, before, after));
  const uint64_t rows = std::min(diff.added() + diff.removed(), most);
  Json changes = Json::Array();
  DiffPiece piece;
  for (uint64_t printed = 0; printed < rows;) {
    ASSIGN_OR_RETURN(const bool found, diff.Next(&piece));
    if (!found) break;
    for (int64_t index = 0; index < piece.batch.rows() && printed < rows; ++index, ++printed) {
      changes.Add(DescribeDiffRow(piece, index));
    }
  }
  return Json::Members{{"changes", std::move(changes)},
                       {"added", diff.added()},
                       {"removed", diff.removed()},
                       {"segments_shared", diff.result().segments_shared},
                       {"segments_read", diff.result().segments_read},
                       {"complete", rows == diff.added() + diff.removed()}};
}

}  // namespace ashlar::tools
