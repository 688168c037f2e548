// Reports as JSON. See describe.h.
#include "tools/ashlar/describe.h"

#include <string>

#include "src/base/time_text.h"
#include "tools/ashlar/option_text.h"

namespace ashlar::tools {
namespace {

template <typename Value>
Json ArrayOf(const std::vector<Value>& values) {
  return Json::Array(Json::List(values.begin(), values.end()));
}

Json DescribePins(const PinStats& pins) {
  return Json::Object({{"snapshots", pins.snapshots},
                       {"views", pins.views},
                       {"bytes", pins.bytes},
                       {"oldest_version", pins.oldest_version}});
}

Json DescribeReads(const ReadCounters& reads) {
  return Json::Object({{"segments_opened", reads.segments_opened},
                       {"chunks_touched", reads.chunks_touched},
                       {"chunks_decoded", reads.chunks_decoded},
                       {"chunks_packed", reads.chunks_packed},
                       {"pages_verified", reads.pages_verified},
                       {"bytes_borrowed", reads.bytes_borrowed},
                       {"bytes_copied", reads.bytes_copied},
                       {"rows_materialized", reads.rows_materialized}});
}

}  // namespace

std::string TimeText(std::chrono::system_clock::time_point time) {
  const auto since = std::chrono::floor<std::chrono::microseconds>(time.time_since_epoch());
  return base::FormatTimestamp(since.count());
}

Json::Members Describe(const WriteStats& stats) {
  return {{"version", stats.version},
          {"rows", stats.rows},
          {"logical_bytes", stats.logical_bytes},
          {"batch_bytes", stats.batch_bytes},
          {"dictionary_bytes", stats.dictionary_bytes},
          {"key_index_bytes", stats.key_index_bytes},
          {"deletion_vector_bytes", stats.deletion_vector_bytes},
          {"metadata_bytes", stats.metadata_bytes},
          {"manifest_bytes", stats.manifest_bytes},
          {"log_bytes", stats.log_bytes},
          {"segments_written", stats.segments_written},
          {"segments_skipped", stats.segments_skipped},
          {"segments_removed", stats.segments_removed},
          {"chunks_written", stats.chunks_written},
          {"chunks_skipped", stats.chunks_skipped}};
}

Json Describe(const StoreStats& stats) {
  Json datasets = Json::Array();
  for (const DatasetStats& dataset : stats.datasets) datasets.Add(Describe(dataset));
  return Json::Object({{"version", stats.version},
                       {"versions_retained", stats.versions_retained},
                       {"tags", stats.tags},
                       {"segment_files", stats.segment_files},
                       {"segment_file_bytes", stats.segment_file_bytes},
                       {"live_file_bytes", stats.live_file_bytes},
                       {"pinned_file_bytes", stats.pinned_file_bytes},
                       {"manifest_bytes", stats.manifest_bytes},
                       {"log_file_bytes", stats.log_file_bytes},
                       {"other_bytes", stats.other_bytes},
                       {"memory_rows", stats.memory_rows},
                       {"memory_bytes", stats.memory_bytes},
                       {"flushes", stats.flushes},
                       {"open_microseconds", stats.open_microseconds},
                       {"commits", stats.commits},
                       {"pins", DescribePins(stats.pins)},
                       {"reads", DescribeReads(stats.reads)},
                       {"datasets", std::move(datasets)}});
}

Json Describe(const DatasetStats& stats) {
  return Json::Object({{"dataset", stats.name},
                       {"rows", stats.rows},
                       {"segments", stats.segments},
                       {"logical_bytes", stats.logical_bytes},
                       {"live_bytes", stats.live_bytes}});
}

Json Describe(const VersionInfo& version) {
  return Json::Object({{"version", version.version},
                       {"committed_at", TimeText(version.committed_at)},
                       {"datasets", version.datasets},
                       {"rows", version.rows},
                       {"tags", ArrayOf(version.tags)}});
}

Json Describe(const TagInfo& tag) {
  Json attributes = Json::Object();
  for (const auto& [key, value] : tag.attributes) attributes.Add(key, value);
  return Json::Object(
      {{"tag", tag.name}, {"version", tag.version}, {"attributes", std::move(attributes)}});
}

Json Describe(const SegmentInfo& segment) {
  return Json::Object({{"segment", segment.id},
                       {"rows", segment.rows},
                       {"file_bytes", segment.file_bytes},
                       {"logical_bytes", segment.logical_bytes},
                       {"level", segment.level},
                       {"digest", segment.digest},
                       {"refers_to", ArrayOf(segment.refers_to)}});
}

Json Describe(const Field& field) {
  return Json::Object({{"name", field.name},
                       {"type", field.type.ToString()},
                       {"nullable", field.nullable},
                       {"id", field.id}});
}

Json Describe(const DamagedRange& damage) {
  const bool known = !damage.dataset.empty();
  return Json::Object({{"file", damage.file},
                       {"offset", damage.offset},
                       {"bytes", damage.bytes},
                       {"what", damage.what},
                       {"dataset", known ? Json(damage.dataset) : Json()},
                       {"version", known ? Json(damage.version) : Json()},
                       {"first_row", known ? Json(damage.first_row) : Json()},
                       {"rows", damage.rows}});
}

Json Describe(const ExpireReport& report) {
  return Json::Object({{"versions", ArrayOf(report.versions)},
                       {"files_removed", report.files_removed},
                       {"bytes_removed", report.bytes_removed}});
}

Json Describe(const RepairReport& report) {
  return Json::Object({{"rows_saved", report.rows_saved},
                       {"rows_lost", report.rows_lost},
                       {"notes", ArrayOf(report.notes)}});
}

Json Describe(const RebuiltSegment& segment) {
  const auto or_null = [](uint64_t id) { return id == 0 ? Json() : Json(id); };
  return Json::Object({{"dataset", segment.dataset},
                       {"segment", segment.segment},
                       {"replacement", or_null(segment.replacement)},
                       {"rows", segment.rows},
                       {"bytes", segment.bytes},
                       {"what", segment.what},
                       {"problem", segment.problem.empty() ? Json() : Json(segment.problem)}});
}

Json Describe(const CompactedSegments& task) {
  return Json::Object({{"dataset", task.dataset},
                       {"segments_in", task.segments_in},
                       {"segments_out", task.segments_out},
                       {"rows", task.rows},
                       {"dead_rows", task.dead_rows},
                       {"bytes_in", task.bytes_in},
                       {"bytes_out", task.bytes_out}});
}

Json Describe(const Dataset& dataset) {
  return Json::Object({{"dataset", dataset.name()},
                       {"rows", dataset.rows()},
                       {"segments", dataset.segments().size()},
                       {"storage", std::string(StorageText(dataset.storage()))},
                       {"schema", dataset.schema().ToString()}});
}

}  // namespace ashlar::tools
