// From segment lists to row runs; see the header.

#include "src/store/dataset_diff.h"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "ashlar/status_macros.h"
#include "src/base/check.h"
#include "src/base/names.h"
#include "src/base/strings.h"
#include "src/columnar/row_hash.h"
#include "src/log/memtable_rows.h"
#include "src/manifest/edit.h"
#include "src/store/live_rows.h"
#include "src/store/same_fields.h"
#include "src/store/sequence_diff.h"

namespace ashlar::store {
namespace {

using manifest::DatasetState;
using manifest::SegmentEntry;

// Rows are compared by their position here.
absl::Status CheckOrdered(const DatasetState& state) {
  if (!state.is_keyed()) return absl::OkStatus();
  return absl::FailedPreconditionError(
      base::StrCat("dataset ", base::QuoteForMessage(state.name),
                   " has a key: its rows are compared by key (DiffByKey), not by their places"));
}

// A level is compaction's affair: moving a segment changes no row.
std::vector<SegmentEntry> WithoutLevels(std::vector<SegmentEntry> segments) {
  for (SegmentEntry& segment : segments) segment.level = 0;
  return segments;
}

uint64_t CountRows(const std::vector<SegmentEntry>& segments) {
  uint64_t rows = 0;
  for (const SegmentEntry& segment : segments) rows += segment.meta->rows;
  return rows;
}

// Rows that are in no segment yet: they stand behind those of all segments.
std::vector<RecordBatch> RowsInMemory(const Dataset::Impl& dataset) {
  std::vector<RecordBatch> batches;
  if (dataset.memory == nullptr) return batches;
  for (const LayerView& layer : dataset.memory->views()) {
    const log::MemtableView& view = layer.view();
    for (size_t chunk = 0; chunk < view.chunks(); ++chunk) {
      batches.push_back(log::ReadChunk(view, chunk));
    }
  }
  return batches;
}

uint64_t CountRows(const std::vector<RecordBatch>& batches) {
  uint64_t rows = 0;
  for (const RecordBatch& batch : batches) rows += static_cast<uint64_t>(batch.rows());
  return rows;
}

// Consecutive rows of a dataset: those of some segments, then some in memory.
struct Rows {
  std::vector<SegmentEntry> segments;
  std::vector<RecordBatch> memory = {};

  [[nodiscard]] uint64_t rows() const { return CountRows(segments) + CountRows(memory); }
};

// Hashes and zero-copy values of the rows of a run.
class Stretch {
 public:
  [[nodiscard]] static absl::StatusOr<Stretch> Read(const Rows& run, const Schema& schema,
                                                    SegmentCache& cache) {
    Stretch stretch;
    for (const SegmentEntry& segment : run.segments) {
      ASSIGN_OR_RETURN(RecordBatch batch, ReadLiveRows(segment, schema, cache));
      stretch.Add(std::move(batch));
    }
    for (const RecordBatch& batch : run.memory) stretch.Add(batch);
    return stretch;
  }

  [[nodiscard]] const std::vector<uint64_t>& hashes() const { return hashes_; }

  struct Place {
    const RecordBatch* batch = nullptr;
    int64_t row = 0;
    uint64_t left = 0;  // rows from there to the end of the batch
  };
  [[nodiscard]] Place Find(uint64_t row) const {
    ASHLAR_CHECK(row < hashes_.size());
    const auto next = std::upper_bound(begins_.begin(), begins_.end(), row);
    const auto index = static_cast<size_t>(next - begins_.begin()) - 1;
    const uint64_t end = next == begins_.end() ? hashes_.size() : *next;
    return {&batches_[index], static_cast<int64_t>(row - begins_[index]), end - row};
  }

 private:
  void Add(RecordBatch batch) {
    const std::vector<uint64_t> hashes = columnar::HashRows(batch);
    begins_.push_back(hashes_.size());
    hashes_.insert(hashes_.end(), hashes.begin(), hashes.end());
    batches_.push_back(std::move(batch));
  }

  std::vector<uint64_t> hashes_;
  std::vector<uint64_t> begins_;  // of each batch
  std::vector<RecordBatch> batches_;
};

bool EqualPieces(const Stretch::Place& a, const Stretch::Place& b, uint64_t rows) {
  const auto length = static_cast<int64_t>(rows);
  for (size_t i = 0; i < a.batch->columns().size(); ++i) {
    const absl::StatusOr<Column> x = a.batch->column(i).Slice(a.row, length);
    const absl::StatusOr<Column> y = b.batch->column(i).Slice(b.row, length);
    ASHLAR_CHECK(x.ok() && y.ok());
    if (!x->Equals(*y)) return false;
  }
  return true;
}

bool EqualRows(const Stretch& from, uint64_t from_row, const Stretch& to, uint64_t to_row,
               uint64_t rows) {
  while (rows > 0) {
    const Stretch::Place a = from.Find(from_row);
    const Stretch::Place b = to.Find(to_row);
    const uint64_t piece = std::min({rows, a.left, b.left});
    if (!EqualPieces(a, b, piece)) return false;
    from_row += piece;
    to_row += piece;
    rows -= piece;
  }
  return true;
}

class Differ {
 public:
  Differ(const Dataset::Impl& from, const Dataset::Impl& to) : from_(from), to_(to) {}

