// ZoneScan: the rows of a source that pass a stage's filters, zone by zone.
//
// Owns: the order "prune by statistics, mask dead rows, evaluate what is left", and counting what
// each step saved. Does not own: what happens to the rows (sinks, streams) or threads; every task
// has a scan of its own.
#ifndef ASHLAR_SRC_QUERY_ZONE_SCAN_H_
#define ASHLAR_SRC_QUERY_ZONE_SCAN_H_

#include <cstdint>
#include <memory>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "ashlar/query.h"
#include "src/query/binder.h"
#include "src/query/bound_expression.h"
#include "src/query/control.h"
#include "src/query/evaluator.h"
#include "src/query/morsel.h"
#include "src/query/pruning.h"
#include "src/query/vector.h"

namespace ashlar::query {

// What is scanned; all of it outlives the scan.
struct ScanTarget {
  const Source* source = nullptr;
  const Inputs* inputs = nullptr;
  const std::vector<BoundPtr>* conjuncts = nullptr;
  const QueryControl* control = nullptr;
  BackEnd back_end = BackEnd::kVectorised;
};

class ZoneScan {
 public:
  explicit ZoneScan(const ScanTarget& target);
  ~ZoneScan();

  // Goes to a morsel. False when statistics rule it out as a whole.
  [[nodiscard]] absl::StatusOr<bool> Begin(size_t morsel);
  // The next zone of which a row passes, those rows, and their number; 0 at the morsel's end.
  // Cancellation and deadline are asked for each zone.
  [[nodiscard]] absl::StatusOr<int64_t> Next(ZoneRange* zone, Bits* selection);
  // Of the morsel that was begun.
  [[nodiscard]] Morsel& morsel() { return *morsel_; }
  // Leaves the current morsel; counts what was not reached.
  void End();

  // What was done since the last call, as far as a scan can know.
  void AddTo(QueryStats* stats);

 private:
  // Conjuncts over the same single input, evaluated as one: two bounds make a range.
  struct Filter {
    BoundPtr predicate;
    std::unique_ptr<Evaluator> evaluator;
    bool prunable = false;  // nothing before it may fail, nor may it
    bool began = false;     // BeginMorsel() was called for the current morsel
    bool decided = false;   // true for all rows of the current morsel
    ZoneVerdicts verdicts;  // of the 64 zones that the current one is among
  };

  [[nodiscard]] Verdict JudgeMorsel(size_t morsel);
  [[nodiscard]] absl::Status LoadStatistics();
  // Judges the 64 zones of which `zone` is the first.
  void JudgeNextZones(const ZoneRange& zone);
  // False: statistics say that no row passes. Sets *selection to the rows that are alive.
  [[nodiscard]] bool SelectLive(const ZoneRange& zone, Bits* selection);
  // The number of rows that pass.
  [[nodiscard]] absl::StatusOr<int64_t> FilterZone(const ZoneRange& zone, Bits* selection);
  void CountChunks();

  const ScanTarget target_;
  std::vector<Filter> filters_;
  std::vector<size_t> pruning_slots_;     // inputs that prunable filters read
  std::unique_ptr<MorselFilter> points_;  // null: the source knows nothing
  std::unique_ptr<Morsel> morsel_;
  std::vector<const segment::ZoneMap*> statistics_;                 // by slot
  std::vector<std::shared_ptr<const segment::ZoneMap>> summaries_;  // keeps those of morsels alive
  int64_t next_row_ = 0;
  int64_t rows_ = 0;
  uint64_t pruned_before_ = 0;  // zones, when the morsel began
  uint64_t ruled_out_ = 0;      // of 64 zones, like the verdicts of filters
  SourceCounters counters_;
  uint64_t interpreted_ = 0;  // rows that were counted already
  QueryStats stats_;
};

}  // namespace ashlar::query

#endif  // ASHLAR_SRC_QUERY_ZONE_SCAN_H_
