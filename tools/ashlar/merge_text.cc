// Merges in words. See merge_text.h.
#include "tools/ashlar/merge_text.h"

#include <utility>
#include <vector>

#include "src/base/base64.h"
#include "src/base/bytes.h"

namespace ashlar::tools {
namespace {

Json DescribeKeys(const std::vector<Key>& keys) {
  Json array = Json::Array();
  for (const Key& key : keys) array.Add(Describe(key));
  return array;
}

}  // namespace

std::optional<MergeStrategy> ParseMergeStrategy(std::string_view text) {
  if (text == "insert") return MergeStrategy::kInsert;
  if (text == "upsert") return MergeStrategy::kUpsert;
  if (text == "update") return MergeStrategy::kUpdate;
  if (text == "full_merge") return MergeStrategy::kFullMerge;
  if (text == "deduplicate") return MergeStrategy::kDeduplicate;
  return std::nullopt;
}

std::optional<RewriteMode> ParseRewriteMode(const std::string& text) {
  if (text == "deferred") return RewriteMode::kDeferred;
  if (text == "incremental") return RewriteMode::kIncremental;
  if (text == "full") return RewriteMode::kFull;
  return std::nullopt;
}

Json Describe(const Key& key) {
  switch (key.kind()) {
    case Key::Kind::kInteger:
      if (key.AsInt64().has_value()) return *key.AsInt64();
      return *key.AsUInt64();
    case Key::Kind::kText:
      return key.bytes();
    case Key::Kind::kBinary:
      return base::Base64Encode(base::AsBytes(key.bytes()));
    case Key::Kind::kComposite:
      break;
  }
  Json parts = Json::Array();
  for (const Key& part : key.parts()) parts.Add(Describe(part));
  return parts;
}

Json::Members Describe(const KeyedWriteReport& report) {
  return {{"rows_written", report.rows_written},
          {"skipped_count", report.skipped_count},
          {"skipped", DescribeKeys(report.skipped)}};
}

Json::Members Describe(const MergeReport& report) {
  return {
      {"rows_inserted", report.rows_inserted},   {"rows_updated", report.rows_updated},
      {"rows_unchanged", report.rows_unchanged}, {"rows_superseded", report.rows_superseded},
      {"rows_deleted", report.rows_deleted},     {"segments_rewritten", report.segments_rewritten},
      {"skipped_count", report.skipped_count},   {"skipped", DescribeKeys(report.skipped)}};
}

Json::Members Describe(const MergePlan& plan) {
  Json segments = Json::Array();
  for (const MergePlan::Segment& segment : plan.segments) {
    segments.Add(Json::Object({{"segment", segment.id},
                               {"rows", segment.rows},
                               {"affected", segment.affected},
                               {"why", segment.why}}));
  }
  return {{"source_rows", plan.source_rows},
          {"memory_rows", plan.memory_rows},
          {"affected", plan.affected()},
          {"untouched", plan.segments.size() - plan.affected()},
          {"segments", std::move(segments)}};
}

}  // namespace ashlar::tools
