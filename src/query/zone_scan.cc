// Pruning, masking and filtering, zone by zone; see the header.
#include "src/query/zone_scan.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "ashlar/status_macros.h"
#include "src/base/check.h"
#include "src/query/bits_ops.h"
#include "src/query/conjuncts.h"
#include "src/query/query_stats.h"

namespace ashlar::query {
namespace {

BoundPtr Conjunction(const BoundPtr& a, const BoundPtr& b) {
  auto both = std::make_shared<BoundExpression>(*a);
  if (a->op != Op::kAnd) {
    *both = BoundExpression();
    both->op = Op::kAnd;
    both->type = a->type;
    both->physical = Physical::kBool;
    both->args = {a};
  }
  both->args.push_back(b);
  both->may_fail = a->may_fail || b->may_fail;
  return both;
}

// Neighbours over the same single input become one where the later one cannot fail: then it makes
// no difference that a conjunction also asks it of rows for which the first is null.
std::vector<BoundPtr> Grouped(const std::vector<BoundPtr>& conjuncts) {
  std::vector<BoundPtr> groups;
  for (const BoundPtr& conjunct : conjuncts) {
    const bool joins = !groups.empty() && !conjunct->may_fail && OnlySlot(*conjunct).has_value() &&
                       OnlySlot(*conjunct) == OnlySlot(*groups.back());
    if (joins) {
      groups.back() = Conjunction(groups.back(), conjunct);
    } else {
      groups.push_back(conjunct);
    }
  }
  return groups;
}

}  // namespace

ZoneScan::ZoneScan(const ScanTarget& target) : target_(target) {
  ASHLAR_CHECK(target.source != nullptr && target.inputs != nullptr && target.control != nullptr);
  bool may_have_failed = false;
  for (const BoundPtr& group : Grouped(*target.conjuncts)) {
    Filter filter;
    filter.predicate = group;
    filter.evaluator = MakeEvaluator(group, target.back_end);
    filter.prunable = !may_have_failed && IsPrunable(*group);
    may_have_failed = may_have_failed || group->may_fail;
    if (filter.prunable) {
      const std::vector<size_t> slots = SlotsOf(*group);
      pruning_slots_.insert(pruning_slots_.end(), slots.begin(), slots.end());
    }
    filters_.push_back(std::move(filter));
  }
  std::sort(pruning_slots_.begin(), pruning_slots_.end());
  pruning_slots_.erase(std::unique(pruning_slots_.begin(), pruning_slots_.end()),
                       pruning_slots_.end());
  const std::vector<PointCondition> points = FindPointConditions(*target.conjuncts, *target.inputs);
  if (!points.empty()) points_ = target.source->MakeFilter(points);
  statistics_.resize(target.inputs->size());
  summaries_.resize(target.inputs->size());
}

ZoneScan::~ZoneScan() { End(); }

absl::StatusOr<bool> ZoneScan::Begin(size_t morsel) {
  End();
  RETURN_IF_ERROR(target_.control->Check());
  if (JudgeMorsel(morsel) == Verdict::kNone) {
    ++stats_.segments_pruned;
    stats_.chunks_skipped += target_.source->schema().size();
    return false;
  }
  ASSIGN_OR_RETURN(morsel_, target_.source->Open(morsel, *target_.inputs, &counters_));
  rows_ = morsel_->rows();
  next_row_ = 0;
  pruned_before_ = stats_.zones_pruned;
  for (Filter& filter : filters_) filter.began = false;
  RETURN_IF_ERROR(LoadStatistics());
  return true;
}

// By what is remembered of the morsel from earlier, which is cheap and opens nothing; then by an
// index of its values, where the source has one.
Verdict ZoneScan::JudgeMorsel(size_t morsel) {
  for (Filter& filter : filters_) filter.decided = false;
  const int64_t rows = target_.source->rows(morsel);
  if (pruning_slots_.empty() || rows == 0) return Verdict::kSome;
  std::fill(statistics_.begin(), statistics_.end(), nullptr);
  for (const size_t slot : pruning_slots_) {
    summaries_[slot] = target_.source->MorselBounds(morsel, (*target_.inputs)[slot]);
    statistics_[slot] = summaries_[slot].get();
  }
  for (Filter& filter : filters_) {
    if (!filter.prunable) continue;
    const Verdict verdict = JudgeZone(*filter.predicate, statistics_, 0, rows);
    if (verdict == Verdict::kNone) return verdict;
    filter.decided = verdict == Verdict::kAll;
  }
  if (points_ != nullptr && !points_->MayPass(morsel)) return Verdict::kNone;
  return Verdict::kSome;
}

absl::Status ZoneScan::LoadStatistics() {
  std::fill(statistics_.begin(), statistics_.end(), nullptr);
  for (const size_t slot : pruning_slots_) {
    ASSIGN_OR_RETURN(statistics_[slot], morsel_->Statistics(slot));
  }
  return absl::OkStatus();
}

absl::StatusOr<int64_t> ZoneScan::Next(ZoneRange* zone, Bits* selection) {
  ASHLAR_CHECK(morsel_ != nullptr);
  while (next_row_ < rows_) {
    RETURN_IF_ERROR(target_.control->Check());
    zone->first_row = next_row_;
    zone->rows = std::min(kZoneRows, rows_ - next_row_);
    next_row_ += zone->rows;
    ASSIGN_OR_RETURN(const int64_t selected, FilterZone(*zone, selection));
    if (selected > 0) return selected;
  }
  return 0;
}

void ZoneScan::JudgeNextZones(const ZoneRange& zone) {
  const auto first = static_cast<uint64_t>(zone.first_row / kZoneRows);
  ruled_out_ = 0;
  for (Filter& filter : filters_) {
    filter.verdicts = ZoneVerdicts();
    if (filter.decided) {
      filter.verdicts.all = ~uint64_t{0};
    } else if (filter.prunable) {
      filter.verdicts = JudgeZones(*filter.predicate, statistics_, first, rows_ - zone.first_row);
    }
    ruled_out_ |= filter.verdicts.none;
  }
}

bool ZoneScan::SelectLive(const ZoneRange& zone, Bits* selection) {
  const int64_t number = zone.first_row / kZoneRows;
  if (number % 64 == 0) JudgeNextZones(zone);
  if ((ruled_out_ >> (number % 64) & 1) != 0) {
    ++stats_.zones_pruned;
    return false;
  }
  ++stats_.zones_scanned;
  stats_.rows_in += static_cast<uint64_t>(zone.rows);
  *selection = Bits::FirstRows(zone.rows);
  if (!morsel_->has_dead_rows()) return true;
  if (const Bits* live = morsel_->LiveRows(number)) *selection = And(*selection, *live);
  return !selection->None();
}

absl::StatusOr<int64_t> ZoneScan::FilterZone(const ZoneRange& zone, Bits* selection) {
  if (!SelectLive(zone, selection)) return 0;
  const int64_t bit = zone.first_row / kZoneRows % 64;
  for (Filter& filter : filters_) {
    if ((filter.verdicts.all >> bit & 1) != 0) continue;
    if (!filter.began) {
      RETURN_IF_ERROR(filter.evaluator->BeginMorsel(*morsel_));
      filter.began = true;
    }
    RETURN_IF_ERROR(filter.evaluator->Filter(zone, selection));
    if (&filter != &filters_.back() && selection->None()) return 0;
  }
  const int64_t selected = selection->Count();
  stats_.rows_selected += static_cast<uint64_t>(selected);
  return selected;
}

void ZoneScan::CountChunks() {
  const uint64_t columns = target_.source->schema().size();
  const uint64_t touched = counters_.chunks_touched;
  stats_.chunks_skipped += columns > touched ? columns - touched : 0;
  AddStats(counters_, &stats_);
  counters_ = SourceCounters();
}

void ZoneScan::End() {
  if (morsel_ == nullptr) return;
  const auto zones = [](int64_t rows) {
    return static_cast<uint64_t>((rows + kZoneRows - 1) / kZoneRows);
  };
  const uint64_t all = zones(rows_);
  if (all > 0 && stats_.zones_pruned - pruned_before_ == all) {
    // Ruled out zone by zone, it was ruled out as a whole.
    stats_.zones_pruned = pruned_before_;
    ++stats_.segments_pruned;
  } else {
    ++stats_.segments_scanned;
    stats_.zones += all;
    stats_.zones_skipped += all - zones(next_row_);
  }
  CountChunks();
  morsel_.reset();
}

void ZoneScan::AddTo(QueryStats* stats) {
  uint64_t interpreted = 0;
  for (const Filter& filter : filters_) interpreted += filter.evaluator->fallback_rows();
  stats_.rows_interpreted += interpreted - interpreted_;
  interpreted_ = interpreted;
  AddStats(stats_, stats);
  stats_ = QueryStats();
}

}  // namespace ashlar::query
