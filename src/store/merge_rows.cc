// The rounds of a merge; see the header.
#include "src/store/merge_rows.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "ashlar/status_macros.h"
#include "src/base/check.h"
#include "src/base/strings.h"
#include "src/columnar/key_sort.h"
#include "src/query/take.h"
#include "src/store/batch_adapter.h"
#include "src/store/changed_rows.h"
#include "src/store/found_rows.h"
#include "src/store/merge_plan.h"
#include "src/store/resolved_rows.h"

namespace ashlar::store {
namespace {

using columnar::EncodedKeys;

uint64_t BytesOf(const RecordBatch& batch) {
  uint64_t bytes = 0;
  for (const Column& column : batch.columns()) bytes += query::ViewBytes(column);
  return bytes;
}

absl::StatusOr<RecordBatch> Concat(const std::vector<RecordBatch>& batches, const Schema& schema) {
  std::vector<Column> columns;
  for (size_t field = 0; field < schema.size(); ++field) {
    std::vector<Column> pieces;
    for (const RecordBatch& batch : batches) pieces.push_back(batch.column(field));
    ASSIGN_OR_RETURN(Column column, query::ConcatColumns(schema.field(field).type, pieces));
    columns.push_back(std::move(column));
  }
  return RecordBatch::Make(schema, std::move(columns));
}

class Merger {
 public:
  Merger(const MergeOptions& options, std::shared_ptr<SegmentCache> cache,
         const KeyedTarget& target)
      : options_(options),
        cache_(std::move(cache)),
        target_(target),
        before_(std::make_shared<const manifest::DatasetState>(*target.state)),
        codec_(KeyCodecOf(*before_)),
        judge_(std::make_shared<const Dataset::Impl>(MakeDataset(before_, cache_).impl())) {
    for (size_t i = 0; i < before_->segments.size(); ++i) {
      positions_.emplace(before_->segments[i].meta->file.id, i);
      named_.emplace_back(before_->segments[i].meta->rows);
    }
  }

  absl::StatusOr<MergeReport> Run(BatchReader& source) {
    ASSIGN_OR_RETURN(given_, SourceFields(source.schema(), options_, *before_));
    for (bool first = true, ended = false; !ended; first = false) {
      std::vector<RecordBatch> batches;
      ASSIGN_OR_RETURN(ended, ReadRound(source, &batches));
      if (!ended) ExpectManyRows(target_.state);
      if (batches.empty()) continue;
      ASSIGN_OR_RETURN(SortedRows rows, RunRound(batches));
      if (first && ended && rewrites()) {
        held_ = std::move(rows);
      } else {
        RETURN_IF_ERROR(UpsertSorted(std::move(rows), *cache_, *target_.sink, target_.state,
                                     target_.change, target_.stats));
      }
    }
    if (options_.strategy == MergeStrategy::kFullMerge) RETURN_IF_ERROR(DeleteUnnamed());
    if (rewrites()) RETURN_IF_ERROR(Rewrite());
    return std::move(report_);
  }

 private:
  [[nodiscard]] bool rewrites() const {
    return options_.rewrite != RewriteMode::kDeferred &&
           options_.strategy != MergeStrategy::kInsert;
  }

  [[nodiscard]] bool judges() const {
    return rewrites() && options_.rewrite == RewriteMode::kIncremental;
  }

  // True when the source has ended.
  absl::StatusOr<bool> ReadRound(BatchReader& source, std::vector<RecordBatch>* batches) {
    int64_t rows = 0;
    uint64_t bytes = 0;
    for (RecordBatch batch; rows < kRowsAtOnce && bytes < kBytesAtOnce;) {
      ASSIGN_OR_RETURN(const bool more, source.Next(&batch));
      if (!more) return true;
      ASSIGN_OR_RETURN(batch, AdaptBatch(batch, given_, before_->name));
      if (batch.rows() == 0) continue;
      rows += batch.rows();
      bytes += BytesOf(batch);
      batches->push_back(batch);
    }
    return false;
  }

  absl::Status Twice(uint64_t row, std::string_view encoded) const {
    ASSIGN_OR_RETURN(const Key key, codec_.Decode(encoded));
    return absl::InvalidArgumentError(
        base::StrCat("row ", row, ": key ", key.ToString(), " comes twice"));
  }