  absl::StatusOr<DiffResult> Run() && {
    static const DatasetState kNothing;
    const DatasetState& from = from_.state == nullptr ? kNothing : *from_.state;
    const DatasetState& to = to_.state == nullptr ? kNothing : *to_.state;
    RETURN_IF_ERROR(CheckOrdered(from));
    RETURN_IF_ERROR(CheckOrdered(to));
    from_memory_ = RowsInMemory(from_);
    to_memory_ = RowsInMemory(to_);
    if (!SameFields(from.schema, to.schema)) {
      AddRuns({0, from.rows + CountRows(from_memory_), 0, to.rows + CountRows(to_memory_)});
      return std::move(result_);
    }
    RETURN_IF_ERROR(DiffLists(WithoutLevels(from.segments), WithoutLevels(to.segments)));
    return std::move(result_);
  }

 private:
  absl::Status DiffLists(const std::vector<SegmentEntry>& from,
                         const std::vector<SegmentEntry>& to) {
    size_t next = 0;  // in `from`
    for (const manifest::SegmentSplice& splice : manifest::DiffSegments(from, to)) {
      for (; next < splice.begin; ++next) Share(*from[next].meta);
      const auto removed = from.begin() + static_cast<ptrdiff_t>(splice.begin);
      next += splice.removed;
      Rows old_rows{{removed, removed + static_cast<ptrdiff_t>(splice.removed)}};
      Rows new_rows{splice.inserted};
      // A flush moves rows from memory to segments and changes none.
      if (next == from.size()) {
        old_rows.memory = std::exchange(from_memory_, {});
        new_rows.memory = std::exchange(to_memory_, {});
      }
      RETURN_IF_ERROR(DiffRuns(old_rows, new_rows));
    }
    for (; next < from.size(); ++next) Share(*from[next].meta);
    return DiffRuns({{}, std::move(from_memory_)}, {{}, std::move(to_memory_)});
  }

  void Share(const manifest::SegmentMeta& segment) {
    ++result_.segments_shared;
    from_row_ += segment.rows;
    to_row_ += segment.rows;
  }

  absl::Status DiffRuns(const Rows& removed, const Rows& added) {
    const uint64_t removed_rows = removed.rows();
    const uint64_t added_rows = added.rows();
    if (removed_rows == 0 || added_rows == 0) {
      AddRuns({from_row_, removed_rows, to_row_, added_rows});
    } else {
      ASSIGN_OR_RETURN(const Stretch from,
                       Stretch::Read(removed, from_.state->schema, *from_.cache));
      ASSIGN_OR_RETURN(const Stretch to, Stretch::Read(added, to_.state->schema, *to_.cache));
      result_.segments_read += removed.segments.size() + added.segments.size();
      const auto equal = [&](uint64_t from_row, uint64_t to_row, uint64_t rows) {
        return EqualRows(from, from_row, to, to_row, rows);
      };
      for (SequenceEdit edit : DiffSequences(from.hashes(), to.hashes(), equal)) {
        edit.from_begin += from_row_;
        edit.to_begin += to_row_;
        AddRuns(edit);
      }
    }
    from_row_ += removed_rows;
    to_row_ += added_rows;
    return absl::OkStatus();
  }

  void AddRuns(const SequenceEdit& edit) {
    if (edit.from_size > 0) {
      result_.runs.push_back({DiffRun::Kind::kRemoved, edit.from_begin, edit.from_size});
    }
    if (edit.to_size > 0) {
      result_.runs.push_back({DiffRun::Kind::kAdded, edit.to_begin, edit.to_size});
    }
  }

  const Dataset::Impl& from_;
  const Dataset::Impl& to_;
  std::vector<RecordBatch> from_memory_;  // until they were compared
  std::vector<RecordBatch> to_memory_;
  uint64_t from_row_ = 0;
  uint64_t to_row_ = 0;
  DiffResult result_;
};

}  // namespace

absl::StatusOr<DiffResult> DiffDatasets(const Dataset::Impl& from, const Dataset::Impl& to) {
  return Differ(from, to).Run();
}

absl::StatusOr<DiffResult> DiffSnapshots(std::string_view dataset, const Snapshot& from,
                                         const Snapshot& to) {
  const absl::StatusOr<Dataset> before = from.GetDataset(dataset);
  const absl::StatusOr<Dataset> after = to.GetDataset(dataset);
  if (!before.ok() && !after.ok()) return after.status();
  const Dataset::Impl nothing;
  return DiffDatasets(before.ok() ? before->impl() : nothing, after.ok() ? after->impl() : nothing);
}

}  // namespace ashlar::store
