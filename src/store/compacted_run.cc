// Read, cut, write; then resolve what died meanwhile. See the header.
#include "src/store/compacted_run.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "ashlar/status_macros.h"
#include "src/base/names.h"
#include "src/base/strings.h"
#include "src/manifest/dataset_definition.h"
#include "src/query/take.h"
#include "src/store/dataset_keys.h"
#include "src/store/ingest.h"
#include "src/store/keyed_write.h"
#include "src/store/live_rows.h"

namespace ashlar::store {
namespace {

using columnar::EncodedKeys;
using manifest::DatasetState;
using manifest::DeletionVectorPtr;
using manifest::SegmentEntry;

// Segments of an ordered dataset, one after the other.
class SegmentsReader final : public BatchReader {
 public:
  SegmentsReader(const std::vector<SegmentEntry>& segments, const Schema& schema,
                 SegmentCache& cache)
      : segments_(segments), schema_(schema), cache_(cache) {}
  const Schema& schema() const override { return schema_; }
  absl::StatusOr<bool> Next(RecordBatch* batch) override {
    if (next_ == segments_.size()) return false;
    ASSIGN_OR_RETURN(*batch, ReadLiveRows(segments_[next_++], schema_, cache_));
    return true;
  }

 private:
  const std::vector<SegmentEntry>& segments_;
  const Schema& schema_;
  SegmentCache& cache_;
  size_t next_ = 0;
};

absl::Status WriteKeyed(const std::vector<SegmentEntry>& inputs, SegmentCache& cache,
                        SegmentSink& sink, DatasetState* made) {
  std::vector<RecordBatch> batches;
  for (const SegmentEntry& entry : inputs) {
    ASSIGN_OR_RETURN(RecordBatch rows, ReadLiveRows(entry, made->schema, cache));
    batches.push_back(std::move(rows));
  }
  // Into a dataset without rows: there is nothing that they could supersede.
  KeyedChange change;
  WriteStats stats;
  return UpsertRows(batches, cache, sink, made, &change, &stats);
}

absl::Status WriteOrdered(const std::vector<SegmentEntry>& inputs, SegmentCache& cache,
                          SegmentSink& sink, DatasetState* made) {
  SegmentsReader rows(inputs, made->schema, cache);
  ASSIGN_OR_RETURN(Ingested ingested, IngestRows(*made, rows, std::nullopt, sink));
  made->segments = std::move(ingested.segments);
  return absl::OkStatus();
}

// Removes the entries at `places`, and inserts at the first of them.
std::vector<manifest::SegmentSplice> SplicesOf(std::vector<size_t> places,
                                               std::vector<SegmentEntry> inserted) {
  std::ranges::sort(places);
  std::vector<manifest::SegmentSplice> splices;
  for (const size_t place : places) {
    if (!splices.empty() && splices.back().begin + splices.back().removed == place) {
      ++splices.back().removed;
    } else {
      splices.push_back({place, 1, {}});
    }
  }
  splices.front().inserted = std::move(inserted);
  return splices;
}

// Rows that are dead by `now` and were not by `then`, none of which is alive again; null when there
// are none. Nothing when some are.
std::optional<DeletionVectorPtr> NewlyDead(const DeletionVectorPtr& then,
                                           const DeletionVectorPtr& now) {
  if (now == then) return DeletionVectorPtr();
  if (then == nullptr) return now;
  if (now == nullptr || !now->Includes(*then)) return std::nullopt;
  return now->Without(*then);
}

}  // namespace

absl::StatusOr<std::optional<CompactedRun>> CompactedRun::Write(const DatasetState& state,
                                                                std::vector<SegmentEntry> planned,
                                                                SegmentCache& cache,
                                                                SegmentSink& sink) {
  CompactedRun run;
  run.inputs_ = std::move(planned);
  const auto places = run.FindInputs(state);
  if (!places.has_value()) return std::optional<CompactedRun>();
  uint64_t rows = 0;
  for (size_t i = 0; i < places->size(); ++i) {
    run.inputs_[i] = state.segments[(*places)[i]];
    rows += manifest::LiveRows(run.inputs_[i]);
  }
  run.made_ = manifest::DefinitionOf(state);
  RETURN_IF_ERROR(
      (state.is_keyed() ? WriteKeyed : WriteOrdered)(run.inputs_, cache, sink, &run.made_));
  manifest::CountRows(&run.made_);
  if (run.made_.rows == rows) return std::optional(std::move(run));
  // Two live rows of one key, say: better to leave them than to choose.
  return absl::InternalError(base::StrCat("dataset ", base::QuoteForMessage(state.name), " has ",
                                          rows, " rows to compact, which became ", run.made_.rows));
}

std::optional<std::vector<size_t>> CompactedRun::FindInputs(const DatasetState& now) const {
  const auto same_file = [](const SegmentEntry& a, const SegmentEntry& b) {
    return a.meta->file.id == b.meta->file.id;
  };
  std::vector<size_t> places;
  if (!now.is_keyed()) {
    // Where the same files stand twice in this order, the same rows do.
    const auto found = std::search(now.segments.begin(), now.segments.end(), inputs_.begin(),
                                   inputs_.end(), same_file);
    if (found == now.segments.end()) return std::nullopt;
    const auto first = static_cast<size_t>(found - now.segments.begin());
    for (size_t i = 0; i < inputs_.size(); ++i) places.push_back(first + i);
    return places;
  }
  absl::flat_hash_map<uint64_t, size_t> listed;
  for (size_t at = 0; at < now.segments.size(); ++at) {
    listed.emplace(now.segments[at].meta->file.id, at);
  }
  for (const SegmentEntry& input : inputs_) {
    const auto found = listed.find(input.meta->file.id);
    if (found == listed.end()) return std::nullopt;
    places.push_back(found->second);
  }
  return places;
}

absl::StatusOr<std::optional<EncodedKeys>> CompactedRun::KeysThatDied(
    const DatasetState& now, const std::vector<size_t>& places, SegmentCache& cache) const {
  const columnar::KeyCodec codec = KeyCodecOf(made_);
  std::vector<std::vector<Column>> pieces(codec.columns().size());  // by key field
  for (size_t i = 0; i < inputs_.size(); ++i) {
    const auto died = NewlyDead(inputs_[i].dead, now.segments[places[i]].dead);
    if (!died.has_value()) return std::optional<EncodedKeys>();
    if (*died == nullptr) continue;
    ASSIGN_OR_RETURN(const segment::SegmentReader reader, cache.OpenReader(inputs_[i].meta));
    const std::vector<uint32_t> rows = (*died)->Rows();
    for (size_t part = 0; part < pieces.size(); ++part) {
      const Field& field = made_.schema.field(codec.columns()[part]);
      ASSIGN_OR_RETURN(const Column all, reader.ReadColumn(field));
      ASSIGN_OR_RETURN(Column taken, query::Take(all, rows));
      pieces[part].push_back(std::move(taken));
    }
  }
  if (pieces.front().empty()) return std::optional(EncodedKeys{});
  std::vector<Column> columns;
  for (size_t part = 0; part < pieces.size(); ++part) {
    const Field& field = made_.schema.field(codec.columns()[part]);
    ASSIGN_OR_RETURN(Column column, query::ConcatColumns(field.type, pieces[part]));
    columns.push_back(std::move(column));
  }
  ASSIGN_OR_RETURN(EncodedKeys keys, codec.EncodeColumns(columns));
  return std::optional(std::move(keys));
}

absl::StatusOr<std::optional<manifest::DatasetEdit>> CompactedRun::EditOf(
    const DatasetState& now, SegmentCache& cache) const {
  const auto places = FindInputs(now);
  if (!places.has_value()) return std::optional<manifest::DatasetEdit>();
  DatasetState fresh = made_;
  if (now.is_keyed()) {
    ASSIGN_OR_RETURN(std::optional<EncodedKeys> died, KeysThatDied(now, *places, cache));
    if (!died.has_value()) return std::optional<manifest::DatasetEdit>();
    KeyedChange change;
    if (died->rows > 0) {
      RETURN_IF_ERROR(DeleteRows(*std::move(died), cache, &fresh, &change));
    }
  }
  manifest::DatasetEdit edit;
  edit.dataset_id = now.id;
  edit.splices = SplicesOf(*places, std::move(fresh.segments));
  return std::optional(std::move(edit));
}

}  // namespace ashlar::store
