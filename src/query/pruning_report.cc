// Counting what statistics decide, filter by filter.
#include "src/query/pruning_report.h"

#include <algorithm>
#include <memory>

#include "ashlar/status_macros.h"
#include "src/query/conjuncts.h"
#include "src/query/pruning.h"
#include "src/query/vector.h"

namespace ashlar::query {
namespace {

class Reporter {
 public:
  Reporter(const Source& source, const Inputs& inputs, const std::vector<BoundPtr>& conjuncts)
      : source_(source), inputs_(inputs), conjuncts_(conjuncts) {
    bool may_have_failed = false;
    for (const BoundPtr& conjunct : conjuncts) {
      const bool prunable = IsPrunable(*conjunct);
      report_.filters.push_back({.by_statistics = prunable && !may_have_failed,
                                 .behind_a_failure = prunable && may_have_failed});
      if (prunable && !may_have_failed) AddSlots(*conjunct);
      may_have_failed = may_have_failed || conjunct->may_fail;
    }
    const std::vector<PointCondition> points = FindPointConditions(conjuncts, inputs);
    if (!points.empty()) points_ = source.MakeFilter(points);
    if (points_ == nullptr) return;
    point_filter_ = points.front().conjunct;
    report_.filters[point_filter_].by_index = true;
  }

  absl::StatusOr<PruningReport> Run() {
    for (size_t morsel = 0; morsel < source_.morsels(); ++morsel) {
      SourceCounters counters;
      ASSIGN_OR_RETURN(const std::unique_ptr<Morsel> opened,
                       source_.Open(morsel, inputs_, &counters));
      RETURN_IF_ERROR(Add(*opened, points_ == nullptr || points_->MayPass(morsel)));
    }
    return report_;
  }

  PruningReport RunOnBounds() {
    std::vector<std::shared_ptr<const segment::ZoneMap>> bounds(inputs_.size());
    for (size_t morsel = 0; morsel < source_.morsels(); ++morsel) {
      statistics_.assign(inputs_.size(), nullptr);
      for (const size_t slot : slots_) {
        bounds[slot] = source_.MorselBounds(morsel, inputs_[slot]);
        statistics_[slot] = bounds[slot].get();
      }
      ++report_.morsels;
      const int64_t rows = source_.rows(morsel);
      const size_t by = rows == 0 ? conjuncts_.size() : Judge(0, rows);
      if (by < conjuncts_.size()) {
        ++report_.filters[by].morsels;
      } else if (points_ != nullptr && !points_->MayPass(morsel)) {
        ++report_.filters[point_filter_].by_index_morsels;
      } else {
        ++report_.morsels_left;
      }
    }
    return report_;
  }

 private:
  void AddSlots(const BoundExpression& filter) {
    for (const size_t slot : SlotsOf(filter)) {
      if (std::find(slots_.begin(), slots_.end(), slot) == slots_.end()) slots_.push_back(slot);
    }
  }

  absl::Status LoadStatistics(Morsel& morsel) {
    statistics_.assign(inputs_.size(), nullptr);
    for (const size_t slot : slots_) {
      ASSIGN_OR_RETURN(statistics_[slot], morsel.Statistics(slot));
    }
    return absl::OkStatus();
  }

  // The filter that rules the zone out, or their number.
  size_t Judge(uint64_t zone, int64_t rows) {
    for (size_t i = 0; i < conjuncts_.size(); ++i) {
      if (!report_.filters[i].by_statistics) continue;
      const Verdict verdict = JudgeZone(*conjuncts_[i], statistics_, zone, rows);
      if (verdict == Verdict::kNone) return i;
      if (verdict == Verdict::kAll) ++report_.filters[i].all_true;
    }
    return conjuncts_.size();
  }

  absl::Status Add(Morsel& morsel, bool may_pass) {
    RETURN_IF_ERROR(LoadStatistics(morsel));
    const int64_t rows = morsel.rows();
    std::vector<uint64_t> pruned(conjuncts_.size() + 1);
    uint64_t zones = 0;
    uint64_t rows_left = 0;
    for (int64_t first = 0; first < rows; first += kZoneRows, ++zones) {
      const int64_t zone_rows = std::min(kZoneRows, rows - first);
      const size_t by = Judge(zones, zone_rows);
      ++pruned[by];
      if (by == conjuncts_.size()) rows_left += static_cast<uint64_t>(zone_rows);
    }
    ++report_.morsels;
    report_.zones += zones;
    report_.rows += static_cast<uint64_t>(rows);
    if (!may_pass && pruned.back() > 0) {
      ++report_.filters[point_filter_].by_index_morsels;
      return absl::OkStatus();
    }
    const uint64_t left = pruned.back();
    report_.zones_left += left;
    report_.rows_left += rows_left;
    if (left > 0 || zones == 0) ++report_.morsels_left;
    for (size_t i = 0; i < conjuncts_.size(); ++i) {
      if (left == 0 && pruned[i] == zones && zones > 0) {
        ++report_.filters[i].morsels;
      } else {
        report_.filters[i].zones += pruned[i];
      }
    }
    return absl::OkStatus();
  }

  const Source& source_;
  const Inputs& inputs_;
  const std::vector<BoundPtr>& conjuncts_;
  std::unique_ptr<MorselFilter> points_;             // null: the source has no index that helps
  size_t point_filter_ = 0;                          // the first conjunct that it is asked for
  std::vector<size_t> slots_;                        // that filters by statistics ask about
  std::vector<const segment::ZoneMap*> statistics_;  // by slot, of the current morsel
  PruningReport report_;
};

}  // namespace

absl::StatusOr<PruningReport> ReportPruning(const Source& source, const Inputs& inputs,
                                            const std::vector<BoundPtr>& conjuncts) {
  return Reporter(source, inputs, conjuncts).Run();
}

PruningReport ReportMorselPruning(const Source& source, const Inputs& inputs,
                                  const std::vector<BoundPtr>& conjuncts) {
  return Reporter(source, inputs, conjuncts).RunOnBounds();
}

}  // namespace ashlar::query
