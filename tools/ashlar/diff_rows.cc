// Rows of a diff. See diff_rows.h.
#include "tools/ashlar/diff_rows.h"

#include <string>
#include <utility>

#include "ashlar/status_macros.h"
#include "src/base/check.h"
#include "tools/ashlar/exec_rows.h"

namespace ashlar::tools {
namespace {

absl::StatusOr<std::optional<Dataset>> FindDataset(const Snapshot& snapshot,
                                                   std::string_view name) {
  absl::StatusOr<Dataset> dataset = snapshot.GetDataset(name);
  if (dataset.ok()) return std::optional<Dataset>(*std::move(dataset));
  if (absl::IsNotFound(dataset.status())) return std::optional<Dataset>();
  return dataset.status();
}

}  // namespace

DiffRows::DiffRows(DiffResult result, std::optional<Dataset> from, std::optional<Dataset> to)
    : result_(std::move(result)), from_(std::move(from)), to_(std::move(to)) {}

absl::StatusOr<DiffRows> DiffRows::Open(const Store& store, std::string_view dataset,
                                        const Snapshot& from, const Snapshot& to) {
  ASSIGN_OR_RETURN(std::optional<Dataset> before, FindDataset(from, dataset));
  ASSIGN_OR_RETURN(std::optional<Dataset> after, FindDataset(to, dataset));
  if (!before.has_value() && !after.has_value()) return to.GetDataset(dataset).status();
  DiffResult result;
  if (before.has_value() && after.has_value()) {
    ASSIGN_OR_RETURN(result, store.Diff(dataset, from, to));
  } else {
    const bool created = after.has_value();
    const uint64_t rows = created ? after->rows() : before->rows();
    const auto kind = created ? DiffRun::Kind::kAdded : DiffRun::Kind::kRemoved;
    if (rows > 0) result.runs.push_back({.kind = kind, .first_row = 0, .rows = rows});
  }
  return DiffRows(std::move(result), std::move(before), std::move(after));
}

std::optional<Schema> DiffRows::common_schema() const {
  if (!from_.has_value()) return to_->schema();
  if (!to_.has_value() || from_->schema().EqualsIgnoringIds(to_->schema())) return from_->schema();
  return std::nullopt;
}

uint64_t DiffRows::CountRows(DiffRun::Kind kind) const {
  uint64_t rows = 0;
  for (const DiffRun& run : result_.runs) rows += run.kind == kind ? run.rows : 0;
  return rows;
}

absl::StatusOr<bool> DiffRows::Next(DiffPiece* piece) {
  while (run_ < result_.runs.size()) {
    const DiffRun& run = result_.runs[run_];
    if (reader_ == nullptr) {
      const std::optional<Dataset>& side = run.kind == DiffRun::Kind::kAdded ? to_ : from_;
      ASHLAR_CHECK(side.has_value());
      ScanOptions options;
      options.offset = run.first_row;
      options.limit = run.rows;
      ASSIGN_OR_RETURN(reader_, side->Scan(options));
      row_in_run_ = 0;
    }
    ASSIGN_OR_RETURN(const bool found, reader_->Next(&piece->batch));
    if (found) {
      piece->kind = run.kind;
      piece->first_row = run.first_row + row_in_run_;
      row_in_run_ += static_cast<uint64_t>(piece->batch.rows());
      return true;
    }
    reader_.reset();
    ++run_;
  }
  return false;
}

std::string_view ChangeName(DiffRun::Kind kind) {
  return kind == DiffRun::Kind::kAdded ? "added" : "removed";
}

Json DescribeDiffRow(const DiffPiece& piece, int64_t index) {
  std::string row;
  AppendRowObject(piece.batch, index, &row);
  return Json::Object({{"change", ChangeName(piece.kind)},
                       {"row_number", piece.first_row + static_cast<uint64_t>(index)},
                       {"row", Json::Ready(std::move(row))}});
}

Json DescribeRowChange(const RowChanges& changes, const RowChange& change) {
  const auto row_of = [](const RecordBatch& batch, int64_t row) {
    std::string text;
    AppendRowObject(batch, row, &text);
    return Json::Ready(std::move(text));
  };
  switch (change.kind) {
    case RowChange::Kind::kAdded:
      return Json::Object({{"change", "added"}, {"row", row_of(changes.after, change.after)}});
    case RowChange::Kind::kRemoved:
      return Json::Object({{"change", "removed"}, {"row", row_of(changes.before, change.before)}});
    case RowChange::Kind::kChanged:
      break;
  }
  return Json::Object({{"change", "changed"},
                       {"before", row_of(changes.before, change.before)},
                       {"after", row_of(changes.after, change.after)}});
}

void ChangeCounts::Add(const RowChange& change) {
  added += change.kind == RowChange::Kind::kAdded ? 1 : 0;
  removed += change.kind == RowChange::Kind::kRemoved ? 1 : 0;
  changed += change.kind == RowChange::Kind::kChanged ? 1 : 0;
}

bool IsKeyedIn(const Snapshot& from, const Snapshot& to, std::string_view dataset) {
  for (const Snapshot* snapshot : {&to, &from}) {
    const absl::StatusOr<Dataset> found = snapshot->GetDataset(dataset);
    if (found.ok()) return !found->key().empty();
  }
  return false;
}

}  // namespace ashlar::tools
