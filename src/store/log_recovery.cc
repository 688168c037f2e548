// Replaying logs; see the header.
#include "src/store/log_recovery.h"

#include <algorithm>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "ashlar/status_macros.h"
#include "src/log/log_replay.h"
#include "src/store/record_replayer.h"

namespace ashlar::store {
namespace {

// Records that neither a group of their log promises nor a later log.
class Doubts {
 public:
  explicit Doubts(const log::LogReplay& replay) : replay_(replay) {}

  void Add(const log::ReplayedRecord& replayed) {
    if (replayed.log_number != log_number_) {
      log_number_ = replayed.log_number;
      sealed_ = replay_.IsSealed(log_number_);
      before_ = records_.size();
      groups_.clear();
    }
    if (sealed_) return;
    ForgetPromised(replayed.promised_bytes);
    records_.Add(replayed.entry.record);
    groups_.push_back(replayed.entry.group_offset);
  }

  log::KeptRecords Take() && { return std::move(records_); }

 private:
  // What is promised is the beginning of the log.
  void ForgetPromised(uint64_t promised_bytes) {
    if (groups_.empty() || groups_.front() >= promised_bytes) return;
    const auto end = std::ranges::lower_bound(groups_, promised_bytes);
    records_.Erase(before_, before_ + static_cast<size_t>(end - groups_.begin()));
    groups_.erase(groups_.begin(), end);
  }

  const log::LogReplay& replay_;
  log::KeptRecords records_;
  uint64_t log_number_ = 0;
  bool sealed_ = false;
  size_t before_ = 0;             // records of logs before
  std::vector<uint64_t> groups_;  // where the group of each record of this log begins
};

absl::Status ReplayAll(log::LogReplay& replay, RecordReplayer& replayer, Doubts* doubts) {
  for (log::ReplayedRecord record;;) {
    ASSIGN_OR_RETURN(const bool more, replay.Next(&record));
    if (!more) return absl::OkStatus();
    if (doubts != nullptr) doubts->Add(record);
    RETURN_IF_ERROR(replayer.Apply(record.log_number, record.entry));
  }
}

uint64_t LastFlushed(const manifest::Manifest& manifest) {
  uint64_t sequence = manifest.sequence;
  for (const auto& [name, state] : manifest.datasets) {
    sequence = std::max(sequence, state->flushed_up_to);
  }
  return sequence;
}

std::map<uint64_t, uint64_t> DurableBytes(const manifest::VersionSet& set) {
  std::map<uint64_t, uint64_t> bytes;
  for (const manifest::DurableLog& log : set.durable_logs) bytes.emplace(log.number, log.bytes);
  return bytes;
}

// What the logs say themselves, which their last groups may be needed for: once what was in doubt
// is written elsewhere, damage of those groups would show nowhere.
std::vector<manifest::DurableLog> DurableLogs(const log::LogReplay& replay) {
  std::vector<manifest::DurableLog> logs;
  for (const log::ReplayedLog& log : replay.logs()) {
    const uint64_t bytes = log.sealed ? log.valid_bytes : log.promised_bytes;
    // One that was begun and says nothing of itself may stand in the page cache alone.
    if (bytes > 0) logs.push_back({log.number, bytes});
  }
  return logs;
}

}  // namespace

absl::StatusOr<RecoveredLog> ReplayLogs(io::FileSystem& files, const manifest::VersionSet& set,
                                        log::LogTail tail, CurrentView& view,
                                        bool despite_missing) {
  ASSIGN_OR_RETURN(const std::unique_ptr<log::LogReplay> replay,
                   log::LogReplay::Open(files, {.oldest_log = std::max<uint64_t>(set.oldest_log, 1),
                                                .durable = DurableBytes(set),
                                                .tail = tail,
                                                .despite_missing = despite_missing}));
  RecordReplayer replayer(*set.current(), view);
  Doubts doubts(*replay);
  const absl::Status replayed =
      ReplayAll(*replay, replayer, tail == log::LogTail::kEnded ? &doubts : nullptr);
  // Also before what cannot be read: repair saves that. Of two errors the one that stands first.
  RETURN_IF_ERROR(replayer.Finish());
  RETURN_IF_ERROR(replayed);
  RecoveredLog recovered;
  recovered.last_sequence = std::max(replay->last_sequence(), LastFlushed(*set.current()));
  recovered.next_number = std::max<uint64_t>(replay->highest_number(), set.oldest_log) + 1;
  recovered.oldest_number = std::max<uint64_t>(set.oldest_log, 1);
  recovered.in_doubt = std::move(doubts).Take();
  recovered.durable = DurableLogs(*replay);
  if (recovered.last_sequence >= UINT64_MAX - 1) {
    return absl::DataLossError("the sequence numbers of commits have come to their end");
  }
  return recovered;
}

}  // namespace ashlar::store
