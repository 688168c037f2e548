// Collecting rows: appends, upserts and deletes, held in memory or written as segments.

#include <utility>

#include "ashlar/builder.h"
#include "ashlar/status_macros.h"
#include "src/base/check.h"
#include "src/columnar/chunker.h"
#include "src/query/take.h"
#include "src/store/batch_adapter.h"
#include "src/store/dataset_keys.h"
#include "src/store/ingest.h"
#include "src/store/transaction_impl.h"

namespace ashlar {

using store::BufferedOp;
using store::PendingDataset;
using store::WriteKind;

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

absl::Status CheckSchema(const Schema& schema, const manifest::DatasetState& state) {
  ASSIGN_OR_RETURN(const RecordBatch none, RecordBatchBuilder(schema).Finish());
  return store::AdaptBatch(none, state.schema, state.name).status();
}

}  // namespace

absl::StatusOr<bool> WriteTransaction::Impl::TakeSmall(const PendingDataset& pending,
                                                       WriteKind kind, BatchReader& batches,
                                                       std::vector<RecordBatch>* taken,
                                                       std::vector<BufferedOp>* ops) {
  const manifest::DatasetState& state = pending.state();
  uint64_t bytes = buffered_bytes;
  int64_t rows = buffered_rows;
  for (RecordBatch batch;;) {
    ASSIGN_OR_RETURN(const bool more, batches.Next(&batch));
    if (!more) break;
    taken->push_back(batch);
    ASSIGN_OR_RETURN(batch, store::AdaptBatch(batch, state.schema, state.name));
    if (batch.rows() == 0) continue;
    bytes += BytesOf(batch);
    rows += batch.rows();
    if (bytes > core->small_commits.bytes || rows > core->small_commits.rows) return false;
    BufferedOp step{{kind, batch}};
    if (pending.codec != nullptr) {
      ASSIGN_OR_RETURN(step.keys, pending.codec->EncodeBatch(batch));
    }
    ops->push_back(std::move(step));
  }
  // An empty stream of the wrong schema is as wrong as a full one.
  if (taken->empty()) RETURN_IF_ERROR(CheckSchema(batches.schema(), state));
  return true;
}

void WriteTransaction::Impl::AddOps(std::vector<BufferedOp> ops, PendingDataset* pending) {
  for (BufferedOp& step : ops) {
    const uint64_t bytes = BytesOf(step.op.batch);
    buffered_bytes += bytes;
    buffered_rows += step.op.batch.rows();
    stats.rows +=
        static_cast<uint64_t>(step.op.kind == WriteKind::kDelete ? 0 : step.op.batch.rows());
    stats.logical_bytes += bytes;
    pending->ops.push_back(std::move(step));
  }
}

absl::Status WriteTransaction::Impl::Append(std::string_view dataset, BatchReader& batches) {
  ASSIGN_OR_RETURN(PendingDataset * pending, TouchOrdered(dataset, false, "appending"));
  if (large) return AppendSegments(pending, batches);
  std::vector<RecordBatch> taken;
  std::vector<BufferedOp> ops;
  ASSIGN_OR_RETURN(const bool small,
                   TakeSmall(*pending, WriteKind::kAppend, batches, &taken, &ops));
  if (small) {
    AddOps(std::move(ops), pending);
    return absl::OkStatus();
  }
  RETURN_IF_ERROR(TurnLarge());
  ResumedReader all(std::move(taken), batches);
  return AppendSegments(pending, all);
}

absl::Status WriteTransaction::Impl::Upsert(std::string_view dataset, BatchReader& batches) {
  ASSIGN_OR_RETURN(PendingDataset * pending, TouchKeyed(dataset));
  if (large) return UpsertSegments(pending, batches);
  std::vector<RecordBatch> taken;
  std::vector<BufferedOp> ops;
  ASSIGN_OR_RETURN(const bool small,
                   TakeSmall(*pending, WriteKind::kUpsert, batches, &taken, &ops));
  if (small) {
    AddOps(std::move(ops), pending);
    return absl::OkStatus();
  }
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
  uint64_t bytes = buffered_bytes;
  int64_t rows = buffered_rows;
  std::erase_if(keys, [](const columnar::EncodedKeys& some) { return some.rows == 0; });
  for (const columnar::EncodedKeys& some : keys) {
    bytes += some.bytes.size();
    rows += static_cast<int64_t>(some.rows);
  }
  if (keys.empty()) return absl::OkStatus();
  if (!large && (bytes > core->small_commits.bytes || rows > core->small_commits.rows)) {
    RETURN_IF_ERROR(TurnLarge());
  }
  if (large) return DeleteInSegments(pending, std::move(keys));
  std::vector<BufferedOp> ops;
  for (columnar::EncodedKeys& some : keys) {
    ASSIGN_OR_RETURN(RecordBatch batch, store::BatchOfKeys(*pending->codec, some));
    ops.push_back({{WriteKind::kDelete, std::move(batch)}, std::move(some)});
  }
  AddOps(std::move(ops), pending);
  return absl::OkStatus();
}

