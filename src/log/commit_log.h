// CommitLog: the commit log of a store as one endless file.
//
// Owns: going on in the next file when one is full, and the files that may be recycled. Does not
// own: who writes when (commit_queue.h), which logs are still needed, nor removing them.
//
// A file is durable in full before the next one begins, and the next one says so in its header:
// what a crash loses is always a suffix of the log. Errors are those of log_writer.h:
// ResourceExhausted refuses one group and changes nothing, any other error ends writing for good.
#ifndef ASHLAR_SRC_LOG_COMMIT_LOG_H_
#define ASHLAR_SRC_LOG_COMMIT_LOG_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "src/base/mutex.h"
#include "src/io/file_system.h"
#include "src/log/kept_records.h"
#include "src/log/log_writer.h"

namespace ashlar::log {

struct CommitLogOptions {
  // A file goes on until the next group would make it longer; a group that is longer by itself has
  // a file of its own.
  uint64_t file_bytes = uint64_t{64} << 20;
  bool direct = true;
  // The log that the first file continues; see LogWriterOptions. Not after an unclean end, before
  // what was recovered has been made durable elsewhere.
  LogSeal previous = {};
  // Called with the number of each log that is begun: it is durable, and has no group yet. On an
  // error it gets none; want of space is one of the next group alone.
  std::function<absl::Status(uint64_t)> begun = nullptr;
};

struct LogPosition {
  uint64_t number = 0;
  uint64_t written_bytes = 0;  // of this file
  uint64_t synced_bytes = 0;
};

// Used by one thread at a time, but for OfferSpare().
class CommitLog {
 public:
  // Creates the log `number`, which must be higher than that of any file in log/.
  [[nodiscard]] static absl::StatusOr<std::unique_ptr<CommitLog>> Create(
      std::shared_ptr<io::FileSystem> files, uint64_t number, const CommitLogOptions& options);
  // The same, but the file is made with the first group: who commits nothing small has no log.
  // `repeated` comes first in it, and is durable before anything else: after an unclean end,
  // records of which nobody knows whether they are on disk.
  [[nodiscard]] static absl::StatusOr<std::unique_ptr<CommitLog>> Prepare(
      std::shared_ptr<io::FileSystem> files, uint64_t number, const CommitLogOptions& options,
      KeptRecords repeated = {});

  // One group. What AppendGroup() says of bad input holds here.
  [[nodiscard]] absl::Status Append(std::span<const LogRecord> records,
                                    SyncDue sync = SyncDue::kSoon);
  // Makes the first file, unless it is there. What is to be repeated is durable then.
  [[nodiscard]] absl::Status EnsureBegun();
  // Makes all that was appended durable.
  [[nodiscard]] absl::Status Sync();
  // Goes on in a new file, so that the ones before can become obsolete; nothing when the current
  // one has no groups yet, or there is none.
  [[nodiscard]] absl::Status Roll();
  // Syncs, and says where the log ends; number 0 when there never was one.
  [[nodiscard]] absl::StatusOr<LogSeal> Close();

  // An append or a sync ended in an unknown state.
  [[nodiscard]] bool failed() const { return failed_; }
  // Before the first file: its number to be, and no bytes.
  [[nodiscard]] LogPosition position() const;
  // Of all files so far, headers and padding included.
  [[nodiscard]] uint64_t bytes_written() const { return bytes_written_; }

  // Offers the file of a log that nobody needs any more, no manifest on disk and no reader. True:
  // taken, it will become the next file, or stay under its name if there is no next one. False: the
  // caller removes it. Thread-safe.
  [[nodiscard]] bool OfferSpare(uint64_t number);

 private:
  CommitLog(std::shared_ptr<io::FileSystem> files, const CommitLogOptions& options,
            KeptRecords repeated)
      : files_(std::move(files)), options_(options), to_repeat_(std::move(repeated)) {}

  [[nodiscard]] absl::Status Begin();
  [[nodiscard]] absl::Status Repeat();
  [[nodiscard]] absl::StatusOr<std::unique_ptr<LogWriter>> MakeNext(uint64_t number,
                                                                    const LogSeal& previous);
  [[nodiscard]] uint64_t TakeSpare();
  [[nodiscard]] absl::Status Fail(const absl::Status& cause);

  const std::shared_ptr<io::FileSystem> files_;
  const CommitLogOptions options_;
  KeptRecords to_repeat_;              // until they are durable
  size_t repeated_ = 0;                // how many of them are written
  std::unique_ptr<LogWriter> writer_;  // null before the first file
  uint64_t next_number_ = 0;
  uint64_t bytes_written_ = 0;
  bool failed_ = false;
  absl::Status poison_;  // after a failure, or closing
  base::Mutex spares_mutex_;
  std::vector<uint64_t> spares_ ABSL_GUARDED_BY(spares_mutex_);
};

}  // namespace ashlar::log

#endif  // ASHLAR_SRC_LOG_COMMIT_LOG_H_
