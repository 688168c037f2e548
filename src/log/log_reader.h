// LogReader: the records of one commit log file, in order, to its end.
//
// Owns: telling a torn tail from damage. Does not own: what to do about a tail (nothing here ever
// writes), nor the order of files (log_replay.h).
//
// The rule. Every group says up to which offset the file was durable when it was written. A bad
// group at X that was promised to be durable, by a group behind it or by the caller, was
// acknowledged: DataLoss. Otherwise nobody can know that it was ever there: the log counts up to X.
// So of a log that was not ended properly the last group alone may vanish unnoticed. A file that is
// known to be durable and is shorter than it was made was cut by somebody.
#ifndef ASHLAR_SRC_LOG_LOG_READER_H_
#define ASHLAR_SRC_LOG_LOG_READER_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "src/io/file_system.h"
#include "src/log/log_codec.h"
#include "src/log/log_window.h"

namespace ashlar::log {

enum class LogTail : uint8_t {
  kEnded,  // nobody writes: the whole rest of the file is searched for promises
  kLive,   // somebody may write right now: only what lies near is searched, and the end is only the
           // end so far
};

struct LogReaderOptions {
  LogTail tail = LogTail::kEnded;
  // The log's groups end exactly here, and all of them are durable. What stands behind is ignored.
  std::optional<uint64_t> sealed_bytes = std::nullopt;
  // Up to here the log is known to be durable, its header included; 0: nothing is known.
  uint64_t durable_bytes = 0;
};

struct LogEntry {
  LogRecord record;           // its body holds until the next call of the reader
  uint64_t offset = 0;        // of the record in the file
  uint64_t group_offset = 0;  // of its group
};

// Used by one thread.
class LogReader {
 public:
  // NotFound when there is no such file. A log that has no valid header yet is empty.
  [[nodiscard]] static absl::StatusOr<std::unique_ptr<LogReader>> Open(
      io::FileSystem& files, uint64_t number, const LogReaderOptions& options = {});

  // False at the end. A group is whole before its first record is given. DataLoss names file and
  // offset. NotFound when the file of a live log was recycled.
  [[nodiscard]] absl::StatusOr<bool> Next(LogEntry* entry);
  // After the end of a live log: looks at the file again, and Next() goes on where it ended.
  // `sealed_bytes` when it has become known. NotFound when the name is gone.
  [[nodiscard]] absl::Status Resume(std::optional<uint64_t> sealed_bytes = std::nullopt);

  [[nodiscard]] uint64_t number() const { return place_.number; }
  // Up to the end of the last group that was read; 0 while there is no valid header.
  [[nodiscard]] uint64_t valid_bytes() const { return place_.offset; }
  // Up to where groups that were read say that the file was durable when they were written.
  [[nodiscard]] uint64_t promised_bytes() const { return promised_bytes_; }
  [[nodiscard]] const std::string& name() const { return name_; }
  // Once Next() has said false: why the bytes behind are no group.
  [[nodiscard]] const absl::Status& end_reason() const { return end_reason_; }

 private:
  LogReader(io::FileSystem& files, uint64_t number, const LogReaderOptions& options);

  [[nodiscard]] absl::Status OpenFile();
  // Errors are of the file, or such as no crash explains. Otherwise `*bad` says why the bytes at
  // place_ are not what comes next, or is OK and they were read.
  [[nodiscard]] absl::Status ReadPlace(absl::Status* bad);
  [[nodiscard]] absl::Status ReadHeader(absl::Status* bad);
  [[nodiscard]] absl::Status ReadGroup(absl::Status* bad);
  void Enter(const GroupHeader& header, std::span<const std::byte> group);
  // True when there is more, false at the end of the log.
  [[nodiscard]] absl::StatusOr<bool> Advance();
  [[nodiscard]] absl::StatusOr<bool> JudgeEnd(const absl::Status& why);
  [[nodiscard]] absl::StatusOr<bool> IsPromised();
  [[nodiscard]] absl::StatusOr<bool> IsRecycled();

  io::FileSystem& files_;
  const std::string name_;
  LogReaderOptions options_;
  std::optional<LogWindow> window_;
  GroupPlace place_;  // of the next group; offset 0: of the file header
  uint64_t last_sequence_ = 0;
  uint64_t promised_bytes_ = 0;
  std::span<const std::byte> group_;  // in the window
  uint64_t group_offset_ = 0;
  uint64_t position_ = 0;  // of the next record in group_
  uint32_t records_left_ = 0;
  absl::Status end_reason_;
};

}  // namespace ashlar::log

#endif  // ASHLAR_SRC_LOG_LOG_READER_H_
