// Segment after segment, whole where it is whole; see the header.

#include "src/store/salvage_reader.h"

#include <algorithm>
#include <utility>

#include "ashlar/status_macros.h"
#include "src/base/check.h"
#include "src/base/names.h"
#include "src/base/strings.h"
#include "src/io/file_names.h"
#include "src/segment/chunk_resolver.h"
#include "src/segment/digest_read.h"
#include "src/segment/segment_salvage.h"
#include "src/store/column_salvage.h"
#include "src/store/live_rows.h"
#include "src/store/readable_manifest.h"

namespace ashlar::store {
namespace {

using segment::RowRange;
using segment::SegmentFile;

// Runs of lost rows that a note spells out.
constexpr size_t kMaxSpelledRuns = 8;

// What several columns lose together; overlapping and adjoining ranges become one.
std::vector<RowRange> Merge(std::vector<RowRange> ranges) {
  std::sort(ranges.begin(), ranges.end(),
            [](const RowRange& a, const RowRange& b) { return a.first < b.first; });
  std::vector<RowRange> merged;
  for (const RowRange& range : ranges) {
    if (!merged.empty() && range.first <= merged.back().first + merged.back().rows) {
      RowRange& last = merged.back();
      last.rows = std::max(last.first + last.rows, range.first + range.rows) - last.first;
    } else {
      merged.push_back(range);
    }
  }
  return merged;
}

// The rows of [0, rows) outside of `lost`.
std::vector<RowRange> Complement(const std::vector<RowRange>& lost, uint64_t rows) {
  std::vector<RowRange> intact;
  uint64_t done = 0;
  for (const RowRange& range : lost) {
    if (range.first > done) intact.push_back({done, range.first - done});
    done = range.first + range.rows;
  }
  if (rows > done) intact.push_back({done, rows - done});
  return intact;
}

std::string SpellRuns(const std::vector<RowRange>& runs, uint64_t first_row) {
  std::string text;
  for (size_t i = 0; i < std::min(runs.size(), kMaxSpelledRuns); ++i) {
    const uint64_t first = first_row + runs[i].first;
    text += base::StrCat(i == 0 ? "" : ", ", first);
    if (runs[i].rows > 1) text += base::StrCat(" to ", first + runs[i].rows - 1);
  }
  if (runs.size() > kMaxSpelledRuns) {
    text += base::StrCat(" and ", runs.size() - kMaxSpelledRuns, " more runs");
  }
  return text;
}

// A column that its digest proves, though a page of it is bad: what is damaged there is something
// else, such as an index.
std::optional<Column> ReadProven(io::FileSystem& files, const SegmentFile& file,
                                 const Field& field) {
  const auto chunk = segment::FindChunk(file, field);
  if (!chunk.ok() || !chunk->has_value()) return {};
  if (file.chunks()[**chunk].kind != segment::ChunkKind::kHere) return {};
  const auto raw = SegmentFile::Open(files, file.identity(), std::make_shared<segment::ReadStats>(),
                                     segment::PageProof::kNone);
  if (!raw.ok()) return {};
  absl::StatusOr<Column> column = segment::ReadChunkByDigest(*raw, **chunk);
  if (!column.ok()) return {};
  return *std::move(column);
}

}  // namespace

SalvageReader::SalvageReader(std::shared_ptr<const manifest::DatasetState> state,
                             std::shared_ptr<SegmentCache> cache)
    : state_(std::move(state)), cache_(std::move(cache)) {
  ASHLAR_CHECK(state_ != nullptr && cache_ != nullptr);
}

absl::StatusOr<bool> SalvageReader::Next(RecordBatch* batch) {
  while (ready_.empty()) {
    if (next_segment_ == state_->segments.size()) return false;
    const manifest::SegmentEntry& entry = state_->segments[next_segment_++];
    RETURN_IF_ERROR(AddSegment(entry));
    first_row_ += manifest::LiveRows(entry);
  }
  *batch = std::move(ready_.front());
  ready_.pop_front();
  rows_saved_ += static_cast<uint64_t>(batch->rows());
  return true;
}

absl::Status SalvageReader::AddSegment(const manifest::SegmentEntry& entry) {
  const auto& meta = entry.meta;
  const absl::StatusOr<std::shared_ptr<SegmentFile>> file = cache_->Open(*meta);
  if (!file.ok()) {
    if (!IsDamage(file.status()) && !absl::IsUnimplemented(file.status())) return file.status();
    NoteLoss(entry, {{0, meta->rows}}, std::string(file.status().message()));
    return absl::OkStatus();
  }
  if ((*file)->rows() != meta->rows) {
    NoteLoss(entry, {{0, meta->rows}}, "the manifest says another number of rows");
    return absl::OkStatus();
  }
  std::vector<RowRange> lost;
  std::string why;
  bool whole = true;
  ProvenColumns proven(schema().size());
  for (size_t i = 0; i < schema().size(); ++i) {
    const Field& field = schema().field(i);
    ASSIGN_OR_RETURN(LostRows found, FindLostRows(*file, cache_->ProviderFor(meta), field));
    if (found.why.empty()) continue;
    whole = false;
    proven[i] = ReadProven(cache_->files(), **file, field);
    if (proven[i].has_value()) continue;
    lost.insert(lost.end(), found.ranges.begin(), found.ranges.end());
    if (why.empty()) why = std::move(found.why);
  }
  if (whole) return AddWhole(entry);
  lost = Merge(std::move(lost));
  if (!lost.empty()) NoteLoss(entry, lost, why);
  for (const RowRange& run : Complement(lost, meta->rows)) {
    RETURN_IF_ERROR(AddRun(entry, *file, run, proven));
  }
  return absl::OkStatus();
}

absl::Status SalvageReader::AddWhole(const manifest::SegmentEntry& entry) {
  ASSIGN_OR_RETURN(const segment::SegmentReader reader, cache_->OpenReader(entry.meta));
  std::vector<Column> columns;
  for (const Field& field : schema().fields()) {
    ASSIGN_OR_RETURN(Column column, reader.ReadColumn(field));
    columns.push_back(std::move(column));
  }
  ASSIGN_OR_RETURN(RecordBatch batch, RecordBatch::Make(schema(), std::move(columns)));
  return Queue(std::move(batch), 0, entry);
}

absl::Status SalvageReader::AddRun(const manifest::SegmentEntry& entry,
                                   const std::shared_ptr<SegmentFile>& file, RowRange run,
                                   const ProvenColumns& proven) {
  std::vector<Column> columns;
  for (size_t i = 0; i < schema().size(); ++i) {
    absl::StatusOr<Column> column =
        proven[i].has_value()
            ? proven[i]->Slice(static_cast<int64_t>(run.first), static_cast<int64_t>(run.rows))
            : segment::ReadColumnRows(file, cache_->ProviderFor(entry.meta), schema().field(i),
                                      run.first, run.rows);
    RETURN_IF_ERROR(column.status());
    columns.push_back(*std::move(column));
  }
  ASSIGN_OR_RETURN(RecordBatch batch, RecordBatch::Make(schema(), std::move(columns)));
  return Queue(std::move(batch), run.first, entry);
}

absl::Status SalvageReader::Queue(RecordBatch batch, uint64_t first_row,
                                  const manifest::SegmentEntry& entry) {
  if (entry.dead != nullptr) {
    ASSIGN_OR_RETURN(batch, TakeLiveRows(batch, first_row, *entry.dead));
  }
  if (batch.rows() > 0) ready_.push_back(std::move(batch));
  return absl::OkStatus();
}

void SalvageReader::NoteLoss(const manifest::SegmentEntry& entry,
                             const std::vector<RowRange>& stored, const std::string& why) {
  std::vector<RowRange> lost;
  for (const RowRange& range : stored) {
    const RowRange live = LiveRange(entry.dead.get(), range);
    if (live.rows > 0) lost.push_back(live);
  }
  lost = Merge(std::move(lost));
  uint64_t rows = 0;
  for (const RowRange& range : lost) rows += range.rows;
  if (rows == 0) return;
  rows_lost_ += rows;
  notes_.push_back(base::StrCat("dataset ", base::QuoteForMessage(state_->name), ": ", rows,
                                " rows of ", io::SegmentName(entry.meta->file.id), " are lost (",
                                SpellRuns(lost, first_row_), "): ", why));
}

}  // namespace ashlar::store
