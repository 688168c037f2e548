// Collecting changes of keyed datasets: upserts and deletes.

#include <utility>

#include "ashlar/builder.h"
#include "ashlar/status_macros.h"
#include "src/base/names.h"
#include "src/base/strings.h"
#include "src/columnar/chunker.h"
#include "src/query/take.h"
#include "src/store/batch_adapter.h"
#include "src/store/dataset_keys.h"
#include "src/store/transaction_impl.h"

namespace ashlar {

absl::StatusOr<store::DatasetChange*> WriteTransaction::Impl::TouchKeyed(std::string_view dataset) {
  ASSIGN_OR_RETURN(store::DatasetChange * change, Touch(dataset, /*exclusive=*/false));
  if (!change->pending.is_keyed()) {
    return absl::FailedPreconditionError(base::StrCat("dataset '", base::EscapeForTerminal(dataset),
                                                      "' has no key: append to it or replace it"));
  }
  if (!change->pending.partition_by.empty()) {
    return absl::UnimplementedError(
        base::StrCat("dataset '", base::EscapeForTerminal(dataset),
                     "' is partitioned: writing partitions is not supported by this version"));
  }
  return change;
}

absl::Status WriteTransaction::Impl::UpsertGathered(store::DatasetChange* change,
                                                    const std::vector<RecordBatch>& batches) {
  WriteStats written;
  RETURN_IF_ERROR(
      store::UpsertRows(batches, *core->cache, sink, &change->pending, &change->keyed, &written));
  store::AddWriteStats(written, &stats);
  return absl::OkStatus();
}

absl::Status WriteTransaction::Impl::Upsert(std::string_view dataset, BatchReader& batches) {
  // Rows that are sorted at once: a few segments of the largest size.
  constexpr int64_t kRowsAtOnce = int64_t{4} * columnar::kMaxTargetRows;
  constexpr uint64_t kBytesAtOnce = uint64_t{128} << 20;
  ASSIGN_OR_RETURN(store::DatasetChange * change, TouchKeyed(dataset));
  const manifest::DatasetState before = change->pending;
  const store::KeyedChange keyed_before = change->keyed;
  std::vector<RecordBatch> gathered;
  int64_t rows = 0;
  uint64_t bytes = 0;
  const auto run = [&]() -> absl::Status {
    ASSIGN_OR_RETURN(const RecordBatch none, RecordBatchBuilder(batches.schema()).Finish());
    RETURN_IF_ERROR(store::AdaptBatch(none, before.schema, before.name).status());
    for (RecordBatch batch;;) {
      ASSIGN_OR_RETURN(const bool more, batches.Next(&batch));
      if (!more) break;
      ASSIGN_OR_RETURN(batch, store::AdaptBatch(batch, before.schema, before.name));
      if (batch.rows() == 0) continue;
      rows += batch.rows();
      for (const Column& column : batch.columns()) bytes += query::ViewBytes(column);
      gathered.push_back(batch);
      if (rows < kRowsAtOnce && bytes < kBytesAtOnce) continue;
      RETURN_IF_ERROR(UpsertGathered(change, gathered));
      gathered.clear();
      rows = 0;
      bytes = 0;
    }
    return gathered.empty() ? absl::OkStatus() : UpsertGathered(change, gathered);
  };
  const absl::Status status = run();
  if (!status.ok()) {
    change->pending = before;
    change->keyed = keyed_before;
  }
  return status;
}

absl::Status WriteTransaction::Impl::Delete(std::string_view dataset, std::span<const Key> keys) {
  ASSIGN_OR_RETURN(store::DatasetChange * change, TouchKeyed(dataset));
  ASSIGN_OR_RETURN(columnar::EncodedKeys encoded, store::KeyCodecOf(change->pending).Encode(keys));
  if (encoded.rows == 0) return absl::OkStatus();
  manifest::DatasetState state = change->pending;
  RETURN_IF_ERROR(store::DeleteRows(std::move(encoded), *core->cache, &state, &change->keyed));
  change->pending = std::move(state);
  return absl::OkStatus();
}

}  // namespace ashlar
