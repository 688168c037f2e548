// LogWriter: writes one commit log file, group behind group.
//
// Owns: the file, its position, its chain, what is durable, and the cut back after a full disk.
// Does not own: when to sync, when to go on in another file (commit_log.h), nor who may write
// (commit_queue.h). A writer never goes on in a file that another one left: what is behind an
// unknown tail stays unknown.
//
// Errors. ResourceExhausted: refused, and nothing of the group will ever be read; the next group
// takes its place. Any other error of an append or a sync: whether the bytes are durable is
// unknown, and the writer refuses all that follows with the same status. A want of space that shows
// in a sync is such an error too (Internal).
#ifndef ASHLAR_SRC_LOG_LOG_WRITER_H_
#define ASHLAR_SRC_LOG_LOG_WRITER_H_

#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "src/io/aligned_buffer.h"
#include "src/io/file_system.h"
#include "src/log/log_codec.h"

namespace ashlar::log {

struct LogWriterOptions {
  // Bytes to allocate at once, rounded up to blocks. A file may grow beyond them.
  uint64_t file_bytes = uint64_t{64} << 20;
  bool direct = true;  // bypass the page cache where allowed
  // The log that this one continues; durable up to these bytes. Whoever reads it will demand them.
  LogSeal previous = {};
};

// Whether a group waits for a sync, or one may come at any time. Says nothing of what is durable:
// the writes of a group that nobody waits for need not wait for the device.
enum class SyncDue : uint8_t { kSoon, kSomeTime };

// Used by one thread at a time.
class LogWriter {
 public:
  // A new log, durable under its name, without groups. AlreadyExists when the number is taken.
  [[nodiscard]] static absl::StatusOr<std::unique_ptr<LogWriter>> Create(
      io::FileSystem& files, uint64_t number, const LogWriterOptions& options);
  // The same in the file of log `old_number`, which must not be needed by anybody any more: it
  // loses its name and then its content. Its space is allocated, and its blocks were written before
  // as far as the old log went, so syncs are cheapest here.
  [[nodiscard]] static absl::StatusOr<std::unique_ptr<LogWriter>> Recycle(
      io::FileSystem& files, uint64_t old_number, uint64_t number, const LogWriterOptions& options);

  // One group, whole or not at all. InvalidArgument, without any change, when CheckRecords() says
  // so or the file would be longer than a terabyte.
  [[nodiscard]] absl::Status AppendGroup(std::span<const LogRecord> records,
                                         SyncDue sync = SyncDue::kSoon);
  // Makes all groups durable; nothing when they are.
  [[nodiscard]] absl::Status Sync();
  // Of a log without groups that is to be none: the file has no valid header any more, durably.
  // Returns `cause`; Internal when the header may still be there.
  [[nodiscard]] absl::Status TakeBackHeader(const absl::Status& cause);
  // Without syncing.
  [[nodiscard]] absl::Status Close();

  [[nodiscard]] uint64_t number() const { return place_.number; }
  // Up to the end of the last group.
  [[nodiscard]] uint64_t written_bytes() const { return place_.offset; }
  [[nodiscard]] uint64_t synced_bytes() const { return synced_bytes_; }
  [[nodiscard]] bool has_groups() const { return place_.index > 0; }

 private:
  LogWriter(std::string name, std::unique_ptr<io::BlockFile> file)
      : name_(std::move(name)), file_(std::move(file)) {}

  [[nodiscard]] static absl::StatusOr<std::unique_ptr<LogWriter>> Begin(
      io::FileSystem& files, std::unique_ptr<io::BlockFile> file, uint64_t number,
      const LogWriterOptions& options);
  [[nodiscard]] absl::Status Fail(const absl::Status& cause);
  [[nodiscard]] absl::StatusOr<std::span<std::byte>> BorrowBuffer(uint64_t size);
  // The bytes to write for a group of so many: itself, and zeros behind it.
  [[nodiscard]] uint64_t BytesToWrite(uint64_t group, bool cached) const;
  [[nodiscard]] absl::Status WriteGroup(std::span<const std::byte> group);
  [[nodiscard]] absl::Status TakeBack(const absl::Status& cause);
  // Zeros there, durably: no header of a group or of the file stands there any more.
  [[nodiscard]] absl::Status EraseBlock(uint64_t offset);

  const std::string name_;
  const std::unique_ptr<io::BlockFile> file_;
  GroupPlace place_;  // of the next group
  uint64_t last_sequence_ = 0;
  uint64_t synced_bytes_ = 0;
  uint64_t allocated_bytes_ = 0;      // without holes, as far as is known
  uint64_t fresh_from_ = UINT64_MAX;  // no byte from here on was ever written
  absl::Status poison_;
  io::AlignedBuffer buffer_;  // kept from group to group
};

}  // namespace ashlar::log

#endif  // ASHLAR_SRC_LOG_LOG_WRITER_H_
