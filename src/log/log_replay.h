// LogReplay: the records of all commit logs of a store, in the order of their sequences.
//
// Owns: the order of the files, and finding out that one is missing or ends too early. Does not
// own: what the records mean, nor which logs are still needed (the manifest says so), and never
// writes.
//
// The header of a log names the log that it continues, and how far that one goes. So only the end
// of the last log can be in doubt. A log that continues none begins anew: after an unclean end the
// records in doubt are written once more into such a log, and those already read are skipped here.
#ifndef ASHLAR_SRC_LOG_LOG_REPLAY_H_
#define ASHLAR_SRC_LOG_LOG_REPLAY_H_

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "src/io/file_system.h"
#include "src/log/log_reader.h"

namespace ashlar::log {

struct ReplayOptions {
  uint64_t oldest_log = 1;  // logs of lower numbers are not needed and not looked at
  // Logs that were begun, as far as is known, and how much of each was durable then. Those that are
  // needed must be there.
  std::map<uint64_t, uint64_t> durable = {};
  LogTail tail = LogTail::kEnded;
  bool despite_missing = false;  // reads the logs that are there, whatever is missing between them
};

struct ReplayedRecord {
  LogEntry entry;  // its body holds until the next call
  uint64_t log_number = 0;
  uint64_t promised_bytes = 0;  // of the log, up to which its groups say it was durable by now
};

// One log as far as it was read.
struct ReplayedLog {
  uint64_t number = 0;
  uint64_t valid_bytes = 0;
  uint64_t promised_bytes = 0;  // up to where its own groups say that it was durable
  bool sealed = false;          // its end is known and was reached
  // Unless sealed: why the bytes behind valid_bytes are no group. Hardly ever of interest.
  absl::Status end_reason;
};

// Used by one thread.
class LogReplay {
 public:
  // DataLoss when a log is missing that another one names, or that is known. NotFound when a live
  // log vanished meanwhile: the manifest has moved on.
  [[nodiscard]] static absl::StatusOr<std::unique_ptr<LogReplay>> Open(
      io::FileSystem& files, const ReplayOptions& options);

  // False at the end (so far). Sequences ascend.
  [[nodiscard]] absl::StatusOr<bool> Next(ReplayedRecord* record);
  // Of live logs, after the end: goes on with what was written since.
  [[nodiscard]] absl::Status Resume();

  // Whether a later log says where this one ends: then all of it is durable.
  [[nodiscard]] bool IsSealed(uint64_t number) const { return seals_.contains(number); }
  // After Next() said false: every log, ascending.
  [[nodiscard]] const std::vector<ReplayedLog>& logs() const { return done_; }
  // 0 before the first record.
  [[nodiscard]] uint64_t last_sequence() const { return last_sequence_; }
  // The highest number that a file in log/ bears, needed or not; 0 without files. A new log takes a
  // higher one.
  [[nodiscard]] uint64_t highest_number() const { return highest_number_; }

 private:
  LogReplay(io::FileSystem& files, const ReplayOptions& options)
      : files_(files), options_(options) {}

  [[nodiscard]] absl::Status ListLogs();
  [[nodiscard]] absl::Status NoteSeal(const LogSeal& seal, uint64_t by);
  [[nodiscard]] absl::Status CheckNothingIsMissing() const;
  [[nodiscard]] std::optional<uint64_t> SealOf(uint64_t number) const;
  // Opens the next log that is not done; false when there is none.
  [[nodiscard]] absl::StatusOr<bool> OpenNext();
  void FinishLog();

  io::FileSystem& files_;
  const ReplayOptions options_;
  std::vector<uint64_t> numbers_;       // of needed logs, ascending
  std::map<uint64_t, uint64_t> seals_;  // number to bytes
  std::unique_ptr<LogReader> reader_;   // of the log being read
  std::vector<ReplayedLog> done_;
  bool ended_ = false;  // every log that is known was read
  uint64_t last_sequence_ = 0;
  uint64_t highest_number_ = 0;
};

}  // namespace ashlar::log

#endif  // ASHLAR_SRC_LOG_LOG_REPLAY_H_