absl::Status WriteTransaction::Impl::TurnLarge() {
  if (large) return absl::OkStatus();
  large = true;
  for (auto& [name, pending] : datasets) {
    if (pending.change.dropped || pending.change.before == nullptr) continue;
    std::vector<BufferedOp> ops = std::exchange(pending.ops, {});
    absl::Status written = LookAt(name, &pending);
    pending.ops = std::move(ops);
    if (written.ok()) written = WriteOps(&pending);
    if (!written.ok()) {
      // As before: nothing of the transaction is lost, and it may be tried again.
      for (auto& [other, to_reset] : datasets) {
        if (to_reset.change.before == nullptr) continue;
        to_reset.as_segments = false;
        to_reset.change.pending = {};
        to_reset.change.appended.clear();
        to_reset.change.keyed = {};
      }
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
  // Counted anew as they were written.
  return absl::OkStatus();
}

absl::Status WriteTransaction::Impl::WriteOps(PendingDataset* pending) {
  const WriteStats before = stats;
  for (const BufferedOp& step : pending->ops) {
    const RecordBatch& batch = step.op.batch;
    if (step.op.kind == WriteKind::kDelete) {
      RETURN_IF_ERROR(DeleteInSegments(pending, {step.keys}));
      continue;
    }
    const std::unique_ptr<BatchReader> rows = MakeBatchReader(batch.schema(), {batch});
    RETURN_IF_ERROR(step.op.kind == WriteKind::kUpsert ? UpsertSegments(pending, *rows)
                                                       : AppendSegments(pending, *rows));
  }
  // These were counted when they were handed in.
  stats.rows = before.rows;
  stats.logical_bytes = before.logical_bytes;
  return absl::OkStatus();
}

absl::Status WriteTransaction::Impl::AppendSegments(PendingDataset* pending, BatchReader& batches) {
  store::DatasetChange& change = pending->change;
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

absl::Status WriteTransaction::Impl::UpsertSegments(PendingDataset* pending, BatchReader& batches) {
  // Rows that are sorted at once: a few segments of the largest size.
  constexpr int64_t kRowsAtOnce = int64_t{4} * columnar::kMaxTargetRows;
  constexpr uint64_t kBytesAtOnce = uint64_t{128} << 20;
  store::DatasetChange& change = pending->change;
  const manifest::DatasetState before = change.pending;
  const store::KeyedChange keyed_before = change.keyed;
  std::vector<RecordBatch> gathered;
  int64_t rows = 0;
  uint64_t bytes = 0;
  WriteStats written;
  const auto write = [&]() -> absl::Status {
    RETURN_IF_ERROR(store::UpsertRows(std::exchange(gathered, {}), *core->cache, Files().sink(),
                                      &change.pending, &change.keyed, &written));
    rows = 0;
    bytes = 0;
    return absl::OkStatus();
  };
  const auto run = [&]() -> absl::Status {
    RETURN_IF_ERROR(CheckSchema(batches.schema(), before));
    for (RecordBatch batch;;) {
      ASSIGN_OR_RETURN(const bool more, batches.Next(&batch));
      if (!more) break;
      ASSIGN_OR_RETURN(batch, store::AdaptBatch(batch, before.schema, before.name));
      if (batch.rows() == 0) continue;
      rows += batch.rows();
      bytes += BytesOf(batch);
      gathered.push_back(batch);
      if (rows >= kRowsAtOnce || bytes >= kBytesAtOnce) RETURN_IF_ERROR(write());
    }
    return gathered.empty() ? absl::OkStatus() : write();
  };
  const absl::Status status = run();
  if (!status.ok()) {
    change.pending = before;
    change.keyed = keyed_before;
    return status;
  }
  store::AddWriteStats(written, &stats);
  return absl::OkStatus();
}

absl::Status WriteTransaction::Impl::DeleteInSegments(PendingDataset* pending,
                                                      std::vector<columnar::EncodedKeys> keys) {
  manifest::DatasetState state = pending->change.pending;
  store::KeyedChange keyed = pending->change.keyed;
  for (columnar::EncodedKeys& some : keys) {
    RETURN_IF_ERROR(store::DeleteRows(std::move(some), *core->cache, &state, &keyed));
  }
  pending->change.pending = std::move(state);
  pending->change.keyed = std::move(keyed);
  return absl::OkStatus();
}

}  // namespace ashlar
