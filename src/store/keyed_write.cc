// Sort, cut, write, kill; see the header.
#include "src/store/keyed_write.h"

#include <algorithm>
#include <optional>
#include <span>
#include <string_view>
#include <utility>

#include "ashlar/status_macros.h"
#include "src/base/check.h"
#include "src/columnar/chunker.h"
#include "src/columnar/key_sort.h"
#include "src/store/dataset_keys.h"
#include "src/store/partition_rows.h"
#include "src/store/placed_rows.h"

namespace ashlar::store {
namespace {

using columnar::EncodedKeys;
using manifest::DatasetState;
using manifest::SegmentEntry;

// Rows in the order of their keys.
struct OrderedRows {
  PlacedRows rows;
  EncodedKeys keys;
};

// Rows that come sorted stay where they are.
absl::StatusOr<OrderedRows> SortRows(const std::vector<RecordBatch>& batches, const Schema& schema,
                                     const columnar::KeyCodec& codec) {
  PlacedRows::Batches shared;
  for (const RecordBatch& batch : batches) {
    shared.push_back(std::make_shared<const RecordBatch>(batch));
  }
  OrderedRows sorted{PlacedRows(std::move(shared)), {}};
  std::vector<Column> key_columns;
  for (const size_t field : codec.columns()) {
    ASSIGN_OR_RETURN(Column column, sorted.rows.ReadColumn(schema, field));
    key_columns.push_back(std::move(column));
  }
  ASSIGN_OR_RETURN(sorted.keys, codec.EncodeColumns(key_columns));
  if (columnar::ClassifyKeys(sorted.keys) == columnar::KeySequence::kStrictlyAscending) {
    return sorted;
  }
  std::vector<uint32_t> order = columnar::SortKeys(sorted.keys);
  columnar::KeepLastOfEqualKeys(sorted.keys, &order);
  return OrderedRows{sorted.rows.Select(order), columnar::SelectKeys(sorted.keys, order)};
}

// How many rows each segment takes. Cuts depend on keys alone, so that an update of values moves
// none.
std::vector<size_t> CutRows(const OrderedRows& sorted, const RowBytes& bytes,
                            const columnar::ChunkerParams& params) {
  columnar::Chunker chunker(params);
  std::vector<int64_t> cuts;
  chunker.Feed(sorted.keys.hashes, bytes.variable, bytes.uniform, &cuts);
  cuts.push_back(static_cast<int64_t>(sorted.keys.rows));
  std::vector<size_t> runs;
  int64_t begin = 0;
  for (const int64_t cut : cuts) {
    if (cut > begin) runs.push_back(static_cast<size_t>(cut - begin));
    begin = cut;
  }
  return runs;
}

// Cuts rows of one partition, of these sizes, and writes them.
absl::Status WriteRuns(const OrderedRows& sorted, const RowBytes& bytes, SegmentSink& sink,
                       const DatasetState& state, std::vector<SegmentEntry>* written,
                       WriteStats* stats) {
  const columnar::KeyCodec codec = KeyCodecOf(state);
  size_t first = 0;
  for (const size_t rows : CutRows(sorted, bytes, state.chunker)) {
    SortedKeys keys{.keys = &sorted.keys, .first = first, .hash_index = state.hash_index};
    for (const size_t field : codec.columns()) {
      keys.key_fields.push_back(static_cast<uint32_t>(field));
    }
    ASSIGN_OR_RETURN(const RowRun run, sorted.rows.MakeRun(state.schema, first, rows));
    ASSIGN_OR_RETURN(auto meta, sink.WriteSorted(state.schema, state.storage, run, keys, stats));
    const size_t end = first + rows;
    written->push_back({std::move(meta), 0, nullptr,
                        std::make_shared<const manifest::KeyRange>(manifest::MakeKeyRange(
                            sorted.keys.key(first), sorted.keys.key(end - 1)))});
    first = end;
  }
  return absl::OkStatus();
}

// Takes rows out of the state; segments without a live row go.
void Kill(const std::vector<std::optional<RowLocation>>& found, DatasetState* state) {
  std::vector<std::vector<uint32_t>> dead(state->segments.size());
  for (const std::optional<RowLocation>& at : found) {
    if (at.has_value()) dead[at->segment].push_back(at->row);
  }
  for (size_t i = 0; i < dead.size(); ++i) {
    if (dead[i].empty()) continue;
    std::ranges::sort(dead[i]);
    // A key may have been deleted twice in one call.
    dead[i].erase(std::unique(dead[i].begin(), dead[i].end()), dead[i].end());
    SegmentEntry& entry = state->segments[i];
    const auto more = manifest::DeletionVector::Make(entry.meta->rows, dead[i]);
    entry.dead = entry.dead == nullptr ? more : entry.dead->With(*more);
  }
  std::erase_if(state->segments,
                [](const SegmentEntry& entry) { return manifest::LiveRows(entry) == 0; });
}

// Kills what `base`, of which `state` is a copy, has of these keys.
absl::Status KillKeys(const EncodedKeys& keys, const std::shared_ptr<const DatasetState>& base,
                      SegmentCache& cache, DatasetState* state) {
  const DatasetKeys there(base, cache);
  ASSIGN_OR_RETURN(const auto found, there.FindAll(keys));
  Kill(found, state);
  return absl::OkStatus();
}

// Whether a segment may hold one of these keys, which ascend. Rows that come in the order of their
// keys have none to kill then, and their keys are not looked up one by one.
bool MayHoldAny(const DatasetState& state, const EncodedKeys& keys) {
  return std::ranges::any_of(state.segments, [&](const SegmentEntry& entry) {
    return entry.keys == nullptr || entry.keys->MayOverlap(keys.key(0), keys.key(keys.rows - 1));
  });
}

// The rows of each partition by themselves.
absl::Status WritePartitions(const OrderedRows& sorted, SegmentSink& sink,
                             const DatasetState& state, std::vector<SegmentEntry>* written,
                             WriteStats* stats) {
  std::vector<Column> fields;
  for (const Field& field : PartitionFields(state)) {
    ASSIGN_OR_RETURN(Column column,
                     sorted.rows.ReadColumn(state.schema, *state.schema.FindField(field.name)));
    fields.push_back(std::move(column));
  }
  const PlacedRows placed = sorted.rows.Placed();
  const RowBytes bytes = placed.Measure();
  for (const std::vector<uint32_t>& rows : PartitionRows(fields)) {
    const OrderedRows part{placed.Select(rows), columnar::SelectKeys(sorted.keys, rows)};
    RowBytes of_part{.uniform = bytes.uniform, .variable = {}};
    for (const uint32_t row : rows) {
      if (!bytes.variable.empty()) of_part.variable.push_back(bytes.variable[row]);
    }
    RETURN_IF_ERROR(WriteRuns(part, of_part, sink, state, written, stats));
  }
  return absl::OkStatus();
}

absl::Status UpsertOrdered(OrderedRows sorted, SegmentCache& cache, SegmentSink& sink,
                           DatasetState* state, KeyedChange* change, WriteStats* stats) {
  if (sorted.keys.rows == 0) return absl::OkStatus();
  if (state->chunker.target_rows == 0) {
    state->chunker.target_rows = columnar::ChooseTargetRows(sorted.keys.rows);
  }
  std::vector<SegmentEntry> written;
  RETURN_IF_ERROR(state->partition_by.empty()
                      ? WriteRuns(sorted, sorted.rows.Measure(), sink, *state, &written, stats)
                      : WritePartitions(sorted, sink, *state, &written, stats));
  if (MayHoldAny(*state, sorted.keys)) {
    RETURN_IF_ERROR(
        KillKeys(sorted.keys, std::make_shared<const DatasetState>(*state), cache, state));
  }
  for (SegmentEntry& entry : written) {
    change->segments.insert(entry.meta->file.id);
    state->segments.push_back(std::move(entry));
  }
  manifest::CountRows(state);
  change->touched.push_back(std::make_shared<const EncodedKeys>(std::move(sorted.keys)));
  return absl::OkStatus();
}

}  // namespace

void ExpectManyRows(DatasetState* state) {
  if (state->chunker.target_rows == 0) state->chunker.target_rows = columnar::kMaxTargetRows;
}

absl::Status UpsertRows(const std::vector<RecordBatch>& batches, SegmentCache& cache,
                        SegmentSink& sink, DatasetState* state, KeyedChange* change,
                        WriteStats* stats) {
  ASSIGN_OR_RETURN(OrderedRows sorted, SortRows(batches, state->schema, KeyCodecOf(*state)));
  return UpsertOrdered(std::move(sorted), cache, sink, state, change, stats);
}

absl::Status UpsertSorted(SortedRows sorted, SegmentCache& cache, SegmentSink& sink,
                          DatasetState* state, KeyedChange* change, WriteStats* stats) {
  return UpsertPlaced(PlacedRows({std::move(sorted.rows)}), std::move(sorted.keys), cache, sink,
                      state, change, stats);
}

absl::Status UpsertPlaced(PlacedRows rows, EncodedKeys keys, SegmentCache& cache, SegmentSink& sink,
                          DatasetState* state, KeyedChange* change, WriteStats* stats) {
  ASHLAR_CHECK(rows.size() == keys.rows);
  return UpsertOrdered({std::move(rows), std::move(keys)}, cache, sink, state, change, stats);
}

absl::Status DeleteRows(EncodedKeys keys, SegmentCache& cache, DatasetState* state,
                        KeyedChange* change) {
  RETURN_IF_ERROR(KillKeys(keys, std::make_shared<const DatasetState>(*state), cache, state));
  manifest::CountRows(state);
  change->touched.push_back(std::make_shared<const EncodedKeys>(std::move(keys)));
  return absl::OkStatus();
}

absl::StatusOr<DatasetState> Rebase(const KeyedChange& change, const DatasetState& pending,
                                    const std::shared_ptr<const DatasetState>& now,
                                    SegmentCache& cache) {
  DatasetState rebased = *now;
  for (const auto& keys : change.touched) {
    RETURN_IF_ERROR(
        KillKeys(*keys, std::make_shared<const DatasetState>(rebased), cache, &rebased));
  }
  for (const SegmentEntry& entry : pending.segments) {
    if (change.segments.contains(entry.meta->file.id)) rebased.segments.push_back(entry);
  }
  if (rebased.chunker.target_rows == 0) rebased.chunker = pending.chunker;
  manifest::CountRows(&rebased);
  return rebased;
}

}  // namespace ashlar::store