  // The order of keys, without the rows of the round that do not count.
  absl::StatusOr<std::vector<uint32_t>> OrderRows(const EncodedKeys& keys) {
    std::vector<uint32_t> order = columnar::SortKeys(keys);
    if (options_.strategy == MergeStrategy::kInsert) {
      const std::optional<size_t> twice = columnar::FindDuplicate(keys, order);
      if (twice.has_value()) return Twice(rows_read_ + order[*twice], keys.key(order[*twice]));
    } else if (options_.strategy == MergeStrategy::kDeduplicate) {
      const auto same = [&](uint32_t a, uint32_t b) { return keys.key(a) == keys.key(b); };
      const auto rest = std::unique(order.begin(), order.end(), same);
      report_.rows_superseded += static_cast<uint64_t>(order.end() - rest);
      order.erase(rest, order.end());
    } else {
      report_.rows_superseded += columnar::KeepLastOfEqualKeys(keys, &order);
    }
    return order;
  }

  // What is to be upserted of a round, as whole rows.
  absl::StatusOr<SortedRows> RunRound(const std::vector<RecordBatch>& batches) {
    ASSIGN_OR_RETURN(RecordBatch rows, Concat(batches, given_));
    ASSIGN_OR_RETURN(EncodedKeys keys, KeysOfGiven(codec_, rows));
    ASSIGN_OR_RETURN(const std::vector<uint32_t> order, OrderRows(keys));
    ASSIGN_OR_RETURN(const RecordBatch sorted, TakeRows(rows, order));
    const EncodedKeys sorted_keys = columnar::SelectKeys(keys, order);
    const auto state = std::make_shared<const manifest::DatasetState>(*target_.state);
    const Dataset now = MakeDataset(state, cache_);
    ASSIGN_OR_RETURN(const FoundRows found, FoundRows::Find(now.impl(), sorted_keys));
    if (judges()) RETURN_IF_ERROR(judge_.Add(sorted_keys));
    std::vector<uint32_t> fresh;
    std::vector<uint32_t> known;
    std::vector<uint32_t> replaced;  // of `known`: an earlier round wrote the row
    std::vector<uint32_t> skipped;
    for (uint32_t row = 0; row < sorted_keys.rows; ++row) {
      const bool again = found.has(row) && !NameFirst(*state, *found.InSegment(row));
      if (again && options_.strategy == MergeStrategy::kInsert) {
        return Twice(rows_read_ + order[row], sorted_keys.key(row));
      }
      // In an earlier round: then that one counts, or this one.
      if (again) ++report_.rows_superseded;
      if (again && options_.strategy == MergeStrategy::kDeduplicate) continue;
      if (again && IsOld(*state, *found.InSegment(row))) --report_.rows_unchanged;
      if (again && !IsOld(*state, *found.InSegment(row))) replaced.push_back(row);
      const MergeStrategy strategy = options_.strategy;
      const bool skip =
          found.has(row) ? strategy == MergeStrategy::kInsert : strategy == MergeStrategy::kUpdate;
      (skip ? skipped : found.has(row) ? known : fresh).push_back(row);
    }
    rows_read_ += static_cast<uint64_t>(rows.rows());
    RETURN_IF_ERROR(
        ReportSkipped(codec_, sorted_keys, skipped, &report_.skipped, &report_.skipped_count));
    ASSIGN_OR_RETURN(const std::vector<uint32_t> changed,
                     ChangedRows(sorted, found, known, before_->schema));
    report_.rows_inserted += fresh.size();
    report_.rows_updated += changed.size();
    report_.rows_unchanged += known.size() - changed.size();
    RETURN_IF_ERROR(CountAnew(sorted, sorted_keys, replaced, changed));
    std::vector<uint32_t> taken;
    std::ranges::merge(fresh, changed, std::back_inserter(taken));
    ASSIGN_OR_RETURN(RecordBatch whole, CompleteRows(sorted, found, taken, before_->schema));
    return SortedRows{std::make_shared<const RecordBatch>(std::move(whole)),
                      columnar::SelectKeys(sorted_keys, taken)};
  }

