// Replaying commits; see the header.
#include "src/store/log_recovery.h"

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "ashlar/status_macros.h"
#include "src/base/bytes.h"
#include "src/base/check.h"
#include "src/base/strings.h"
#include "src/columnar/one_row_reader.h"
#include "src/io/file_names.h"
#include "src/log/log_replay.h"
#include "src/store/commit_record.h"
#include "src/store/small_commit.h"

namespace ashlar::store {
namespace {

class Replayer {
 public:
  Replayer(const manifest::Manifest& manifest, CurrentView& view) : view_(view) {
    for (const auto& [name, state] : manifest.datasets) datasets_.emplace(state->id, state);
  }

  absl::Status Apply(const log::ReplayedRecord& replayed) {
    const log::LogRecord& record = replayed.entry.record;
    NameLog(replayed.log_number);
    if (record.kind != kCommitRecord) {
      return absl::UnimplementedError(base::StrCat(name_, ": a record of kind ", record.kind,
                                                   " at offset ", replayed.entry.offset,
                                                   " is too new for this program"));
    }
    bool whole_row = false;
    RETURN_IF_ERROR(ApplyOneRow(replayed, &whole_row));
    if (whole_row) return absl::OkStatus();
    const auto schema_of = [&](uint64_t id) -> std::optional<Schema> {
      const Dataset* const dataset = Find(id, record.sequence);
      if (dataset == nullptr) return std::nullopt;
      return dataset->state->schema;
    };
    ASSIGN_OR_RETURN(std::vector<DatasetOps> parts,
                     DecodeCommit(record.body, schema_of, name_, replayed.entry.offset));
    PreparedCommit commit;
    for (DatasetOps& part : parts) {
      const Dataset& dataset = datasets_.at(part.dataset_id);
      for (const WriteOp& op : part.ops) RETURN_IF_ERROR(CheckKind(dataset, op.kind, replayed));
      commit.targets.push_back({dataset.state, {}});
      commit.parts.push_back(std::move(part));
    }
    return ApplyPrepared(replayed, commit);
  }

 private:
  struct Dataset {
    explicit Dataset(std::shared_ptr<const manifest::DatasetState> given)
        : state(std::move(given)) {}
    std::shared_ptr<const manifest::DatasetState> state;
    std::unique_ptr<columnar::OneRowReader> rows;  // once it is needed
  };

  void NameLog(uint64_t number) {
    if (number == named_log_) return;
    named_log_ = number;
    name_ = io::LogName(number);
  }

  // The dataset, unless it is gone or its segments have the commit.
  Dataset* Find(uint64_t id, uint64_t sequence) {
    const auto found = datasets_.find(id);
    if (found == datasets_.end()) return nullptr;
    return found->second.state->flushed_up_to >= sequence ? nullptr : &found->second;
  }

  // Most commits of most logs: without a copy of the row on its way into memory.
  absl::Status ApplyOneRow(const log::ReplayedRecord& replayed, bool* done) {
    const std::optional<SingleOp> op = FindSingleOp(replayed.entry.record.body);
    if (!op.has_value() || op->kind == WriteKind::kDelete) return absl::OkStatus();
    Dataset* const dataset = Find(op->dataset_id, replayed.entry.record.sequence);
    if (dataset == nullptr) return absl::OkStatus();
    if (dataset->rows == nullptr) {
      dataset->rows = std::make_unique<columnar::OneRowReader>(dataset->state->schema);
    }
    if (!dataset->rows->Read(op->batch)) return absl::OkStatus();
    *done = true;
    RETURN_IF_ERROR(CheckKind(*dataset, op->kind, replayed));
    PreparedCommit commit;
    commit.targets.push_back({dataset->state, {}});
    commit.parts.push_back({op->dataset_id, {}});
    commit.parts[0].ops.push_back({op->kind, std::move(dataset->rows->batch())});
    RETURN_IF_ERROR(ApplyPrepared(replayed, commit));
    dataset->rows->batch() = std::move(commit.parts[0].ops[0].batch);
    return absl::OkStatus();
  }

