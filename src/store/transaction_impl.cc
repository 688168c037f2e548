// Collecting changes: creating, dropping, replacing, and what a transaction sees.

#include "src/store/transaction_impl.h"

#include <utility>

#include "ashlar/status_macros.h"
#include "src/base/check.h"
#include "src/base/names.h"
#include "src/base/nearest_names.h"
#include "src/base/strings.h"
#include "src/store/dataset_impl.h"
#include "src/store/ingest.h"
#include "src/store/key_options.h"
#include "src/store/schema_evolution.h"

namespace ashlar {

using store::PendingDataset;

namespace {

std::shared_ptr<const columnar::KeyCodec> MakeCodec(const manifest::DatasetState& state) {
  return std::make_shared<const columnar::KeyCodec>(store::KeyCodecOf(state));
}

}  // namespace

WriteTransaction::Impl::Impl(std::shared_ptr<store::StoreCore> store_core)
    : core(std::move(store_core)), large(core->small_commits.bytes == 0) {}

absl::Status WriteTransaction::Impl::CreateDataset(std::string_view name, const Schema& schema,
                                                   const DatasetOptions& options) {
  RETURN_IF_ERROR(base::ValidateDatasetName(name));
  if (schema.size() == 0) return absl::InvalidArgumentError("a schema needs at least one field");
  ASSIGN_OR_RETURN(const Schema checked, Schema::Make(schema.fields()));
  if (checked.max_field_id() == UINT32_MAX) {
    return absl::InvalidArgumentError("field ids are exhausted");
  }
  PendingDataset created;
  created.change = std::make_unique<store::DatasetChange>();
  manifest::DatasetState& state = created.change->pending;
  state.schema = checked;
  RETURN_IF_ERROR(store::ResolveKey(options, &state));
  const auto known = datasets.find(name);
  const bool exists = known != datasets.end() ? !known->second.dropped()
                                              : core->current()->current()->datasets.contains(name);
  if (exists) {
    return absl::AlreadyExistsError(
        base::StrCat("dataset '", base::EscapeForTerminal(name), "' exists already"));
  }
  if (known != datasets.end()) {
    return absl::FailedPreconditionError(
        "a dataset cannot be dropped and created again in one transaction");
  }
  ASSIGN_OR_RETURN(created.claim, Claim(name, /*exclusive=*/true));
  RETURN_IF_ERROR(TurnLarge());
  created.change->replaced = true;
  state.name = std::string(name);
  state.next_field_id = checked.max_field_id() + 1;
  state.storage = options.storage;
  state.chunker.max_bytes = columnar::kDefaultMaxSegmentBytes;
  if (options.boundaries.fixed_rows != 0) {
    state.chunker.mode = columnar::ChunkingMode::kFixedRows;
    state.chunker.target_rows = options.boundaries.fixed_rows;
  }
  if (state.is_keyed()) created.codec = MakeCodec(state);
  datasets.emplace(name, std::move(created));
  return absl::OkStatus();
}

absl::StatusOr<store::DatasetClaim> WriteTransaction::Impl::Claim(std::string_view dataset,
                                                                  bool exclusive) {
  auto claimed = core->claims.Claim(dataset, exclusive);
  if (!exclusive || !absl::IsAborted(claimed.status())) return claimed;
  // Commits that nobody waits for hold claims until somebody writes them.
  RETURN_IF_ERROR(core->queue->Flush());
  return core->claims.Claim(dataset, exclusive);
}

absl::StatusOr<PendingDataset*> WriteTransaction::Impl::Touch(std::string_view dataset,
                                                              bool exclusive) {
  const auto found = datasets.find(dataset);
  if (found != datasets.end() && !found->second.dropped()) {
    if (exclusive && !found->second.claim.MakeExclusive().ok()) {
      RETURN_IF_ERROR(core->queue->Flush());
      RETURN_IF_ERROR(found->second.claim.MakeExclusive());
    }
    return &found->second;
  }
  if (found != datasets.end()) return Unknown(dataset);
  // Claimed first: what is read below cannot be replaced by others any more.
  ASSIGN_OR_RETURN(store::DatasetClaim claim, Claim(dataset, exclusive));
  const auto added = datasets.try_emplace(std::string(dataset)).first;
  added->second.claim = std::move(claim);
  const absl::Status seen = LookAt(dataset, &added->second);
  if (seen.ok()) return &added->second;
  datasets.erase(added);
  return seen;
}

absl::StatusOr<PendingDataset*> WriteTransaction::Impl::TouchOrdered(std::string_view dataset,
                                                                     bool exclusive,
                                                                     std::string_view verb) {
  ASSIGN_OR_RETURN(PendingDataset * pending, Touch(dataset, exclusive));
  if (!pending->state().is_keyed()) return pending;
  // Rows of a keyed dataset have no place of their own.
  return absl::FailedPreconditionError(base::StrCat("dataset '", base::EscapeForTerminal(dataset),
                                                    "' has a key: upsert rows instead of ", verb,
                                                    " them"));
}

absl::StatusOr<PendingDataset*> WriteTransaction::Impl::TouchKeyed(std::string_view dataset) {
  ASSIGN_OR_RETURN(PendingDataset * pending, Touch(dataset, /*exclusive=*/false));
  const manifest::DatasetState& state = pending->state();
  if (!state.is_keyed()) {
    return absl::FailedPreconditionError(base::StrCat("dataset '", base::EscapeForTerminal(dataset),
                                                      "' has no key: append to it or replace it"));
  }
  return pending;
}

absl::Status WriteTransaction::Impl::Unknown(std::string_view dataset) const {
  std::vector<std::string> names;
  for (const auto& [name, state] : core->current()->current()->datasets) {
    const auto known = datasets.find(name);
    if (known == datasets.end() || !known->second.dropped()) names.push_back(name);
  }
  return base::UnknownName("dataset", dataset, names);
}

absl::Status WriteTransaction::Impl::DropDataset(std::string_view name) {
  ASSIGN_OR_RETURN(PendingDataset * pending, Touch(name, /*exclusive=*/true));
  if (pending->before == nullptr) {
    datasets.erase(datasets.find(name));
    return absl::OkStatus();
  }
  // Not written first: they go with the dataset.
  auto ops = std::exchange(pending->ops, {});
  if (absl::Status turned = TurnLarge(); !turned.ok()) {
    pending->ops = std::move(ops);
    return turned;
  }
  pending->gathered = {};
  pending->change->dropped = true;
  pending->change->pending.segments.clear();
  return absl::OkStatus();
}

absl::Status WriteTransaction::Impl::ChangeSchema(std::string_view dataset,
                                                  const SchemaChange& change) {
  ASSIGN_OR_RETURN(PendingDataset * pending, Touch(dataset, /*exclusive=*/true));
  // Judged before anything is written.
  manifest::DatasetState probe = pending->state();
  RETURN_IF_ERROR(store::EvolveSchema(change, &probe));
  RETURN_IF_ERROR(TurnLarge());
  RETURN_IF_ERROR(LookAtMemory(dataset, pending));  // rows in memory have the schema of before
  RETURN_IF_ERROR(WriteGathered(pending));
  RETURN_IF_ERROR(store::EvolveSchema(change, &pending->change->pending));
  if (pending->codec != nullptr) pending->codec = MakeCodec(pending->change->pending);
  return absl::OkStatus();
}

absl::Status WriteTransaction::Impl::Replace(std::string_view dataset, BatchReader& batches,
                                             const ReplaceOptions& options) {
  ASSIGN_OR_RETURN(PendingDataset * pending, TouchOrdered(dataset, true, "replacing"));
  RETURN_IF_ERROR(TurnLarge());
  store::DatasetChange& change = *pending->change;
  ASSIGN_OR_RETURN(store::Ingested ingested,
                   IngestRows(change.pending, batches, options.rows_hint, Files().sink()));
  change.replaced = true;
  change.appended.clear();
  change.pending.chunker = ingested.chunker;
  change.pending.segments = std::move(ingested.segments);
  manifest::CountRows(&change.pending);
  store::AddWriteStats(ingested.stats, &stats);
  return absl::OkStatus();
}

absl::StatusOr<Dataset> WriteTransaction::Impl::Read(std::string_view dataset) {
  const auto found = datasets.find(dataset);
  if (found != datasets.end() && found->second.dropped()) return Unknown(dataset);
  if (found == datasets.end()) {
    // Conflicts are found at the commit, so all such reads may see one moment.
    if (others.empty()) others = SnapshotPins::Take(core->pins);
    ASSIGN_OR_RETURN(const Dataset below, others.GetDataset(dataset));
    return Tracked(dataset, below, others.sequence());
  }
  PendingDataset& pending = found->second;
  RETURN_IF_ERROR(LookAtMemory(dataset, &pending));
  if (pending.change != nullptr) {
    RETURN_IF_ERROR(WriteGathered(&pending));
    const auto state = std::make_shared<const manifest::DatasetState>(pending.change->pending);
    if (pending.before == nullptr) return store::MakeDataset(state, core->cache);
    // What was read is proven at the commit, which may see the dataset anew and give up this base.
    Dataset::Impl below = store::MakeDataset(pending.before, core->cache).impl();
    below.pin = SnapshotPins::PinForDataset(pending.base);
    auto impl = std::make_shared<Dataset::Impl>(store::MakeDataset(state, core->cache).impl());
    impl->pin = below.pin;
    ASSIGN_OR_RETURN(
        const Dataset tracked,
        Tracked(dataset, Dataset(std::make_shared<const Dataset::Impl>(std::move(below))),
                pending.change->seen));
    impl->reads = tracked.impl().reads;
    return Dataset(std::move(impl));
  }
  if (pending.base.empty()) pending.base = SnapshotPins::Take(core->pins);
  ASSIGN_OR_RETURN(const Dataset below, pending.base.GetDataset(dataset));
  ASSIGN_OR_RETURN(const Dataset tracked, Tracked(dataset, below, pending.base.sequence()));
  if (pending.ops.empty()) return tracked;
  RETURN_IF_ERROR(FillOwn(&pending));
  return store::WithLayer(tracked.impl(), {pending.own, pending.own_deaths, pending.own_ops});
}

absl::StatusOr<Dataset> WriteTransaction::Impl::Tracked(std::string_view dataset,
                                                        const Dataset& below, uint64_t sequence) {
  std::shared_ptr<store::DatasetReads>& tracked = reads[{std::string(dataset), sequence}];
  if (tracked == nullptr) {
    tracked = std::make_shared<store::DatasetReads>(
        std::make_shared<const Dataset::Impl>(below.impl()), sequence);
  }
  auto impl = std::make_shared<Dataset::Impl>(below.impl());
  impl->reads = tracked;
  return Dataset(std::move(impl));
}

absl::Status WriteTransaction::Impl::FillOwn(PendingDataset* pending) {
  const manifest::DatasetState& state = *pending->before;
  if (pending->own == nullptr) {
    pending->own = log::Memtable::Make(state.schema, state.is_keyed());
    if (state.is_keyed()) pending->own_deaths = std::make_shared<store::PendingDeaths>();
  }
  for (; pending->own_ops < pending->ops.size(); ++pending->own_ops) {
    log::MemtableBatch step;
    RETURN_IF_ERROR(
        store::ToMemtableBatch(pending->codec.get(), pending->ops[pending->own_ops], &step));
    RETURN_IF_ERROR(pending->own->Apply(pending->own_ops + 1, {&step, 1}));
  }
  return absl::OkStatus();
}

}  // namespace ashlar