  // Of `replaced`, rows that take the place of what an earlier round wrote; those in `changed`
  // differ from that. What the earlier round made of the key does not count, and what this one
  // makes of it is judged by the row that was there before the merge.
  absl::Status CountAnew(const RecordBatch& sorted, const EncodedKeys& keys,
                         const std::vector<uint32_t>& replaced,
                         const std::vector<uint32_t>& changed) {
    if (replaced.empty()) return absl::OkStatus();
    const Dataset old = MakeDataset(before_, cache_);
    ASSIGN_OR_RETURN(const FoundRows found, FoundRows::Find(old.impl(), keys));
    std::vector<uint32_t> known;
    std::ranges::copy_if(replaced, std::back_inserter(known),
                         [&](uint32_t row) { return found.has(row); });
    ASSIGN_OR_RETURN(const std::vector<uint32_t> updated,
                     ChangedRows(sorted, found, known, before_->schema));
    for (const uint32_t row : replaced) {
      // As it was counted just now, as a row that the merge had found.
      --(std::ranges::binary_search(changed, row) ? report_.rows_updated : report_.rows_unchanged);
    }
    // One that is new was inserted, and still is. The others were updated, or set back.
    restored_.resize(before_->segments.size());
    for (const uint32_t row : known) {
      const RowLocation at = *found.InSegment(row);
      std::vector<bool>& rows = restored_[at.segment];
      rows.resize(before_->segments[at.segment].meta->rows);
      --(rows[at.row] ? report_.rows_unchanged : report_.rows_updated);
      rows[at.row] = !std::ranges::binary_search(updated, row);
      ++(rows[at.row] ? report_.rows_unchanged : report_.rows_updated);
    }
    return absl::OkStatus();
  }

  // Whether the row was there before the merge.
  [[nodiscard]] bool IsOld(const manifest::DatasetState& state, const RowLocation& at) const {
    return positions_.contains(state.segments[at.segment].meta->file.id);
  }

  // False: an earlier round had the key of this row, too.
  bool NameFirst(const manifest::DatasetState& state, const RowLocation& at) {
    const auto position = positions_.find(state.segments[at.segment].meta->file.id);
    if (position == positions_.end()) return false;  // an earlier round wrote it
    auto named = named_[position->second][at.row];
    const bool first = !named;
    named = true;
    return first;
  }

  // Deletes the rows whose keys the source lacks.
  absl::Status DeleteUnnamed() {
    for (size_t i = 0; i < before_->segments.size(); ++i) {
      const manifest::SegmentEntry& entry = before_->segments[i];
      std::vector<uint32_t> rows;
      for (uint32_t row = 0; row < entry.meta->rows; ++row) {
        if (named_[i][row]) continue;
        if (entry.dead == nullptr || !entry.dead->Contains(row)) rows.push_back(row);
      }
      if (rows.empty()) continue;
      ASSIGN_OR_RETURN(const segment::SegmentReader reader, cache_->OpenReader(entry.meta));
      std::vector<Column> columns;
      for (const Field& field : codec_.fields()) {
        ASSIGN_OR_RETURN(const Column column, reader.ReadColumn(field));
        ASSIGN_OR_RETURN(Column taken, query::Take(column, rows));
        columns.push_back(std::move(taken));
      }
      ASSIGN_OR_RETURN(EncodedKeys keys, codec_.EncodeColumns(columns));
      report_.rows_deleted += keys.rows;
      RETURN_IF_ERROR(DeleteRows(std::move(keys), *cache_, target_.state, target_.change));
    }
    return absl::OkStatus();
  }

  absl::Status Rewrite() {
    absl::flat_hash_set<uint64_t> ids;
    if (judges()) {
      // Not what the rounds of a long source wrote: nothing in it is dead for long.
      ids = judge_.AffectedIds();
    } else {
      for (const manifest::SegmentEntry& entry : target_.state->segments) {
        ids.insert(entry.meta->file.id);
      }
    }
    RETURN_IF_ERROR(RewriteSegments(ids, std::move(held_), target_));
    report_.segments_rewritten = static_cast<uint64_t>(std::ranges::count_if(
        before_->segments,
        [&](const manifest::SegmentEntry& e) { return ids.contains(e.meta->file.id); }));
    return absl::OkStatus();
  }

  const MergeOptions options_;
  const std::shared_ptr<SegmentCache> cache_;
  const KeyedTarget target_;
  const std::shared_ptr<const manifest::DatasetState> before_;
  const columnar::KeyCodec codec_;
  MergeJudge judge_;
  Schema given_;
  // Rows of the old segments whose keys the source has had so far, by position.
  absl::flat_hash_map<uint64_t, size_t> positions_;
  std::vector<std::vector<bool>> named_;
  // Of these, those that a round has written with what they had before the merge; made when needed.
  std::vector<std::vector<bool>> restored_;
  std::optional<SortedRows> held_;  // of a source of one round, until segments are rewritten
  uint64_t rows_read_ = 0;
  MergeReport report_;
};

}  // namespace

absl::StatusOr<MergeReport> MergeRows(BatchReader& source, const MergeOptions& options,
                                      std::shared_ptr<SegmentCache> cache,
                                      const KeyedTarget& target) {
  return Merger(options, std::move(cache), target).Run(source);
}

}  // namespace ashlar::store
