// Sort, cut, write, kill; see the header.
#include "src/store/keyed_write.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include "ashlar/status_macros.h"
#include "src/base/check.h"
#include "src/columnar/canonical.h"
#include "src/columnar/chunker.h"
#include "src/columnar/key_sort.h"
#include "src/query/take.h"
#include "src/store/dataset_keys.h"
#include "src/store/partition_rows.h"
#include "src/store/row_bytes.h"

namespace ashlar::store {
namespace {

using columnar::EncodedKeys;
using manifest::DatasetState;
using manifest::SegmentEntry;

absl::StatusOr<SortedRows> SortRows(const std::vector<RecordBatch>& batches, const Schema& schema,
                                    const columnar::KeyCodec& codec) {
  std::vector<Column> columns;
  for (size_t field = 0; field < schema.size(); ++field) {
    std::vector<Column> pieces;
    for (const RecordBatch& batch : batches) pieces.push_back(batch.column(field));
    ASSIGN_OR_RETURN(Column column, query::ConcatColumns(schema.field(field).type, pieces));
    columns.push_back(std::move(column));
  }
  SortedRows sorted;
  std::vector<Column> key_columns;
  for (const size_t field : codec.columns()) key_columns.push_back(columns[field]);
  ASSIGN_OR_RETURN(sorted.keys, codec.EncodeColumns(key_columns));
  if (columnar::ClassifyKeys(sorted.keys) != columnar::KeySequence::kStrictlyAscending) {
    std::vector<uint32_t> order = columnar::SortKeys(sorted.keys);
    columnar::KeepLastOfEqualKeys(sorted.keys, &order);
    for (Column& column : columns) {
      ASSIGN_OR_RETURN(column, query::Take(column, order));
    }
    sorted.keys = columnar::SelectKeys(sorted.keys, order);
  }
  ASSIGN_OR_RETURN(RecordBatch rows, RecordBatch::Make(schema, std::move(columns)));
  sorted.rows = std::make_shared<const RecordBatch>(std::move(rows));
  return sorted;
}

// Exclusive ends of segments. They depend on keys alone, so that an update of values moves none.
std::vector<int64_t> CutRows(const SortedRows& sorted, const columnar::ChunkerParams& params) {
  const RowBytes bytes = MeasureRows(*sorted.rows);
  columnar::Chunker chunker(params);
  std::vector<int64_t> cuts;
  chunker.Feed(sorted.keys.hashes, bytes.variable, bytes.uniform, &cuts);
  if (cuts.empty() || cuts.back() != sorted.rows->rows()) cuts.push_back(sorted.rows->rows());
  return cuts;
}

absl::StatusOr<SortedRows> SelectRows(const SortedRows& sorted, const std::vector<uint32_t>& rows) {
  std::vector<Column> columns;
  for (const Column& column : sorted.rows->columns()) {
    ASSIGN_OR_RETURN(Column taken, query::Take(column, rows));
    columns.push_back(std::move(taken));
  }
  ASSIGN_OR_RETURN(RecordBatch batch, RecordBatch::Make(sorted.rows->schema(), std::move(columns)));
  return SortedRows{std::make_shared<const RecordBatch>(std::move(batch)),
                    columnar::SelectKeys(sorted.keys, rows)};
}

// Cuts rows of one partition, and writes them.
absl::Status WriteRuns(const SortedRows& sorted, SegmentSink& sink, const DatasetState& state,
                       std::vector<SegmentEntry>* written, WriteStats* stats) {
  const columnar::KeyCodec codec = KeyCodecOf(state);
  int64_t begin = 0;
  for (const int64_t end : CutRows(sorted, state.chunker)) {
    if (end == begin) continue;
    const auto first = static_cast<size_t>(begin);
    const auto last = static_cast<size_t>(end) - 1;
    const RowRun run{{{sorted.rows, begin, end - begin}}, static_cast<uint64_t>(end - begin)};
    SortedKeys keys{.keys = &sorted.keys, .first = first, .hash_index = state.hash_index};
    for (const size_t field : codec.columns()) {
      keys.key_fields.push_back(static_cast<uint32_t>(field));
    }
    ASSIGN_OR_RETURN(auto meta, sink.WriteSorted(state.schema, state.storage, run, keys, stats));
    written->push_back({std::move(meta), 0, nullptr,
                        std::make_shared<const manifest::KeyRange>(manifest::MakeKeyRange(
                            sorted.keys.key(first), sorted.keys.key(last)))});
    begin = end;
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

}  // namespace

absl::Status UpsertRows(const std::vector<RecordBatch>& batches, SegmentCache& cache,
                        SegmentSink& sink, DatasetState* state, KeyedChange* change,
                        WriteStats* stats) {
  ASSIGN_OR_RETURN(SortedRows sorted, SortRows(batches, state->schema, KeyCodecOf(*state)));
  return UpsertSorted(std::move(sorted), cache, sink, state, change, stats);
}

absl::Status UpsertSorted(SortedRows sorted, SegmentCache& cache, SegmentSink& sink,
                          DatasetState* state, KeyedChange* change, WriteStats* stats) {
  if (sorted.keys.rows == 0) return absl::OkStatus();
  if (state->chunker.target_rows == 0) {
    state->chunker.target_rows = columnar::ChooseTargetRows(sorted.keys.rows);
  }
  std::vector<SegmentEntry> written;
  if (state->partition_by.empty()) {
    RETURN_IF_ERROR(WriteRuns(sorted, sink, *state, &written, stats));
  } else {
    for (const std::vector<uint32_t>& rows : PartitionRows(*sorted.rows, *state)) {
      ASSIGN_OR_RETURN(const SortedRows part, SelectRows(sorted, rows));
      RETURN_IF_ERROR(WriteRuns(part, sink, *state, &written, stats));
    }
  }
  RETURN_IF_ERROR(
      KillKeys(sorted.keys, std::make_shared<const DatasetState>(*state), cache, state));
  for (SegmentEntry& entry : written) {
    change->segments.insert(entry.meta->file.id);
    state->segments.push_back(std::move(entry));
  }
  manifest::CountRows(state);
  change->touched.push_back(std::move(sorted.keys));
  return absl::OkStatus();
}

absl::Status DeleteRows(EncodedKeys keys, SegmentCache& cache, DatasetState* state,
                        KeyedChange* change) {
  RETURN_IF_ERROR(KillKeys(keys, std::make_shared<const DatasetState>(*state), cache, state));
  manifest::CountRows(state);
  change->touched.push_back(std::move(keys));
  return absl::OkStatus();
}

absl::StatusOr<DatasetState> Rebase(const KeyedChange& change, const DatasetState& pending,
                                    const std::shared_ptr<const DatasetState>& now,
                                    SegmentCache& cache) {
  DatasetState rebased = *now;
  for (const EncodedKeys& keys : change.touched) {
    RETURN_IF_ERROR(KillKeys(keys, std::make_shared<const DatasetState>(rebased), cache, &rebased));
  }
  for (const SegmentEntry& entry : pending.segments) {
    if (change.segments.contains(entry.meta->file.id)) rebased.segments.push_back(entry);
  }
  if (rebased.chunker.target_rows == 0) rebased.chunker = pending.chunker;
  manifest::CountRows(&rebased);
  return rebased;
}

}  // namespace ashlar::store
