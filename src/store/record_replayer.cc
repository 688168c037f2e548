// Replaying commits, one by one or many at a time; see the header.
#include "src/store/record_replayer.h"

#include <optional>
#include <span>
#include <utility>

#include "ashlar/status_macros.h"
#include "src/base/strings.h"
#include "src/io/file_names.h"
#include "src/store/small_commit.h"

namespace ashlar::store {
namespace {

// Each takes up to a megabyte, and a manifest has as many datasets as somebody wrote into it.
constexpr size_t kMostGathers = 64;

}  // namespace

RecordReplayer::RecordReplayer(const manifest::Manifest& manifest, CurrentView& view)
    : view_(view) {
  for (const auto& [name, state] : manifest.datasets) datasets_.emplace(state->id, state);
}

void RecordReplayer::NameLog(uint64_t number) {
  if (number == log_number_) return;
  log_number_ = number;
  name_ = io::LogName(number);
}

RecordReplayer::Dataset* RecordReplayer::Find(uint64_t id, uint64_t sequence) {
  const auto found = datasets_.find(id);
  if (found == datasets_.end()) return nullptr;
  return found->second.state->flushed_up_to >= sequence ? nullptr : &found->second;
}

absl::Status RecordReplayer::At(uint64_t offset, const absl::Status& cause) const {
  return absl::DataLossError(
      base::StrCat(name_, ": ", std::string_view(cause.message().data(), cause.message().size()),
                   ", at offset ", offset));
}

absl::Status RecordReplayer::Apply(uint64_t log_number, const log::LogEntry& entry) {
  if (log_number != log_number_) RETURN_IF_ERROR(ApplyGathered());
  NameLog(log_number);
  ASSIGN_OR_RETURN(const bool gathered, Gather(entry));
  if (gathered) return absl::OkStatus();
  RETURN_IF_ERROR(ApplyGathered());
  return ApplyWhole(entry);
}

absl::StatusOr<bool> RecordReplayer::Gather(const log::LogEntry& entry) {
  if (entry.record.kind != kCommitRecord) return false;
  const std::optional<SingleOp> op = FindSingleOp(entry.record.body);
  if (!op.has_value() || op->kind == WriteKind::kDelete) return false;
  Dataset* const dataset = Find(op->dataset_id, entry.record.sequence);
  if (dataset == nullptr || !Takes(*dataset, op->kind)) return false;
  if (dataset->rows == nullptr) {
    if (gathers_ == kMostGathers) return false;
    ++gathers_;
    dataset->rows = std::make_unique<columnar::OneRowGather>(dataset->state->schema);
  }
  if (gathering_ != nullptr && (gathering_ != dataset || dataset->rows->full())) {
    RETURN_IF_ERROR(ApplyGathered());
  }
  if (!dataset->rows->Add(op->batch)) return false;
  gathering_ = dataset;
  sequences_.push_back(entry.record.sequence);
  offsets_.push_back(entry.offset);
  return true;
}

absl::Status RecordReplayer::ApplyGathered() {
  if (gathering_ == nullptr) return absl::OkStatus();
  Dataset& dataset = *std::exchange(gathering_, nullptr);
  const RecordBatch rows = dataset.rows->Batch();
  absl::Status applied = ApplyCommitsOfOneRow(rows, sequences_, *dataset.state, log_number_, view_);
  // Nothing has changed then, and which row it is, and what stands before it, is of interest.
  if (!applied.ok()) applied = ApplyOneByOne(rows, dataset);
  dataset.rows->Clear();
  sequences_.clear();
  offsets_.clear();
  return applied;
}

absl::Status RecordReplayer::ApplyOneByOne(const RecordBatch& rows, const Dataset& dataset) {
  for (size_t i = 0; i < sequences_.size(); ++i) {
    ASSIGN_OR_RETURN(RecordBatch row, rows.Slice(static_cast<int64_t>(i), 1));
    const absl::Status applied = ApplyCommitsOfOneRow(
        std::move(row), std::span(sequences_).subspan(i, 1), *dataset.state, log_number_, view_);
    if (!applied.ok()) return At(offsets_[i], applied);
  }
  return absl::OkStatus();
}

absl::Status RecordReplayer::ApplyWhole(const log::LogEntry& entry) {
  const log::LogRecord& record = entry.record;
  if (record.kind != kCommitRecord) {
    return absl::UnimplementedError(base::StrCat(name_, ": a record of kind ", record.kind,
                                                 " at offset ", entry.offset,
                                                 " is too new for this program"));
  }
  const auto schema_of = [&](uint64_t id) -> std::optional<Schema> {
    const Dataset* const dataset = Find(id, record.sequence);
    if (dataset == nullptr) return std::nullopt;
    return dataset->state->schema;
  };
  ASSIGN_OR_RETURN(std::vector<DatasetOps> parts,
                   DecodeCommit(record.body, schema_of, name_, entry.offset));
  PreparedCommit commit;
  for (DatasetOps& part : parts) {
    const Dataset& dataset = datasets_.at(part.dataset_id);
    for (const WriteOp& op : part.ops) {
      if (Takes(dataset, op.kind)) continue;
      return absl::DataLossError(base::StrCat(name_, ": an operation that dataset ",
                                              dataset.state->id, " does not have, at offset ",
                                              entry.offset));
    }
    commit.targets.push_back({dataset.state, {}});
    commit.parts.push_back(std::move(part));
  }
  const absl::Status applied = ApplyCommit(commit, record.sequence, log_number_, view_);
  return applied.ok() ? applied : At(entry.offset, applied);
}

}  // namespace ashlar::store