  absl::Status ApplyPrepared(const log::ReplayedRecord& replayed, PreparedCommit& commit) {
    const absl::Status applied =
        ApplyCommit(commit, replayed.entry.record.sequence, replayed.log_number, view_);
    if (applied.ok()) return applied;
    return absl::DataLossError(base::StrCat(
        name_, ": ", std::string_view(applied.message().data(), applied.message().size()),
        ", at offset ", replayed.entry.offset));
  }

  absl::Status CheckKind(const Dataset& dataset, WriteKind kind,
                         const log::ReplayedRecord& replayed) const {
    if ((kind == WriteKind::kAppend) != dataset.state->is_keyed()) return absl::OkStatus();
    return absl::DataLossError(base::StrCat(name_, ": an operation that dataset ",
                                            dataset.state->id, " does not have, at offset ",
                                            replayed.entry.offset));
  }

  CurrentView& view_;
  absl::flat_hash_map<uint64_t, Dataset> datasets_;
  uint64_t named_log_ = 0;
  std::string name_;
};

// Records that no group of their log promised, by log.
class Doubts {
 public:
  void Add(const log::ReplayedRecord& replayed) {
    std::vector<Doubt>& doubts = by_log_[replayed.log_number];
    const auto promised = [&](const Doubt& doubt) {
      return doubt.group_offset < replayed.promised_bytes;
    };
    if (!doubts.empty() && promised(doubts.front())) std::erase_if(doubts, promised);
    const log::LogRecord& record = replayed.entry.record;
    doubts.push_back(
        {replayed.entry.group_offset,
         {record.sequence, record.kind, std::string(base::AsStringView(record.body))}});
  }

  std::vector<log::OwnedRecord> Take(const std::vector<log::ReplayedLog>& logs) && {
    std::vector<log::OwnedRecord> records;
    for (const log::ReplayedLog& log : logs) {
      if (log.sealed) continue;
      for (Doubt& doubt : by_log_[log.number]) records.push_back(std::move(doubt.record));
    }
    return records;
  }

 private:
  struct Doubt {
    uint64_t group_offset = 0;
    log::OwnedRecord record;
  };
  std::map<uint64_t, std::vector<Doubt>> by_log_;
};

uint64_t LastFlushed(const manifest::Manifest& manifest) {
  uint64_t sequence = manifest.sequence;
  for (const auto& [name, state] : manifest.datasets) {
    sequence = std::max(sequence, state->flushed_up_to);
  }
  return sequence;
}

}  // namespace

absl::StatusOr<RecoveredLog> ReplayLogs(io::FileSystem& files, const manifest::VersionSet& set,
                                        log::LogTail tail, CurrentView& view) {
  ASSIGN_OR_RETURN(const std::unique_ptr<log::LogReplay> replay,
                   log::LogReplay::Open(
                       files, {.oldest_log = std::max<uint64_t>(set.oldest_log, 1), .tail = tail}));
  Replayer replayer(*set.current(), view);
  Doubts doubts;
  for (log::ReplayedRecord record;;) {
    ASSIGN_OR_RETURN(const bool more, replay->Next(&record));
    if (!more) break;
    if (tail == log::LogTail::kEnded) doubts.Add(record);
    RETURN_IF_ERROR(replayer.Apply(record));
  }
  RecoveredLog recovered;
  recovered.last_sequence = std::max(replay->last_sequence(), LastFlushed(*set.current()));
  recovered.next_number = std::max<uint64_t>(replay->highest_number(), set.oldest_log) + 1;
  recovered.oldest_number = std::max<uint64_t>(set.oldest_log, 1);
  recovered.in_doubt = std::move(doubts).Take(replay->logs());
  if (recovered.last_sequence >= UINT64_MAX - 1) {
    return absl::DataLossError("the sequence numbers of commits have come to their end");
  }
  return recovered;
}

}  // namespace ashlar::store
