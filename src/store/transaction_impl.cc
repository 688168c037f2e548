// Collecting changes: creating, dropping, appending, replacing, reading own writes.

#include "src/store/transaction_impl.h"

#include <utility>

#include "ashlar/builder.h"
#include "ashlar/status_macros.h"
#include "src/base/check.h"
#include "src/base/names.h"
#include "src/base/nearest_names.h"
#include "src/base/strings.h"
#include "src/store/batch_adapter.h"
#include "src/store/dataset_impl.h"
#include "src/store/garbage.h"
#include "src/store/key_options.h"
#include "src/store/schema_evolution.h"
#include "src/store/segment_cutter.h"

namespace ashlar {

namespace store {

void AddWriteStats(const WriteStats& more, WriteStats* sum) {
  sum->rows += more.rows;
  sum->logical_bytes += more.logical_bytes;
  sum->batch_bytes += more.batch_bytes;
  sum->dictionary_bytes += more.dictionary_bytes;
  sum->key_index_bytes += more.key_index_bytes;
  sum->metadata_bytes += more.metadata_bytes;
  sum->segments_written += more.segments_written;
  sum->segments_skipped += more.segments_skipped;
  sum->chunks_written += more.chunks_written;
  sum->chunks_skipped += more.chunks_skipped;
}

}  // namespace store

namespace {

// Rows of a keyed dataset have no place of their own.
absl::Status CheckOrdered(const manifest::DatasetState& state, std::string_view verb) {
  if (!state.is_keyed()) return absl::OkStatus();
  return absl::FailedPreconditionError(
      base::StrCat("dataset '", base::EscapeForTerminal(state.name),
                   "' has a key: upsert rows instead of ", verb, " them"));
}

}  // namespace

WriteTransaction::Impl::Impl(std::shared_ptr<store::StoreCore> store_core)
    : core(std::move(store_core)),
      sink({core->cache, core->reuse, core->clock, &core->next_segment_id, core->publisher.get()}) {
}

WriteTransaction::Impl::~Impl() {
  if (published) return;
  // Whatever cannot be removed now is an orphan that the next collection removes.
  RemoveUnpublished(*core, sink.created_files()).IgnoreError();
}

absl::Status WriteTransaction::Impl::CreateDataset(std::string_view name, const Schema& schema,
                                                   const DatasetOptions& options) {
  RETURN_IF_ERROR(base::ValidateDatasetName(name));
  if (schema.size() == 0) return absl::InvalidArgumentError("a schema needs at least one field");
  ASSIGN_OR_RETURN(const Schema checked, Schema::Make(schema.fields()));
  if (checked.max_field_id() == UINT32_MAX) {
    return absl::InvalidArgumentError("field ids are exhausted");
  }
  store::DatasetChange created;
  created.pending.schema = checked;
  RETURN_IF_ERROR(store::ResolveKey(options, &created.pending));
  const auto change = changes.find(name);
  const bool exists = change != changes.end() ? !change->second.dropped
                                              : core->current()->current()->datasets.contains(name);
  if (exists) {
    return absl::AlreadyExistsError(
        base::StrCat("dataset '", base::EscapeForTerminal(name), "' exists already"));
  }
  if (change != changes.end()) {
    return absl::FailedPreconditionError(
        "a dataset cannot be dropped and created again in one transaction");
  }
  ASSIGN_OR_RETURN(created.claim, core->claims->Claim(name, /*exclusive=*/true));
  created.replaced = true;
  created.pending.name = std::string(name);
  created.pending.next_field_id = checked.max_field_id() + 1;
  created.pending.storage = options.storage;
  created.pending.chunker.max_bytes = columnar::kDefaultMaxSegmentBytes;
  if (options.boundaries.fixed_rows != 0) {
    created.pending.chunker.mode = columnar::ChunkingMode::kFixedRows;
    created.pending.chunker.target_rows = options.boundaries.fixed_rows;
  }
  changes.emplace(name, std::move(created));
  return absl::OkStatus();
}

absl::StatusOr<store::DatasetChange*> WriteTransaction::Impl::Touch(std::string_view dataset,
                                                                    bool exclusive) {
  const auto found = changes.find(dataset);
  if (found != changes.end() && !found->second.dropped) {
    if (exclusive) RETURN_IF_ERROR(found->second.claim->MakeExclusive());
    return &found->second;
  }
  if (found != changes.end()) return Unknown(dataset);
  // Claimed first: what is read below cannot be replaced by others any more.
  ASSIGN_OR_RETURN(std::unique_ptr<store::DatasetClaim> claim,
                   core->claims->Claim(dataset, exclusive));
  const std::shared_ptr<const manifest::Manifest> current = core->current()->current();
  const auto existing = current->datasets.find(dataset);
  if (existing == current->datasets.end()) return Unknown(dataset);
  store::DatasetChange change;
  change.claim = std::move(claim);
  change.before = existing->second;
  change.pending = *existing->second;
  return &changes.emplace(dataset, std::move(change)).first->second;
}

absl::Status WriteTransaction::Impl::Unknown(std::string_view dataset) const {
  std::vector<std::string> names;
  for (const auto& [name, state] : core->current()->current()->datasets) {
    const auto change = changes.find(name);
    if (change == changes.end() || !change->second.dropped) names.push_back(name);
  }
  return base::UnknownName("dataset", dataset, names);
}

absl::Status WriteTransaction::Impl::DropDataset(std::string_view name) {
  ASSIGN_OR_RETURN(store::DatasetChange * change, Touch(name, /*exclusive=*/true));
  if (change->before == nullptr) {
    changes.erase(changes.find(name));
    return absl::OkStatus();
  }
  change->dropped = true;
  change->pending.segments.clear();
  return absl::OkStatus();
}

absl::Status WriteTransaction::Impl::ChangeSchema(std::string_view dataset,
                                                  const SchemaChange& change) {
  ASSIGN_OR_RETURN(store::DatasetChange * touched, Touch(dataset, /*exclusive=*/true));
  return store::EvolveSchema(change, &touched->pending);
}

absl::StatusOr<WriteTransaction::Impl::Ingested> WriteTransaction::Impl::Ingest(
    const manifest::DatasetState& state, BatchReader& batches, std::optional<uint64_t> rows_hint) {
  // An empty stream of the wrong schema is as wrong as a full one.
  ASSIGN_OR_RETURN(const RecordBatch none, RecordBatchBuilder(batches.schema()).Finish());
  RETURN_IF_ERROR(store::AdaptBatch(none, state.schema, state.name).status());
  Ingested ingested;
  store::SegmentCutter cutter(state.chunker, rows_hint);
  std::vector<store::RowRun> ready;
  const auto write_ready = [&]() -> absl::Status {
    for (const store::RowRun& run : ready) {
      ASSIGN_OR_RETURN(auto meta, sink.Write(state.schema, state.storage, run, &ingested.stats));
      ingested.segments.push_back({std::move(meta), 0});
    }
    ready.clear();
    return absl::OkStatus();
  };
  for (RecordBatch batch;;) {
    ASSIGN_OR_RETURN(const bool more, batches.Next(&batch));
    if (!more) break;
    ASSIGN_OR_RETURN(batch, store::AdaptBatch(batch, state.schema, state.name));
    cutter.Add(batch, &ready);
    RETURN_IF_ERROR(write_ready());
  }
  cutter.Finish(&ready);
  RETURN_IF_ERROR(write_ready());
  // An empty first write decides nothing.
  ingested.chunker = ingested.segments.empty() ? state.chunker : cutter.params();
  return ingested;
}

absl::Status WriteTransaction::Impl::Append(std::string_view dataset, BatchReader& batches) {
  ASSIGN_OR_RETURN(store::DatasetChange * change, Touch(dataset, /*exclusive=*/false));
  RETURN_IF_ERROR(CheckOrdered(change->pending, "appending"));
  ASSIGN_OR_RETURN(Ingested ingested, Ingest(change->pending, batches, std::nullopt));
  change->pending.chunker = ingested.chunker;
  for (manifest::SegmentEntry& entry : ingested.segments) {
    if (!change->replaced) change->appended.push_back(entry);
    change->pending.segments.push_back(std::move(entry));
  }
  manifest::CountRows(&change->pending);
  store::AddWriteStats(ingested.stats, &stats);
  return absl::OkStatus();
}

absl::Status WriteTransaction::Impl::Replace(std::string_view dataset, BatchReader& batches,
                                             const ReplaceOptions& options) {
  ASSIGN_OR_RETURN(store::DatasetChange * change, Touch(dataset, /*exclusive=*/true));
  RETURN_IF_ERROR(CheckOrdered(change->pending, "replacing"));
  ASSIGN_OR_RETURN(Ingested ingested, Ingest(change->pending, batches, options.rows_hint));
  change->replaced = true;
  change->appended.clear();
  change->pending.chunker = ingested.chunker;
  change->pending.segments = std::move(ingested.segments);
  manifest::CountRows(&change->pending);
  store::AddWriteStats(ingested.stats, &stats);
  return absl::OkStatus();
}

absl::StatusOr<Dataset> WriteTransaction::Impl::Read(std::string_view dataset) const {
  const auto found = changes.find(dataset);
  if (found != changes.end() && !found->second.dropped) {
    return store::MakeDataset(std::make_shared<const manifest::DatasetState>(found->second.pending),
                              core->cache);
  }
  if (found != changes.end()) return Unknown(dataset);
  return SnapshotPins::Take(core->pins).GetDataset(dataset);
}

}  // namespace ashlar
