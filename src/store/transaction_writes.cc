// Collecting rows: appends, upserts and deletes, held in memory or written as segments.

#include <utility>
#include <vector>

#include "ashlar/status_macros.h"
#include "src/base/check.h"
#include "src/query/take.h"
#include "src/store/batch_adapter.h"
#include "src/store/dataset_keys.h"
#include "src/store/ingest.h"
#include "src/store/transaction_impl.h"

namespace ashlar {

using store::PendingDataset;
using store::WriteKind;
using store::WriteOp;

namespace {

uint64_t BytesOf(const RecordBatch& batch) {
  uint64_t bytes = 0;
  for (const Column& column : batch.columns()) bytes += query::ViewBytes(column);
  return bytes;
}

// What was taken of a stream, then the rest of it.
class ResumedReader final : public BatchReader {
 public:
  ResumedReader(std::vector<RecordBatch> taken, BatchReader& rest)
      : taken_(std::move(taken)), rest_(rest) {}
  const Schema& schema() const override { return rest_.schema(); }
  absl::StatusOr<bool> Next(RecordBatch* batch) override {
    if (next_ == taken_.size()) return rest_.Next(batch);
    *batch = std::move(taken_[next_++]);
    return true;
  }

 private:
  std::vector<RecordBatch> taken_;
  size_t next_ = 0;
  BatchReader& rest_;
};

}  // namespace

absl::StatusOr<RecordBatch> WriteTransaction::Impl::Fit(const PendingDataset& pending,
                                                        const RecordBatch& batch,
                                                        Held* more) const {
  const manifest::DatasetState& state = pending.state();
  ASSIGN_OR_RETURN(RecordBatch fitted, store::AdaptBatch(batch, state.schema, state.name));
  if (pending.codec != nullptr) RETURN_IF_ERROR(pending.codec->CheckBatch(fitted));
  more->rows += fitted.rows();
  more->bytes += BytesOf(fitted);
  return fitted;
}

absl::StatusOr<bool> WriteTransaction::Impl::TakeSmall(PendingDataset* pending, WriteKind kind,
                                                       BatchReader& batches,
                                                       std::vector<RecordBatch>* taken) {
  std::vector<RecordBatch> fitted;
  Held more;
  for (RecordBatch batch;;) {
    ASSIGN_OR_RETURN(const bool has_more, batches.Next(&batch));
    if (!has_more) break;
    taken->push_back(batch);
    ASSIGN_OR_RETURN(batch, Fit(*pending, batch, &more));
    if (batch.rows() == 0) continue;
    if (!Fits(more)) return false;
    fitted.push_back(batch);
  }
  if (taken->empty()) {
    const manifest::DatasetState& state = pending->state();
    RETURN_IF_ERROR(store::CheckAdaptable(batches.schema(), state.schema, state.name));
  }
  for (RecordBatch& batch : fitted) pending->ops.push_back({kind, std::move(batch)});
  Hold(more, /*deletes=*/false);
  return true;
}

absl::StatusOr<bool> WriteTransaction::Impl::TakeOne(PendingDataset* pending, WriteKind kind,
                                                     const RecordBatch& batch) {
  Held more;
  ASSIGN_OR_RETURN(RecordBatch fitted, Fit(*pending, batch, &more));
  if (fitted.rows() == 0) return true;
  if (!Fits(more)) return false;
  pending->ops.push_back({kind, std::move(fitted)});
  Hold(more, /*deletes=*/false);
  return true;
}

void WriteTransaction::Impl::Hold(const Held& more, bool deletes) {
  held.rows += more.rows;
  held.bytes += more.bytes;
  if (!deletes) stats.rows += static_cast<uint64_t>(more.rows);
  stats.logical_bytes += more.bytes;
}

absl::Status WriteTransaction::Impl::Append(std::string_view dataset, const RecordBatch& batch) {
  ASSIGN_OR_RETURN(PendingDataset * pending, TouchOrdered(dataset, false, "appending"));
  if (!large) {
    ASSIGN_OR_RETURN(const bool taken, TakeOne(pending, WriteKind::kAppend, batch));
    if (taken) return absl::OkStatus();
  }
  return Append(dataset, *MakeBatchReader(batch.schema(), {batch}));
}

absl::Status WriteTransaction::Impl::Append(std::string_view dataset, BatchReader& batches) {
  ASSIGN_OR_RETURN(PendingDataset * pending, TouchOrdered(dataset, false, "appending"));
  if (large) return AppendSegments(pending, batches);
  std::vector<RecordBatch> taken;
  ASSIGN_OR_RETURN(const bool small, TakeSmall(pending, WriteKind::kAppend, batches, &taken));
  if (small) return absl::OkStatus();
  RETURN_IF_ERROR(TurnLarge());
  ResumedReader all(std::move(taken), batches);
  return AppendSegments(pending, all);
}

absl::Status WriteTransaction::Impl::Upsert(std::string_view dataset, const RecordBatch& batch) {
  ASSIGN_OR_RETURN(PendingDataset * pending, TouchKeyed(dataset));
  if (!large) {
    ASSIGN_OR_RETURN(const bool taken, TakeOne(pending, WriteKind::kUpsert, batch));
    if (taken) return absl::OkStatus();
  }
  return Upsert(dataset, *MakeBatchReader(batch.schema(), {batch}));
}

absl::Status WriteTransaction::Impl::Upsert(std::string_view dataset, BatchReader& batches) {
  ASSIGN_OR_RETURN(PendingDataset * pending, TouchKeyed(dataset));
  if (large) return UpsertSegments(pending, batches);
  std::vector<RecordBatch> taken;
  ASSIGN_OR_RETURN(const bool small, TakeSmall(pending, WriteKind::kUpsert, batches, &taken));
  if (small) return absl::OkStatus();
  RETURN_IF_ERROR(TurnLarge());
  ResumedReader all(std::move(taken), batches);
  return UpsertSegments(pending, all);
}

absl::Status WriteTransaction::Impl::Delete(std::string_view dataset, std::span<const Key> keys) {
  ASSIGN_OR_RETURN(PendingDataset * pending, TouchKeyed(dataset));
  ASSIGN_OR_RETURN(columnar::EncodedKeys encoded, pending->codec->Encode(keys));
  std::vector<columnar::EncodedKeys> all(1);
  all[0] = std::move(encoded);
  return DeleteKeys(pending, std::move(all));
}

absl::Status WriteTransaction::Impl::DeleteKeys(PendingDataset* pending,
                                                std::vector<columnar::EncodedKeys> keys) {
  Held more;
  std::erase_if(keys, [](const columnar::EncodedKeys& some) { return some.rows == 0; });
  for (const columnar::EncodedKeys& some : keys) {
    more.bytes += some.bytes.size();
    more.rows += static_cast<int64_t>(some.rows);
  }
  if (keys.empty()) return absl::OkStatus();
  if (!large && !Fits(more)) RETURN_IF_ERROR(TurnLarge());
  if (large) return DeleteInSegments(pending, std::move(keys));
  std::vector<RecordBatch> batches;
  more.bytes = 0;
  for (const columnar::EncodedKeys& some : keys) {
    ASSIGN_OR_RETURN(RecordBatch batch, store::BatchOfKeys(*pending->codec, some));
    more.bytes += BytesOf(batch);
    batches.push_back(std::move(batch));
  }
  for (RecordBatch& batch : batches) pending->ops.push_back({WriteKind::kDelete, std::move(batch)});
  Hold(more, /*deletes=*/true);
  return absl::OkStatus();
}

absl::Status WriteTransaction::Impl::TurnLarge() {
  if (large) return absl::OkStatus();
  large = true;
  const WriteStats counted = stats;
  for (auto& [name, pending] : datasets) {
    if (pending.dropped() || pending.before == nullptr) continue;
    auto ops = std::exchange(pending.ops, {});
    absl::Status written = LookAt(name, &pending);
    pending.ops = std::move(ops);
    if (written.ok()) written = WriteOps(&pending);
    if (!written.ok()) {
      // As before: nothing of the transaction is lost, and it may be tried again.
      for (auto& [other, to_reset] : datasets) {
        if (to_reset.before == nullptr) continue;
        to_reset.change = nullptr;
        to_reset.over_memory = false;
        to_reset.below.reset();
        to_reset.gathered = {};
      }
      stats = counted;
      files = nullptr;  // with them the error of a write behind
      large = false;
      return written;
    }
  }
  for (auto& [name, pending] : datasets) {
    pending.ops.clear();
    pending.own = nullptr;
    pending.own_deaths = nullptr;
    pending.own_ops = 0;
  }
  return absl::OkStatus();
}

absl::Status WriteTransaction::Impl::WriteOps(PendingDataset* pending) {
  for (const WriteOp& op : pending->ops) {
    if (op.kind == WriteKind::kDelete) {
      std::vector<columnar::EncodedKeys> keys(1);
      RETURN_IF_ERROR(store::KeysOfOp(*pending->codec, op, keys.data()));
      RETURN_IF_ERROR(DeleteInSegments(pending, std::move(keys)));
      continue;
    }
    // Counted when they were handed in, and again as they are written.
    stats.rows -= static_cast<uint64_t>(op.batch.rows());
    stats.logical_bytes -= BytesOf(op.batch);
    const std::unique_ptr<BatchReader> rows = MakeBatchReader(op.batch.schema(), {op.batch});
    RETURN_IF_ERROR(op.kind == WriteKind::kUpsert ? UpsertSegments(pending, *rows)
                                                  : AppendSegments(pending, *rows));
  }
  return absl::OkStatus();
}

absl::Status WriteTransaction::Impl::AppendSegments(PendingDataset* pending, BatchReader& batches) {
  store::DatasetChange& change = *pending->change;
  ASSIGN_OR_RETURN(store::Ingested ingested,
                   IngestRows(change.pending, batches, std::nullopt, Files().sink()));
  change.pending.chunker = ingested.chunker;
  for (manifest::SegmentEntry& entry : ingested.segments) {
    if (!change.replaced) change.appended.push_back(entry);
    change.pending.segments.push_back(std::move(entry));
  }
  manifest::CountRows(&change.pending);
  store::AddWriteStats(ingested.stats, &stats);
  return absl::OkStatus();
}

absl::Status WriteTransaction::Impl::DeleteInSegments(PendingDataset* pending,
                                                      std::vector<columnar::EncodedKeys> keys) {
  RETURN_IF_ERROR(WriteGathered(pending));
  manifest::DatasetState state = pending->change->pending;
  store::KeyedChange keyed = pending->change->keyed;
  for (columnar::EncodedKeys& some : keys) {
    RETURN_IF_ERROR(store::DeleteRows(std::move(some), *core->cache, &state, &keyed));
  }
  pending->change->pending = std::move(state);
  pending->change->keyed = std::move(keyed);
  return absl::OkStatus();
}

}  // namespace ashlar
