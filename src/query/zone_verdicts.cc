// Verdicts about many zones: each predicate in the cheapest way that fits it.
#include <algorithm>

#include "src/base/check.h"
#include "src/base/limits.h"
#include "src/query/pruning.h"
#include "src/query/range_verdicts.h"

namespace ashlar::query {
namespace {

constexpr int64_t kZoneRows = base::kZoneRows;

// What is known of the zone is what was known of the one before: of few distinct values each zone
// has the same bounds, and looking costs a fraction of judging.
bool RepeatsLast(Statistics statistics, uint64_t zone) {
  for (const segment::ZoneMap* const map : statistics) {
    if (map != nullptr && (zone >= map->zones() || !map->RepeatsLast(zone))) return false;
  }
  return true;
}

// A conjunction is true nowhere where a part is, and everywhere where all parts are.
ZoneVerdicts JudgeConjunction(const BoundExpression& conjunction, Statistics statistics,
                              uint64_t first, int64_t rows) {
  ZoneVerdicts verdicts{.none = 0, .all = ~uint64_t{0}};
  for (const BoundPtr& part : conjunction.args) {
    const ZoneVerdicts of_part = JudgeZones(*part, statistics, first, rows);
    verdicts.none |= of_part.none;
    verdicts.all &= of_part.all;
  }
  return verdicts;
}

}  // namespace

ZoneVerdicts JudgeZones(const BoundExpression& predicate, Statistics statistics, uint64_t first,
                        int64_t rows) {
  ASHLAR_CHECK(rows > 0);
  if (predicate.op == Op::kAnd) return JudgeConjunction(predicate, statistics, first, rows);
  const uint64_t count =
      std::min<uint64_t>(64, static_cast<uint64_t>((rows + kZoneRows - 1) / kZoneRows));
  ZoneVerdicts verdicts;
  const uint64_t settled = JudgeRange(predicate, statistics, first, count, &verdicts);
  Verdict verdict = Verdict::kSome;
  bool is_last = false;  // `verdict` is that of the zone before
  for (uint64_t i = 0; i < count; ++i) {
    if ((settled >> i & 1) != 0) {
      is_last = false;
      continue;
    }
    const int64_t zone_rows = std::min(kZoneRows, rows - static_cast<int64_t>(i) * kZoneRows);
    if (!is_last || zone_rows < kZoneRows || !RepeatsLast(statistics, first + i)) {
      verdict = JudgeZone(predicate, statistics, first + i, zone_rows);
    }
    is_last = true;
    verdicts.none |= uint64_t{verdict == Verdict::kNone} << i;
    verdicts.all |= uint64_t{verdict == Verdict::kAll} << i;
  }
  return verdicts;
}

}  // namespace ashlar::query
