// The ops of `exec` that read.
#include <algorithm>
#include <utility>

#include "ashlar/status_macros.h"
#include "src/base/names.h"
#include "src/base/strings.h"
#include "tools/ashlar/describe.h"
#include "tools/ashlar/diff_rows.h"
#include "tools/ashlar/exec_keys.h"
#include "tools/ashlar/exec_rows.h"
#include "tools/ashlar/exec_session.h"
#include "tools/import/block_buffer.h"

namespace ashlar::tools {

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
