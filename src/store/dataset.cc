// Dataset: the public handle. Getting one touches no file.

#include <memory>
#include <utility>
#include <vector>

#include "absl/utility/utility.h"
#include "ashlar/status_macros.h"
#include "src/base/check.h"
#include "src/base/names.h"
#include "src/base/strings.h"
#include "src/columnar/canonical.h"
#include "src/store/dataset_impl.h"
#include "src/store/key_options.h"
#include "src/store/key_range_scan.h"
#include "src/store/keyed_read.h"
#include "src/store/read_set.h"
#include "src/store/segment_scan.h"
#include "src/store/segment_source.h"
#include "src/store/sieved_search.h"
#include "src/store/stored_key.h"

namespace ashlar {

namespace store {

Dataset MakeDataset(std::shared_ptr<const manifest::DatasetState> state,
                    std::shared_ptr<SegmentCache> cache) {
  ASHLAR_CHECK(state != nullptr && cache != nullptr);
  auto impl = std::make_shared<Dataset::Impl>();
  if (state->is_keyed()) impl->keys = cache->KeysOf(state);
  impl->state = std::move(state);
  impl->cache = std::move(cache);
  return Dataset(std::move(impl));
}

Dataset MakeDataset(std::shared_ptr<const manifest::DatasetState> state, const StoreView& view,
                    uint64_t sequence, std::shared_ptr<SegmentCache> cache) {
  const MemtableList* const memtables = view.FindMemtables(state->id);
  const Dataset segments = MakeDataset(std::move(state), std::move(cache));
  if (memtables == nullptr) return segments;
  std::vector<MemoryLayer> layers;
  for (const MemtableRef& ref : *memtables) layers.push_back({ref.memtable, ref.deaths, sequence});
  auto impl = std::make_shared<Dataset::Impl>(segments.impl());
  impl->memory = std::make_shared<const MemoryRows>(impl->state, impl->keys, std::move(layers));
  return Dataset(std::move(impl));
}

Dataset WithLayer(const Dataset::Impl& below, MemoryLayer layer) {
  std::vector<MemoryLayer> layers;
  if (below.memory != nullptr) layers = below.memory->layers();
  layers.push_back(std::move(layer));
  auto impl = std::make_shared<Dataset::Impl>(below);
  impl->memory = std::make_shared<const MemoryRows>(impl->state, impl->keys, std::move(layers));
  return Dataset(std::move(impl));
}

absl::Status CheckKeyed(const Dataset::Impl& dataset) {
  if (dataset.keys != nullptr) return absl::OkStatus();
  return absl::FailedPreconditionError(
      base::StrCat("dataset ", base::QuoteForMessage(dataset.state->name), " has no key"));
}

}  // namespace store

const std::string& Dataset::name() const { return impl_->state->name; }
const Schema& Dataset::schema() const { return impl_->state->schema; }
Storage Dataset::storage() const { return impl_->state->storage; }

uint64_t Dataset::rows() const {
  if (impl_->reads != nullptr) impl_->reads->AddAll();
  if (impl_->memory == nullptr) return impl_->state->rows;
  const auto segments = impl_->LiveSegments();
  uint64_t rows = segments.ok() ? (*segments)->rows : impl_->state->rows;
  for (const store::LayerView& layer : impl_->memory->views()) rows += layer.CountLiveRows();
  return rows;
}

std::vector<SegmentInfo> Dataset::segments() const {
  std::vector<SegmentInfo> infos;
  infos.reserve(impl_->state->segments.size());
  for (const manifest::SegmentEntry& entry : impl_->state->segments) {
    const manifest::SegmentMeta& meta = *entry.meta;
    SegmentInfo info{.id = meta.file.id,
                     .rows = meta.rows,
                     .file_bytes = meta.file.bytes,
                     .logical_bytes = meta.logical_bytes,
                     .level = entry.level,
                     .digest = meta.digest.ToHex(),
                     .refers_to = {}};
    for (const manifest::ChunkUse& use : meta.uses) {
      if (info.refers_to.empty() || info.refers_to.back() != use.holder->file.id) {
        info.refers_to.push_back(use.holder->file.id);
      }
    }
    infos.push_back(std::move(info));
  }
  return infos;
}

std::vector<std::string> Dataset::key() const {
  return store::FieldNames(impl_->state->schema, impl_->state->key);
}

namespace {

// Of a keyed dataset; a transaction remembers that it was asked for.
absl::StatusOr<std::string_view> EncodeKey(const Dataset::Impl& dataset, const Key& key,
                                           columnar::KeyRoom* room) {
  RETURN_IF_ERROR(store::CheckKeyed(dataset));
  ASSIGN_OR_RETURN(const std::string_view encoded, dataset.keys->codec().EncodeView(key, room));
  if (dataset.reads != nullptr) dataset.reads->AddKey(encoded);
  return encoded;
}

absl::StatusOr<std::optional<RowRef>> RowFound(const store::QuickRow& row) {
  if (row.source == nullptr) return std::optional<RowRef>();
  return absl::StatusOr<std::optional<RowRef>>(absl::in_place, std::in_place, row.source, row.row);
}

[[gnu::noinline]] absl::StatusOr<std::optional<RowRef>> GetSlowly(const Dataset::Impl& dataset,
                                                                  const Key& key) {
  columnar::KeyRoom room;
  ASSIGN_OR_RETURN(const std::string_view encoded, EncodeKey(dataset, key, &room));
  const uint64_t hash = columnar::KeyHash(encoded);
  store::QuickRow row;
  if (dataset.memory == nullptr && dataset.keys->FindQuickly(encoded, hash, &row)) {
    return RowFound(row);
  }
  return store::FindRow(dataset, encoded, hash);
}

// The way of most gets, of so few instructions that the processor begins the next one while it
// waits for the memory of this one: so nothing is called here. False: go the long way.
[[gnu::always_inline]] inline bool FindQuickly(const Dataset::Impl& dataset, const Key& key,
                                               store::QuickRow* row) {
  const store::DatasetKeys* const keys = dataset.keys.get();
  if (keys == nullptr || dataset.memory != nullptr || dataset.reads != nullptr) return false;
  return store::WithStoredKey(keys->codec(), key,
                              [&](const auto& stored) { return keys->FindQuickly(stored, row); });
}

}  // namespace

absl::StatusOr<std::optional<RowRef>> Dataset::Get(const Key& key) const {
  store::QuickRow row;
  if (FindQuickly(*impl_, key, &row)) return RowFound(row);
  return GetSlowly(*impl_, key);
}

absl::StatusOr<bool> Dataset::Has(const Key& key) const {
  store::QuickRow row;
  if (FindQuickly(*impl_, key, &row)) return row.source != nullptr;
  columnar::KeyRoom room;
  ASSIGN_OR_RETURN(const std::string_view encoded, EncodeKey(*impl_, key, &room));
  return store::HasRow(*impl_, encoded, columnar::KeyHash(encoded));
}

absl::StatusOr<std::unique_ptr<BatchReader>> Dataset::Range(const KeyRangeOptions& options) const {
  if (impl_->reads != nullptr) impl_->reads->AddAll();
  RETURN_IF_ERROR(store::CheckKeyed(*impl_));
  if (impl_->memory == nullptr) return store::ScanKeyRange(impl_, options);
  ASSIGN_OR_RETURN(const auto segments, impl_->LiveSegments());
  store::RangeMemory memory{impl_->memory->Sorted(), {}};
  for (const manifest::SegmentEntry& entry : segments->segments) memory.dead.push_back(entry.dead);
  return store::ScanKeyRange(impl_, options, std::move(memory));
}

Query Dataset::All() const {
  if (impl_->reads != nullptr) impl_->reads->AddAll();
  return Query(store::MakeSegmentSource(impl_));
}

absl::StatusOr<std::unique_ptr<BatchReader>> Dataset::Scan(const ScanOptions& options) const {
  if (impl_->reads != nullptr) impl_->reads->AddAll();
  return store::ScanSegments(impl_, options);
}

absl::StatusOr<RecordBatch> Dataset::Materialize(const ScanOptions& options) const {
  ASSIGN_OR_RETURN(std::unique_ptr<BatchReader> reader, Scan(options));
  std::vector<RecordBatch> batches;
  uint64_t rows = 0;
  for (RecordBatch batch;;) {
    ASSIGN_OR_RETURN(const bool more, reader->Next(&batch));
    if (!more) break;
    rows += static_cast<uint64_t>(batch.rows());
    batches.push_back(batch);
  }
  std::vector<Column> columns;
  for (size_t field = 0; field < reader->schema().size(); ++field) {
    std::vector<columnar::ColumnPiece> pieces;
    for (const RecordBatch& batch : batches) {
      pieces.push_back({&batch.column(field), 0, batch.rows()});
    }
    ASSIGN_OR_RETURN(Column column,
                     columnar::MakeCanonical(reader->schema().field(field).type, pieces));
    columns.push_back(std::move(column));
  }
  impl_->cache->read_stats()->rows_materialized += rows;
  return RecordBatch::Make(reader->schema(), std::move(columns));
}

}  // namespace ashlar
