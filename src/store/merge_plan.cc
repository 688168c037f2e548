// Judging segments; see the header.
#include "src/store/merge_plan.h"

#include <algorithm>
#include <numeric>
#include <string>
#include <utility>

#include "ashlar/builder.h"
#include "ashlar/status_macros.h"
#include "src/base/check.h"
#include "src/base/strings.h"
#include "src/columnar/key_sort.h"
#include "src/store/batch_adapter.h"
#include "src/store/key_zones.h"
#include "src/store/resolved_rows.h"

namespace ashlar::store {
namespace {

std::string_view NameOf(MergeStrategy strategy) {
  switch (strategy) {
    case MergeStrategy::kInsert:
      return "insert";
    case MergeStrategy::kUpsert:
      return "upsert";
    case MergeStrategy::kUpdate:
      return "update";
    case MergeStrategy::kFullMerge:
      return "full_merge";
    case MergeStrategy::kDeduplicate:
      break;
  }
  return "deduplicate";
}

std::string_view NameOf(RewriteMode mode) {
  if (mode == RewriteMode::kIncremental) return "incremental";
  return mode == RewriteMode::kFull ? "full" : "deferred";
}

// What holds of every segment, whatever keys the source has; empty: that depends on the keys.
std::string_view WhyAll(const MergeOptions& options) {
  if (options.strategy == MergeStrategy::kInsert) return "insert only adds segments";
  if (options.rewrite == RewriteMode::kFull) return "mode full rewrites every segment";
  if (options.strategy == MergeStrategy::kFullMerge) return "may hold keys that the source lacks";
  return "";
}

}  // namespace

absl::Status CheckMerge(const MergeOptions& options) {
  const bool whole = options.strategy == MergeStrategy::kFullMerge ||
                     options.strategy == MergeStrategy::kDeduplicate;
  if (!whole || options.rewrite != RewriteMode::kIncremental) return absl::OkStatus();
  return absl::InvalidArgumentError(
      base::StrCat("strategy ", NameOf(options.strategy),
                   " takes rewrite mode deferred or full, not incremental"));
}

MergeJudge::MergeJudge(std::shared_ptr<const Dataset::Impl> dataset)
    : dataset_(std::move(dataset)), verdicts_(dataset_->state->segments.size()) {
  ASHLAR_CHECK(dataset_->keys != nullptr);
}

absl::Status MergeJudge::Add(const columnar::EncodedKeys& keys) {
  for (size_t segment = 0; segment < verdicts_.size(); ++segment) {
    if (verdicts_[segment] == Verdict::kAffected) continue;
    ASSIGN_OR_RETURN(const Verdict verdict, Judge(segment, keys));
    verdicts_[segment] = std::max(verdicts_[segment], verdict);
  }
  return absl::OkStatus();
}

absl::StatusOr<MergeJudge::Verdict> MergeJudge::Judge(size_t segment,
                                                      const columnar::EncodedKeys& keys) {
  const manifest::SegmentEntry& entry = dataset_->state->segments[segment];
  // The first key that is not below the range.
  size_t key = 0;
  for (size_t count = keys.rows; entry.keys != nullptr && count > 0;) {
    const size_t half = count / 2;
    if (keys.key(key + half) < entry.keys->min) {
      key += half + 1;
      count -= half + 1;
    } else {
      count = half;
    }
  }
  const auto inside = [&] {
    return key < keys.rows && (entry.keys == nullptr || entry.keys->MayContain(keys.key(key)));
  };
  if (!inside()) return Verdict::kOutside;
  ASSIGN_OR_RETURN(const SegmentKeys* const open, dataset_->keys->OpenSegment(segment));
  Verdict verdict = Verdict::kFiltered;
  std::optional<KeyZones> zones;
  for (; inside(); ++key) {
    if (!open->lookup().MayContain(keys.hashes[key])) continue;
    if (!zones.has_value()) {
      ASSIGN_OR_RETURN(zones, KeyZones::Open(*dataset_, segment));
    }
    ASSIGN_OR_RETURN(const bool possible, zones->MayContain(keys.key(key)));
    if (possible) return Verdict::kAffected;
    verdict = Verdict::kOtherZones;
  }
  return verdict;
}

std::string_view MergeJudge::why(size_t segment) const {
  switch (verdicts_[segment]) {
    case Verdict::kOutside:
      return "no key of the source lies in its key range";
    case Verdict::kFiltered:
      return "its key filter knows no key of the source";
    case Verdict::kOtherZones:
      return "its zone maps or partition values rule the keys of the source out";
    case Verdict::kAffected:
      break;
  }
  return "may hold a key of the source";
}

absl::flat_hash_set<uint64_t> MergeJudge::AffectedIds() const {
  absl::flat_hash_set<uint64_t> ids;
  for (size_t i = 0; i < verdicts_.size(); ++i) {
    if (affected(i)) ids.insert(dataset_->state->segments[i].meta->file.id);
  }
  return ids;
}

absl::StatusOr<MergePlan> PlanMerge(const Dataset& dataset, BatchReader& source,
                                    const MergeOptions& options) {
  RETURN_IF_ERROR(CheckMerge(options));
  const auto impl = std::make_shared<const Dataset::Impl>(dataset.impl());
  ASSIGN_OR_RETURN(const auto live, impl->LiveSegments());
  ASSIGN_OR_RETURN(const Schema given, SourceFields(source.schema(), options, *live));
  MergePlan plan;
  plan.options = options;
  if (impl->memory != nullptr) {
    for (const LayerView& layer : impl->memory->views()) plan.memory_rows += layer.CountLiveRows();
  }
  MergeJudge judge(impl);
  CallKeys call_keys;
  for (RecordBatch batch;;) {
    ASSIGN_OR_RETURN(const bool more, source.Next(&batch));
    if (!more) break;
    ASSIGN_OR_RETURN(batch, AdaptBatch(batch, given, live->name));
    plan.source_rows += static_cast<uint64_t>(batch.rows());
    const bool insert = options.strategy == MergeStrategy::kInsert;
    if ((!insert && !WhyAll(options).empty()) || batch.rows() == 0) continue;
    ASSIGN_OR_RETURN(columnar::EncodedKeys keys, KeysOfGiven(impl->keys->codec(), batch));
    if (insert) {
      // It adds segments wherever its keys lie, but one that comes twice is refused.
      auto added = std::make_shared<const columnar::EncodedKeys>(std::move(keys));
      RETURN_IF_ERROR(call_keys.Add(impl->keys->codec(), std::move(added)));
      continue;
    }
    RETURN_IF_ERROR(judge.Add(columnar::SelectKeys(keys, columnar::SortKeys(keys))));
  }
  for (size_t i = 0; i < live->segments.size(); ++i) {
    const manifest::SegmentEntry& entry = live->segments[i];
    MergePlan::Segment& segment = plan.segments.emplace_back();
    segment.id = entry.meta->file.id;
    segment.rows = manifest::LiveRows(entry);
    const std::string_view all = WhyAll(options);
    segment.affected = all.empty() ? judge.affected(i) : options.strategy != MergeStrategy::kInsert;
    segment.why = std::string(all.empty() ? judge.why(i) : all);
  }
  return plan;
}

}  // namespace ashlar::store

namespace ashlar {

uint64_t MergePlan::affected() const {
  return static_cast<uint64_t>(
      std::count_if(segments.begin(), segments.end(), [](const Segment& s) { return s.affected; }));
}

std::string MergePlan::ToString() const {
  std::string text =
      base::StrCat("merge of ", source_rows, " rows, strategy ", store::NameOf(options.strategy),
                   ", rewrite ", store::NameOf(options.rewrite), ": ", affected(), " of ",
                   segments.size(), " segments affected\n");
  if (memory_rows > 0) text += base::StrCat(memory_rows, " rows in memory are flushed first\n");
  for (const Segment& segment : segments) {
    text += base::StrCat("segment ", segment.id, ", ", segment.rows,
                         " rows: ", segment.affected ? "affected" : "untouched", ": ", segment.why,
                         "\n");
  }
  return text;
}

}  // namespace ashlar
