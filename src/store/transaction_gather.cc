// Upserts of a large transaction: gathered over its calls, sorted and written many at a time.

#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

#include "ashlar/status_macros.h"
#include "src/columnar/chunker.h"
#include "src/store/batch_adapter.h"
#include "src/store/transaction_impl.h"

namespace ashlar {

using store::PendingDataset;

absl::Status WriteTransaction::Impl::UpsertSegments(PendingDataset* pending, BatchReader& batches) {
  // Rows that are sorted at once: a few segments of the largest size.
  constexpr int64_t kRowsAtOnce = int64_t{4} * columnar::kMaxTargetRows;
  constexpr uint64_t kBytesAtOnce = uint64_t{128} << 20;
  store::DatasetChange& change = *pending->change;
  store::GatheredRows& gathered = pending->gathered;
  const size_t batches_before = gathered.batches.size();
  const store::GatheredRows sums_before = {{}, gathered.rows, gathered.bytes};
  const WriteStats stats_before = stats;
  // As it was, once this call has written anything.
  struct Written {
    manifest::DatasetState state;
    store::KeyedChange keyed;
    std::vector<RecordBatch> gathered;
  };
  std::optional<Written> before;
  const auto write = [&]() -> absl::Status {
    if (!before.has_value()) {
      const auto end = gathered.batches.begin() + static_cast<ptrdiff_t>(batches_before);
      before.emplace(Written{change.pending, change.keyed, {gathered.batches.begin(), end}});
    }
    store::ExpectManyRows(&change.pending);
    return WriteGathered(pending);
  };
  const auto run = [&]() -> absl::Status {
    RETURN_IF_ERROR(
        store::CheckAdaptable(batches.schema(), change.pending.schema, change.pending.name));
    for (RecordBatch batch;;) {
      ASSIGN_OR_RETURN(const bool more, batches.Next(&batch));
      if (!more) return absl::OkStatus();
      Held size;
      ASSIGN_OR_RETURN(batch, Fit(*pending, batch, &size));
      if (batch.rows() == 0) continue;
      gathered.rows += size.rows;
      gathered.bytes += size.bytes;
      gathered.batches.push_back(batch);
      if (gathered.rows < kRowsAtOnce && gathered.bytes < kBytesAtOnce) continue;
      RETURN_IF_ERROR(write());
    }
  };
  const absl::Status status = run();
  if (status.ok()) return status;
  if (before.has_value()) {
    change.pending = std::move(before->state);
    change.keyed = std::move(before->keyed);
    gathered.batches = std::move(before->gathered);
  } else {
    gathered.batches.erase(gathered.batches.begin() + static_cast<ptrdiff_t>(batches_before),
                           gathered.batches.end());
  }
  gathered.rows = sums_before.rows;
  gathered.bytes = sums_before.bytes;
  stats = stats_before;
  return status;
}

absl::Status WriteTransaction::Impl::WriteGathered(PendingDataset* pending) {
  if (pending->gathered.batches.empty()) return absl::OkStatus();
  store::DatasetChange& change = *pending->change;
  manifest::DatasetState state = change.pending;
  store::KeyedChange keyed = change.keyed;
  WriteStats written;
  RETURN_IF_ERROR(store::UpsertRows(pending->gathered.batches, *core->cache, Files().sink(), &state,
                                    &keyed, &written));
  pending->gathered = {};
  change.pending = std::move(state);
  change.keyed = std::move(keyed);
  store::AddWriteStats(written, &stats);
  return absl::OkStatus();
}

}  // namespace ashlar
