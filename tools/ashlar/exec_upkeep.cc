// The ops of `exec` that look after the store.
#include <utility>

#include "ashlar/status_macros.h"
#include "tools/ashlar/describe.h"
#include "tools/ashlar/exec_session.h"

namespace ashlar::tools {

ExecSession::Result ExecSession::Stats(const ExecRequest& request) {
  RETURN_IF_ERROR(request.AllowOnly({}));
  return Json::Members{{"stats", Describe(store_.stats())}};
}

ExecSession::Result ExecSession::Tag(const ExecRequest& request) {
  RETURN_IF_ERROR(request.AllowOnly({"name", "at", "attributes", "delete"}));
  RETURN_IF_ERROR(RefuseInTransaction(request));
  ASSIGN_OR_RETURN(const std::string name, request.Text("name"));
  ASSIGN_OR_RETURN(const bool remove, request.Flag("delete"));
  ASSIGN_OR_RETURN(const TagAttributes attributes, request.Attributes("attributes"));
  if (remove) {
    if (request.Has("at") || request.Has("attributes")) {
      return absl::InvalidArgumentError("\"delete\" goes with \"name\" alone");
    }
    RETURN_IF_ERROR(store_.DeleteTag(name));
    return Json::Members{{"tag", name}};
  }
  ASSIGN_OR_RETURN(const std::optional<Snapshot> requested, RequestedSnapshot(request));
  if (!requested.has_value()) {
    ASSIGN_OR_RETURN(const uint64_t version, store_.TagNewest(name, attributes));
    return Json::Members{{"tag", name}, {"version", version}};
  }
  RETURN_IF_ERROR(store_.Tag(name, requested->version(), attributes));
  return Json::Members{{"tag", name}, {"version", requested->version()}};
}

ExecSession::Result ExecSession::Expire(const ExecRequest& request) {
  RETURN_IF_ERROR(request.AllowOnly({"keep", "dry_run"}));
  RETURN_IF_ERROR(RefuseInTransaction(request));
  ASSIGN_OR_RETURN(const std::optional<uint64_t> keep, request.OptionalNatural("keep"));
  ASSIGN_OR_RETURN(const bool dry_run, request.Flag("dry_run"));
  std::optional<Retention> retention;
  if (keep.has_value()) {
    if (*keep == 0) return absl::InvalidArgumentError("\"keep\" is at least 1");
    retention = Retention{.count = *keep, .age = std::nullopt};
  }
  ASSIGN_OR_RETURN(const ExpireReport report, store_.Expire(retention, dry_run));
  return Json::Members{{"expired", Describe(report)}};
}

ExecSession::Result ExecSession::CollectGarbage(const ExecRequest& request) {
  RETURN_IF_ERROR(request.AllowOnly({"dry_run"}));
  RETURN_IF_ERROR(RefuseInTransaction(request));
  ASSIGN_OR_RETURN(const bool dry_run, request.Flag("dry_run"));
  ASSIGN_OR_RETURN(const ExpireReport report, store_.CollectGarbage(dry_run));
  return Json::Members{{"expired", Describe(report)}};
}

ExecSession::Result ExecSession::Verify(const ExecRequest& request) {
  RETURN_IF_ERROR(request.AllowOnly({"deep"}));
  ASSIGN_OR_RETURN(const bool deep, request.Flag("deep"));
  ASSIGN_OR_RETURN(const VerifyReport report, store_.Verify(deep));
  Json damage = Json::Array();
  for (const DamagedRange& range : report.damage) damage.Add(Describe(range));
  return Json::Members{{"intact", report.ok()}, {"files", report.files},
                       {"bytes", report.bytes}, {"chunks", report.chunks},
                       {"rows", report.rows},   {"damage", std::move(damage)}};
}

ExecSession::Result ExecSession::Compact(const ExecRequest& request) {
  RETURN_IF_ERROR(request.AllowOnly({"rebuild_index", "datasets", "dry_run"}));
  RETURN_IF_ERROR(RefuseInTransaction(request));
  ASSIGN_OR_RETURN(const bool rebuild, request.Flag("rebuild_index"));
  ASSIGN_OR_RETURN(const std::vector<std::string> datasets, request.Texts("datasets"));
  ASSIGN_OR_RETURN(const bool dry_run, request.Flag("dry_run"));
  return rebuild ? RebuildIndexes({datasets, dry_run}) : CompactStore({datasets, dry_run});
}

ExecSession::Result ExecSession::CompactStore(const CompactOptions& options) {
  // What was written and is in memory alone is compacted, too. A dry run changes nothing.
  if (!options.dry_run) RETURN_IF_ERROR(store_.Flush());
  ASSIGN_OR_RETURN(const CompactReport report, store_.Compact(options));
  Json tasks = Json::Array();
  for (const CompactedSegments& task : report.tasks) tasks.Add(Describe(task));
  return Json::Members{{"tasks", std::move(tasks)},
                       {"tasks_abandoned", report.tasks_abandoned},
                       {"files_removed", report.files_removed},
                       {"bytes_removed", report.bytes_removed}};
}

ExecSession::Result ExecSession::RebuildIndexes(const RebuildOptions& options) {
  ASSIGN_OR_RETURN(const RebuildReport report, store_.RebuildIndexes(options));
  Json segments = Json::Array();
  for (const RebuiltSegment& segment : report.segments) segments.Add(Describe(segment));
  return Json::Members{{"sound", report.ok()},
                       {"segments_checked", report.segments_checked},
                       {"segments", std::move(segments)},
                       {"files_removed", report.files_removed}};
}

}  // namespace ashlar::tools
