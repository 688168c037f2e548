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
#include "src/columnar/key_codec.h"
#include "src/io/file_names.h"
#include "src/log/log_replay.h"
#include "src/store/commit_record.h"
#include "src/store/dataset_keys.h"
#include "src/store/small_commit.h"

namespace ashlar::store {
namespace {

class Replayer {
 public:
  Replayer(const manifest::Manifest& manifest, CurrentView& view) : view_(view) {
    for (const auto& [name, state] : manifest.datasets)
      datasets_.emplace(state->id, Dataset{state});
  }

  absl::Status Apply(const log::ReplayedRecord& replayed) {
    const log::LogRecord& record = replayed.entry.record;
    const std::string name = io::LogName(replayed.log_number);
    if (record.kind != kCommitRecord) {
      return absl::UnimplementedError(base::StrCat(name, ": a record of kind ", record.kind,
                                                   " at offset ", replayed.entry.offset,
                                                   " is too new for this program"));
    }
    const auto schema_of = [&](uint64_t id) -> std::optional<Schema> {
      const auto found = datasets_.find(id);
      if (found == datasets_.end()) return std::nullopt;
      const manifest::DatasetState& state = *found->second.state;
      if (state.flushed_up_to >= record.sequence) return std::nullopt;
      return state.schema;
    };
    ASSIGN_OR_RETURN(std::vector<DatasetOps> parts,
                     DecodeCommit(record.body, schema_of, name, replayed.entry.offset));
    PreparedCommit commit;
    for (DatasetOps& part : parts) {
      RETURN_IF_ERROR(Prepare(std::move(part), name, replayed.entry.offset, &commit));
    }
    const absl::Status applied = ApplyCommit(commit, record.sequence, replayed.log_number, view_);
    if (applied.ok()) return applied;
    return absl::DataLossError(base::StrCat(
        name, ": ", std::string_view(applied.message().data(), applied.message().size()),
        ", at offset ", replayed.entry.offset));
  }

 private:
  struct Dataset {
    std::shared_ptr<const manifest::DatasetState> state;
    std::optional<columnar::KeyCodec> codec = {};
  };

  absl::Status Prepare(DatasetOps part, const std::string& name, uint64_t offset,
                       PreparedCommit* commit) {
    Dataset& dataset = datasets_.at(part.dataset_id);
    PreparedRows rows{dataset.state, {}};
    const bool keyed = dataset.state->is_keyed();
    if (keyed && !dataset.codec.has_value()) dataset.codec = KeyCodecOf(*dataset.state);
    for (WriteOp& op : part.ops) {
      if ((op.kind == WriteKind::kAppend) == keyed) {
        return absl::DataLossError(base::StrCat(name, ": an operation that dataset ",
                                                part.dataset_id, " does not have, at offset ",
                                                offset));
      }
      BufferedOp step{std::move(op)};
      if (keyed) {
        absl::StatusOr<columnar::EncodedKeys> keys = KeysOfOp(*dataset.codec, step.op);
        if (!keys.ok()) {
          return absl::DataLossError(
              base::StrCat(name, ": ", keys.status().message(), ", at offset ", offset));
        }
        step.keys = *std::move(keys);
      }
      rows.batches.push_back(ToMemtableBatch(std::move(step)));
    }
    commit->rows.push_back(std::move(rows));
    return absl::OkStatus();
  }

  CurrentView& view_;
  absl::flat_hash_map<uint64_t, Dataset> datasets_;
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
