// Merge as a verb of a transaction: exclusive, as segments, all of it or nothing.

#include <utility>

#include "ashlar/status_macros.h"
#include "src/store/dataset_impl.h"
#include "src/store/merge_plan.h"
#include "src/store/merge_rows.h"
#include "src/store/read_set.h"
#include "src/store/transaction_impl.h"

namespace ashlar {

using store::PendingDataset;

absl::StatusOr<MergeReport> WriteTransaction::Impl::Merge(std::string_view dataset,
                                                          BatchReader& source,
                                                          const MergeOptions& options) {
  RETURN_IF_ERROR(store::CheckMerge(options));
  ASSIGN_OR_RETURN(PendingDataset * pending, TouchKeyed(dataset));
  RETURN_IF_ERROR(pending->claim.MakeExclusive());
  RETURN_IF_ERROR(TurnLarge());
  // Nobody else writes the dataset from here on; what was committed since the transaction began to
  // look at it is a conflict.
  ASSIGN_OR_RETURN(const Dataset seen, Read(dataset));
  if (seen.impl().reads != nullptr) seen.impl().reads->AddAll();
  store::DatasetChange& change = *pending->change;
  manifest::DatasetState state = change.pending;
  store::KeyedChange keyed = change.keyed;
  WriteStats written;
  const store::KeyedTarget target{.cache = core->cache.get(),
                                  .sink = &Files().sink(),
                                  .state = &state,
                                  .change = &keyed,
                                  .stats = &written};
  ASSIGN_OR_RETURN(MergeReport report, store::MergeRows(source, options, core->cache, target));
  change.pending = std::move(state);
  change.keyed = std::move(keyed);
  // Rows that were handed in, not those that were written again.
  written.rows = report.rows_inserted + report.rows_updated + report.rows_unchanged +
                 report.rows_superseded + report.skipped_count;
  store::AddWriteStats(written, &stats);
  return report;
}

absl::StatusOr<MergePlan> WriteTransaction::Impl::PlanMerge(std::string_view dataset,
                                                            BatchReader& source,
                                                            const MergeOptions& options) {
  RETURN_IF_ERROR(store::CheckMerge(options));
  ASSIGN_OR_RETURN(const Dataset seen, Read(dataset));
  if (seen.impl().keys == nullptr) return TouchKeyed(dataset).status();
  return store::PlanMerge(seen, source, options);
}

}  // namespace ashlar
