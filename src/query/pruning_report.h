// PruningReport: what each filter of a stage prunes, counted without reading rows.
//
// Owns: the count that `explain` prints. Does not own: the judgement (pruning.h); a scan uses the
// same one, so what is reported is what happens.
#ifndef ASHLAR_SRC_QUERY_PRUNING_REPORT_H_
#define ASHLAR_SRC_QUERY_PRUNING_REPORT_H_

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "src/query/binder.h"
#include "src/query/bound_expression.h"
#include "src/query/morsel.h"

namespace ashlar::query {

struct PruningReport {
  struct Filter {
    bool by_statistics = false;     // statistics can decide something about it
    bool behind_a_failure = false;  // could, but a filter before it may fail, and must be asked
    bool by_index = false;          // the source has an index of what it asks for
    uint64_t morsels = 0;           // wholly pruned by it (and by none before it)
    uint64_t by_index_morsels = 0;  // more of them, by the index
    uint64_t zones = 0;             // of other morsels
    uint64_t all_true = 0;          // zones in which it holds for every row: not evaluated
  };
  std::vector<Filter> filters;  // one a conjunct
  uint64_t morsels = 0;
  uint64_t zones = 0;
  uint64_t rows = 0;
  uint64_t morsels_left = 0;
  uint64_t zones_left = 0;
  uint64_t rows_left = 0;
};

[[nodiscard]] absl::StatusOr<PruningReport> ReportPruning(const Source& source,
                                                          const Inputs& inputs,
                                                          const std::vector<BoundPtr>& conjuncts);
// By the bounds of whole morsels alone, for a source whose morsels are costly to open: no zones and
// no rows are counted.
[[nodiscard]] PruningReport ReportMorselPruning(const Source& source, const Inputs& inputs,
                                                const std::vector<BoundPtr>& conjuncts);

}  // namespace ashlar::query

#endif  // ASHLAR_SRC_QUERY_PRUNING_REPORT_H_
