// Dataset: the public handle. Getting one touches no file.

#include <memory>
#include <utility>
#include <vector>

#include "ashlar/status_macros.h"
#include "src/base/check.h"
#include "src/base/names.h"
#include "src/base/strings.h"
#include "src/columnar/canonical.h"
#include "src/store/dataset_impl.h"
#include "src/store/key_options.h"
#include "src/store/segment_scan.h"
#include "src/store/segment_source.h"

namespace ashlar {

namespace store {

Dataset MakeDataset(std::shared_ptr<const manifest::DatasetState> state,
                    std::shared_ptr<SegmentCache> cache) {
  ASHLAR_CHECK(state != nullptr && cache != nullptr);
  std::shared_ptr<const DatasetKeys> keys;
  if (state->is_keyed()) keys = cache->KeysOf(state);
  return Dataset(std::make_shared<const Dataset::Impl>(
      Dataset::Impl{std::move(state), std::move(cache), nullptr, std::move(keys)}));
}

absl::StatusOr<const DatasetKeys*> KeysOf(const Dataset::Impl& dataset) {
  if (dataset.keys == nullptr) {
    return absl::FailedPreconditionError(
        base::StrCat("dataset ", base::QuoteForMessage(dataset.state->name), " has no key"));
  }
  return dataset.keys.get();
}

}  // namespace store

const std::string& Dataset::name() const { return impl_->state->name; }
const Schema& Dataset::schema() const { return impl_->state->schema; }
Storage Dataset::storage() const { return impl_->state->storage; }
uint64_t Dataset::rows() const { return impl_->state->rows; }

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

absl::StatusOr<std::optional<store::RowLocation>> Locate(const Dataset::Impl& dataset,
                                                         const Key& key) {
  ASSIGN_OR_RETURN(const store::DatasetKeys* const keys, store::KeysOf(dataset));
  ASSIGN_OR_RETURN(const std::string encoded, keys->codec().Encode(key));
  return keys->Find(encoded, columnar::KeyHash(encoded));
}

}  // namespace

absl::StatusOr<std::optional<RowRef>> Dataset::Get(const Key& key) const {
  ASSIGN_OR_RETURN(const std::optional<store::RowLocation> at, Locate(*impl_, key));
  if (!at.has_value()) return std::optional<RowRef>();
  ASSIGN_OR_RETURN(const auto* const rows, impl_->keys->OpenRows(at->segment));
  return std::optional(RowRef(rows, at->row));
}

absl::StatusOr<bool> Dataset::Has(const Key& key) const {
  ASSIGN_OR_RETURN(const std::optional<store::RowLocation> at, Locate(*impl_, key));
  return at.has_value();
}

Query Dataset::All() const { return Query(store::MakeSegmentSource(impl_)); }

absl::StatusOr<std::unique_ptr<BatchReader>> Dataset::Scan(const ScanOptions& options) const {
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
